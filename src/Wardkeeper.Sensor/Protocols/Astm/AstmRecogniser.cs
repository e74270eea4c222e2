namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>
/// Recognises a transfer by a header record, in a frame or bare; in mid-transfer by a frame of another record whose checksum is
/// right; and by enquiries that are answered again and again although no frame ever follows. The protocol's two ends are alike, so
/// the client is whoever connected.
/// </summary>
internal static class AstmRecogniser
{
    /// <summary>Bytes of one side within which a short frame ends.</summary>
    public const int LookAhead = 256;

    /// <summary>Refused enquiries after which nothing else speaks so.</summary>
    private const int Tries = 3;

    public static Match Recognise(in Opening opening)
    {
        Match client = Look(opening.Client), server = Look(opening.Server);
        if (client == Match.No || server == Match.No) return Match.No;
        if (client == Match.Yes || server == Match.Yes) return Match.Yes;
        return Refuses(opening.Client, opening.Server) || Refuses(opening.Server, opening.Client) ? Match.Yes : Match.NeedMore;
    }

    private static Match Look(ReadOnlySpan<byte> bytes)
    {
        int text = bytes.IndexOfAnyExcept([AstmLine.Enq, AstmLine.Ack, AstmLine.Nak, AstmLine.Eot, (byte)'\r', (byte)'\n']);
        if (text < 0) return Match.NeedMore;
        bytes = bytes[text..];
        if (bytes[0] != AstmLine.Stx) return AstmHeader.Begins(bytes);
        ReadOnlySpan<byte> frame = bytes[1..];
        if (frame.IsEmpty) return Match.NeedMore;
        ReadOnlySpan<byte> record = frame[0] is >= (byte)'0' and <= (byte)'7' ? frame[1..] : frame;
        Match header = AstmHeader.Begins(record);
        if (header != Match.No) return header;
        if (!"PORCQMSL"u8.Contains(record[0]) || (record.Length > 1 && record[1] != '|')) return Match.No;
        int end = frame.IndexOfAny(AstmLine.Etx, AstmLine.Etb);
        if (end < 0 || end + 3 > frame.Length) return bytes.Length < LookAhead ? Match.NeedMore : Match.No;
        return AstmLine.TryHex(frame[end + 1], out int high) && AstmLine.TryHex(frame[end + 2], out int low) && AstmLine.Sum(frame[..(end + 1)]) == (high << 4) + low ? Match.Yes : Match.No;
    }

    /// <summary>Whether one side only enquires and the other only answers.</summary>
    private static bool Refuses(ReadOnlySpan<byte> asks, ReadOnlySpan<byte> answers) =>
        asks.Count(AstmLine.Enq) >= Tries && answers.Count(AstmLine.Nak) >= Tries
        && !asks.ContainsAnyExcept(AstmLine.Enq, AstmLine.Eot) && !answers.ContainsAnyExcept(AstmLine.Nak, AstmLine.Ack);
}
