using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>Keys an endpoint takes in its query. Any other is a mistake and told, since a filter that was misspelt would answer with too much.</summary>
/// <param name="Keys">The keys.</param>
internal sealed record QueryKeys(IReadOnlyList<string> Keys);

/// <summary>Reads the query of a request; every mistake is noted.</summary>
internal sealed class ApiQuery(HttpRequest request, Mistakes mistakes)
{
    private const int LongestText = 200, MostValues = 100;

    /// <summary>Declares the keys of an endpoint's query.</summary>
    public static TBuilder Take<TBuilder>(TBuilder builder, params string[] keys) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new QueryKeys(keys));

    /// <summary>Refuses keys the endpoint does not take, and keys given twice where one value is meant.</summary>
    public static async ValueTask<object?> RefuseUnknownAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        IReadOnlyList<string> known = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<QueryKeys>()?.Keys ?? [];
        Mistakes mistakes = new();
        foreach (string key in context.HttpContext.Request.Query.Keys.Where(key => !known.Contains(key)))
            mistakes.Add(key, "query-key-unknown", $"This route takes no {(key.Length > 40 ? key[..40] : key)}; it takes {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
        mistakes.ThrowIfAny();
        return await next(context);
    }

    /// <summary><c>page</c> from 1, <c>pageSize</c> from 1 to 500.</summary>
    public PageRequest Page() => new(Number("page", 1, 1, 1_000_000), Number("pageSize", 50, 1, PageRequest.MaxSize));

    /// <summary>A whole number.</summary>
    public int Number(string key, int otherwise, int least, int most)
    {
        if (Text(key) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most) return value;
        mistakes.Add(key, "number-range", $"{key} must be a whole number from {least} to {most}.");
        return otherwise;
    }

    /// <summary>A text; null when it is not given.</summary>
    public string? Text(string key)
    {
        if (!request.Query.TryGetValue(key, out var values) || values.Count == 0) return null;
        mistakes.Require(values.Count == 1, key, "given-twice", $"{key} is given more than once.");
        mistakes.Require(values[0] is { Length: <= LongestText }, key, "text-long", $"{key} is longer than {LongestText} characters.");
        return values[0];
    }

    /// <summary>Any number of texts: the key repeated.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (!request.Query.TryGetValue(key, out var values)) return [];
        mistakes.Require(values.Count <= MostValues && values.All(value => value is { Length: <= LongestText }), key, "too-many-values", $"{key} takes at most {MostValues} values of at most {LongestText} characters.");
        return [.. values.Select(value => value ?? "")];
    }

    /// <summary>Yes or no.</summary>
    public bool? Flag(string key)
    {
        string? text = Text(key);
        mistakes.Require(text is null or "true" or "false", key, "flag", $"{key} must be true or false.");
        return text is null ? null : text == "true";
    }

    /// <summary>A time in ISO 8601.</summary>
    public CaptureTime? Time(string key)
    {
        if (Text(key) is not { } text) return null;
        CaptureTime? time = ParseTime(text);
        mistakes.Require(time is not null, key, "time-form", $"{key} must be a time such as 2026-03-01T08:00:00Z.");
        return time;
    }

    /// <summary>A column with an optional minus in front.</summary>
    public SortOrder Sort(string otherwise, params string[] columns)
    {
        SortOrder order = SortOrder.Parse(Text("sort") ?? otherwise);
        if (columns.Contains(order.Column)) return order;
        mistakes.Add("sort", "sort-column", $"sort must be one of {string.Join(", ", columns)}, with a minus in front for descending.");
        return SortOrder.Parse(otherwise);
    }

    /// <summary>Reads a time with its offset.</summary>
    public static CaptureTime? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time.Year is > 1700 and < 2200 ? CaptureTime.FromDate(time) : null;
}
