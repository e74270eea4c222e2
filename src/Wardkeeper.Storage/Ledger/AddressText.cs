using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Addresses as texts that sort as the addresses do, on every database.</summary>
internal static class AddressText
{
    /// <summary>32 hexadecimal digits; empty for no address.</summary>
    public static string Sortable(Address ip) => ip.IsNone ? "" : string.Create(CultureInfo.InvariantCulture, $"{ip.High:x16}{ip.Low:x16}");

    /// <summary>The address again.</summary>
    public static Address Parse(string text) => text.Length != 32 ? default
        : new Address(ulong.Parse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), ulong.Parse(text.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>First and last sortable text of a network such as 10.3.0.0/16.</summary>
    public static bool TryRange(string network, out string first, out string last)
    {
        (first, last) = ("", "");
        int slash = network.IndexOf('/', StringComparison.Ordinal);
        if (!Address.TryParse(slash < 0 ? network : network[..slash], out Address address)) return false;
        int bits = address.IsV4 ? 32 : 128;
        if (slash >= 0 && (!int.TryParse(network.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int given) || given > bits || (bits = given) < 0)) return false;
        if (address.IsV4) bits += 96;
        ulong high = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong low = bits <= 64 ? 0 : bits == 128 ? ulong.MaxValue : ulong.MaxValue << (128 - bits);
        first = string.Create(CultureInfo.InvariantCulture, $"{address.High & high:x16}{address.Low & low:x16}");
        last = string.Create(CultureInfo.InvariantCulture, $"{address.High | ~high:x16}{address.Low | ~low:x16}");
        return true;
    }
}
