using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A DICOM file that is also a program, a script, a PDF, an archive or a page (CVE-2019-11687): its preamble of 128 bytes, which may hold anything (PS3.10, section 7.1), begins like one. Seen in files over HTTP and
/// DICOMweb, SMB, FTP, TFTP and mail. Silent on preambles of zeros and on TIFF, for which the standard itself made the preamble: such files are images in both ways. Objects over DIMSE (C-STORE) are no files: their data sets carry
/// no preamble, so nothing is found there, and nothing can come in by it.
/// </summary>
internal sealed class TwoFacedDicomFile : IDetector, IDetector<TransactionRow>
{
    private static readonly FindingType Type = new("two-faced-dicom-file", Severity.High, Duty.InformationDepartment, "T1036.008");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("two-faced-dicom-file", Type) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Text("two_faced_file"u8) is not { } face) return;
        bool isFromClient = seen.Flag("is_sent"u8) == true;
        (Subject sender, Subject receiver) = isFromClient ? (flow.Client, flow.Server) : (flow.Server, flow.Client);
        if (!known.Local.Contains(sender.Ip) && !known.Local.Contains(receiver.Ip)) return;
        // A program can be run at once; of a text or an archive somebody must make something first.
        bool isProgram = face.EndsWith("program", StringComparison.Ordinal) || face == "script";
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(sender),
            Peer = known.Party(receiver, isFromClient ? flow.ServerPort : (ushort)0),
            Discriminator = face,
            Severity = isProgram ? null : Severity.Medium,
            Confidence = isProgram ? 0.95 : 0.85,
            Arguments = [face, receiver.Ip.ToString(), Way(seen)],
            Facts =
            [
                new Fact("other-face", face, "zeros, or TIFF"),
                new Fact("brought-by", Way(seen)),
                new Fact("study", seen.Text("study_uid"u8) ?? "-"),
                new Fact("instances", FlowFacts.Number(seen.Number("instances"u8) ?? 1)),
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static string Way(TransactionRow seen) => seen.Text("kind"u8) switch
    {
        "web" => "http",
        "share" => "smb",
        "transfer" => "ftp",
        string kind => kind,
        null => "-",
    };
}
