using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stp;

/// <summary>Reads a bridge protocol data unit (IEEE 802.1D, 9.3; IEEE 802.1Q, 14.4). Pure.</summary>
internal static class BpduReader
{
    private const byte Configuration = 0, Rapid = 2, TopologyChange = 0x80;
    private const int MstHeader = 64, MstRecord = 16, MostInstances = 64;
    private const double Second = 256;

    /// <summary>Whether protocol, version and type are ones that there are.</summary>
    public static bool BeginsRight(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] <= 4 && bytes[3] is Configuration or Rapid or TopologyChange;

    public static string VersionOf(ReadOnlySpan<byte> bytes) => bytes[2] switch { 0 => "stp", 2 => "rstp", 3 => "mstp", 4 => "spb", _ => "unknown-1" };

    public static string KindOf(ReadOnlySpan<byte> bytes) => bytes[3] switch { Configuration => "configuration", Rapid => "rapid", _ => "topology-change" };

    /// <summary>Adds what it says; null means that it is right.</summary>
    public static Fault? Read(ReadOnlySpan<byte> bytes, bool isPerVlan, ref Bpdu into)
    {
        if (bytes[3] == TopologyChange) return null;
        SpanReader reader = new(bytes);
        reader.Skip(4);
        byte flags = reader.U8();
        (long Priority, long Extension, MacAddress Mac) root = Bridge(ref reader);
        long cost = reader.U32();
        (long Priority, long Extension, MacAddress Mac) bridge = Bridge(ref reader);
        ushort port = reader.U16(), age = reader.U16(), maxAge = reader.U16(), hello = reader.U16(), delay = reader.U16();
        if (reader.Failed) return StpFaults.Short;
        bool isRapid = bytes[3] == Rapid;
        into = into with
        {
            RootPriority = root.Priority,
            RootExtension = root.Extension,
            RootMac = root.Mac,
            RootCost = cost,
            BridgePriority = bridge.Priority,
            BridgeExtension = bridge.Extension,
            BridgeMac = bridge.Mac,
            PortPriority = isRapid ? (port >> 12) << 4 : port >> 8,
            Port = isRapid ? port & 0x0FFF : port & 0xFF,
            PortRole = isRapid ? ((flags >> 2) & 3) switch { 0 => "master", 1 => "alternate", 2 => "root", _ => "designated" } : null,
            PortState = !isRapid ? null : (flags & 0x20) != 0 ? "forwarding" : (flags & 0x10) != 0 ? "learning" : "discarding",
            TopologyChange = (flags & 1) != 0,
            TopologyChangeAcknowledged = (flags & 0x80) != 0 && !isRapid ? true : null,
            Proposal = isRapid && (flags & 2) != 0 ? true : null,
            Agreement = isRapid && (flags & 0x40) != 0 ? true : null,
            MessageAge = age / Second,
            MaxAge = maxAge / Second,
            HelloTime = hello / Second,
            ForwardDelay = delay / Second,
        };
        if (isRapid) reader.Skip(1);
        if (isPerVlan) return Vlan(ref reader, ref into);
        return bytes[2] == 3 && isRapid ? Trees(ref reader, ref into) : null;
    }

    /// <summary>Cisco's addition: type 0, length 2, the VLAN whose tree it is. It stands behind a byte more where the frame is old.</summary>
    private static Fault? Vlan(ref SpanReader reader, ref Bpdu into)
    {
        ReadOnlySpan<byte> rest = reader.Rest;
        int at = rest.IndexOf((ReadOnlySpan<byte>)[0, 0, 0, 2]);
        if (at is < 0 or > 2 || rest.Length < at + 6) return StpFaults.Vlan;
        into = into with { Vlan = (rest[at + 4] << 8) | rest[at + 5] };
        return null;
    }

    private static Fault? Trees(ref SpanReader reader, ref Bpdu into)
    {
        int length = reader.U16();
        if (length < MstHeader || length > reader.Remaining) return StpFaults.Trees;
        reader.Skip(1);
        string? region = ShortText.Of(new SpanReader(reader.Take(32)).UntilZero(), 32);
        long revision = reader.U16();
        ReadOnlySpan<byte> digest = reader.Take(16);
        long cost = reader.U32();
        MacAddress bridge = Bridge(ref reader).Mac;
        long hops = reader.U8();
        List<long> instances = [];
        for (int left = length - MstHeader; left >= MstRecord && instances.Count < MostInstances; left -= MstRecord)
        {
            reader.Skip(1);
            instances.Add(Bridge(ref reader).Extension);
            reader.Skip(MstRecord - 9);
        }
        into = into with { Region = region, Revision = revision, Digest = Convert.ToHexStringLower(digest), InternalCost = cost, RegionalBridge = bridge, RemainingHops = hops, Instances = instances };
        return (length - MstHeader) % MstRecord == 0 ? null : StpFaults.Trees;
    }

    /// <summary>A bridge identifier: four bits of priority, twelve that tell VLAN or tree, and the address. 802.1D, 9.2.5.</summary>
    private static (long Priority, long Extension, MacAddress Mac) Bridge(ref SpanReader reader)
    {
        ushort priority = reader.U16();
        ReadOnlySpan<byte> mac = reader.Take(6);
        return (priority & 0xF000, priority & 0x0FFF, mac.IsEmpty ? default : MacAddress.Read(mac));
    }
}
