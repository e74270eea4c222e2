using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>Names of vendor ids.</summary>
internal static class IkeVendors
{
    /// <summary>Longest id whose name or digits are kept, in bytes.</summary>
    private const int Longest = 32;

    private static readonly IkeVendor[] Known = [.. EmbeddedRows.Of("ike-vendor-ids.tsv").Select(static row => new IkeVendor(row[0], row[1], row[2]))];

    /// <summary>What an id tells; of an unknown one <c>UNKNOWN:</c> and its digits.</summary>
    public static IkeVendor Of(ReadOnlySpan<byte> id)
    {
        string digits = Convert.ToHexStringLower(id[..Math.Min(id.Length, Longest)]);
        foreach (IkeVendor vendor in Known)
        {
            if (digits.StartsWith(vendor.Prefix, StringComparison.Ordinal)) return vendor;
        }
        return new IkeVendor(digits, "UNKNOWN:" + digits, "unknown");
    }
}

/// <summary>A vendor id.</summary>
/// <param name="Prefix">Its beginning in lower-case hexadecimal digits.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tells">What it tells: <c>os</c>, <c>software</c>, <c>feature</c>, <c>unknown</c>.</param>
public sealed record IkeVendor(string Prefix, string Name, string Tells);
