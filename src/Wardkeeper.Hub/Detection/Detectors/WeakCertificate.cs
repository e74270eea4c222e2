using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A medical device that shows a certificate whose time is over, or one that it signed itself. What a device is becomes clear only after a
/// while, so certificates are kept until the ledger is looked through. Silent on everything that is not a medical device: office
/// machines and outside servers are not this program's business, and self-signed certificates are usual there.
/// </summary>
internal sealed class WeakCertificate : IDetector, IDetector<TransactionRow>, IDetector<LedgerReview>
{
    private const int Kept = 4096;
    private static readonly FindingType Expired = new("certificate-expired", Severity.Low, Duty.ClinicalEngineering, "T1557", IsExposure: true);
    private static readonly FindingType SelfSigned = new("certificate-self-signed", Severity.Info, Duty.ClinicalEngineering, "T1557", IsExposure: true);
    private readonly RecentState<(Address, ushort), Shown> shown = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("weak-certificate", Expired, SelfSigned) { Logs = ["ssl"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !known.Local.Contains(flow.Server.Ip) || known.Site.IsScanner(flow.Client.Ip)) return;
        if (seen.Number("not_valid_after"u8) is not { } until) return;
        bool isExpired = until < seen.At.Nanoseconds / CaptureTime.PerSecond, isSelfSigned = seen.Flag("self_signed"u8) == true;
        if (!isExpired && !isSelfSigned) return;
        Shown certificate = shown.Of((flow.Server.Ip, flow.ServerPort));
        (certificate.Until, certificate.IsExpired, certificate.IsSelfSigned) = (until, isExpired, isSelfSigned);
        (certificate.Server, certificate.Client, certificate.Name) = (flow.Server, flow.Client.Ip, seen.Text("subject"u8) ?? "");
        (certificate.At, certificate.Uid, certificate.IsNew) = (seen.At, flow.Uid, true);
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach (((Address _, ushort port), Shown certificate) in shown.All)
        {
            Party device = known.Party(certificate.Server, port);
            if (!certificate.IsNew || device.Device is not { IsMedical: true }) continue;
            certificate.IsNew = false;
            string until = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(certificate.Until, -62_135_596_800, 253_402_300_799)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), at = FlowFacts.Port(Carrier.Tcp, port);
            findings.Raise(new Sighting
            {
                Type = certificate.IsExpired ? Expired : SelfSigned,
                Subject = device,
                Discriminator = at,
                Confidence = certificate.IsExpired ? 0.95 : 0.85,
                Arguments = [certificate.Name, until, at],
                Facts =
                [
                    new Fact("certificate", certificate.Name),
                    certificate.IsExpired ? new Fact("valid-until", until, "later than the day it was shown") : new Fact("issuer", "itself", "the hospital's or the maker's authority"),
                    new Fact("port", at),
                    new Fact("latest-client", certificate.Client.ToString()),
                ],
                ReachedFrom = known.NetworkOf(certificate.Client),
                Evidence = new Evidence(certificate.At, certificate.Uid, 0, "ssl"),
            });
        }
    }

    private sealed class Shown
    {
        public long Until { get; set; }

        public bool IsExpired { get; set; }

        public bool IsSelfSigned { get; set; }

        public Subject Server { get; set; }

        public Address Client { get; set; }

        public string Name { get; set; } = "";

        public CaptureTime At { get; set; }

        public string? Uid { get; set; }

        public bool IsNew { get; set; }
    }
}
