using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Which ICMP messages answer each other: a request's type stands as the flow's originator port and its answer's type as the responder port, as Zeek does.</summary>
internal static class IcmpPairs
{
    /// <summary>The type that answers (or asks for) this one, or -1. RFC 792, RFC 950, RFC 4443, RFC 4861.</summary>
    public static int Counterpart(bool v6, int type) => v6
        ? type switch { 128 => 129, 129 => 128, 133 => 134, 134 => 133, 135 => 136, 136 => 135, 130 => 131, 131 => 130, 139 => 140, 140 => 139, 144 => 145, 145 => 144, _ => -1 }
        : type switch { 8 => 0, 0 => 8, 13 => 14, 14 => 13, 15 => 16, 16 => 15, 17 => 18, 18 => 17, 10 => 9, 9 => 10, _ => -1 };

    /// <summary>The flow's two "ports" for its first message: type and counterpart, or type and code where nothing answers.</summary>
    public static (ushort Originator, ushort Responder) Ports(in Packet packet)
    {
        int other = Counterpart(packet.IpProtocol == 58, packet.SourcePort);
        return other < 0 ? (packet.SourcePort, packet.DestinationPort) : (packet.SourcePort, (ushort)other);
    }

    /// <summary>Whether a message between the flow's addresses belongs to the flow.</summary>
    public static bool Same(in Flow flow, in Packet packet, bool fromOriginator)
    {
        (ushort type, ushort other) = Ports(in packet);
        return fromOriginator ? flow.OriginatorPort == type && flow.ResponderPort == other
            : Counterpart(packet.IpProtocol == 58, packet.SourcePort) >= 0 && flow.OriginatorPort == other && flow.ResponderPort == type;
    }
}
