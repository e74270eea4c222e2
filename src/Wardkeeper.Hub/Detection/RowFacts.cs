using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What several detectors read from a row beside single values.</summary>
internal static class RowFacts
{
    /// <summary>The addresses of a list; what is none is passed by.</summary>
    public static IEnumerable<Address> Addresses(this TransactionRow row, ReadOnlySpan<byte> name) =>
        row.Texts(name).Select(text => Address.TryParse(text, out Address address) ? address : default).Where(address => !address.IsNone);

    /// <summary>Where a row was said.</summary>
    public static Findings.Evidence Evidence(this TransactionRow row) => new(row.At, string.IsNullOrEmpty(row.Flow?.Uid) ? null : row.Flow.Uid, row.Flow?.FirstPacket ?? 0, row.Log);
}
