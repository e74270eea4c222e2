using System.Globalization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>What the traffic page shows, as its address says it: flows or transactions, in which time, with which values, looked at how.</summary>
/// <param name="Table">Order, page, columns.</param>
public sealed partial record TrafficQuery(TableView Table)
{
    private const string Page = "/traffic";

    /// <summary>Orders of flows that the hub knows.</summary>
    public static IReadOnlyList<string> FlowOrders { get; } = ["time", "bytes", "packets", "duration"];

    /// <summary>Orders of transactions that the hub knows.</summary>
    public static IReadOnlyList<string> TransactionOrders { get; } = ["time", "log", "status"];

    /// <summary>All flows of the default range.</summary>
    public static TrafficQuery All { get; } = new(new TableView());

    /// <summary>Whether transactions are shown, not flows.</summary>
    public bool IsTransactions { get; init; }

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

    /// <summary>The device at the other end.</summary>
    public long? Peer { get; init; }

    /// <summary>An address at either end.</summary>
    public Address? Ip { get; init; }

    /// <summary>The address at the other end.</summary>
    public Address? PeerIp { get; init; }

    /// <summary>Whether the first end (device, address) opened the flow.</summary>
    public bool IsDirected { get; init; }

    /// <summary>A group at one end.</summary>
    public DeviceGroup? Group { get; init; }

    /// <summary>The group at the other end.</summary>
    public DeviceGroup? PeerGroup { get; init; }

    /// <summary>Protocols of flows, logs of transactions.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Transports of flows.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>A port of either end.</summary>
    public int? Port { get; init; }

    /// <summary>States of flows, statuses of transactions.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Values of fields of transactions.</summary>
    public IReadOnlyList<RowValue> Fields { get; init; } = [];

    /// <summary>Whether only transactions that went wrong are shown.</summary>
    public bool IsFailed { get; init; }

    /// <summary>Community ID of flows.</summary>
    public string? CommunityId { get; init; }

    /// <summary>Uid of a flow.</summary>
    public string? Uid { get; init; }

    /// <summary>The sensor.</summary>
    public string? Sensor { get; init; }

    /// <summary>Payload bytes of a flow, at least.</summary>
    public long? MinBytes { get; init; }

    /// <summary>What is left out.</summary>
    public Excluded Without { get; init; } = Excluded.Nothing;

    /// <summary>The row whose card is open.</summary>
    public string? At { get; init; }

    /// <summary>The address of the flow in which something was first said of a device; null when it was said in no flow.</summary>
    public static string? Of(ClaimTally claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return claim.Uid is { } uid && claim.First.Nanoseconds > 0 ? (All with { Uid = uid, From = new CaptureTime(claim.First.Nanoseconds - CaptureTime.PerSecond) }).Address() : null;
    }

    /// <summary>Whether anything but time is asked for.</summary>
    public bool IsFiltered => (All with { IsTransactions = IsTransactions }).Address() != (this with { From = null, To = null, Range = All.Range, Table = All.Table, At = null }).Address();

    /// <summary>Reads it.</summary>
    public static TrafficQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool isTransactions = address.OneOf("view", ["flows", "transactions"]) == "transactions";
        return new TrafficQuery(TableView.Read(address, isTransactions ? TransactionOrders : FlowOrders, isKept: true))
        {
            IsTransactions = isTransactions,
            Range = TimeRange.Read(address),
            From = address.Time("from"),
            To = address.Time("to"),
            Text = address.One("q"),
            Device = address.Number("device", 0, int.MaxValue),
            Peer = address.Number("peer", 0, int.MaxValue),
            Ip = Read(address, "ip"),
            PeerIp = Read(address, "peer-ip"),
            IsDirected = address.YesNo("directed") == true,
            Group = ReadGroup(address, "group"),
            PeerGroup = ReadGroup(address, "peer-group"),
            Protocols = address.All("protocol"),
            Transports = address.All("transport"),
            Port = address.Number("port", 0, 65_535),
            States = address.All("state"),
            Fields = [.. address.All("field").Select(text => RowValue.Parse(text) ?? address.Invalid<RowValue?>("field", text, null)).OfType<RowValue>()],
            IsFailed = address.YesNo("failed") == true,
            CommunityId = address.One("community"),
            Uid = address.One("uid"),
            Sensor = address.One("sensor"),
            MinBytes = address.Number("min-bytes", 0, int.MaxValue),
            Without = new Excluded
            {
                Devices = [.. address.Numbers("not-device", 0, int.MaxValue).Select(number => (long)number)],
                Addresses = [.. address.All("not-ip").Select(text => Parse(address, "not-ip", text)).OfType<Address>()],
                Ports = address.Numbers("not-port", 0, 65_535),
                Protocols = address.All("not-protocol"),
                States = address.All("not-state"),
            },
            At = address.One("at"),
        };
    }

    /// <summary>Address of this view.</summary>
    public string Address()
    {
        AddressBuilder builder = new AddressBuilder(Page)
            .Set("view", IsTransactions ? "transactions" : null).Set("range", Range.Name is TimeRange.Default or TimeRange.All ? null : Range.Name).Set("from", From).Set("to", To)
            .Set("q", Text).Set("device", Number(Device)).Set("peer", Number(Peer)).Set("ip", Ip?.ToString()).Set("peer-ip", PeerIp?.ToString()).Set("directed", IsDirected ? true : null)
            .Set("group", Group?.ToString()).Set("peer-group", PeerGroup?.ToString()).Set("protocol", Protocols).Set("transport", Transports)
            .Set("port", Port).Set("state", States).Set("field", Fields.Select(one => one.ToString())).Set("failed", IsFailed ? true : null).Set("community", CommunityId).Set("uid", Uid).Set("sensor", Sensor).Set("min-bytes", Number(MinBytes))
            .Set("not-device", Without.Devices.Select(number => Number(number)!)).Set("not-ip", Without.Addresses.Select(ip => ip.ToString()))
            .Set("not-port", Without.Ports).Set("not-protocol", Without.Protocols).Set("not-state", Without.States);
        return Table.Write(builder).Set("at", At).ToString();
    }

    /// <summary>The same rows looked at differently, no card open.</summary>
    public string Address(TableView table) => (this with { Table = table, At = null }).Address();

    /// <summary>The same filter from its first page, no card open.</summary>
    public TrafficQuery First() => this with { Table = Table with { Page = 1 }, At = null };

    /// <summary>The same filter on the other kind of rows. What only one kind has is dropped.</summary>
    public TrafficQuery Kind(bool transactions) => this with
    {
        IsTransactions = transactions,
        Table = new TableView(),
        At = null,
        Protocols = [],
        States = [],
        Transports = transactions ? [] : Transports,
        Fields = [],
        IsFailed = false,
        CommunityId = transactions ? null : CommunityId,
        MinBytes = transactions ? null : MinBytes,
        Without = Without with { Protocols = [], States = [] },
    };

    /// <summary>Begin of the range.</summary>
    /// <param name="newest">The newest data; null when there is none.</param>
    public CaptureTime? Begin(CaptureTime? newest) => From ?? (To is { } end ? Range.From(end) : newest is { } last ? Range.From(last) : null);

    /// <summary>The hub's filter of flows, without groups and without what a person may see.</summary>
    public FlowFilter Flows(CaptureTime? newest) => new()
    {
        From = Begin(newest),
        To = To,
        Device = Device,
        Address = Ip,
        PeerDevice = Peer,
        Peer = PeerIp,
        IsDirected = IsDirected,
        Protocols = Protocols,
        Transports = Transports,
        Port = Port,
        States = States,
        Text = Text,
        Uid = Uid,
        CommunityId = CommunityId,
        MinBytes = MinBytes,
        Sensor = Sensor,
        Without = Without,
    };

    /// <summary>The hub's filter of transactions, without groups and without what a person may see.</summary>
    public TransactionFilter Transactions(CaptureTime? newest) => new()
    {
        From = Begin(newest),
        To = To,
        Device = Device,
        Address = Ip,
        PeerDevice = Peer,
        Peer = PeerIp,
        IsDirected = IsDirected,
        Logs = Protocols,
        Port = Port,
        Statuses = States,
        Fields = Fields,
        IsFailed = IsFailed,
        Text = Text,
        Uid = Uid,
        Sensor = Sensor,
        Without = Without,
    };

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static Address? Read(AddressQuery address, string key) => address.One(key) is { } text ? Parse(address, key, text) : null;

    private static Address? Parse(AddressQuery address, string key, string text) =>
        Wardkeeper.Sensor.Observations.Address.TryParse(text, out Address ip) ? ip : address.Invalid<Address?>(key, text, null);

    private static DeviceGroup? ReadGroup(AddressQuery address, string key) =>
        address.One(key) is not { } text ? null : DeviceGroup.TryParse(text, out DeviceGroup group) ? group : address.Invalid<DeviceGroup?>(key, text, null);
}
