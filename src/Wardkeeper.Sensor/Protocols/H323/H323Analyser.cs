using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>Call signalling of H.323: messages of Q.931 in frames of TPKT, with the names and numbers that stand in them. What H.225 packs into them in ASN.1 is not read.</summary>
internal sealed class H323Analyser : MessageAnalyser, IProtocol
{
    private const int Frame = 4, Longest = 8192, LongestText = 128;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "h323",
        Title = "H.323 call signalling",
        Standard = "H.225.0, Q.931, RFC 1006",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(3),
        Ports = [1720],
        LookAhead = 12,
        MaxHeld = Longest,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        // The frame may come alone; Q.931 has its discriminator where X.224 has a length that is never 8 with 2 behind it.
        if (bytes.IsEmpty || bytes[0] != 3 || (bytes.Length > 1 && bytes[1] != 0) || (bytes.Length > 4 && bytes[4] != 8) || (bytes.Length > 5 && bytes[5] != 2)) return Match.No;
        if (bytes.Length < 9) return Match.NeedMore;
        if (Kind(bytes[8]) is null || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) is < 9 or > Longest) return Match.No;
        bool isAnswer = bytes[8] is 1 or 2 or 3 or 7;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Frame) return Measured.Need(Frame);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return bytes[0] != 3 || bytes[1] != 0 || length is < Frame or > Longest ? Measured.Wrong(H323Faults.NoMessage) : new Measured(length, length);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        SpanReader reader = new(message.Bytes[Frame..]);
        byte discriminator = reader.U8();
        ReadOnlySpan<byte> reference = reader.Take(reader.U8());
        byte type = reader.U8();
        // An empty frame keeps the connection open.
        if (message.Bytes.Length == Frame) return Continuation.Stay;
        if (reader.Failed || discriminator != 8 || Kind(type) is not { } kind)
        {
            into.Report(H323Faults.NoMessage);
            return Continuation.Stay;
        }
        H323Message row = new(message.At, message.Range) { Kind = kind, CallReference = reference.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(reference) & 0x7FFF : 0 };
        while (reader.Remaining > 0)
        {
            byte element = reader.U8();
            // Elements of one byte have the highest bit set; the last of a message carries H.225 and has a longer length.
            if (element >= 0x80) continue;
            if (element == 0x7E) break;
            ReadOnlySpan<byte> value = reader.Take(reader.U8());
            if (reader.Failed) break;
            row = element switch
            {
                0x28 => row with { Source = ShortText.Of(value.TrimEnd((byte)0), LongestText) },
                0x6C => row with { CallingNumber = Number(value) },
                0x70 => row with { Destination = Number(value) },
                0x08 when value.Length >= 2 => row with { Cause = value[^1] & 0x7F },
                _ => row,
            };
        }
        into.Emit(row);
        return Continuation.Stay;
    }

    /// <summary>Digits behind one or two bytes of plan and presentation. Q.931, 4.5.8 and 4.5.10.</summary>
    private static string? Number(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return null;
        return ShortText.Of(value[Math.Min(value.Length, (value[0] & 0x80) != 0 ? 1 : 2)..], LongestText);
    }

    /// <summary>Kind of a message. Q.931, table 4-2.</summary>
    private static string? Kind(byte type) => type switch
    {
        0x01 => "alerting",
        0x02 => "call_proceeding",
        0x03 => "progress",
        0x05 => "setup",
        0x07 => "connect",
        0x0D => "setup_acknowledge",
        0x0F => "connect_acknowledge",
        0x4D => "release",
        0x5A => "release_complete",
        0x62 => "facility",
        0x6E => "notify",
        0x75 => "status_enquiry",
        0x7B => "information",
        0x7D => "status",
        _ => null,
    };
}
