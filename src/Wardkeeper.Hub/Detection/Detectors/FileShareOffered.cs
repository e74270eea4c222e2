using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Files that are offered beyond their zone: Windows shares, NFS, AFP, FTP, rsync. Known by protocol where it is parsed, else by port when the
/// connection was taken. Silent inside one zone (one network where the site names none), on servers that the site declares for file transfer
/// unless they are reached from outside, and on declared scanners; told only, inside an announced maintenance window.
/// </summary>
internal sealed class FileShareOffered : IDetector, IDetector<FlowRecord>
{
    private static readonly FindingType Type = new("file-share-offered", Severity.Low, Duty.InformationDepartment, "T1021.002", IsExposure: true);
    private static readonly PortTable Table = new("file-share-ports.tsv");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("file-share-offered", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings) => OfferBeyondZone.Tell(Type, Table, "file-transfer", seen, in known, findings);
}
