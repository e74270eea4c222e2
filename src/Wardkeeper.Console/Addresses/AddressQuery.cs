using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Addresses;

/// <summary>
/// The view of a page as its address says it. A page asks for the keys it knows; what nobody asked for, and values that cannot be
/// read, are <see cref="Problems"/> and are shown to the person instead of being ignored.
/// </summary>
public sealed class AddressQuery
{
    private const int MaxValues = 200;
    private readonly Dictionary<string, StringValues> values;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<AddressProblem> invalid = [];

    private AddressQuery(string path, Dictionary<string, StringValues> values) => (Path, this.values) = (path, values);

    /// <summary>The path, without the query.</summary>
    public string Path { get; }

    /// <summary>Keys nobody asked for and values that could not be read. Complete once the page has read its view.</summary>
    public IReadOnlyList<AddressProblem> Problems =>
        [.. invalid, .. values.Keys.Where(key => !asked.Contains(key)).Order(StringComparer.Ordinal).Select(key => new AddressProblem(key, null))];

    /// <summary>Reads an absolute or relative address.</summary>
    public static AddressQuery Of(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? absolute) && absolute.Scheme is "http" or "https") address = absolute.PathAndQuery;
        int fragment = address.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) address = address[..fragment];
        int mark = address.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? address : address[..mark];
        return new AddressQuery(path, new(mark < 0 ? [] : QueryHelpers.ParseQuery(address[mark..]), StringComparer.Ordinal));
    }

    /// <summary>The first value of a key, or null when it is absent or empty.</summary>
    public string? One(string key)
    {
        asked.Add(key);
        return values.TryGetValue(key, out StringValues found) && found.Count > 0 && found[0] is { Length: > 0 } value ? value : null;
    }

    /// <summary>All values of a key, each once, in their order; <c>none</c> is read as the empty text: those without a value.</summary>
    public IReadOnlyList<string> All(string key)
    {
        asked.Add(key);
        if (!values.TryGetValue(key, out StringValues found)) return [];
        return [.. found.OfType<string>().Where(value => value.Length > 0).Select(value => value == AddressBuilder.None ? "" : value).Distinct(StringComparer.Ordinal).Take(MaxValues)];
    }

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    public bool? YesNo(string key) => One(key) switch
    {
        null => null,
        "yes" => true,
        "no" => false,
        { } other => Invalid<bool?>(key, other, null),
    };

    /// <summary>A whole number within bounds.</summary>
    public int? Number(string key, int least, int most) => One(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : Invalid<int?>(key, text, null);

    /// <summary>All values of a key that are whole numbers within bounds.</summary>
    public IReadOnlyList<int> Numbers(string key, int least, int most)
    {
        List<int> numbers = [];
        foreach (string text in All(key))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) numbers.Add(number);
            else Invalid<int?>(key, text, null);
        }
        return numbers;
    }

    /// <summary>One of the words that the page knows.</summary>
    public string? OneOf(string key, IReadOnlyCollection<string> known) =>
        One(key) is not { } text ? null : known.Contains(text) ? text : Invalid<string?>(key, text, null);

    /// <summary>An absolute time in ISO 8601 with its offset.</summary>
    public CaptureTime? Time(string key)
    {
        if (One(key) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time.Year is > 1970 and < 2262)
            return new CaptureTime((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100);
        return Invalid<CaptureTime?>(key, text, null);
    }

    /// <summary>States that a value of the address cannot be read; it is shown with the other problems.</summary>
    public T Invalid<T>(string key, string value, T instead)
    {
        invalid.Add(new AddressProblem(key, value));
        return instead;
    }
}

/// <summary>Something in an address that the page does not understand.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value that cannot be read; null when the key itself is not known.</param>
public sealed record AddressProblem(string Key, string? Value);
