using System.Globalization;

namespace Wardkeeper.Hub.Identification;

/// <summary>What a person said of a device that is alike.</summary>
/// <param name="Field">Field of the ledger, one of <see cref="Fields"/>.</param>
/// <param name="Value">The value.</param>
/// <param name="Who">The person.</param>
/// <param name="Device">Number of the device it was said of.</param>
internal sealed record AlikeValue(string Field, string Value, string Who, long Device)
{
    /// <summary>How often what a person said of one holds for those that are alike.</summary>
    public const double Sure = 0.95;

    /// <summary>Most values that are listened to.</summary>
    public const int Most = 64;

    /// <summary>Fields that alike devices have in common.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["type", "vendor", "model"];

    /// <summary>The part of the identity that it speaks of.</summary>
    public IdentityField Of => Field switch
    {
        "type" => IdentityField.Type,
        "vendor" => IdentityField.Vendor,
        _ => IdentityField.Model,
    };

    /// <summary>Who said it of what, for people.</summary>
    public string Shown => string.Create(CultureInfo.InvariantCulture, $"D-{Device}, {Who}");
}
