using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Memcached;

/// <summary>
/// Memcached in its text and binary forms, over TCP and UDP: each command with its answer. Kept per flow are the commands that wait, a
/// bounded number. Values are passed by.
/// </summary>
internal sealed class MemcachedAnalyser : IProtocol
{
    private const int Port = 11211, DatagramHeader = 8;

    private readonly MemcachedText text = new();
    private readonly MemcachedBinary binary = new();
    private bool? isBinary;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "memcache",
        Title = "Memcached",
        Standard = "memcached protocol.txt, memcached binary protocol",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of([MemcachedBinary.Request, MemcachedBinary.Answer, 0, .. "gsarpcdivtfmq"u8]),
        Ports = [Port],
        LookAhead = 300,
        MaxHeld = 8192,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        bool isUsual = opening.ServerPort == Port;
        ReadOnlySpan<byte> client = opening.Client, server = opening.Server;
        if (opening.Carrier == Carrier.Udp)
        {
            if (client.Length < DatagramHeader + 4 || !isUsual || BinaryPrimitives.ReadUInt16BigEndian(client[2..]) != 0 || BinaryPrimitives.ReadUInt16BigEndian(client[4..]) != 1 || BinaryPrimitives.ReadUInt16BigEndian(client[6..]) != 0) return Match.No;
            client = client[DatagramHeader..];
            return (client[0] == MemcachedBinary.Request ? MemcachedBinary.Begins(client) : MemcachedText.Begins(client, isUsual, default)) == Match.Yes ? Match.Yes : Match.No;
        }
        if (client.IsEmpty)
        {
            if (server.IsEmpty || server[0] is not (MemcachedBinary.Request or MemcachedBinary.Answer)) return Match.No;
            return MemcachedBinary.Begins(server) switch { Match.Yes => server[0] == MemcachedBinary.Answer ? Match.Yes : Match.YesReversed, Match other => other };
        }
        if (client[0] is MemcachedBinary.Request or MemcachedBinary.Answer)
            return MemcachedBinary.Begins(client) switch { Match.Yes => client[0] == MemcachedBinary.Request ? Match.Yes : Match.YesReversed, Match other => other };
        return MemcachedText.Begins(client, isUsual, server);
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (segment.Flow.Carrier == Carrier.Udp)
        {
            // Of an answer in several datagrams the first tells.
            if (bytes.Length <= DatagramHeader || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != 0) return Progress.All(in segment);
            Segment inner = new() { Side = segment.Side, Bytes = bytes[DatagramHeader..], At = segment.At, Offset = segment.Offset + DatagramHeader, Flow = segment.Flow };
            text.BeginDatagram();
            if (bytes[DatagramHeader] is not (MemcachedBinary.Request or MemcachedBinary.Answer)) text.Consume(in inner, into);
            else binary.Consume(in inner, into);
            return Progress.All(in segment);
        }
        isBinary ??= bytes[0] is MemcachedBinary.Request or MemcachedBinary.Answer;
        return isBinary.Value ? binary.Consume(in segment, into) : text.Consume(in segment, into);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        text.Gap(side, missing, into);
        binary.Gap(side, missing, into);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        text.End(how, into);
        binary.End(how, into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        text.Reset();
        binary.Reset();
        isBinary = null;
    }
}
