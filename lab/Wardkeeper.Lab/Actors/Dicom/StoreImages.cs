using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>
/// Stores an examination's images. Models differ in what they propose when they call: some every storage class (storescu), some
/// only those they will send, one context each (storescu -R), some those with other details (dcmsend); a model always does the same.
/// </summary>
internal sealed class StoreImages : IActor<ImagesStored>
{
    private enum Manner
    {
        Everything,
        Needed,
        Batch,
    }

    /// <inheritdoc/>
    public async Task ActAsync(ImagesStored what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace modality = site[what.Actor], archive = site[what.Archive];
        using ScratchFolder images = new(site, modality);
        await ExamImages.WriteAsync(what.Exam, modality.Device, images.Path, cancel);
        Manner manner = what.Tls ? Manner.Needed : MannerOf(modality.Device);
        string[] secure = [];
        if (what.Tls)
        {
            CertificateFiles own = HospitalAuthority.Issue(site, modality.Device);
            secure = ["+tls", own.Key, own.Certificate, "+cf", own.Authority];
        }
        await DicomProgram.RunAsync(modality, site, manner == Manner.Batch ? "dcmsend" : "storescu",
            [.. DicomCall.From(modality, archive), .. secure, "+sd", .. manner == Manner.Needed ? ["-R"] : Array.Empty<string>(), .. DicomCall.To(archive, what.Tls ? DicomPorts.Tls : null), images.Path],
            manner == Manner.Batch ? @"Received C-STORE Response \(Success\)" : @"Received Store Response \(Success\)", what.Exam.Images, cancel);
    }

    /// <summary>Sum of the characters: the same in every run, unlike the runtime's own hash.</summary>
    private static Manner MannerOf(HospitalDevice device) => (Manner)((device.Vendor + device.Model).Sum(character => character) % 3);
}
