using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dtls;
using Wardkeeper.Sensor.Protocols.Rtp;

namespace Wardkeeper.Sensor.Protocols.Stun;

/// <summary>
/// STUN and TURN over UDP and TCP, and what shares their flow by RFC 7983: the handshake of DTLS, RTP and RTCP. Requests are paired
/// with answers; one that says nothing new in its flow is not shown again. What a relay carries is passed by.
/// </summary>
internal sealed class StunAnalyser : IProtocol
{
    private const int MostWaiting = 16, Longest = 4096;

    private readonly Waiting<(UInt128 Transaction, Side Side), StunExchange> waiting = new(MostWaiting);
    private readonly RecentStatements recent = new();
    private readonly DtlsReader dtls = new();
    private readonly RtpReader rtp = new();
    private StreamPlace client, server;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "stun",
        Title = "Session Traversal Utilities for NAT",
        Standard = "RFC 8489, RFC 8656, RFC 3489, RFC 8445, RFC 7983",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0, 1, 2),
        Ports = [3478, 19302],
        LookAhead = StunMessage.Header,
        MaxHeld = Longest,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.No;
        if (opening.Carrier == Carrier.Tcp && bytes.Length < StunMessage.Header) return bytes[0] <= 1 ? Match.NeedMore : Match.No;
        if (!StunMessage.TryRead(bytes, out StunMessage message)) return Match.No;
        int rest = bytes.Length - StunMessage.Header;
        bool isAnswer = message.Class >= 2;
        if (message.HasCookie)
        {
            // A length that is not the datagram's makes a broken message, but no other protocol has the cookie.
            if (opening.Carrier == Carrier.Tcp && message.Length > Longest) return Match.No;
        }
        else
        {
            bool isOld = opening.Carrier == Carrier.Udp && message.Method is 1 or 2 && message.Length == rest && message.Length > 0 && StunMessage.IsTiled(bytes[StunMessage.Header..], isOld: !opening.HasPort(3478));
            bool isEmptyOld = opening.Carrier == Carrier.Udp && message is { Method: 1, Class: 0, Length: 0 } && rest == 0 && opening.HasPort(3478);
            if (!isOld && !isEmptyOld) return Match.No;
        }
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (segment.Flow.Carrier != Carrier.Tcp)
        {
            Fault? fault = bytes.IsEmpty ? null : bytes[0] switch
            {
                <= 3 => Message(in segment, 0, bytes.Length, into),
                >= 20 and <= 63 => dtls.Take(in segment, into),
                >= 128 and <= 191 => rtp.Take(in segment),
                _ => null,
            };
            return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : fault);
        }
        ref StreamPlace place = ref segment.Side == Side.Client ? ref client : ref server;
        int at = place.Pass(in segment);
        while (at < bytes.Length && !place.IsSilent)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (rest.Length < 4) return new Progress(at, 4);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            // Messages of channels are padded to four bytes. RFC 8656, 12.5.
            int whole = rest[0] is >= 0x40 and < 0x80 ? 4 + ((length + 3) & ~3) : StunMessage.Header + length;
            if (rest[0] > 0x7F || (rest[0] < 0x40 && whole > Longest))
            {
                into.Report(StunFaults.Length);
                place.FallSilent();
                break;
            }
            if (rest[0] < 0x40)
            {
                if (rest.Length < whole) return new Progress(at, whole);
                if (Message(in segment, at, whole, into) is { } fault) into.Report(fault);
            }
            place.End = segment.Offset + at + whole;
            at = Math.Min(bytes.Length, at + whole);
        }
        return new Progress(place.IsSilent ? bytes.Length : at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        if (side == Side.Client) client.Lose();
        else server.Lose();
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        waiting.End(into);
        dtls.End(into);
        rtp.End(into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        waiting.Clear();
        recent.Clear();
        dtls.Reset();
        rtp.Reset();
        client = server = default;
    }

    private Fault? Message(in Segment segment, int from, int length, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes.Slice(from, length);
        if (!StunMessage.TryRead(bytes, out StunMessage message)) return StunFaults.Length;
        bool isAnswer = message.Class >= 2;
        ReadOnlySpan<byte> attributes = bytes[StunMessage.Header..Math.Min(bytes.Length, StunMessage.Header + message.Length)];
        Fault? fault = StunMessage.Header + message.Length == bytes.Length ? null : StunFaults.Length;
        Side asker = isAnswer ? segment.Side == Side.Client ? Side.Server : Side.Client : segment.Side;
        StunExchange? asked = isAnswer ? waiting.Take((message.Transaction, asker)) : null;
        StunExchange row = asked is null ? new StunExchange(segment.At, segment.Range(from, length)) { Began = segment.At, Method = message.Name! } : asked with { At = segment.At };
        if (!StunMessage.Read(attributes, message.HasCookie ? message.Transaction : 0, isAnswer, ref row)) fault ??= StunFaults.Attribute;
        row = row with { Places = TextPlace.Of(row.Places, bytes, segment.Range(from, length), isAnswer ? row.Software : row.ClientSoftware) };
        if (message.Class == 0)
        {
            // The same request again is a repetition.
            waiting.Take((message.Transaction, asker));
            waiting.Add((message.Transaction, asker), row, into);
            return fault;
        }
        row = row with { Class = message.Class switch { 1 => "indication", 2 => "success", _ => "error" } };
        if (IsNew(in segment, row)) into.Emit(row);
        return fault;
    }

    private bool IsNew(in Segment segment, StunExchange row)
    {
        // Checks of a path come every few seconds; what they say stays the same.
        string said = $"{row.Method} {row.Class} {row.ErrorCode} {row.MappedAddress.High:x}{row.MappedAddress.Low:x} {row.MappedPort} {row.RelayedPort} {row.PeerAddress.Low:x} {row.Software} {row.ClientSoftware} {row.Username} {row.Realm}";
        return !recent.IsRepeat(segment.Side, MemoryMarshal.AsBytes(said.AsSpan()), segment.At);
    }
}
