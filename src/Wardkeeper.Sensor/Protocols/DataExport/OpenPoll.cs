using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ieee11073;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>A poll, or another command, while its answers come. Guide, chapter 6, PollMdibDataReq and PollMdibDataReply, also extended.</summary>
internal sealed class OpenPoll
{
    private readonly CaptureTime began;
    private readonly ByteRange range;
    private readonly MonitorFacts facts = new();
    private CaptureTime last;
    private string kind = "poll", status = "ok";
    private int objectClass = -1, group = -1;
    private long answers, objects;

    public OpenPoll(in RemoteOperation operation, CaptureTime at, ByteRange range)
    {
        (InvokeId, began, last, this.range) = (operation.InvokeId, at, at, range);
        if (operation.Kind == RemoteOperation.Error) return;
        if (operation.Command != RemoteOperation.Action)
        {
            kind = DataExportNames.Command(operation.Command);
            return;
        }
        if (operation.Kind != RemoteOperation.Invoke) return;
        SpanReader reader = new(operation.Body);
        reader.Skip(10);
        int action = reader.U16();
        reader.Skip(2);
        reader.Skip(4);
        (objectClass, group) = (reader.U16(), reader.U16());
        if (reader.Failed) Fault = DataExportFaults.MalformedMessage;
        if (action == DataExportNames.ExtendedPoll) kind = "extended_poll";
    }

    public int InvokeId { get; }

    /// <summary>What was wrong with the request.</summary>
    public Fault? Fault { get; }

    /// <summary>Whether no more answers are to come.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes an answer.</summary>
    public Fault? Take(in RemoteOperation operation, CaptureTime at, PatientMasker masker)
    {
        last = at;
        answers++;
        if (operation.Kind == RemoteOperation.Error)
        {
            status = DataExportNames.Error(operation.Command);
            IsDone = true;
            return null;
        }
        bool isWell = operation.Command != RemoteOperation.Action || TakeReply(operation.Body, masker);
        IsDone = !operation.IsLinked && kind != "extended_poll";
        return isWell ? null : DataExportFaults.MalformedAttribute;
    }

    public DataExportExchange Finish(PatientMasker masker) => facts.Describe(new DataExportExchange(last, range)
    {
        Began = began,
        Kind = kind,
        Status = answers > 0 ? status : null,
        ObjectClass = objectClass < 0 ? null : DataExportNames.Class(objectClass),
        Group = group < 0 ? null : DataExportNames.Group(group),
        Answers = answers,
        Objects = objects,
    }, masker);

    private bool TakeReply(ReadOnlySpan<byte> body, PatientMasker masker)
    {
        SpanReader reader = new(body);
        reader.Skip(6);
        int action = reader.U16();
        if (action == DataExportNames.ExtendedPoll) kind = "extended_poll";
        SpanReader reply = new(reader.Take(reader.U16()));
        // Poll number; of an extended poll its sequence number; relative and absolute time; partition.
        reply.Skip(2 + (action == DataExportNames.ExtendedPoll ? 2 : 0) + 4 + 8 + 2);
        (int answeredClass, int answeredGroup) = (reply.U16(), reply.U16());
        if (objectClass < 0) (objectClass, group) = (answeredClass, answeredGroup);
        if (reader.Failed || reply.Failed) return false;
        SpanReader contexts = new(AttributeList.Items(reply.Rest, out int count, out bool isCut));
        for (int i = 0; i < count && !isCut; i++)
        {
            contexts.Skip(2);
            SpanReader items = new(AttributeList.Items(contexts.Rest, out int found, out isCut));
            contexts.Skip(4 + items.Remaining);
            for (int k = 0; k < found && !isCut; k++)
            {
                items.Skip(2);
                ReadOnlySpan<byte> list = items.Rest;
                items.Skip(4 + AttributeList.Items(list, out _, out isCut).Length);
                if (isCut || items.Failed) return false;
                objects++;
                if (!facts.Take(list, masker)) return false;
            }
        }
        return !isCut;
    }
}
