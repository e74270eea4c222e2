using System.Buffers.Binary;
using System.Buffers.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sstp;

/// <summary>
/// Microsoft's tunnel of PPP in HTTPS, where it is seen behind whoever takes the TLS off: who asks for it, and how the tunnel is opened,
/// refused and ended. Kept per flow is whether each side's head is past. What goes through the tunnel is passed by.
/// </summary>
internal sealed class SstpAnalyser : MessageAnalyser, IProtocol
{
    private const int LongestHead = 4096, Header = 4, Longest = 128, Control = 8;
    private bool clientBegan, serverBegan;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "sstp",
        Title = "Secure Socket Tunneling Protocol, without its TLS",
        Standard = "MS-SSTP",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'S'),
        LookAhead = 32,
        MaxHeld = LongestHead,
    };

    private static ReadOnlySpan<byte> Verb => "SSTP_DUPLEX_POST /"u8;

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.StartsWith(Verb)) return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
        return Verb.StartsWith(bytes) ? Match.NeedMore : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        clientBegan = serverBegan = false;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (side == Side.Client ? !clientBegan : !serverBegan)
        {
            ReadOnlySpan<byte> start = side == Side.Client ? Verb : "HTTP/1."u8;
            int end = bytes.IndexOf("\r\n\r\n"u8) + 4;
            if (!bytes[..Math.Min(bytes.Length, start.Length)].SequenceEqual(start[..Math.Min(bytes.Length, start.Length)]) || (end < 4 && bytes.Length >= LongestHead)) return Measured.Wrong(SstpFaults.NoHead);
            return end < 4 ? Measured.Need(bytes.Length + 1) : new Measured(end, end);
        }
        if (bytes[0] != 0x10) return Measured.Wrong(SstpFaults.MalformedPacket);
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & 0xFFF;
        return length < Header ? Measured.Wrong(SstpFaults.MalformedPacket) : new Measured(length, (bytes[1] & 1) != 0 ? Longest : Header);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        if (bytes[0] != 0x10)
        {
            if (message.Side == Side.Client) clientBegan = true;
            else serverBegan = true;
            into.Emit(message.Side == Side.Client
                ? new SstpMessage(message.At, message.Range) { Kind = "http-request", Host = Host(bytes) }
                : new SstpMessage(message.At, message.Range) { Kind = "http-answer", StatusCode = bytes.Length > 12 && Utf8Parser.TryParse(bytes[9..12], out int status, out _) ? status : null });
            return Continuation.Stay;
        }
        if ((bytes[1] & 1) == 0 || bytes.Length < Control) return Continuation.Stay;
        int type = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        // Signs of life.
        if (type is 8 or 9) return Continuation.Stay;
        into.Emit(new SstpMessage(message.At, message.Range) { Kind = Kind(type), Reason = type is 3 or 5 or 6 ? Reason(bytes) : null });
        return Continuation.Stay;
    }

    /// <summary>The first attribute that states a status: reserved byte, its number 2, its length, the attribute meant, the status. MS-SSTP 2.2.7.</summary>
    private static long? Reason(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes[Control..]);
        while (reader.Remaining >= 12)
        {
            reader.Skip(1);
            byte id = reader.U8();
            int length = (reader.U16() & 0xFFF) - 4;
            if (id == 2 && length >= 8)
            {
                reader.Skip(4);
                return reader.U32();
            }
            reader.Skip(length);
        }
        return null;
    }

    private static string? Host(ReadOnlySpan<byte> head)
    {
        int at = head.IndexOf("\r\nHost:"u8);
        if (at < 0) return null;
        ReadOnlySpan<byte> rest = head[(at + 7)..];
        return ShortText.Of(rest[..rest.IndexOf("\r\n"u8)].Trim((byte)' '), 255);
    }

    private static string Kind(int type) => type switch
    {
        1 => "connect-request",
        2 => "connect-ack",
        3 => "connect-nak",
        4 => "connected",
        5 => "abort",
        6 => "disconnect",
        7 => "disconnect-ack",
        _ => "other",
    };
}
