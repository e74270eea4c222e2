using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>What each end of a capture's conversations sent, put together here and not by the sensor's flows.</summary>
internal sealed class SentBytes
{
    private readonly Dictionary<(PacketKind, Address, ushort, Address, ushort, MacAddress), List<Part>> parts = [];

    public SentBytes(string capture)
    {
        using ICaptureSource source = CaptureFiles.Open([capture]);
        BatchReader reader = new(source, new Decoder(new SensorCounters()));
        for (PacketBatch batch = new(); reader.Fill(batch); batch.Clear())
        {
            for (int i = 0; i < batch.Count; i++) Add(in batch.At(i));
        }
    }

    /// <summary>The bytes of one side that evidence names; null when they are not in the capture.</summary>
    public byte[]? Of(FlowView flow, ByteRange range)
    {
        bool isOriginator = (range.Side == Side.Client) != flow.ClientIsResponder;
        PacketKind kind = flow.Carrier switch { Carrier.Tcp => PacketKind.Tcp, Carrier.Udp => PacketKind.Udp, _ => PacketKind.Link };
        (Address, ushort, Address, ushort) there = (flow.OriginatorAddress, flow.OriginatorPort, flow.ResponderAddress, flow.ResponderPort), back = (flow.ResponderAddress, flow.ResponderPort, flow.OriginatorAddress, flow.OriginatorPort);
        (Address from, ushort port, Address to, ushort toPort) = isOriginator ? there : back;
        MacAddress mac = kind != PacketKind.Link ? default : isOriginator ? flow.OriginatorMac : flow.ResponderMac;
        if (!parts.TryGetValue((kind, from, port, to, toPort, mac), out List<Part>? sent)) return null;
        sent = sent.FindAll(part => part.Number >= flow.FirstPacket && (kind != PacketKind.Link || part.EtherType == flow.EtherType));
        return kind == PacketKind.Tcp ? Stream(sent, range) : Joined(sent, range);
    }

    private void Add(ref readonly Packet packet)
    {
        if (packet.Kind is not (PacketKind.Tcp or PacketKind.Udp or PacketKind.Link)) return;
        (PacketKind, Address, ushort, Address, ushort, MacAddress) key = (packet.Kind, packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort, packet.Kind == PacketKind.Link ? packet.SourceMac : default);
        if (!parts.TryGetValue(key, out List<Part>? sent)) parts.Add(key, sent = []);
        // A mirror port sends copies; the sensor counts each datagram once.
        if (packet.Kind == PacketKind.Udp && packet.IpId != 0 && sent is [.., Part last] && last.IpId == packet.IpId && packet.Payload.SequenceEqual(last.Bytes)) return;
        sent.Add(new Part(packet.Number, packet.Seq, (packet.TcpFlags & FlowRun.Syn) != 0, packet.EtherType, packet.IpId, packet.PayloadLength, packet.Payload.ToArray()));
    }

    /// <summary>Datagrams one behind the other.</summary>
    private static byte[]? Joined(List<Part> sent, ByteRange range)
    {
        long before = 0;
        foreach (Part part in sent)
        {
            long at = range.Start - before;
            if (at >= 0 && at < part.Length) return at + range.Length <= part.Bytes.Length ? part.Bytes[(int)at..(int)(at + range.Length)] : null;
            before += part.Length;
        }
        return null;
    }

    /// <summary>A stream, whose first byte follows the SYN, or is the first that was seen.</summary>
    private static byte[]? Stream(List<Part> sent, ByteRange range)
    {
        if (sent.Count == 0) return null;
        Part first = sent.Find(static part => part.IsSyn) ?? sent.Find(static part => part.Length > 0) ?? sent[0];
        uint begin = first.Seq + (first.IsSyn ? 1u : 0u);
        byte[] bytes = new byte[range.Length];
        bool[] has = new bool[range.Length];
        foreach (Part part in sent)
        {
            long at = (int)(part.Seq + (part.IsSyn ? 1u : 0u) - begin) - range.Start;
            for (int i = 0; i < part.Bytes.Length; i++)
            {
                if (at + i < 0 || at + i >= bytes.Length || has[at + i]) continue;
                (bytes[at + i], has[at + i]) = (part.Bytes[i], true);
            }
        }
        return has.Contains(false) ? null : bytes;
    }

    private sealed record Part(long Number, uint Seq, bool IsSyn, ushort EtherType, ushort IpId, int Length, byte[] Bytes);
}
