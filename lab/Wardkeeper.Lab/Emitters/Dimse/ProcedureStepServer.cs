using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>
/// A RIS that manages performed procedure steps (PS3.4, Annex F): a step is created in progress and set once, to completed or
/// discontinued; everything else is refused with the status the standard has for it. Also answers C-ECHO. Its log holds
/// <c>N-CREATE</c> and <c>N-SET</c> (instance UID, state, patient) for what it took, and <c>error</c> for what it refused.
/// </summary>
internal sealed class ProcedureStepServer : IAsyncDisposable
{
    /// <summary>TCP port.</summary>
    public const int Port = 105;

    private const ushort ProcessingFailure = 0x0110;
    private const ushort DuplicateInstance = 0x0111;
    private const ushort NoSuchInstance = 0x0112;
    private const ushort UnrecognizedOperation = 0x0211;
    private const ushort MayNotBeUpdated = 0xA710;

    private readonly Dictionary<string, (string State, string Patient)> steps = new(StringComparer.Ordinal);
    private readonly DicomIdentity self;
    private readonly ServerLog log;
    private readonly Emitter service;

    private ProcedureStepServer(HostNamespace host, ServerLog log)
    {
        self = DicomIdentity.Of(host.Device);
        this.log = log;
        service = TcpService.Start(host, Port, log, ConverseAsync);
    }

    /// <summary>Listens from now on.</summary>
    public static ProcedureStepServer Start(HostNamespace host, ServerLog log) => new(host, log);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        Association association = await Association.AcceptAsync(stream, reader, self, [SopClasses.PerformedProcedureStep, SopClasses.Verification], cancel);
        while (await association.ReceiveAsync(cancel) is { } message)
        {
            (ushort status, string said) = Judge(message);
            DimseMessage answer = message.Answer(status);
            if (status != 0)
            {
                answer.Command.Set(DicomTags.ErrorComment, said);
                if (status == ProcessingFailure) answer.Command.SetShort(DicomTags.ErrorId, MayNotBeUpdated);
            }
            log.Add(peer, status != 0 ? ServerLog.Error : message.Field switch { DimseCommand.Create => "N-CREATE", DimseCommand.Set => "N-SET", _ => "C-ECHO" }, said);
            await association.SendAsync(answer, cancel);
        }
    }

    private (ushort Status, string Said) Judge(DimseMessage message)
    {
        if (message.Field == DimseCommand.Echo) return (0, "");
        if (message.Data is null) return (UnrecognizedOperation, "operation without data set");
        string uid = message.InstanceUid, state = message.Data.Text(DicomTags.StepStatus);
        lock (steps)
        {
            switch (message.Field)
            {
                case DimseCommand.Create:
                    string patient = message.Data.Text(DicomTags.PatientId);
                    if (state != ProcedureSteps.InProgress) return (ProcessingFailure, $"a step is created {state}");
                    return steps.TryAdd(uid, (state, patient)) ? ((ushort)0, $"{uid} {state} {patient}") : (DuplicateInstance, $"{uid} exists");
                case DimseCommand.Set:
                    if (!steps.TryGetValue(uid, out (string State, string Patient) step)) return (NoSuchInstance, $"{uid} does not exist");
                    if (step.State != ProcedureSteps.InProgress) return (ProcessingFailure, $"{uid} is {step.State}");
                    if (state is not ("COMPLETED" or "DISCONTINUED" or ProcedureSteps.InProgress)) return (ProcessingFailure, $"no state {state}");
                    steps[uid] = (state, step.Patient);
                    return (0, $"{uid} {state} {step.Patient}");
                default:
                    return (UnrecognizedOperation, $"operation {message.Field:X4}");
            }
        }
    }
}
