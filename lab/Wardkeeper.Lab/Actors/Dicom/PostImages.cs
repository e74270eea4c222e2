using System.Text;
using System.Text.Json;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Stores a study with one STOW-RS request (PS3.18, 10.5).</summary>
internal sealed class PostImages : IActor<ImagesPosted>
{
    private const string Boundary = "wardkeeper-lab-boundary";

    /// <inheritdoc/>
    public async Task ActAsync(ImagesPosted what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace sender = site[what.Actor], archive = site[what.Archive];
        using ScratchFolder folder = new(site, sender);
        await using (FileStream body = File.Create(folder["body"]))
        {
            foreach (byte[] file in ExamImages.Files(what.Exam, sender.Device))
            {
                await body.WriteAsync(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: application/dicom\r\n\r\n"), cancel);
                await body.WriteAsync(file, cancel);
                await body.WriteAsync("\r\n"u8.ToArray(), cancel);
            }
            await body.WriteAsync(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"), cancel);
        }
        await DicomWeb.CurlAsync(sender, site,
            ["-o", folder["answer"], "-H", $"Content-Type: multipart/related; type=\"application/dicom\"; boundary={Boundary}", "-H", "Expect:", "-H", "Accept: application/dicom+json", "--data-binary", "@" + folder["body"], DicomWeb.StudiesOf(archive)], cancel);
        using JsonDocument answer = JsonDocument.Parse(await File.ReadAllBytesAsync(folder["answer"], cancel));
        // (0008,1199) Referenced SOP Sequence: what was stored.
        int stored = answer.RootElement.TryGetProperty("00081199", out JsonElement sequence) ? sequence.GetProperty("Value").GetArrayLength() : 0;
        if (stored != what.Exam.Images) throw new LabException($"{what.Archive} stored {stored} of {what.Exam.Images} images of {what.Exam.StudyUid} (STOW-RS)");
    }
}
