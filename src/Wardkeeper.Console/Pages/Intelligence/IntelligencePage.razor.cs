using Microsoft.AspNetCore.Components.Forms;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Intelligence;

/// <summary>Whose indicators are compared with the traffic, how old are they, and was any seen? Sources are dropped here, looked at and removed; a value is asked for.</summary>
public sealed partial class IntelligencePage
{
    private static readonly FindingFilter Every = new() { Types = ["indicator-hit", "indicator-past"], IsOpen = true };
    private IntelligenceQuery query = IntelligenceQuery.All;
    private IReadOnlyList<LedgerColumn<IntelligenceSource>> columns = [];
    private IReadOnlyList<IntelligenceSource> sources = [];
    private IReadOnlyList<KnownValue> known = [];
    private LedgerTable<IntelligenceSource>? table;
    private IntelligenceSource? removing, added;
    private RefusedException? unreadable, refused;
    private Exception? failure;
    private Actor? person;
    private long hits;
    private bool busy;

    private FindingFilter Hits => Every with { Visible = person?.Departments };

    private bool MayChange => person?.May("POST", "/api/v1/intelligence") == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = IntelligenceQuery.Read(address);
        columns = Columns();
        person ??= await Viewer.ActorAsync();
        sources = Intelligence.Sources();
        removing = MayChange ? sources.FirstOrDefault(one => one.Id == query.Remove) : null;
        hits = await Findings.CountAsync(Hits, cancel);
        Ask();
    }

    /// <summary>What the sources say of the value in the address.</summary>
    private void Ask()
    {
        (known, unreadable) = ([], null);
        if (query.Value is not { } value) return;
        try
        {
            known = Intelligence.Find(value);
        }
        catch (RefusedException problem)
        {
            unreadable = problem;
        }
    }

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Value) Navigation.NavigateTo((query with { Value = wanted, At = null, Remove = null }).Address());
        return Task.CompletedTask;
    }

    private Task<Page<IntelligenceSource>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        sources = Intelligence.Sources();
        return Task.FromResult(new Page<IntelligenceSource>([.. sources.Skip(page.Skip).Take(page.Take)], sources.Count));
    }

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        if (busy) return;
        (busy, refused, failure, added) = (true, null, null, null);
        StateHasChanged();
        try
        {
            if (chosen.File.Size > Intelligence.MaxSize) throw new RefusedException(Refusal.Invalid, "file", "intel-too-large", Formats.Bytes(Intelligence.MaxSize));
            await using Stream content = chosen.File.OpenReadStream(Intelligence.MaxSize, Closed);
            added = await Intelligence.AddAsync(person!, chosen.File.Name, content, Closed);
            Ask();
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
        if (table is not null) await table.ReloadAsync();
    }

    private IReadOnlyList<PreviewLine> Falls(IntelligenceSource source) =>
    [
        new(T["remove.indicators"], Text: Formats.Count(source.Count)),
        new(T["remove.file"], Text: $"{source.Name}, {Formats.Bytes(source.Size)}"),
        new(T["remove.findings"], Text: T["remove.findings.text"]),
    ];

    private async Task RemoveAsync(string reason)
    {
        if (removing is { } source) await Intelligence.RemoveAsync(person!, source.Id, reason, Closed);
        added = null;
        Navigation.NavigateTo((query with { Remove = null, At = null }).Address());
        if (table is not null) await table.ReloadAsync();
    }
}
