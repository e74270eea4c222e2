using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A machine of the site whose operating system its maker no longer mends, by what it says of itself (SMB, NTLM, SSH, LDAP and others; user
/// agents and DHCP vendor classes count less). Measured at the day of the capture: what was still supported then is no finding. Silent on machines
/// outside, on systems that the table does not know, and on prolonged support that a site may have bought.
/// </summary>
internal sealed class OutdatedSystem : IDetector, IDetector<Observation>
{
    private static readonly FindingType Type = new("outdated-system", Severity.Low, Duty.ClinicalEngineering, "T1210", IsExposure: true);

    private static readonly (string Text, string System, CaptureTime Ends, string Day)[] Systems = [.. HubTable.Rows("systems.tsv").OrderByDescending(cells => cells[0].Length)
        .Select(cells => (cells[0], cells[1], CaptureTime.FromDate(DateTimeOffset.ParseExact(cells[2], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)), cells[2]))];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("outdated-system", Type);

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.OperatingSystem or ClaimKind.UserAgent or ClaimKind.DhcpVendorClass } claim || !known.Local.Contains(claim.Subject.Ip)) return;
        if (Find(claim) is not { } found || claim.At <= found.Ends) return;
        bool isOwnWord = claim.Kind == ClaimKind.OperatingSystem;
        Party subject = known.Party(claim.Subject);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = subject,
            Discriminator = found.System,
            Severity = subject.Device?.IsMedical == true ? Severity.Medium : null,
            Confidence = isOwnWord ? 0.9 : 0.7,
            Arguments = [found.System, found.Day],
            Facts = [new Fact("operating-system", claim.Value, "one that its maker mends"), new Fact("end-of-support", found.Day, "later than the day it was seen"), new Fact("known-by", $"{claim.Protocol}, {claim.Origin}")],
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet, claim.Protocol),
        });
    }

    private static (string System, CaptureTime Ends, string Day)? Find(Claim claim)
    {
        ReadOnlySpan<char> value = claim.Value;
        // A vendor class of Android reads android-dhcp-9 and has no blank.
        Span<char> text = stackalloc char[Math.Min(value.Length, 256)];
        value[..text.Length].ToLowerInvariant(text);
        text.Replace('/', ' ');
        bool isVendorClass = claim.Kind == ClaimKind.DhcpVendorClass;
        if (isVendorClass && !text.StartsWith("android-dhcp-")) return null;
        string said = isVendorClass ? string.Concat("android ", text["android-dhcp-".Length..]) : text.ToString();
        foreach ((string needle, string system, CaptureTime ends, string day) in Systems)
        {
            int at = said.IndexOf(needle, StringComparison.Ordinal);
            // Android 1 is not in Android 10, nor 5.1 in 5.10.
            if (at >= 0 && (at + needle.Length == said.Length || !char.IsAsciiDigit(said[at + needle.Length]) || needle[^1] == ' ')) return (system, ends, day);
        }
        return null;
    }
}
