using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>Cyclic data of CIP's connections over UDP. Kept per flow are counts and a bounded list of connections; the data is passed by.</summary>
internal sealed class CipDataAnalyser : IProtocol
{
    private const int Shortest = 18, MostConnections = 16;
    private readonly List<uint> connections = [];
    private long clientPackets, serverPackets;
    private CaptureTime began, last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "cipio",
        Title = "Cyclic data of EtherNet/IP",
        Standard = "ODVA CIP Volume 2, 2-6 and 3-4",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(2),
        Ports = [2222],
        LookAhead = 64,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => IsData(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsData(bytes)) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : EnipFaults.MalformedItems);
        if (clientPackets + serverPackets == 0) (began, where) = (segment.At, segment.Range(0, bytes.Length));
        last = segment.At;
        if (segment.Side == Side.Client) clientPackets++;
        else serverPackets++;
        uint connection = BinaryPrimitives.ReadUInt32LittleEndian(bytes[6..]);
        if (connections.Count < MostConnections && !connections.Contains(connection)) connections.Add(connection);
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (clientPackets + serverPackets > 0)
            into.Emit(new CipData(last, where) { Began = began, ClientPackets = clientPackets, ServerPackets = serverPackets, Connections = [.. connections.Select(static one => one.ToString("x8", CultureInfo.InvariantCulture))] });
        Reset();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        connections.Clear();
        clientPackets = serverPackets = 0;
        (began, last, where) = (default, default, default);
    }

    /// <summary>Two items: a sequenced address of eight bytes, and connected data that ends the datagram.</summary>
    private static bool IsData(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Shortest && bytes[0] == 2 && bytes[1] == 0 && bytes[2] == 2 && bytes[3] == 0x80 && bytes[4] == 8 && bytes[5] == 0 && bytes[14] == 0xB1 && bytes[15] == 0
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]) == bytes.Length - Shortest;
}
