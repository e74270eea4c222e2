using System.Collections.Frozen;
using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Which end of a flow is likelier the server when its beginning was not seen: a small set of service ports, used only to turn
/// such flows round, never to name a protocol (the idea of Zeek's likely_server_ports).
/// </summary>
internal static class LikelyServers
{
    private static readonly FrozenSet<ushort> Tcp = new ushort[]
    {
        20, 21, 22, 23, 25, 53, 80, 81, 88, 104, 110, 135, 139, 143, 389, 443, 445, 465, 502, 515, 524, 554, 563, 585, 587, 614, 631, 636, 989, 990, 992, 993, 994,
        995, 1080, 1433, 1521, 1883, 2404, 2575, 2761, 2762, 3128, 3268, 3306, 3389, 4840, 5060, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080,
        8443, 8883, 8888, 9100, 11112, 20000, 44818,
    }.ToFrozenSet();

    private static readonly FrozenSet<ushort> Udp = new ushort[]
    {
        53, 67, 69, 88, 123, 137, 161, 162, 443, 500, 514, 547, 1812, 1813, 1900, 3478, 3702, 4789, 5060, 5353, 5355, 2152, 3544, 47808,
    }.ToFrozenSet();

    public static bool Contains(PacketKind kind, ushort port) => kind == PacketKind.Tcp ? Tcp.Contains(port) : kind == PacketKind.Udp && Udp.Contains(port);
}
