using System.Net;
using System.Net.NetworkInformation;

namespace Wardkeeper.Lab.Recording;

/// <summary>When a scene ran and which of the frames then recorded belong to it.</summary>
/// <param name="Name">Name of the scene.</param>
/// <param name="IsAttack">Whether it is an attack; a benign twin or oddity otherwise.</param>
/// <param name="Begin">First moment, microseconds since 1970, as recorded.</param>
/// <param name="End">Last moment.</param>
/// <param name="Traffic">Which frames.</param>
internal sealed record SceneMark(string Name, bool IsAttack, long Begin, long End, IReadOnlyList<SceneTraffic> Traffic)
{
    /// <summary>Whether a frame belongs to it.</summary>
    public bool Holds(in Frame frame)
    {
        if (frame.At < Begin || frame.At > End) return false;
        foreach (SceneTraffic traffic in Traffic)
        {
            if (traffic.Holds(frame)) return true;
        }
        return false;
    }
}

/// <summary>Frames to and from one host, all of them or those with one peer or one port.</summary>
/// <param name="Ip">The host's address.</param>
/// <param name="Mac">Its hardware address: for frames that carry another IP address or none; null to go by IP alone.</param>
/// <param name="Peer">The other end, or null for any.</param>
/// <param name="Port">A TCP or UDP port of either end, or null for any.</param>
internal sealed record SceneTraffic(IPAddress Ip, PhysicalAddress? Mac = null, IPAddress? Peer = null, int? Port = null)
{
    private readonly uint ip = Number(Ip), peer = Peer is null ? 0 : Number(Peer);
    private readonly ulong mac = Mac is null ? 0 : Mac.GetAddressBytes().Aggregate(0UL, (sum, part) => (sum << 8) | part);

    /// <summary>Whether a frame is one of them.</summary>
    public bool Holds(in Frame frame)
    {
        (uint from, uint to) = frame.Addresses ?? default;
        bool isOwn = from == ip || to == ip || (mac != 0 && (frame.Source == mac || frame.Target == mac));
        return isOwn && (Peer is null || from == peer || to == peer) && (Port is null || (frame.Ports is { } ports && (ports.From == Port || ports.To == Port)));
    }

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
