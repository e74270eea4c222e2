using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Import;
using Wardkeeper.Console.Pages.Import;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Signatures;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Exchange;

/// <summary>What the owner of the data folder does for <c>wardkeeper import</c>: the same reading, matching and applying as the console's.</summary>
internal static class ImportRequest
{
    /// <summary>Mistakes that are named in an answer; the console shows all.</summary>
    private const int MistakesNamed = 50;

    /// <summary>Imports a file.</summary>
    public static async Task<ControlAnswer> RunAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        string path = request.Required("file");
        if (request.Required("as") is "intelligence" or "rules") return await SourceAsync(services, who, path, request.Required("as") == "rules", cancel);
        RegisterTable table = Read(path);
        bool applies = request["preview"] is null, skips = request["skip"] is not null;
        return request.Required("as") == "publishing" ? await PublishingAsync(services, who, path, table, applies, skips, cancel) : await RegisterAsync(services, who, path, table, applies, skips, cancel);
    }

    private static async Task<ControlAnswer> RegisterAsync(IServiceProvider services, Actor who, string path, RegisterTable table, bool applies, bool skips, CancellationToken cancel)
    {
        IRegisterImports imports = services.GetRequiredService<IRegisterImports>();
        // Whoever owns the data folder may make an account of any role: the register is taken whole, the columns that only a clinical engineer may enter among them.
        who = who with { Roles = new HashSet<Role>(who.Roles) { Role.ClinicalEngineer } };
        ImportLine import = await imports.PreviewAsync(who, Path.GetFileName(path), table, null, cancel);
        List<RegisterProblem> problems = [];
        for (int page = 1; import.Problems > 0 && problems.Count < MistakesNamed; page++)
        {
            Page<ImportRow> rows = await imports.RowsAsync(import.Number, null, true, new PageRequest(page), cancel);
            problems.AddRange(rows.Items.SelectMany(row => row.Problems).Where(problem => problem.Code is not ("differs" or "not-taken" or "not-yours")));
            if (rows.Items.Count < new PageRequest(page).Take) break;
        }
        bool isApplied = applies && (skips || import.Problems == 0);
        if (isApplied) import = await imports.ApplyAsync(who, import.Number, cancel) ?? import;
        string[] counts = [.. import.Rows.Where(one => one.Value > 0).OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{Words(one.Key)}: {one.Value}")), string.Create(CultureInfo.InvariantCulture, $"only on the network: {import.OnlyOnNetwork}")];
        string[] lines = [$"{import.Name} ({import.Format}), {string.Join(", ", counts)}.", .. Told(services, problems, import.Problems), Ended(applies, isApplied, import.Problems, $"/import?n={import.Number}")];
        return Answer(lines, applies && !isApplied, new { number = import.Number, state = import.State.ToString().ToLowerInvariant(), rows = import.Rows.ToDictionary(one => Words(one.Key), one => one.Value), import.OnlyOnNetwork, problems = import.Problems, mistakes = Named(problems) });
    }

    private static async Task<ControlAnswer> PublishingAsync(IServiceProvider services, Actor who, string path, RegisterTable table, bool applies, bool skips, CancellationToken cancel)
    {
        IPublishings tables = services.GetRequiredService<IPublishings>();
        PublishingLine line = await tables.PreviewAsync(who, Path.GetFileName(path), table, cancel);
        IReadOnlyList<RegisterProblem> problems = line.Problems;
        bool isApplied = applies && (skips || line.ProblemCount == 0);
        if (isApplied) line = await tables.ApplyAsync(who, line.Number, cancel) ?? line;
        string[] lines = [string.Create(CultureInfo.InvariantCulture, $"{line.Name} ({line.Format}), services: {line.Services}."), .. Told(services, problems, line.ProblemCount), Ended(applies, isApplied, line.ProblemCount, $"/import?kind=publishing&n={line.Number}")];
        return Answer(lines, applies && !isApplied, new { number = line.Number, state = line.State.ToString().ToLowerInvariant(), services = line.Services, problems = line.ProblemCount, mistakes = Named(problems) });
    }

    private static async Task<ControlAnswer> SourceAsync(IServiceProvider services, Actor who, string path, bool isRules, CancellationToken cancel)
    {
        try
        {
            await using FileStream content = File.OpenRead(path);
            return isRules ? await RulesAsync(services, who, path, content, cancel) : await IntelligenceAsync(services, who, path, content, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read by the process that owns the data folder: {e.Message}");
        }
    }

    private static async Task<ControlAnswer> RulesAsync(IServiceProvider services, Actor who, string path, Stream content, CancellationToken cancel)
    {
        ISignatures signatures = services.GetRequiredService<ISignatures>();
        RuleSource source = await signatures.AddAsync(who, Path.GetFileName(path), content, cancel);
        Page<RuleLine> refused = signatures.Rules(new RuleFilter { Source = source.Id, States = [RuleState.Refused] }, new SortOrder("file"), new PageRequest(1, MistakesNamed));
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"{source.Name}: {source.Count} rules run, {source.Refused} refused."),
            .. refused.Items.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.File}:{one.Line}: {Short(one.Keyword ?? "")}: {one.Reason}")),
            "They are used from now on; the console shows them: /rules",
        ];
        return Answer(lines, false, source);
    }

    private static async Task<ControlAnswer> IntelligenceAsync(IServiceProvider services, Actor who, string path, Stream content, CancellationToken cancel)
    {
        IntelligenceSource source = await services.GetRequiredService<IIntelligence>().AddAsync(who, Path.GetFileName(path), content, cancel);
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"{source.Name} ({source.Format}): {source.Count} indicators ({string.Join(", ", source.Kinds.Select(one => $"{one.Key}: {one.Value}"))}), {source.Expired} expired, {source.Skipped} skipped."),
            .. source.Passed.Select(one => string.Create(CultureInfo.InvariantCulture, $"skipped, {one.Key}: {one.Value}")),
            .. source.Mistakes,
            "It is used from now on; the console shows it: /intelligence",
        ];
        return Answer(lines, false, source);
    }

    private static ControlAnswer Answer<T>(string[] lines, bool isRefused, T facts) => new() { Lines = lines, ExitCode = isRefused ? 2 : 0, Facts = JsonSerializer.SerializeToElement(facts, JsonSerializerOptions.Web) };

    private static string Ended(bool applies, bool isApplied, long problems, string page) =>
        isApplied ? $"Applied; the console takes it back as a whole: {page}"
        : applies ? string.Create(CultureInfo.InvariantCulture, $"Nothing was changed: mend the {problems} mistakes, or take the other rows with --skip-mistakes.")
        : $"Nothing was changed; the preview stands in the console: {page}";

    private static object[] Named(IEnumerable<RegisterProblem> problems) => [.. problems.Take(MistakesNamed).Select(one => new { row = one.Row, column = one.Column, code = one.Code })];

    private static IEnumerable<string> Told(IServiceProvider services, IReadOnlyList<RegisterProblem> problems, long count)
    {
        IStringLocalizer<ImportPage> texts = services.GetRequiredService<IStringLocalizer<ImportPage>>();
        foreach (RegisterProblem one in problems.Take(MistakesNamed))
        {
            string what = texts[$"problem.{one.Code}"];
            yield return one.Column == 0 ? string.Create(CultureInfo.InvariantCulture, $"row {one.Row}: {what}") : string.Create(CultureInfo.InvariantCulture, $"row {one.Row}, column {one.Column} ({Short(one.Heading)}) \"{Short(one.Cell)}\": {what}");
        }
        if (count > Math.Min(problems.Count, MistakesNamed)) yield return string.Create(CultureInfo.InvariantCulture, $"… and {count - Math.Min(problems.Count, MistakesNamed)} more mistakes; the console shows all.");
    }

    // What stands in a cell must not move the cursor of whoever reads it.
    private static string Short(string text) => new([.. text.Take(40).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    private static string Words(RowOutcome outcome) => outcome switch { RowOutcome.Matched => "matched", RowOutcome.OnlyInRegister => "only in the register", RowOutcome.Doubtful => "to decide", RowOutcome.LeftOut => "left out", _ => "open" };

    private static RegisterTable Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > TableFile.MaxBytes }) throw new TableFileException("too-large", (TableFile.MaxBytes >> 20) + " MB");
            return TableFile.Read(File.ReadAllBytes(path));
        }
        catch (TableFileException wrong)
        {
            throw new UserError($"{path} {wrong.Sentence}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read by the process that owns the data folder: {e.Message}");
        }
    }
}
