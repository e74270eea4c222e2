using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>
/// Directories, over TCP and (to find a domain's servers) UDP: log-ins, searches, changes with their results. Passwords are passed by.
/// Behind StartTLS the stream is TLS; what a log-in signs but does not hide is read on, what it hides ends the reading. Kept per flow
/// are the operations that wait, a bounded number.
/// </summary>
internal sealed class LdapAnalyser : MessageAnalyser, IProtocol
{
    private const int MostShown = 16 * 1024, Prefix = 4, MostSealed = 128 * 1024, WrapHeader = 16;

    private readonly LdapConversation conversation = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ldap",
        Title = "Lightweight Directory Access Protocol",
        Standard = "RFC 4511, RFC 4513, RFC 4515, MS-ADTS",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of(BerReader.Sequence),
        Ports = [389, 3268],
        LookAhead = 32,
        MaxHeld = MostSealed,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match match = LdapMessage.Begins(opening.Any, out bool isRequest);
        if (match != Match.Yes) return opening.Carrier == Carrier.Udp ? Match.No : match;
        return isRequest == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return base.Consume(in segment, into);
        Several(segment.Side, segment.Bytes, segment.At, segment.Range(0, segment.Bytes.Length), into);
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => conversation.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        conversation.Reset();
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == BerReader.Sequence)
        {
            if (BerReader.TryHeader(bytes, out _, out int header, out long length)) return length == 0 ? Measured.Wrong(LdapFaults.MalformedMessage) : new Measured(header + length, (int)Math.Min(header + length, MostShown));
            return bytes.Length < 6 && (bytes.Length < 2 || bytes[1] is > 0x80 and <= 0x84) ? Measured.Need(bytes.Length + 1) : Measured.Wrong(LdapFaults.MalformedMessage);
        }
        // What a log-in protects travels in buffers that begin with their length. RFC 4422, section 3.7.
        if (bytes[0] != 0 || !conversation.IsProtected) return Measured.Wrong(LdapFaults.MalformedMessage);
        if (bytes.Length < Prefix) return Measured.Need(Prefix);
        long size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return size < WrapHeader ? Measured.Wrong(LdapFaults.MalformedMessage) : new Measured(Prefix + size, (int)Math.Min(Prefix + size, MostSealed - 1));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        if (message.Bytes[0] == BerReader.Sequence) return conversation.Take(message.Side, message.Bytes, message.At, message.Range, into);
        ReadOnlySpan<byte> clear = Unwrap(message.Bytes[Prefix..]);
        if (clear.IsEmpty) return Continuation.Done;
        Several(message.Side, clear, message.At, message.Range, into);
        return Continuation.Stay;
    }

    /// <summary>What is signed but not hidden: behind Kerberos' header (RFC 4121, section 4.2.6.2) or NTLM's (MS-NLMP, section 2.2.2.9); nothing when it is hidden.</summary>
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> wrapped)
    {
        ReadOnlySpan<byte> clear = wrapped.Length > WrapHeader ? wrapped[WrapHeader..] : default;
        if (wrapped is [5, 4, _, 0xFF, ..] && (wrapped[2] & 2) == 0)
        {
            int check = BinaryPrimitives.ReadUInt16BigEndian(wrapped[4..]);
            // The checksum stands behind, or is turned round to stand before.
            bool isTurned = BinaryPrimitives.ReadUInt16BigEndian(wrapped[6..]) != 0;
            if (check > clear.Length) return default;
            clear = isTurned ? clear[check..] : clear[..^check];
        }
        return !clear.IsEmpty && LdapMessage.Begins(clear, out _) == Match.Yes ? clear : default;
    }

    private void Several(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        while (!bytes.IsEmpty)
        {
            if (!BerReader.TryHeader(bytes, out _, out int header, out long length))
            {
                into.Report(LdapFaults.MalformedMessage);
                return;
            }
            int whole = (int)Math.Min(header + length, bytes.Length);
            conversation.Take(side, bytes[..whole], at, range, into);
            bytes = bytes[whole..];
        }
    }
}
