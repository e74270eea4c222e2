namespace Wardkeeper.Sensor.Observations;

/// <summary>Which addresses belong to the site.</summary>
public sealed class LocalNetworks
{
    private readonly (Address Network, ulong HighMask, ulong LowMask)[] networks;

    private readonly string text;

    private LocalNetworks((Address, ulong, ulong)[] networks, string text) => (this.networks, this.text) = (networks, text);

    /// <summary>Private, unique-local and link-local ranges: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.</summary>
    public static LocalNetworks Default { get; } =
        Of(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"]);

    /// <summary>Makes a set from CIDR texts that are known to be right.</summary>
    /// <exception cref="FormatException">One is not a network.</exception>
    public static LocalNetworks Of(IEnumerable<string> networks)
    {
        string[] texts = [.. networks];
        return new([.. texts.Select(text => TryParse(text, out (Address, ulong, ulong) network) ? network : throw new FormatException($"{text} is not a network"))], string.Join(", ", texts));
    }

    /// <summary>The networks as they were written.</summary>
    public override string ToString() => text;

    /// <summary>Whether a text such as 10.3.0.0/16 or 2001:db8::/32 is a network.</summary>
    public static bool IsNetwork(string text) => TryParse(text, out _);

    /// <summary>Whether the address is local.</summary>
    public bool Contains(Address address)
    {
        // What is behind a server of the site, or within reach of its radio, is at the site.
        if (address.IsRadio || address.IsBehind) return address.IsRadio || Contains(address.Server);
        foreach ((Address network, ulong high, ulong low) in networks)
        {
            if ((address.High & high) == network.High && (address.Low & low) == network.Low) return true;
        }
        return false;
    }

    private static bool TryParse(string text, out (Address Network, ulong HighMask, ulong LowMask) network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!Address.TryParse(slash < 0 ? text : text[..slash], out Address address)) return false;
        int bits = address.IsV4 ? 32 : 128;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out int given) || (bits = given) > (address.IsV4 ? 32 : 128))) return false;
        if (address.IsV4) bits += 96;
        ulong high = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong low = bits <= 64 ? 0 : bits == 128 ? ulong.MaxValue : ulong.MaxValue << (128 - bits);
        network = (new Address(address.High & high, address.Low & low), high, low);
        return true;
    }
}
