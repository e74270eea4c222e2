using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>
/// A version number of QUIC and what follows from it: its name, and the salt and labels from which anyone who saw the first
/// connection id can make the keys of Initial packets (RFC 9001, 5.2; RFC 9369, 3.3; the drafts; Google's own).
/// </summary>
/// <param name="Number">As in a long header.</param>
internal readonly record struct QuicVersion(uint Number)
{
    private const uint V1 = 1, V2 = 0x6B3343CF, Q046 = 0x51303436, Q050 = 0x51303530, T050 = 0x54303530, T051 = 0x54303531;

    /// <summary>Whether it is the second version, which numbers packet types and names keys differently. RFC 9369.</summary>
    public bool IsV2 => Number == V2;

    /// <summary>Whether it is one of those that clients offer to see whether servers refuse what they do not know. RFC 9000, 15.</summary>
    public bool IsReserved => (Number & 0x0F0F0F0F) == 0x0A0A0A0A;

    /// <summary>Whether the long header has both lengths in one byte and the hello is in clear.</summary>
    public bool IsOldGoogle => Number is Q046 or (Q046 + 1) or (Q046 + 2);

    /// <summary>Whether the hello is Google's own, not that of TLS.</summary>
    public bool HasGoogleHello => IsOldGoogle || Number == Q050;

    /// <summary>Type of the frames that carry the handshake: Google's first versions with TLS kept their own number. RFC 9000, 19.6.</summary>
    public byte CryptoFrame => Number is T050 or T051 ? (byte)8 : (byte)6;

    /// <summary>Whether it is a version that is spoken somewhere.</summary>
    public bool IsKnown => IsOldGoogle || IsReserved || !Salt.IsEmpty;

    /// <summary>Salt of the Initial keys; empty if they are not known.</summary>
    public ReadOnlySpan<byte> Salt => Number switch
    {
        V1 => Salts.V1,
        V2 => Salts.V2,
        Q050 => Salts.Q050,
        T050 => Salts.T050,
        T051 => Salts.T051,
        _ => Draft switch
        {
            >= 33 and <= 34 => Salts.V1,
            >= 29 and <= 32 => Salts.Draft29,
            >= 23 and <= 28 => Salts.Draft23,
            22 => Salts.Draft22,
            _ => [],
        },
    };

    /// <summary>Name of a version: Zeek's where it has one, else the draft's or maker's.</summary>
    public string Name => Number switch
    {
        V1 => "1",
        V2 => "quicv2",
        0xFACEB001 or 0xFACEB002 or 0xFACEB003 or 0xFACEB00E => string.Create(CultureInfo.InvariantCulture, $"mvfst-{Draft}"),
        >= 0x51303030 and <= 0x51303939 or >= 0x54303030 and <= 0x54303939 => string.Create(CultureInfo.InvariantCulture, $"{(char)(Number >> 24)}0{(char)((Number >> 8) & 0xFF)}{(char)(Number & 0xFF)}"),
        _ when Draft > 0 => string.Create(CultureInfo.InvariantCulture, $"draft-{Draft}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown-{Number:x}"),
    };

    private int Draft => Number switch
    {
        >= 0xFF000001 and <= 0xFF0000FF => (int)(Number & 0xFF),
        0xFACEB001 => 22,
        0xFACEB002 or 0xFACEB00E => 27,
        0xFACEB003 => 29,
        _ => 0,
    };

    private static class Salts
    {
        public static ReadOnlySpan<byte> V1 => [0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB, 0x7F, 0x0A];

        public static ReadOnlySpan<byte> V2 => [0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD, 0x2E, 0xD9];

        public static ReadOnlySpan<byte> Draft29 => [0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43, 0x90, 0xA8, 0x99];

        public static ReadOnlySpan<byte> Draft23 => [0xC3, 0xEE, 0xF7, 0x12, 0xC7, 0x2E, 0xBB, 0x5A, 0x11, 0xA7, 0xD2, 0x43, 0x2B, 0xB4, 0x63, 0x65, 0xBE, 0xF9, 0xF5, 0x02];

        public static ReadOnlySpan<byte> Draft22 => [0x7F, 0xBC, 0xDB, 0x0E, 0x7C, 0x66, 0xBB, 0xE9, 0x19, 0x3A, 0x96, 0xCD, 0x21, 0x51, 0x9E, 0xBD, 0x7A, 0x02, 0x64, 0x4A];

        public static ReadOnlySpan<byte> Q050 => [0x50, 0x45, 0x74, 0xEF, 0xD0, 0x66, 0xFE, 0x2F, 0x9D, 0x94, 0x5C, 0xFC, 0xDB, 0xD3, 0xA7, 0xF0, 0xD3, 0xB5, 0x6B, 0x45];

        public static ReadOnlySpan<byte> T050 => [0x7F, 0xF5, 0x79, 0xE5, 0xAC, 0xD0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4C, 0x43, 0xA2, 0x36, 0x7C, 0x60, 0x48, 0x83, 0x10];

        public static ReadOnlySpan<byte> T051 => [0x7A, 0x4E, 0xDE, 0xF4, 0xE7, 0xCC, 0xEE, 0x5F, 0xA4, 0x50, 0x6C, 0x19, 0x12, 0x4F, 0xC8, 0xCC, 0xDA, 0x6E, 0x03, 0x3D];
    }
}
