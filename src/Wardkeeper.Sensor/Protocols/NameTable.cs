using System.Globalization;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Names that a standard gives to small numbers, in their order.</summary>
/// <param name="otherwise">What a number without a name is called, before the number: <c>service-200</c>.</param>
/// <param name="names">The names from number 0 on, apart by blanks; <c>-</c> where a number has none.</param>
internal sealed class NameTable(string otherwise, string names)
{
    private readonly string[] all = names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The name of a number.</summary>
    public string Of(long number) => Known(number) ?? string.Create(CultureInfo.InvariantCulture, $"{otherwise}-{number}");

    /// <summary>The name of a number; null where the standard gives none.</summary>
    public string? Known(long number) => number >= 0 && number < all.Length && all[number] != "-" ? all[number] : null;
}
