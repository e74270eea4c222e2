using Microsoft.AspNetCore.Components.Forms;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Signatures;

namespace Wardkeeper.Console.Pages.Rules;

/// <summary>What can fire, what does it cost, what cannot fire and why? Files of rules are dropped here and removed, rules tried on a capture.</summary>
public sealed partial class RulesPage
{
    private const int MostKeywords = 12;
    private static readonly FindingFilter Every = new() { Types = ["signature-alert"], IsOpen = true };
    private RulesQuery query = RulesQuery.All;
    private IReadOnlyList<LedgerColumn<RuleLine>> columns = [];
    private IReadOnlyList<RuleSource> sources = [];
    private IReadOnlyList<KeyValuePair<string, int>> keywords = [];
    private LedgerTable<RuleLine>? table;
    private RuleSource? removing, added;
    private RefusedException? refused;
    private Exception? failure;
    private Actor? person;
    private long hits;
    private bool busy;

    private FindingFilter Hits => Every with { Visible = person?.Departments };

    private bool MayChange => person?.May("POST", "/api/v1/rules") == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = RulesQuery.Read(address);
        columns = Columns();
        person ??= await Viewer.ActorAsync();
        Look();
        hits = await Findings.CountAsync(Hits, cancel);
    }

    private void Look()
    {
        (sources, keywords) = (Signatures.Sources(), Signatures.Refused());
        removing = MayChange ? sources.FirstOrDefault(one => one.Id == query.Remove) : null;
    }

    private static string PlaceOf(RuleLine line) => FormattableString.Invariant($"{line.File}:{line.Line}");

    private string StateText(RuleState state) => T[$"state.{KebabWord.Of(state)}"];

    private string WhyText(RuleLine line) => line.State switch
    {
        RuleState.Refused => T["why.refused", line.Keyword ?? "", line.Reason ?? ""],
        RuleState.Inert => T["why.inert", line.Keyword ?? ""],
        RuleState.Stopped => T["why.stopped"],
        _ => "",
    };

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Trim().Length == 0 ? null : text.Trim();
        if (wanted != query.Filter.Text) Navigation.NavigateTo(query.With(query.Filter with { Text = wanted }).Address());
        return Task.CompletedTask;
    }

    private Task<Page<RuleLine>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel) => Task.FromResult(Signatures.Rules(query.Filter, sort, page));

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        if (busy) return;
        (busy, refused, failure, added) = (true, null, null, null);
        StateHasChanged();
        try
        {
            if (chosen.File.Size > Signatures.MaxSize) throw new RefusedException(Refusal.Invalid, "file", "rules-too-large", Formats.Bytes(Signatures.MaxSize));
            await using Stream content = chosen.File.OpenReadStream(Signatures.MaxSize, Closed);
            added = await Signatures.AddAsync(person!, chosen.File.Name, content, Closed);
        }
        catch (RefusedException problem)
        {
            refused = problem;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
        busy = false;
        await AgainAsync();
    }

    private IReadOnlyList<PreviewLine> Falls(RuleSource source) =>
    [
        new(T["remove.rules"], Text: Formats.Count(source.Count)),
        new(T["remove.file"], Text: $"{source.Name}, {Formats.Bytes(source.Size)}"),
        new(T["remove.findings"], Text: T["remove.findings.text"]),
    ];

    private async Task RemoveAsync(string reason)
    {
        if (removing is { } source) await Signatures.RemoveAsync(person!, source.Id, reason, Closed);
        added = null;
        Navigation.NavigateTo((query with { Remove = null, At = null }).Address());
        await AgainAsync();
    }

    private async Task AgainAsync()
    {
        Look();
        if (table is not null) await table.ReloadAsync();
    }
}
