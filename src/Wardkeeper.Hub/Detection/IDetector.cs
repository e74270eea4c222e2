using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What every detector says of itself.</summary>
internal interface IDetector
{
    /// <summary>Name, types of finding, what it reads.</summary>
    static abstract DetectorInfo Info { get; }
}

/// <summary>
/// Looks at one kind of input and raises findings. A detector, which also is an <see cref="IDetector"/>, is one file; it may read several kinds. It knows no clock but
/// capture time, keeps bounded state, and is never called by two threads at once.
/// </summary>
/// <typeparam name="TInput"><see cref="Observation"/>, <see cref="FlowRecord"/>, <see cref="TransactionRow"/>, <see cref="SensorReport"/>, <see cref="AddressMoves"/>, <see cref="Trust.TrustEvent"/>, <see cref="PastTraffic"/> or <see cref="LedgerReview"/>.</typeparam>
internal interface IDetector<in TInput>
{
    /// <summary>Looks at one input.</summary>
    void Inspect(TInput seen, in Knowledge known, IFindingSink findings);
}

/// <summary>What a detector may know beside its input.</summary>
/// <param name="Site">What the site says of itself.</param>
/// <param name="Local">Which addresses are the site's.</param>
/// <param name="Devices">The ledger.</param>
internal readonly record struct Knowledge(Site Site, LocalNetworks Local, IDeviceDirectory Devices)
{
    /// <summary>What the border makes reachable from outside.</summary>
    public PublishedServices Published { get; init; } = PublishedServices.None;

    /// <summary>What sources of intelligence list.</summary>
    public IndicatorSet Indicators { get; init; } = IndicatorSet.None;

    /// <summary>One end as a party of a finding.</summary>
    public Party Party(Subject subject, ushort port = 0) => new(subject, port, Devices.Of(subject));

    /// <summary>The security zone of an address as the site says; where it says nothing, the network around the address.</summary>
    public string ZoneOf(Address address) => Site.ZoneOf(address) ?? NetworkOf(address);

    /// <summary>The same as an argument of a finding's texts: what lies beyond the site speaks the reader's language.</summary>
    public static string Said(string zone) => zone == Site.Outside ? "@word.outside" : zone;

    /// <summary>What the network of an address is called.</summary>
    public string NetworkOf(Address address) => Site.NetworkOf(address, Local);
}

/// <summary>What a sensor counted since its last report.</summary>
/// <param name="Sensor">Its name.</param>
/// <param name="At">Capture time up to which it counted.</param>
/// <param name="Counters">By name: packets, kernel-drops, time-runs-back …</param>
internal sealed record SensorReport(string Sensor, CaptureTime At, IReadOnlyDictionary<string, long> Counters);

/// <summary>The ledger is looked through: once an hour of capture time, and at the end of a capture.</summary>
/// <param name="At">Capture time.</param>
internal sealed record LedgerReview(CaptureTime At);

/// <summary>Addresses that went to others and stayed there, as the ledger noticed; told at the end of each batch, also when there are none.</summary>
/// <param name="At">Capture time.</param>
/// <param name="All">Moves in their order.</param>
internal sealed record AddressMoves(CaptureTime At, IReadOnlyList<AddressMove> All);

/// <summary>What a detector is.</summary>
/// <param name="Name">Kebab case; its page is <c>docs/detections/NAME.md</c>.</param>
/// <param name="Types">Types of finding it raises. Each has its words in the texts of findings: <c>.name</c>, <c>.title</c>, <c>.why</c>, <c>.next</c>, <c>.blind</c>.</param>
internal sealed record DetectorInfo(string Name, params IReadOnlyList<FindingType> Types)
{
    /// <summary>Logs whose transactions it wants; empty when it reads none.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Whether it can only fire where people keep owners and life cycles.</summary>
    public bool NeedsRegister { get; init; }

    /// <summary>How long it learns what is usual before it fires, in capture time from the first traffic on; null when it needs not learn.</summary>
    public TimeSpan? Learns { get; init; }

    /// <summary>Whether it can only fire where the border's table was imported.</summary>
    public bool NeedsPublishing { get; init; }
}
