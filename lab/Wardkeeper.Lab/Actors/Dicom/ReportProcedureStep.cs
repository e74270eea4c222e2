using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Reports the beginning or end of a procedure step to the RIS, one association each, as modalities do.</summary>
internal sealed class ReportProcedureStep : IActor<ProcedureStepReported>
{
    /// <inheritdoc/>
    public Task ActAsync(ProcedureStepReported what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"procedure step {what.Status} from {what.Actor} to {what.Ris}", TimeSpan.FromSeconds(30), async limit =>
        {
            HospitalDevice ris = site[what.Ris].Device, device = site[what.Actor].Device;
            await using NetworkStream stream = await site[what.Actor].ConnectAsync(ris.Ip, ProcedureStepServer.Port, limit);
            ByteReader reader = new(stream);
            Association association = await Association.RequestAsync(stream, reader, DicomIdentity.Of(device), DicomIdentity.Of(ris).AeTitle, [SopClasses.PerformedProcedureStep], limit);
            await association.AskAsync(Request(what, device, site, association.ContextOf(SopClasses.PerformedProcedureStep)), limit);
            await association.ReleaseAsync(limit);
            await reader.FinishAsync(stream, limit);
        }, cancel);

    private static DimseMessage Request(ProcedureStepReported what, HospitalDevice device, HospitalSite site, byte context)
    {
        DateTime at = site.Date.ToDateTime(default) + what.At;
        bool begins = what.Status == ProcedureSteps.InProgress;
        DataSet data = begins ? ProcedureSteps.Begin(what.Exam, device, at) : ProcedureSteps.End(what.Exam, what.Status, "", at);
        DimseMessage message = DimseMessage.Request(context, begins ? DimseCommand.Create : DimseCommand.Set, 1, data);
        message.Command.Set(begins ? DicomTags.AffectedSopClassUid : DicomTags.RequestedSopClassUid, SopClasses.PerformedProcedureStep);
        message.Command.Set(begins ? DicomTags.AffectedSopInstanceUid : DicomTags.RequestedSopInstanceUid, ProcedureSteps.InstanceUid(what.Exam));
        return message;
    }
}
