namespace Wardkeeper.Sensor.Decode;

/// <summary>Every bound of the decoder; each is counted when it bites.</summary>
internal sealed record DecoderLimits
{
    /// <summary>IP datagrams that may be incomplete at once; the oldest goes first.</summary>
    public int Datagrams { get; init; } = 4096;

    /// <summary>Bytes of incomplete datagrams; the oldest goes first.</summary>
    public int FragmentBytes { get; init; } = 16 << 20;

    /// <summary>Pieces of one datagram that do not touch each other.</summary>
    public int PiecesPerDatagram { get; init; } = 256;

    /// <summary>Capture time after the first fragment until a datagram is given up (RFC 791 suggests 15 s, Linux takes 30 s).</summary>
    public TimeSpan FragmentLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tunnels within tunnels that are opened.</summary>
    public int TunnelDepth { get; init; } = 4;

    /// <summary>Tunnels that are told apart.</summary>
    public int Tunnels { get; init; } = 65_536;
}
