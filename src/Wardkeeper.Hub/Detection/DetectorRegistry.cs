using System.Collections.Immutable;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Detection.Detectors;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>Every detector, one line each.</summary>
internal static class DetectorRegistry
{
    /// <summary>All detectors, in the order in which they are asked.</summary>
    public static readonly ImmutableArray<Detector> All =
    [
        Detector.Of<DatabaseOffered>(),
        Detector.Of<RemoteDesktopOffered>(),
        Detector.Of<FileShareOffered>(),
        Detector.Of<ManagementPageOffered>(),
        Detector.Of<CleartextMedicalTraffic>(),
        Detector.Of<UnknownDicomCaller>(),
        Detector.Of<DicomTitleGuessing>(),
        Detector.Of<DicomBeyondRole>(),
        Detector.Of<DicomHarvest>(),
        Detector.Of<DicomMoveDestination>(),
        Detector.Of<DicomObjectChanged>(),
        Detector.Of<MalformedDicom>(),
        Detector.Of<TwoFacedDicomFile>(),
        Detector.Of<OutdatedTls>(),
        Detector.Of<WeakCertificate>(),
        Detector.Of<CleartextAdministration>(),
        Detector.Of<AddressShared>(),
        Detector.Of<DeviceImpersonated>(),
        Detector.Of<ForeignRouter>(),
        Detector.Of<ForeignNameServer>(),
        Detector.Of<RadioAttack>(),
        Detector.Of<NetworkScan>(),
        Detector.Of<PasswordGuessing>(),
        Detector.Of<AddressReused>(),
        Detector.Of<InheritedReach>(),
        Detector.Of<OutdatedSystem>(),
        Detector.Of<WeakPassword>(),
        Detector.Of<TestSystemLeft>(),
        Detector.Of<DeviceInWrongNetwork>(),
        Detector.Of<PrivateAccessPoint>(),
        Detector.Of<DeviceWithoutOwner>(),
        Detector.Of<DeviceNotSeen>(),
        Detector.Of<RetiredButAlive>(),
        Detector.Of<PublishedOutside>(),
        Detector.Of<RepeatedMessage>(),
        Detector.Of<AlteredResult>(),
        Detector.Of<ForeignMessageSender>(),
        Detector.Of<MalformedMessage>(),
        Detector.Of<ClinicalDataQueried>(),
        Detector.Of<InfusionCommand>(),
        Detector.Of<RepeatedVitalSigns>(),
        Detector.Of<CutConnection>(),
        Detector.Of<AlarmSuppressed>(),
        Detector.Of<ClockTampering>(),
        Detector.Of<ServiceOutsideWindow>(),
        Detector.Of<RemoteExecution>(),
        Detector.Of<DomainAttack>(),
        Detector.Of<TicketHarvest>(),
        Detector.Of<LogInRelayed>(),
        Detector.Of<RemoteDesktopChain>(),
        Detector.Of<FilesReplaced>(),
        Detector.Of<Beacon>(),
        Detector.Of<DnsTunnel>(),
        Detector.Of<RandomNames>(),
        Detector.Of<PingTunnel>(),
        Detector.Of<HiddenChannel>(),
        Detector.Of<Flood>(),
        Detector.Of<PacketTricks>(),
        Detector.Of<IndicatorSeen>(),
        Detector.Of<SignatureHit>(),
        Detector.Of<WebAttack>(),
        Detector.Of<Heartbleed>(),
        Detector.Of<IdentityCopied>(),
        Detector.Of<TelemetryAbused>(),
        Detector.Of<BootStateChanged>(),
        Detector.Of<SensorTrouble>(),
    ];

    /// <summary>Every type of finding by name; the one that counts floods and those that admission raises among them.</summary>
    public static readonly ImmutableDictionary<string, FindingType> Types =
        All.SelectMany(detector => detector.Info.Types).Append(FindingBook.Flood).Concat(AdmissionFindings.All).ToImmutableDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Names of the types that tell of an address, whoever has it.</summary>
    public static readonly ImmutableHashSet<string> OfAddresses = [.. All.Where(detector => detector.Make() is IDetector<AddressMoves> or AddressShared).SelectMany(detector => detector.Info.Types).Select(type => type.Name)];

    /// <summary>Names of the types that are exposures.</summary>
    public static readonly ImmutableArray<string> Exposures = [.. Types.Values.Where(type => type.IsExposure).Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>Detectors that cannot fire as things stand, each with the key of the text that says why.</summary>
    /// <param name="devices">The ledger.</param>
    /// <param name="hasPublishing">Whether a table of the border is in force.</param>
    public static IEnumerable<(string Detector, string Reason)> CannotFire(IDeviceDirectory devices, bool hasPublishing)
    {
        ArgumentNullException.ThrowIfNull(devices);
        return All.Where(detector => detector.Info.NeedsRegister && !devices.HasRegister).Select(detector => (detector.Info.Name, "cannot-fire.no-register"))
            .Concat(All.Where(detector => detector.Info.NeedsPublishing && !hasPublishing).Select(detector => (detector.Info.Name, "cannot-fire.no-publishing")));
    }
}

/// <summary>One registered detector.</summary>
internal sealed class Detector
{
    private readonly Func<object> make;

    private Detector(DetectorInfo info, Type kind, Func<object> make) => (Info, Kind, this.make) = (info, kind, make);

    /// <summary>What it is.</summary>
    public DetectorInfo Info { get; }

    /// <summary>What it is made of.</summary>
    public Type Kind { get; }

    /// <summary>What it reads, in words of the documentation.</summary>
    public IEnumerable<string> Inputs
    {
        get
        {
            object one = make();
            if (one is IDetector<Observation>) yield return "observations";
            if (one is IDetector<FlowRecord>) yield return "flows";
            if (one is IDetector<TransactionRow>) yield return "transactions of " + string.Join(", ", Info.Logs.Select(log => $"`{log}`"));
            if (one is IDetector<SensorReport>) yield return "counters of sensors";
            if (one is IDetector<AddressMoves>) yield return "addresses that went to others, as the ledger notices them";
            if (one is IDetector<TrustEvent>) yield return "what the hub notices while it speaks with devices";
            if (one is IDetector<PastTraffic>) yield return "stored traffic, when indicators come";
            if (one is IDetector<LedgerReview>) yield return "the ledger, once an hour and at the end";
        }
    }

    /// <summary>Whether it judges what sensors see on the wire.</summary>
    public bool ReadsTraffic => make() is IDetector<Observation> or IDetector<FlowRecord> or IDetector<TransactionRow>;

    /// <summary>Whether it judges rows of its logs and no other traffic.</summary>
    public bool ReadsRowsOnly => make() is IDetector<TransactionRow> and not (IDetector<Observation> or IDetector<FlowRecord>);

    /// <summary>Registers a detector.</summary>
    public static Detector Of<T>()
        where T : IDetector, new() => new(T.Info, typeof(T), static () => new T());

    /// <summary>A detector that has seen nothing yet.</summary>
    public object Make() => make();
}
