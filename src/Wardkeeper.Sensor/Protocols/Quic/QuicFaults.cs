namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>Every way in which QUIC can be wrong.</summary>
internal static class QuicFaults
{
    /// <summary>A long header does not fit its datagram.</summary>
    public static readonly Fault Header = new("quic.header", "RFC 9000 17.2");

    /// <summary>An Initial packet was not made with the keys that follow from the connection id.</summary>
    public static readonly Fault Decryption = new("quic.decryption", "RFC 9001 5.2");

    /// <summary>A frame in an Initial packet does not fit or may not be there.</summary>
    public static readonly Fault Frame = new("quic.frame", "RFC 9000 12.4");

    /// <summary>A handshake message is larger or in more pieces than any hello.</summary>
    public static readonly Fault CryptoTooLong = new("quic.crypto-too-long", "RFC 9000 7.5");

    /// <summary>The handshake does not begin with a hello.</summary>
    public static readonly Fault Hello = new("quic.hello", "RFC 9001 4.3");
}
