namespace Wardkeeper.Sensor.Protocols.OpenVpn;

/// <summary>Every way to be wrong.</summary>
internal static class OpenVpnFaults
{
    /// <summary>Over TCP: a length that no packet has.</summary>
    public static readonly Fault Length = new("openvpn.length", "OpenVPN wire protocol 2.1");

    /// <summary>Too short for a packet, or an opcode that there is not.</summary>
    public static readonly Fault NoPacket = new("openvpn.no-packet", "OpenVPN wire protocol 2");
}
