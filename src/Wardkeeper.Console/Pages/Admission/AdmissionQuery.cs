using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Admission;

/// <summary>The view of admission, as the address says it.</summary>
/// <param name="Filter">Which decisions; of sessions device, card, switch and segment. What a person may see is set by the page.</param>
/// <param name="Table">Page and columns.</param>
/// <param name="Tab">One of <see cref="Tabs"/>.</param>
/// <param name="At">Number of the decision whose card is open.</param>
public sealed record AdmissionQuery(AdmissionFilter Filter, TableView Table, string Tab = AdmissionQuery.Decisions, string? At = null)
{
    /// <summary>Days that a proof looks back when the address says nothing.</summary>
    public const int DefaultDays = 7;

    /// <summary>The tab of decisions.</summary>
    public const string Decisions = "decisions";

    /// <summary>The tab of sessions.</summary>
    public const string Sessions = "sessions";

    /// <summary>The tab of segments.</summary>
    public const string Segments = "segments";

    /// <summary>The tab of rules.</summary>
    public const string Rules = "rules";

    /// <summary>The tab of people's words: approvals and guests.</summary>
    public const string Approvals = "words";

    /// <summary>What stands for a segment that is not there yet in <see cref="Edit"/>.</summary>
    public const string NewSegment = "+";

    /// <summary>The tabs, the first when the address names none.</summary>
    public static IReadOnlyList<string> Tabs { get; } = [Decisions, Sessions, Segments, Rules, Approvals];

    /// <summary>All decisions.</summary>
    public static AdmissionQuery All { get; } = new(new AdmissionFilter(), new TableView());

    /// <summary>Whether sessions that are over are shown too.</summary>
    public bool IsOverToo { get; init; }

    /// <summary>Name of the segment whose proof is looked at.</summary>
    public string? Proof { get; init; }

    /// <summary>Name of the segment that is changed; <see cref="NewSegment"/> for a new one.</summary>
    public string? Edit { get; init; }

    /// <summary>How many days it looks back, 1 to 90.</summary>
    public int Days { get; init; } = DefaultDays;

    /// <summary>Whether the change of that segment's mode is looked at.</summary>
    public bool IsChanging { get; init; }

    /// <summary>Which sessions.</summary>
    public SessionFilter SessionFilter => new(IsOverToo ? null : true, Filter.Device, Filter.Mac, Filter.Nas, Filter.Segment, Filter.Visible);

    /// <summary>Reads it.</summary>
    public static AdmissionQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        AdmissionFilter filter = new(address.Time("from"), address.Time("to"), address.One("segment"), Word(address, "outcome"), Word(address, "wanted"), address.Number("device", 1, int.MaxValue), address.One("mac") is { } mac ? RadiusReader.Mac(mac) ?? mac : null, address.YesNo("held") == true)
        {
            Number = address.Number("number", 1, int.MaxValue),
            Nas = address.One("switch"),
            Reason = address.OneOf("reason", [.. AdmissionTexts.Keys]),
            OnlyAgainst = address.YesNo("against") == true,
        };
        return new AdmissionQuery(filter, TableView.Read(address, []), address.OneOf("tab", [.. Tabs]) ?? Decisions, address.One("at"))
        {
            IsOverToo = address.YesNo("over") == true,
            Proof = address.One("proof"),
            Edit = address.One("edit"),
            Days = address.Number("days", 1, 90) ?? DefaultDays,
            IsChanging = address.OneOf("do", ["mode"]) is not null,
        };
    }

    /// <summary>Address of exactly these decisions.</summary>
    public static string Of(AdmissionFilter filter) => new AdmissionQuery(filter, new TableView()).Address();

    /// <summary>The same view with another filter, from its first page.</summary>
    public AdmissionQuery With(AdmissionFilter filter) => this with { Filter = filter, Table = Table with { Page = 1 }, At = null };

    /// <summary>Another tab, without filter.</summary>
    public static AdmissionQuery On(string tab) => All with { Tab = tab };

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/admission").Set("tab", Tab == Decisions ? null : Tab)
        .Set("segment", Filter.Segment).Set("outcome", Word(Filter.Outcome)).Set("wanted", Word(Filter.Wanted)).Set("held", Filter.OnlyHeld ? true : null).Set("against", Filter.OnlyAgainst ? true : null)
        .Set("switch", Filter.Nas).Set("reason", Filter.Reason).Set("device", (int?)Filter.Device).Set("mac", Filter.Mac).Set("number", (int?)Filter.Number).Set("from", Filter.From).Set("to", Filter.To)
        .Set("over", IsOverToo ? true : null).Set("proof", Proof).Set("edit", Edit).Set("days", Days == DefaultDays ? null : Days).Set("do", IsChanging ? "mode" : null)).Set("at", At).ToString();

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="texts">The page's texts.</param>
    /// <param name="formats">How the person reads.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, IStringLocalizer<AdmissionPage> texts, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(formats);
        List<FilterChip> chips = [];
        AdmissionFilter f = Filter;
        void Add(string label, string? value, AdmissionFilter without)
        {
            if (value is not null) chips.Add(new FilterChip(words[$"filter.{label}"], value, With(without).Address()));
        }
        Add("segment", f.Segment, f with { Segment = null });
        Add("outcome", f.Outcome is { } outcome ? texts[$"outcome.{Word(outcome)}"].Value : null, f with { Outcome = null });
        Add("outcome", f.Wanted is { } wanted ? texts["would", texts[$"outcome.{Word(wanted)}"].Value].Value : null, f with { Wanted = null });
        Add("outcome", f.OnlyHeld ? texts["held"].Value : null, f with { OnlyHeld = false });
        Add("outcome", f.OnlyAgainst ? texts["against"].Value : null, f with { OnlyAgainst = false });
        Add("switch", f.Nas, f with { Nas = null });
        Add("reason", f.Reason is { } reason ? AdmissionWords.Kind(reason, formats) : null, f with { Reason = null });
        Add("device", f.Device is { } device ? Formats.DeviceNumber(device) : null, f with { Device = null });
        Add("mac", f.Mac, f with { Mac = null });
        Add("number", f.Number is { } number ? Formats.Count(number) : null, f with { Number = null });
        Add("from", f.From is { } from ? formats.Minute(from) : null, f with { From = null });
        Add("to", f.To is { } to ? formats.Minute(to) : null, f with { To = null });
        if (IsOverToo) chips.Add(new FilterChip(words["filter.status"], texts["over"], (this with { IsOverToo = false, Table = Table with { Page = 1 } }).Address()));
        return chips;
    }

    private static AdmissionOutcome? Word(AddressQuery address, string key) =>
        address.One(key) is not { } word ? null : KebabWord.TryParse(word, out AdmissionOutcome outcome) ? outcome : address.Invalid<AdmissionOutcome?>(key, word, null);

    private static string? Word(AdmissionOutcome? outcome) => outcome is { } one ? KebabWord.Of(one) : null;
}
