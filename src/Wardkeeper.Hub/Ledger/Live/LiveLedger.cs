using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>
/// The ledger of a running hub. It sorts what sensors say exactly as <see cref="DeviceLedger"/> does for a capture, and keeps the
/// devices up to date as it goes: an interface that two signs speak for becomes a device with a number for ever, facts follow the
/// address book's verdicts, and devices are joined on strong evidence only. Everything depends on the observations and their order
/// alone, never on where batches are cut. One thread at a time.
/// </summary>
internal sealed partial class LiveLedger : IFactWatcher, IAddressWatcher, IMoveWatcher
{
    private readonly LedgerLimits limits;
    private readonly AddressBook book;
    private readonly AddressMoveWatch watch;
    private readonly LiveFactStore store;
    private readonly FactIntake intake;
    private readonly Dictionary<(MacAddress, Address), LiveInterface> interfaces = [];
    private readonly Dictionary<long, LiveDevice> devices = [];
    private readonly Dictionary<Facts, LiveInterface> placed = [];
    private readonly Dictionary<Facts, AddressTime> times = [];
    private readonly HashSet<MacAddress> routers = [];
    private readonly List<MacAddress> doubted = [];
    private readonly List<Address> unsettled = [];
    private readonly Queue<LiveInterface> candidates = new();
    private (MacAddress Mac, Address Ip)? relearned;
    private string? bindingProtocol;

    /// <summary>Makes an empty ledger.</summary>
    public LiveLedger(LocalNetworks local, LedgerLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        this.limits = limits ?? new LedgerLimits();
        book = new AddressBook(local, this.limits.BoundAddresses) { Watcher = this, Moves = this };
        watch = new AddressMoveWatch(book);
        store = new LiveFactStore(book, this.limits);
        intake = new FactIntake(local, store, book, this);
        evidence = new JoinEvidence();
    }

    /// <summary>What was not stored yet.</summary>
    public LedgerChanges Changes { get; } = new();

    /// <summary>Numbers given and things counted.</summary>
    public LedgerNumbers Numbers { get; } = new();

    /// <summary>Latest capture time.</summary>
    public CaptureTime Now { get; private set; }

    /// <summary>All devices ever numbered, also those merged into others.</summary>
    public IReadOnlyDictionary<long, LiveDevice> Devices => devices;

    /// <summary>All interfaces, candidates too.</summary>
    public IReadOnlyCollection<LiveInterface> Interfaces => interfaces.Values;

    public IReadOnlyCollection<Facts> Facts => adopted.Count == 0 ? store.All : [.. store.All, .. adopted.Values.SelectMany(list => list)];

    public AddressBook Book => book;

    /// <summary>Devices by fingerprint.</summary>
    public AlikeIndex Prints { get; } = new();

    /// <summary>Addresses not yet believed to be devices.</summary>
    public int Candidates { get; private set; }

    /// <summary>Sightings of addresses for which there was no room.</summary>
    public long Refused => store.Refused;

    public void Take(SensorBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (Observation observation in batch.Observations) Take(observation);
        foreach (FlowRecord flow in batch.Flows) Take(flow);
    }

    public void Take(Observation observation)
    {
        intake.Take(observation);
        Settle();
    }

    public void Take(FlowRecord flow)
    {
        intake.Take(flow);
        Settle();
    }

    /// <summary>The times that facts had their address, where they have one.</summary>
    public IEnumerable<AddressTime> Times => times.Values.Concat(pastTimes.Values.SelectMany(past => past));

    /// <summary>The interface that facts belong to; null when they are a remote machine's.</summary>
    public LiveInterface? InterfaceOf(Facts facts) => placed.GetValueOrDefault(facts);

    void IFactWatcher.Binding(Claim claim) => bindingProtocol = claim.Protocol;

    void IFactWatcher.Claimed(Facts facts, Claim claim, ClaimTally tally, bool isNew, ClaimTally? gone)
    {
        if (isNew)
        {
            tally.Number = Numbers.NextClaim++;
            evidence.Add(facts, tally);
        }
        if (gone is not null)
        {
            Changes.ClaimsGone.Add(gone.Number);
            evidence.Remove(facts, gone);
        }
        Signs sign = claim.Kind switch
        {
            ClaimKind.AddressBinding when claim.Protocol is "arp" or "nd" or "dhcp" or "dhcpv6" => Signs.Bound,
            ClaimKind.Anomaly => Signs.None,
            _ => Signs.Stated,
        };
        Seen(facts, sign, claim.At);
        if (claim.Kind == ClaimKind.AddressBinding && claim.Protocol is "dhcp" or "dhcpv6") Leased(facts);
        // Whether a device fell silent shows with time: what names it is looked at again each time its count doubles.
        if (isNew || (claim.Kind is ClaimKind.HostName or ClaimKind.AeTitle && long.IsPow2(tally.Count))) Weigh(facts, tally);
    }

    void IFactWatcher.Seen(Facts facts, Signs sign, CaptureTime at) => Seen(facts, sign, at);

    void IAddressWatcher.Learned(MacAddress mac, Address ip)
    {
        Changes.Pairs.Add((mac, ip));
        if (!doubted.Contains(mac)) doubted.Add(mac);
        relearned = (mac, ip);
    }

    void IAddressWatcher.Doubted(MacAddress mac)
    {
        if (!doubted.Contains(mac)) doubted.Add(mac);
    }

    void IAddressWatcher.Owned(Address ip, bool isOther)
    {
        Changes.Owners.Add(ip);
        if (isOther && !unsettled.Contains(ip)) unsettled.Add(ip);
    }

    void IAddressWatcher.Forgotten(MacAddress mac)
    {
        Changes.MacsGone.Add(mac);
        routers.Remove(mac);
    }

    private void Seen(Facts facts, Signs sign, CaptureTime at)
    {
        if (at > Now) Now = at;
        facts.Signs |= sign;
        Changes.Facts.Add(facts);
        LiveInterface? of = placed.GetValueOrDefault(facts) ?? Place(facts);
        Keep(facts, at);
        if (of is null) return;
        if (of.Device is { } device) Changes.Devices.Add(device);
        else if (of.IsCorroborated) Promote(of);
    }

    /// <summary>Lets facts follow what the address book learned. Most observations teach it nothing.</summary>
    private void Settle()
    {
        if (relearned is { } pair)
        {
            relearned = null;
            if (store.Find(pair.Mac, pair.Ip) is { } facts) Place(facts);
        }
        while (doubted.Count + unsettled.Count > 0)
        {
            if (doubted.Count > 0)
            {
                MacAddress mac = doubted[^1];
                doubted.RemoveAt(doubted.Count - 1);
                if (book.IsRouter(mac) == routers.Contains(mac)) continue;
                if (!routers.Remove(mac)) routers.Add(mac);
                foreach (Facts facts in store.Of(mac).ToArray()) Place(facts);
                if (interfaces.TryGetValue((mac, default), out LiveInterface? card)) Touch(card);
                continue;
            }
            Address ip = unsettled[^1];
            unsettled.RemoveAt(unsettled.Count - 1);
            foreach (Facts facts in store.Of(ip).ToArray()) Place(facts);
        }
    }

    private void Touch(LiveInterface one)
    {
        Changes.Interfaces.Add(one);
        if (one.Device is { } device) Changes.Devices.Add(device);
    }
}

/// <summary>Numbers given so far and things counted; stored, so that no number is given twice.</summary>
internal sealed class LedgerNumbers
{
    public long NextClaim { get; set; } = 1;

    public long NextTime { get; set; } = 1;

    public long NextInterface { get; set; } = 1;

    public long NextDevice { get; set; } = 1;

    public long NextEvent { get; set; } = 1;

    /// <summary>Candidates that went without a second sign.</summary>
    public long CandidatesDropped { get; set; }
}
