using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Findings, exposures and suppressions to read. A viewer limited to departments does not learn that other findings exist.</summary>
internal static class FindingEndpoints
{
    private static readonly string[] Columns = ["number", "severity", "type", "device", "department", "first", "last", "count", "confidence", "state", "assignee"];
    private static readonly string[] GroupColumns = ["severity", "type", "findings", "count", "first", "last"];
    private static readonly string[] ExposureColumns = ["severity", "type", "device", "department", "first", "last"];
    private static readonly string[] CountedBy = ["severity", "type", "state", "verdict", "department", "technique", "assignee"];
    private static readonly string[] FilterKeys = [Look.Key, "text", "severity", "state", "isOpen", "verdict", "department", "type", "technique", "assignee", "device", "subject", "address", "suppressed", "since", "until"];
    private static readonly string[] ExposureKeys = [Look.Key, "kind", "department", "device", "olderThan", "hasTask", "suppressed"];

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/findings").WithTags("findings");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Findings; those that a suppression hides only when asked for"), ["page", "pageSize", "sort", .. FilterKeys]);
        ApiQuery.Take(group.MapGet("/groups", GroupsAsync).WithSummary("Findings by type and device"), ["page", "pageSize", "sort", .. FilterKeys]);
        ApiQuery.Take(group.MapGet("/counts", CountsAsync).WithSummary("How many findings have which value of a column"), ["by", .. FilterKeys]);
        ApiQuery.Take(group.MapGet("/{id:long}", GetAsync).WithSummary("Everything of one finding"), Look.Key);
        ApiQuery.Take(api.MapGet("/exposures", ExposuresAsync).WithTags("findings").WithSummary("What is reachable or open and should not be"), ["page", "pageSize", "sort", .. ExposureKeys]);
        ApiQuery.Take(api.MapGet("/exposures/kinds", KindsAsync).WithTags("findings").WithSummary("Exposures by kind"), ExposureKeys);
        ApiQuery.Take(api.MapGet("/suppressions", SuppressionsAsync).WithTags("findings").WithSummary("Suppressions with the number of findings each hides"), "alsoEnded");
    }

    /// <summary>A suppression, and how many findings it hides.</summary>
    public sealed record SuppressionAnswer(Suppression Suppression, long Hidden);

    private static Task<Page<FindingLine>> ListAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("-severity", Columns);
        FindingFilter filter = Filter(context, query, mistakes);
        mistakes.ThrowIfAny();
        return look.Findings.FindAsync(filter, sort, page, cancel);
    }

    private static Task<Page<FindingGroup>> GroupsAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("-severity", GroupColumns);
        FindingFilter filter = Filter(context, query, mistakes);
        mistakes.ThrowIfAny();
        return look.Findings.GroupsAsync(filter, sort, page, cancel);
    }

    private static Task<IReadOnlyList<ValueCount>> CountsAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        string by = query.Text("by") ?? "severity";
        mistakes.Require(CountedBy.Contains(by), "by", "count-column", $"by must be one of {string.Join(", ", CountedBy)}.");
        FindingFilter filter = Filter(context, query, mistakes);
        mistakes.ThrowIfAny();
        return look.Findings.CountByAsync(by, filter, cancel);
    }

    private static Task<FindingDetail> GetAsync(long id, HttpContext context, Look look, CancellationToken cancel) => ReadAsync(context, look.Findings, id, cancel);

    /// <summary>A finding with its ETag.</summary>
    internal static async Task<FindingDetail> ReadAsync(HttpContext context, IFindingQueries findings, long id, CancellationToken cancel)
    {
        FindingDetail finding = await findings.GetAsync(id, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("finding");
        ETags.Set(context, finding.Revision);
        return finding;
    }

    private static Task<Page<ExposureLine>> ExposuresAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("-severity", ExposureColumns);
        ExposureFilter filter = Exposed(context, query, mistakes);
        mistakes.ThrowIfAny();
        return look.Findings.ExposuresAsync(filter, sort, page, cancel);
    }

    private static Task<IReadOnlyList<ValueCount>> KindsAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ExposureFilter filter = Exposed(context, new ApiQuery(context.Request, mistakes), mistakes);
        mistakes.ThrowIfAny();
        return look.Findings.ExposureKindsAsync(filter, cancel);
    }

    private static async Task<IReadOnlyList<SuppressionAnswer>> SuppressionsAsync(HttpContext context, [FromServices] IFindingQueries findings, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        bool alsoEnded = new ApiQuery(context.Request, mistakes).Flag("alsoEnded") ?? false;
        mistakes.ThrowIfAny();
        return [.. (await findings.SuppressionsAsync(alsoEnded, cancel)).Select(one => new SuppressionAnswer(one.Suppression, one.Hidden))];
    }

    private static FindingFilter Filter(HttpContext context, ApiQuery query, Mistakes mistakes) => new()
    {
        Text = query.Text("text"),
        Severities = Words<Severity>(query, "severity", FindingWords.TryParse, mistakes),
        States = Words<FindingState>(query, "state", FindingWords.TryParse, mistakes),
        IsOpen = query.Flag("isOpen"),
        Verdicts = Words<Verdict>(query, "verdict", FindingWords.TryParse, mistakes),
        Departments = query.Texts("department"),
        Types = query.Texts("type"),
        Techniques = query.Texts("technique"),
        Assignees = query.Texts("assignee"),
        Device = Device(query, "device"),
        Subject = Device(query, "subject"),
        Address = query.Text("address"),
        Suppressed = Hidden(query, mistakes),
        Since = query.Time("since"),
        Until = query.Time("until"),
        Visible = context.User.ToActor()!.Departments,
    };

    private static ExposureFilter Exposed(HttpContext context, ApiQuery query, Mistakes mistakes) => new()
    {
        Kinds = query.Texts("kind"),
        Departments = query.Texts("department"),
        Device = Device(query, "device"),
        OlderThan = query.Time("olderThan"),
        HasTask = query.Flag("hasTask"),
        Suppressed = Hidden(query, mistakes),
        Visible = context.User.ToActor()!.Departments,
    };

    private static long? Device(ApiQuery query, string key) => query.Text(key) is null ? null : query.Number(key, 0, 0, int.MaxValue);

    private static SuppressedView Hidden(ApiQuery query, Mistakes mistakes)
    {
        string? text = query.Text("suppressed");
        mistakes.Require(text is null or "hide" or "include" or "only", "suppressed", "suppressed-word", "suppressed must be hide, include or only.");
        return text switch { "include" => SuppressedView.Include, "only" => SuppressedView.Only, _ => SuppressedView.Hide };
    }

    private delegate bool Reader<T>(string? word, out T value);

    private static List<T> Words<T>(ApiQuery query, string key, Reader<T> read, Mistakes mistakes)
    {
        List<T> values = [];
        foreach (string word in query.Texts(key))
        {
            if (read(word, out T value)) values.Add(value);
            else mistakes.Add(key, "word-unknown", $"{key} has a value that is not known.");
        }
        return values;
    }
}
