using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Looks a study up and fetches all its images. A workstation has one study moved at a time: a move needs its port.</summary>
internal sealed class RetrieveStudy : IActor<StudyRetrieved>
{
    /// <inheritdoc/>
    public async Task ActAsync(StudyRetrieved what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace workstation = site[what.Actor], archive = site[what.Archive];
        using ScratchFolder received = new(site, workstation);
        if (what.Way == RetrieveWay.Web)
        {
            await FetchAsync(workstation, archive, site, what.Exam, received, cancel);
            return;
        }
        string study = "StudyInstanceUID=" + what.Exam.StudyUid;
        string[] query = ["-S", .. DicomCall.From(workstation, archive), "-k", "QueryRetrieveLevel=STUDY", "-k", study];
        switch (what.Way)
        {
            case RetrieveWay.Move:
                await DicomProgram.RunAsync(workstation, site, "findscu", [.. query, "-k", "PatientID", "-k", "PatientName", "-k", "StudyDate", .. DicomCall.To(archive)], @"Find Response: \d+ \(Pending\)", 1, cancel);
                string port = DicomPorts.Client.ToString(CultureInfo.InvariantCulture);
                string[] move = [.. query, "-dhl", "-aem", DicomPorts.AeTitleOf(workstation), "+P", port, "-od", received.Path, .. DicomCall.To(archive)];
                await MovePort.HoldAsync(() => DicomProgram.RunAsync(workstation, site, "movescu", move, @"Received Final Move Response \(Success\)", 1, cancel), cancel);
                break;
            case RetrieveWay.Get:
                await DicomProgram.RunAsync(workstation, site, "getscu", [.. query, "-od", received.Path, .. DicomCall.To(archive)], @"Received C-GET Response \(Success\)", 1, cancel);
                break;
            default:
                throw new LabException($"no workstation retrieves by {what.Way}");
        }
        if (received.Count != what.Exam.Images) throw new LabException($"{what.Actor} retrieved {received.Count} images of {what.Exam.StudyUid}, {what.Exam.Images} were planned");
    }

    /// <summary>QIDO-RS, then WADO-RS (PS3.18, 10.6 and 10.4).</summary>
    private static async Task FetchAsync(HostNamespace workstation, HostNamespace archive, HospitalSite site, Exam exam, ScratchFolder received, CancellationToken cancel)
    {
        string studies = DicomWeb.StudiesOf(archive);
        string found = received["found.json"], body = received["study.bin"];
        await DicomWeb.CurlAsync(workstation, site, ["-o", found, "-H", "Accept: application/dicom+json", $"{studies}?StudyInstanceUID={exam.StudyUid}"], cancel);
        if (!(await File.ReadAllTextAsync(found, cancel)).Contains(exam.StudyUid, StringComparison.Ordinal)) throw new LabException($"{archive.Device.Key} does not find the study {exam.StudyUid} (QIDO-RS)");
        await DicomWeb.CurlAsync(workstation, site, ["-o", body, "-H", """Accept: multipart/related; type="application/dicom";""", $"{studies}/{exam.StudyUid}"], cancel);
        int images = Occurrences(await File.ReadAllBytesAsync(body, cancel), Encoding.ASCII.GetBytes(SopClasses.OfImages(exam.Modality) + "\0\u0008\0\u0018\0UI"));
        if (images != exam.Images) throw new LabException($"{archive.Device.Key} gave {images} images of {exam.StudyUid} (WADO-RS), {exam.Images} were planned");
    }

    private static int Occurrences(ReadOnlySpan<byte> within, ReadOnlySpan<byte> what)
    {
        int count = 0;
        for (int at = within.IndexOf(what); at >= 0; at = within.IndexOf(what))
        {
            count++;
            within = within[(at + what.Length)..];
        }
        return count;
    }
}
