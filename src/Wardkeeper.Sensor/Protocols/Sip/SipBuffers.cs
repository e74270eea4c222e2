using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>Offers one message to signatures. Who asks is the client, whichever end of the flow it is.</summary>
internal static class SipBuffers
{
    /// <summary>Offers start line and fields.</summary>
    public static void Offer(ReadOnlySpan<byte> message, IBufferSink into)
    {
        int end = message.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = message[..end].TrimEnd("\r"u8);
        bool isAnswer = line.StartsWith("SIP/2.0 "u8);
        Side side = isAnswer ? Side.Server : Side.Client;
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (isAnswer)
        {
            into.Offer(BufferName.SipResponseLine, side, line);
            into.Offer(BufferName.SipProtocol, side, line[..first]);
            ReadOnlySpan<byte> rest = line[(first + 1)..];
            int blank = rest.IndexOf((byte)' ');
            into.Offer(BufferName.SipStatusCode, side, blank < 0 ? rest : rest[..blank]);
            if (blank >= 0) into.Offer(BufferName.SipStatusMessage, side, rest[(blank + 1)..]);
        }
        else
        {
            into.Offer(BufferName.SipRequestLine, side, line);
            into.Offer(BufferName.SipMethod, side, line[..first]);
            if (last > first) into.Offer(BufferName.SipUri, side, line[(first + 1)..last]);
            into.Offer(BufferName.SipProtocol, side, line[(last + 1)..]);
        }
        TextFields fields = new(message[(end + 1)..]);
        while (fields.Next())
        {
            if (Of(Encoding.ASCII.GetString(fields.Name)) is { } name) into.Offer(name, side, fields.Value);
        }
        int body = message.IndexOf("\r\n\r\n"u8);
        if (body >= 0) SdpBuffers.Offer(message[(body + 4)..], side, into);
        into.Complete(side);
    }

    private static BufferName? Of(string field) => field.ToUpperInvariant() switch
    {
        "FROM" or "F" => BufferName.SipFrom,
        "TO" or "T" => BufferName.SipTo,
        "VIA" or "V" => BufferName.SipVia,
        "USER-AGENT" => BufferName.SipUserAgent,
        "CONTENT-TYPE" or "C" => BufferName.SipContentType,
        "CONTENT-LENGTH" or "L" => BufferName.SipContentLength,
        _ => null,
    };
}
