namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Tells HTTP/1.x by a request line of the client or a status line of the server. RTSP, SIP, ICY and HTTP/2 differ in the version, SSDP in the carrier.</summary>
internal static class HttpRecogniser
{
    private const int LongUri = 1024;

    public static Match Match(in Opening opening)
    {
        ReadOnlySpan<byte> client = opening.Client.TrimStart("\r\n"u8), server = opening.Server.TrimStart("\r\n"u8);
        // A tunnel that only begins like HTTP.
        if (client.StartsWith("SSTP_DUPLEX_POST "u8) || server.StartsWith("SSTP_DUPLEX_POST "u8)) return Protocols.Match.No;
        // A server of HTTP says so whatever the client sent: garbage, HTTP/0.9, a scanner's probe.
        Match answer = server.IsEmpty ? Protocols.Match.NeedMore : StartLine.Response(server);
        if (answer == Protocols.Match.Yes) return Protocols.Match.Yes;
        if (client.IsEmpty) return answer == Protocols.Match.NeedMore ? answer : Reversed(in opening, server);
        if (StartLine.Response(client) is var reversed and not Protocols.Match.No)
            return reversed == Protocols.Match.Yes ? Protocols.Match.YesReversed : reversed;
        // An SSH identification can be written so that it is a request line as well; no method begins like that.
        if (client.StartsWith("SSH-"u8)) return Protocols.Match.No;
        Match request = StartLine.Request(client);
        return request == Protocols.Match.NeedMore && HasLongUri(client) ? Protocols.Match.Yes : request;
    }

    /// <summary>The capture began in mid-conversation, with the server taken for the originator, and the client speaks.</summary>
    private static Match Reversed(in Opening opening, ReadOnlySpan<byte> server)
    {
        if (opening.FromStart || server.StartsWith("SSH-"u8)) return Protocols.Match.No;
        Match request = StartLine.Request(server);
        return request == Protocols.Match.Yes ? Protocols.Match.YesReversed : request;
    }

    /// <summary>A usual method and a path that goes on and on: nobody else begins so, and the line's end may be far.</summary>
    private static bool HasLongUri(ReadOnlySpan<byte> client) =>
        client.Length >= LongUri && (client.StartsWith("GET /"u8) || client.StartsWith("POST /"u8) || client.StartsWith("HEAD /"u8) || client.StartsWith("PUT /"u8)
            || client.StartsWith("GET http://"u8) || client.StartsWith("POST http://"u8) || client.StartsWith("OPTIONS /"u8));
}
