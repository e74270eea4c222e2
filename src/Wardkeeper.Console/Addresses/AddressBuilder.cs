using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Addresses;

/// <summary>Writes the address of a view: the counterpart of <see cref="AddressQuery"/>. What is not set is left out, so that equal views have equal addresses.</summary>
public sealed class AddressBuilder(string path)
{
    /// <summary>How "those without a value" is written.</summary>
    public const string None = "none";

    private readonly StringBuilder query = new();

    /// <summary>Adds a value when there is one.</summary>
    public AddressBuilder Set(string key, string? value)
    {
        if (value is null) return this;
        query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(key)).Append('=').Append(Uri.EscapeDataString(value.Length == 0 ? None : value).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Adds every value.</summary>
    public AddressBuilder Set(string key, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (string value in values) Set(key, value);
        return this;
    }

    /// <summary>Adds every number.</summary>
    public AddressBuilder Set(string key, IEnumerable<int> values) => Set(key, values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Adds <c>yes</c> or <c>no</c>.</summary>
    public AddressBuilder Set(string key, bool? value) => Set(key, value switch { true => "yes", false => "no", null => null });

    /// <summary>Adds a number.</summary>
    public AddressBuilder Set(string key, int? value) => Set(key, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a time, in ISO 8601 and UTC.</summary>
    public AddressBuilder Set(string key, CaptureTime? value) =>
        Set(key, value is not { } time ? null : new DateTime(DateTime.UnixEpoch.Ticks + (time.Nanoseconds / 100), DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>The same address with another value of one key; null takes the key out. Every other key stays as it is.</summary>
    public static string Replace(string address, string key, string? value)
    {
        ArgumentNullException.ThrowIfNull(address);
        int mark = address.IndexOf('?', StringComparison.Ordinal);
        AddressBuilder builder = new(mark < 0 ? address : address[..mark]);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in mark < 0 ? [] : Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address[mark..]))
        {
            if (name != key) builder.Set(name, values.OfType<string>());
        }
        return builder.Set(key, value).ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => path + query;
}
