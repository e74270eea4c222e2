namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>NetBIOS names: sixteen bytes, the last of which tells what is named, written as 32 letters A to P (RFC 1001, section 14.1).</summary>
internal static class NetBiosName
{
    /// <summary>Length of an encoded name.</summary>
    public const int EncodedLength = 32;

    /// <summary>Suffix of a computer's or, in a group, a workgroup's name.</summary>
    public const byte Workstation = 0x00;

    /// <summary>Suffix of a group of domain controllers.</summary>
    public const byte DomainControllers = 0x1C;

    /// <summary>Suffix of a file server's name.</summary>
    public const byte FileServer = 0x20;

    /// <summary>Whether the suffix says that a domain or workgroup is named: its master browsers, controllers or members.</summary>
    public static bool IsDomain(byte suffix) => suffix is >= 0x1B and <= 0x1E;

    /// <summary>Decodes an encoded name (with any scope after a dot) into its text without padding, and its suffix.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out string name, out byte suffix)
    {
        name = "";
        suffix = 0;
        if (encoded.Length < EncodedLength || (encoded.Length > EncodedLength && encoded[EncodedLength] != '.')) return false;
        Span<byte> decoded = stackalloc byte[16];
        for (int i = 0; i < 16; i++)
        {
            int high = (encoded[2 * i] & ~0x20) - 'A', low = (encoded[(2 * i) + 1] & ~0x20) - 'A';
            if ((uint)high > 15 || (uint)low > 15) return false;
            decoded[i] = (byte)((high << 4) | low);
        }
        suffix = decoded[15];
        name = Text(decoded[..15]);
        if (encoded.Length > EncodedLength) name += DnsName.Printable(encoded[EncodedLength..], lower: true);
        return true;
    }

    /// <summary>Fifteen padded bytes as text.</summary>
    public static string Text(ReadOnlySpan<byte> padded) => DnsName.Printable(padded.TrimEnd((byte)' '), lower: false);
}
