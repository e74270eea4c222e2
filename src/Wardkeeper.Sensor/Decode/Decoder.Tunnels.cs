namespace Wardkeeper.Sensor.Decode;

/// <summary>Tunnels.</summary>
internal sealed partial class Decoder
{
    private static bool IsTunnelPort(ushort port) => false;

    private static void UdpTunnel(ref Envelope envelope, ushort source, ushort destination, int at, int end)
    {
    }

    /// <summary>A tunnel's unique id by its index, or null.</summary>
    public string? TunnelUid(int index) => index < 0 || limits.Tunnels < 0 ? index.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
}
