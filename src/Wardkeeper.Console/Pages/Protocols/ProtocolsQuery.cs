using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Protocols;

/// <summary>What the protocol views show, as the address says it, and the addresses of the rows that their numbers were counted from.</summary>
/// <param name="Table">Order, page, columns.</param>
public sealed record ProtocolsQuery(TableView Table)
{
    private const string Page = "/protocols", RemoteTab = "remote";

    /// <summary>The tabs.</summary>
    public static IReadOnlyList<string> Tabs { get; } = ["dicom", "hl7", "laboratory", RemoteTab];

    /// <summary>Orders of conversations that the hub knows.</summary>
    public static IReadOnlyList<string> ConversationOrders { get; } = ["last", "count", "failures"];

    /// <summary>Orders of remote access that the hub knows.</summary>
    public static IReadOnlyList<string> RemoteOrders { get; } = ["last", "count", "bytes", "longest"];

    /// <summary>One of <see cref="Tabs"/>.</summary>
    public string Tab { get; init; } = Tabs[0];

    /// <summary>How far back from the newest data, when no time is named.</summary>
    public TimeRange Range { get; init; } = new(TimeRange.Default);

    /// <summary>From this time on; outranks the range.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Up to and without this time.</summary>
    public CaptureTime? To { get; init; }

    /// <summary>Text looked for.</summary>
    public string? Text { get; init; }

    /// <summary>A device at either end.</summary>
    public long? Device { get; init; }

    /// <summary>An address at either end.</summary>
    public Address? Ip { get; init; }

    /// <summary>Whether only what went wrong is counted.</summary>
    public bool IsFailed { get; init; }

    /// <summary>Kind of remote access, one of <see cref="RemoteProtocols.KindNames"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>The line whose card is open.</summary>
    public string? At { get; init; }

    /// <summary>Whether remote access is shown, not a medical protocol.</summary>
    public bool IsRemote => Tab == RemoteTab;

    /// <summary>What is shown, when it is a medical protocol.</summary>
    public ConversationSubject Subject => Tab switch { "dicom" => ConversationSubject.Dicom, "hl7" => ConversationSubject.Hl7, _ => ConversationSubject.Laboratory };

    /// <summary>Reads it.</summary>
    public static ProtocolsQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string tab = address.OneOf("tab", Tabs) ?? Tabs[0];
        return new ProtocolsQuery(TableView.Read(address, tab == RemoteTab ? RemoteOrders : ConversationOrders))
        {
            Tab = tab,
            Range = TimeRange.Read(address),
            From = address.Time("from"),
            To = address.Time("to"),
            Text = address.One("q"),
            Device = address.Number("device", 0, int.MaxValue),
            Ip = address.One("ip") is not { } text ? null : Wardkeeper.Sensor.Observations.Address.TryParse(text, out Address ip) ? ip : address.Invalid<Address?>("ip", text, null),
            IsFailed = tab != RemoteTab && address.YesNo("failed") == true,
            Kind = tab == RemoteTab ? address.OneOf("kind", RemoteProtocols.KindNames) : null,
            At = address.One("at"),
        };
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder(Page)
        .Set("tab", Tab == Tabs[0] ? null : Tab).Set("range", Range.Name is TimeRange.Default or TimeRange.All ? null : Range.Name).Set("from", From).Set("to", To).Set("q", Text)
        .Set("device", Device?.ToString(CultureInfo.InvariantCulture)).Set("ip", Ip?.ToString()).Set("failed", IsFailed ? true : null).Set("kind", Kind)).Set("at", At).ToString();

    /// <summary>The same rows looked at differently, no card open.</summary>
    public string Address(TableView table) => (this with { Table = table, At = null }).Address();

    /// <summary>The same filter from its first page, no card open.</summary>
    public ProtocolsQuery First() => this with { Table = Table with { Page = 1 }, At = null };

    /// <summary>Another tab in the same time, with the filters that it has too.</summary>
    public ProtocolsQuery On(string tab) => this with { Tab = tab, Table = new TableView(), At = null, IsFailed = tab != RemoteTab && IsFailed, Kind = tab == RemoteTab ? Kind : null };

    /// <summary>The tab without any filter, in the same range.</summary>
    public ProtocolsQuery Clear() => new(new TableView()) { Tab = Tab, Range = Range };

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="texts">The page's words.</param>
    /// <param name="formats">How this person reads.</param>
    /// <param name="device">What a device is called.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, IStringLocalizer<ProtocolsPage> texts, Formats formats, Func<long, string> device)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(formats);
        ArgumentNullException.ThrowIfNull(device);
        List<FilterChip> chips = [];
        void Add(string label, string? value, ProtocolsQuery without)
        {
            if (value is not null) chips.Add(new FilterChip(label, value, without.First().Address()));
        }
        Add(words["filter.from"], From is { } from ? formats.Time(from) : null, this with { From = null });
        Add(words["filter.to"], To is { } to ? formats.Time(to) : null, this with { To = null });
        Add(words["filter.q"], Text, this with { Text = null });
        Add(words["filter.device"], Device is { } one ? device(one) : null, this with { Device = null });
        Add(words["filter.ip"], Ip?.ToString(), this with { Ip = null });
        Add(words["filter.failed"], IsFailed ? words["answer.yes"].Value : null, this with { IsFailed = false });
        Add(words["filter.kind"], Kind is null ? null : texts[$"kind.{Kind}"].Value, this with { Kind = null });
        return chips;
    }

    /// <summary>Begin of the range.</summary>
    /// <param name="newest">The newest data; null when there is none.</param>
    public CaptureTime? Begin(CaptureTime? newest) => From ?? (To is { } end ? Range.From(end) : newest is { } last ? Range.From(last) : null);

    /// <summary>The hub's filter of transactions, without what a person may see.</summary>
    public TransactionFilter Said(CaptureTime? newest) => new() { From = Begin(newest), To = To, Text = Text, Device = Device, Address = Ip, IsFailed = IsFailed };

    /// <summary>The hub's filter of flows, without what a person may see.</summary>
    public FlowFilter Flows(CaptureTime? newest) => new() { From = Begin(newest), To = To, Text = Text, Device = Device, Address = Ip, Protocols = Kind is null ? [] : [.. RemoteProtocols.All.Where(one => RemoteProtocols.KindOf(one) == Kind)] };

    /// <summary>Address of exactly the transactions that a line, or a kind in it, was counted from.</summary>
    /// <param name="line">The line.</param>
    /// <param name="kind">The kind; null for all.</param>
    /// <param name="failed">Whether only what went wrong is asked for.</param>
    public string Rows(Conversation line, ConversationKind? kind = null, bool failed = false)
    {
        ArgumentNullException.ThrowIfNull(line);
        ConversationFields fields = ConversationFields.Of(Subject);
        IEnumerable<RowValue> values = fields.Names.Zip(line.Names, Value);
        values = kind is null ? values.Concat(fields.Only) : values.Concat(fields.Kinds.Zip(kind.Values, Value));
        return (Between(line.Originator, line.Responder) with { IsTransactions = true, Protocols = [line.Log], Fields = [.. values], IsFailed = failed || IsFailed }).Address();

        static RowValue Value(string field, string? value) => new(field, value ?? "");
    }

    /// <summary>Address of exactly the rows of flows that a line was counted from.</summary>
    public string Rows(RemoteAccess line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return (Between(line.Originator, line.Responder) with { Protocols = [line.Protocol] }).Address();
    }

    /// <summary>Key of a line.</summary>
    public static string Key(Conversation line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return string.Join('|', [line.Log, line.Originator.Ip.ToString(), line.Responder.Ip.ToString(), .. line.Names]);
    }

    /// <summary>Key of a line.</summary>
    public static string Key(RemoteAccess line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return string.Join('|', line.Protocol, line.Originator.Ip, line.Responder.Ip);
    }

    private TrafficQuery Between(HistoryEnd originator, HistoryEnd responder) => TrafficQuery.All with
    {
        Range = Range,
        From = From,
        To = To,
        Text = Text,
        Ip = originator.Ip,
        PeerIp = responder.Ip,
        IsDirected = true,
        Device = Device == originator.Device ? Device : null,
        Peer = Device == responder.Device && Device != originator.Device ? Device : null,
    };
}
