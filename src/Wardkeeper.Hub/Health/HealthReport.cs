using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Health;

/// <summary>Looks whether everything is seeing, storing and current.</summary>
public interface IHealth
{
    /// <summary>How everything is doing, as of at most a second ago.</summary>
    HealthReport Look();

    /// <summary>The machine's network interfaces with what they have received, whether anybody listens to them or not.</summary>
    IReadOnlyList<NetworkInterface> Interfaces();
}

/// <summary>How everything is doing.</summary>
/// <param name="At">When it was looked; wall-clock time.</param>
/// <param name="Since">When this program started; wall-clock time.</param>
/// <param name="Sensors">The sensors.</param>
/// <param name="Storage">The stores.</param>
/// <param name="Detectors">Detectors there are.</param>
/// <param name="BlindDetectors">Those of them that cannot fire as things stand.</param>
/// <param name="Problems">What is the matter, the gravest first.</param>
public sealed record HealthReport(CaptureTime At, CaptureTime Since, IReadOnlyList<SensorHealth> Sensors, StorageHealth Storage, int Detectors, IReadOnlyList<BlindDetector> BlindDetectors, IReadOnlyList<HealthProblem> Problems)
{
    /// <summary>What the site says of itself; null when nobody described it.</summary>
    public SiteHealth? Site { get; init; }

    /// <summary>Sensors that listen now, captures left out.</summary>
    public int Listening => Sensors.Count(sensor => sensor.Kind != SensorKind.Capture);

    /// <summary>Those of them that see traffic.</summary>
    public int Seeing => Sensors.Count(sensor => sensor is { Kind: not SensorKind.Capture, IsSeeing: true });
}

/// <summary>What a sensor listens to.</summary>
public enum SensorKind
{
    /// <summary>Network interfaces.</summary>
    Live,

    /// <summary>The sample hospital, played back.</summary>
    Demo,

    /// <summary>A capture that is read once.</summary>
    Capture,
}

/// <summary>How one sensor is doing. Counts are since the program started.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it listens to.</param>
/// <param name="IsSeeing">Whether packets come, or a capture was read without a problem.</param>
/// <param name="HasEnded">Whether nothing more will come.</param>
/// <param name="Packets">Packets read.</param>
/// <param name="PacketsPerSecond">Packets in a second, of the last seconds; null when not known yet.</param>
/// <param name="Dropped">Packets that were lost before they were read.</param>
/// <param name="TcpFlows">TCP connections with data that are over.</param>
/// <param name="OneSidedFlows">Those of them of which one side only was seen.</param>
/// <param name="ClockAhead">How far time servers in the traffic are ahead of the sensor's clock; null when none was heard, and of what was recorded.</param>
/// <param name="Delay">How far reading is behind the clock; null for a capture.</param>
/// <param name="SeenTo">Capture time up to which it has read; null when it has not.</param>
/// <param name="WaitingBatches">Batches that wait to be stored.</param>
/// <param name="SpoolBytes">Bytes that wait on the disk.</param>
/// <param name="Interfaces">Interfaces of a live sensor.</param>
public sealed record SensorHealth(string Name, SensorKind Kind, bool IsSeeing, bool HasEnded, long Packets, double? PacketsPerSecond, long Dropped, long TcpFlows, long OneSidedFlows, TimeSpan? ClockAhead, TimeSpan? Delay, CaptureTime? SeenTo, long WaitingBatches, long SpoolBytes, IReadOnlyList<InterfaceHealth> Interfaces);

/// <summary>How one interface of a sensor is doing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">In kebab case: starting, capturing, missing, down, no-carrier, not-permitted, unknown-link, failed.</param>
/// <param name="Detail">What the system said, in English; empty when the state says everything.</param>
/// <param name="Packets">Frames taken.</param>
/// <param name="Bytes">Their bytes on the wire.</param>
/// <param name="Dropped">Frames the kernel had no room for.</param>
/// <param name="Outages">How often it stopped delivering.</param>
public sealed record InterfaceHealth(string Name, string State, string Detail, long Packets, long Bytes, long Dropped, int Outages);

/// <summary>An interface of the machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsUp">Whether it is switched on and its cable leads somewhere.</param>
/// <param name="Received">Packets it received since it was set up.</param>
/// <param name="Addresses">Its own IP addresses.</param>
/// <param name="IsListenedTo">Whether a sensor listens to it.</param>
public sealed record NetworkInterface(string Name, bool IsUp, long Received, IReadOnlyList<string> Addresses, bool IsListenedTo);

/// <summary>How the stores are doing.</summary>
/// <param name="IsWell">Whether everything can be stored.</param>
/// <param name="Database">Which database holds ledger, findings, persons and audit: sqlite or postgresql.</param>
/// <param name="DatabaseBytes">Its size; null when it is not on this machine.</param>
/// <param name="HistoryBytes">Size of flows and transactions.</param>
/// <param name="HistoryDays">Days of which there are some.</param>
/// <param name="KeepDays">Days that are to be kept.</param>
/// <param name="RoomDays">Days for which there is room at the rate of the last week; null when the rate is not known yet.</param>
/// <param name="FreeBytes">Free bytes of the disk.</param>
public sealed record StorageHealth(bool IsWell, string Database, long? DatabaseBytes, long HistoryBytes, int HistoryDays, int KeepDays, double? RoomDays, long FreeBytes);

/// <summary>What the site says of itself, and when that was read.</summary>
/// <param name="Path">The file.</param>
/// <param name="ReadAt">When it was read; wall-clock time.</param>
/// <param name="Networks">Networks that it names.</param>
/// <param name="Scanners">Places of declared scanners.</param>
/// <param name="Servers">Declared servers.</param>
/// <param name="Windows">Announced windows of work, past ones too.</param>
public sealed record SiteHealth(string Path, CaptureTime ReadAt, int Networks, int Scanners, int Servers, int Windows);

/// <summary>A detector that cannot fire, and why.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Why">Why not.</param>
public sealed record BlindDetector(string Name, HealthText Why);

/// <summary>Something that is the matter.</summary>
/// <param name="Code">Which, in kebab case; the same over versions.</param>
/// <param name="Subject">What it is about: a sensor, an interface, a store; empty for the machine.</param>
/// <param name="IsGrave">Whether something is lost now.</param>
/// <param name="Since">Since when this program knows; wall-clock time.</param>
/// <param name="What">What is the matter.</param>
/// <param name="Lost">What is lost meanwhile.</param>
/// <param name="Mend">How to mend it.</param>
/// <param name="Detail">What the system said, in English; null when there is nothing to add.</param>
public sealed record HealthProblem(string Code, string Subject, bool IsGrave, CaptureTime Since, HealthText What, HealthText Lost, HealthText Mend, string? Detail = null);
