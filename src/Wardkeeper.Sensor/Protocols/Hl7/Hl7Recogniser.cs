namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// Recognises HL7 v2 by a start block or nothing, then a header with plausible separators. The client is the side that sends the
/// first message which is no acknowledgement, whoever opened the connection: many analysers wait for the information system to
/// connect and then send their results.
/// </summary>
internal static class Hl7Recogniser
{
    /// <summary>Bytes of one side within which MSH-9 should have come; without it the first speaker is taken for the sender.</summary>
    public const int LookAhead = 512;

    private enum Sight
    {
        Nothing,
        Other,
        Incomplete,
        Message,
        Acknowledgement,
    }

    public static Match Recognise(in Opening opening)
    {
        Sight client = Look(opening.Client), server = Look(opening.Server);
        if (client == Sight.Other || server == Sight.Other) return Match.No;
        return (client, server) switch
        {
            (Sight.Message, _) => Match.Yes,
            (Sight.Incomplete, _) => Match.NeedMore,
            (_, Sight.Message) => Match.YesReversed,
            (_, Sight.Incomplete) => Match.NeedMore,
            (Sight.Acknowledgement, Sight.Nothing) => opening.FromStart ? Match.Yes : Match.YesReversed,
            (Sight.Nothing, Sight.Nothing) => Match.NeedMore,
            _ => Match.Yes,
        };
    }

    private static Sight Look(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Sight.Nothing;
        ReadOnlySpan<byte> header = bytes[0] == MllpReader.StartBlock ? bytes[1..] : bytes;
        switch (header.IsEmpty ? Match.NeedMore : Hl7Header.Begins(header))
        {
            case Match.NeedMore: return Sight.Incomplete;
            case Match.No: return Sight.Other;
            default: break;
        }
        if (!header.StartsWith("MSH"u8)) return Sight.Message;
        ReadOnlySpan<byte> type = Hl7Header.Field(header, 9, out bool whole);
        if (!whole) return bytes.Length < LookAhead ? Sight.Incomplete : Sight.Message;
        return type.StartsWith("ACK"u8) || type.StartsWith("MCF"u8) ? Sight.Acknowledgement : Sight.Message;
    }
}
