using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>
/// Asks the archive to commit to a study's images (N-ACTION, PS3.4, J.3.2) and waits for its report on an association of its own.
/// The archive must know the modality's address, port 11112, and that it may ask (Orthanc: <c>AllowStorageCommitment</c>).
/// </summary>
internal sealed class RequestCommitment : IActor<CommitmentRequested>
{
    private const ushort Success = 1;
    private const ushort AskToCommit = 1;

    /// <inheritdoc/>
    public Task ActAsync(CommitmentRequested what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"storage commitment of {what.Archive} for {what.Actor}", TimeSpan.FromSeconds(60), async limit =>
        {
            string transaction = what.Exam.StudyUid + ".3";
            await using CommitmentListener listener = CommitmentListener.Start(site[what.Actor], transaction);
            await AskAsync(what, site, transaction, limit);
            DimseMessage report = await listener.Report.WaitAsync(limit);
            IReadOnlyList<DataSet> failed = report.Data!.Items(DicomTags.FailedSopSequence);
            if (report.Command.Number(DicomTags.EventTypeId) != Success || failed.Count > 0) throw new InvalidDataException($"{failed.Count} of {what.Exam.Images} images of {what.Exam.StudyUid} are not committed to");
            int committed = report.Data.Items(DicomTags.ReferencedSopSequence).Count;
            if (committed != what.Exam.Images) throw new InvalidDataException($"{committed} of {what.Exam.Images} images of {what.Exam.StudyUid} are committed to");
        }, cancel);

    private static async Task AskAsync(CommitmentRequested what, HospitalSite site, string transaction, CancellationToken cancel)
    {
        HospitalDevice archive = site[what.Archive].Device;
        await using NetworkStream stream = await site[what.Actor].ConnectAsync(archive.Ip, DicomPorts.Server, cancel);
        ByteReader reader = new(stream);
        Association association = await Association.RequestAsync(stream, reader, DicomIdentity.Of(site[what.Actor].Device), DicomIdentity.Of(archive).AeTitle, [SopClasses.StorageCommitment], cancel);
        DataSet data = new DataSet().Set(DicomTags.TransactionUid, transaction).SetSequence(DicomTags.ReferencedSopSequence, ProcedureSteps.Images(what.Exam));
        DimseMessage message = DimseMessage.Request(association.ContextOf(SopClasses.StorageCommitment), DimseCommand.Action, 1, data);
        message.Command.Set(DicomTags.RequestedSopClassUid, SopClasses.StorageCommitment)
            .Set(DicomTags.RequestedSopInstanceUid, SopClasses.StorageCommitmentInstance)
            .SetShort(DicomTags.ActionTypeId, AskToCommit);
        await association.AskAsync(message, cancel);
        await association.ReleaseAsync(cancel);
        await reader.FinishAsync(stream, cancel);
    }
}
