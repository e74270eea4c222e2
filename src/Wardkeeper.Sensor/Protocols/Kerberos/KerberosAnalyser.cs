using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>
/// Kerberos 5 between clients and their key distribution centre, over UDP and TCP: requests for tickets with their answers. Kept per
/// flow are the requests that wait. The folder also reads what other protocols carry of it, and NTLM: rows of both come from there.
/// </summary>
internal sealed class KerberosAnalyser : MessageAnalyser, IProtocol
{
    private const int Prefix = 4, Longest = 64 * 1024, MostWaiting = 16;
    private const uint Forwardable = 0x40000000, Renewable = 0x00800000;

    private readonly Waiting<(byte Kind, long Nonce), KerberosExchange> waiting = new(MostWaiting);
    private readonly Queue<(byte Kind, long Nonce)> order = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "krb",
        Title = "Kerberos 5, and authentication inside other protocols (GSS-API, NTLM)",
        Standard = "RFC 4120, RFC 4121, RFC 4178, MS-NLMP",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0, KerberosMessage.AsRequest, KerberosMessage.AsReply, KerberosMessage.TgsRequest, KerberosMessage.TgsReply, KerberosMessage.ApRequest, KerberosMessage.ApReply, KerberosMessage.Error),
        Ports = [88],
        LookAhead = 32,
        MaxHeld = Longest + Prefix,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.NeedMore;
        if (opening.Carrier == Carrier.Tcp)
        {
            if (bytes.Length < Prefix + 2) return bytes[0] == 0 && (bytes.Length < 2 || bytes[1] == 0) && (bytes.Length < 5 || KerberosMessage.Begins(bytes[Prefix..]) != Match.No) ? Match.NeedMore : Match.No;
            if (bytes[0] != 0 || bytes[1] != 0 || !Fits(bytes)) return Match.No;
            bytes = bytes[Prefix..];
        }
        Match match = KerberosMessage.Begins(bytes);
        if (match != Match.Yes) return opening.Carrier == Carrier.Tcp ? match : Match.No;
        bool isReply = bytes[0] is KerberosMessage.AsReply or KerberosMessage.TgsReply or KerberosMessage.ApReply or KerberosMessage.Error;
        return isReply == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return base.Consume(in segment, into);
        if (segment.Missing == 0) Read(segment.Side, segment.Bytes, segment.Range(0, segment.Bytes.Length), segment.At, into);
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public override void Gap(Side side, long missing, ITransactionSink into)
    {
        base.Gap(side, missing, into);
        // Which answer belongs to which request cannot be told any longer.
        End(FlowEnd.Detached, into);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        order.Clear();
        waiting.End(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        order.Clear();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Prefix) return Measured.Need(Prefix);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length is < 8 or > Longest ? Measured.Wrong(KerberosFaults.WrongLength) : new Measured(length + Prefix, (int)length + Prefix);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        Read(message.Side, message.Bytes[Prefix..], message.Range, message.At, into);
        return Continuation.Stay;
    }

    /// <summary>Whether the length before a message is the message's own.</summary>
    private static bool Fits(ReadOnlySpan<byte> bytes)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (!Snmp.BerReader.TryHeader(bytes[Prefix..], out _, out int header, out long inner)) return bytes.Length < Prefix + 6;
        return header + inner == length;
    }

    private void Read(Side side, ReadOnlySpan<byte> bytes, ByteRange range, CaptureTime at, ITransactionSink into)
    {
        if (!KerberosMessage.TryRead(bytes, out KerberosMessage message))
        {
            into.Report(KerberosFaults.MalformedMessage);
            return;
        }
        if (into.Buffers is { } buffers) KerberosBuffers.Offer(message, side, buffers);
        if (message.Kind is KerberosMessage.AsRequest or KerberosMessage.TgsRequest)
        {
            if (side == Side.Client) Ask(message, range, at, into);
        }
        else if (side == Side.Server && message.Kind is KerberosMessage.AsReply or KerberosMessage.TgsReply or KerberosMessage.Error)
        {
            Answer(message, range, at, into);
        }
    }

    private void Ask(KerberosMessage message, ByteRange range, CaptureTime at, ITransactionSink into)
    {
        (byte Kind, long Nonce) key = (message.Kind, message.Nonce);
        // Over UDP a request is sent again until it is answered.
        if (order.Contains(key)) return;
        if (order.Count == MostWaiting) order.Dequeue();
        order.Enqueue(key);
        bool isLogIn = message.Kind == KerberosMessage.AsRequest;
        waiting.Add(key, new KerberosExchange(at, range)
        {
            Began = at,
            RequestType = isLogIn ? "AS" : "TGS",
            Client = WithRealm(message.Client, message.Realm),
            Service = message.Service,
            Realm = message.Realm,
            From = message.From is { } from ? CaptureTime.FromSeconds(from) : null,
            Till = message.Till is { } till ? CaptureTime.FromSeconds(till) : null,
            Ciphers = [.. message.Ciphers.Where(static cipher => cipher > 0).Select(KerberosNames.Cipher)],
            WeakOnly = message.Ciphers.Count > 0 ? message.Ciphers.TrueForAll(KerberosNames.IsWeak) : null,
            Forwardable = (message.Options & Forwardable) != 0,
            Renewable = (message.Options & Renewable) != 0,
            Preauthenticated = isLogIn ? message.IsPreauthenticated : null,
            ClientHost = message.ClientHost,
            Nonce = message.Nonce,
        }, into);
    }

    /// <summary>Answers hide the number of their request: the oldest of the kind is theirs.</summary>
    private void Answer(KerberosMessage message, ByteRange range, CaptureTime at, ITransactionSink into)
    {
        byte wanted = message.Kind switch { KerberosMessage.AsReply => KerberosMessage.AsRequest, KerberosMessage.TgsReply => KerberosMessage.TgsRequest, _ => 0 };
        KerberosExchange? asked = null;
        for (int left = order.Count; left > 0; left--)
        {
            (byte Kind, long Nonce) key = order.Dequeue();
            if (asked is null && (wanted == 0 || key.Kind == wanted)) asked = waiting.Take(key);
            else order.Enqueue(key);
        }
        bool isError = message.Kind == KerberosMessage.Error;
        // An error alone does not tell what was asked for.
        if (asked is null && isError) return;
        asked ??= new KerberosExchange(at, range) { RequestType = message.Kind == KerberosMessage.AsReply ? "AS" : "TGS" };
        into.Emit(asked with
        {
            At = at,
            Client = asked.Client ?? WithRealm(message.Client, message.ClientRealm),
            Service = (isError ? asked.Service : null) ?? message.Service ?? asked.Service,
            Realm = (isError ? asked.Realm : null) ?? message.Realm ?? asked.Realm,
            Success = !isError,
            ErrorMsg = isError ? KerberosNames.Error(message.ErrorCode) : null,
            Cipher = message.TicketCipher,
        });
    }

    private static string? WithRealm(string? name, string? realm) => name is null ? null : realm is null ? name : $"{name}/{realm}";
}
