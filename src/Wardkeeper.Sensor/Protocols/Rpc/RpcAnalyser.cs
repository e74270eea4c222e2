using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>
/// Sun's remote procedure calls over UDP and TCP: port mapper, mount and NFS by name, other programs by number. Kept per flow are the
/// calls that wait and how often each procedure was called. Only a record's beginning is looked at.
/// </summary>
internal sealed class RpcAnalyser : MessageAnalyser, IProtocol
{
    private const int Mark = 4, Shown = 2048, LongestRecord = 1 << 23;

    private readonly RpcReader reader = new();
    private bool clientGoesOn, serverGoesOn;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rpc",
        Title = "Open Network Computing Remote Procedure Call",
        Standard = "RFC 5531, RFC 1833, RFC 1094, RFC 1813, RFC 7530, RFC 8881",
        Carriers = Carrier.Udp | Carrier.Tcp,
        Ports = [111, 2049],
        LookAhead = 48,
        MaxHeld = Shown + Mark,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        int at = 0;
        if (opening.Carrier == Carrier.Tcp)
        {
            if (bytes.IsEmpty || bytes[0] != 0x80) return Match.No;
            if (bytes.Length < Mark + 24) return bytes.Length < Mark + 8 || BinaryPrimitives.ReadUInt32BigEndian(bytes[(Mark + 4)..]) <= 1 ? Match.NeedMore : Match.No;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0x7FFFFFFF;
            if (length is < 24 or > LongestRecord || (length & 3) != 0) return Match.No;
            at = Mark;
        }
        if (bytes.Length - at < 24) return Match.No;
        SpanReader message = new(bytes[at..]);
        message.Skip(4);
        bool isCall = message.U32() == 0;
        if (isCall)
        {
            if (message.U32() != 2 || !RpcNames.IsProgram(message.U32()) || message.U32() > 16 || message.U32() > 64) return Match.No;
            if (message.Remaining >= 8 && (message.U32() > 8 && message.Whole[24] == 0 || message.U32() > 400)) return Match.No;
            return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
        }
        // A reply has little that tells it: its server's port must help.
        ushort port = opening.Client.IsEmpty ? opening.ServerPort : opening.ClientPort;
        if (port is not (111 or 2049) || message.Whole[7] != 1 || message.Whole[4..7].ContainsAnyExcept((byte)0) || message.U32() > 1 || message.U32() > 6 || message.U32() > 400) return Match.No;
        return opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    Progress IAnalyser.Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return Consume(in segment, into);
        bool isRead = reader.Take(segment.Bytes, segment.At, segment.Range(0, segment.Bytes.Length), segment.Flow, into);
        return new Progress(segment.Bytes.Length, 0, isRead || segment.Missing > 0 ? null : RpcFaults.NoMessage);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => reader.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        reader.Reset();
        clientGoesOn = serverGoesOn = false;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Mark) return Measured.Need(Mark);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0x7FFFFFFF;
        return length > LongestRecord ? Measured.Wrong(RpcFaults.RecordTooLong) : new Measured(Mark + length, (int)Math.Min(Mark + length, Mark + Shown));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ref bool goesOn = ref message.Side == Side.Client ? ref clientGoesOn : ref serverGoesOn;
        bool isFurther = goesOn;
        goesOn = (message.Bytes[0] & 0x80) == 0;
        // Further fragments of a record are passed by.
        if (!isFurther && message.Bytes.Length > Mark && !reader.Take(message.Bytes[Mark..], message.At, message.Range, message.Flow, into)) into.Report(RpcFaults.NoMessage);
        return Continuation.Stay;
    }
}
