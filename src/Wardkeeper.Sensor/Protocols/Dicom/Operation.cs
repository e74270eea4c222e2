using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>One DIMSE operation that is under way: what its request said and what its responses have said so far. Reused.</summary>
internal sealed class Operation
{
    /// <summary>Most patients in answers that are told apart.</summary>
    public const int MaxPatients = 256;

    private readonly HashSet<MaskedText> patients = [];

    public Side Requestor { get; private set; }

    public ushort MessageId { get; private set; }

    /// <summary>Command field of the request.</summary>
    public ushort Field { get; private set; }

    public byte Context { get; private set; }

    /// <summary>Time of the request; null when it was not seen.</summary>
    public CaptureTime? Began { get; private set; }

    public string? SopClass { get; private set; }

    public string? SopInstance { get; private set; }

    public ushort? Priority { get; private set; }

    public ushort? EventType { get; private set; }

    public ushort? ActionType { get; private set; }

    public string? MoveDestination { get; private set; }

    public string? MoveOriginator { get; private set; }

    public ushort? MoveOriginatorMessageId { get; private set; }

    public ushort? Remaining { get; private set; }

    public ushort? Completed { get; private set; }

    public ushort? Failed { get; private set; }

    public ushort? Warnings { get; private set; }

    /// <summary>Status of the final response.</summary>
    public ushort? Status { get; private set; }

    public int Pending { get; private set; }

    public long RequestBytes { get; set; }

    public long ResponseBytes { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>What the request's data set says.</summary>
    public DataSetFacts? RequestFacts { get; private set; }

    /// <summary>Whether that is all it says: nothing of it was lost or could not be read.</summary>
    public bool IsRequestRead { get; private set; }

    /// <summary>What the data set of the first response that has one says.</summary>
    public DataSetFacts? ResponseFacts { get; private set; }

    /// <summary>Different patients in the data sets of responses.</summary>
    public int Patients => patients.Count;

    /// <summary>Whether some of it was not seen.</summary>
    public bool IsPartial { get; set; }

    /// <summary>Whether the request's data set is still being sent.</summary>
    public bool RequestOpen { get; set; }

    /// <summary>Whether the data set of the latest response is still being sent.</summary>
    public bool ResponseOpen { get; set; }

    /// <summary>Start of the evidence in the stream of <see cref="EvidenceSide"/>.</summary>
    public long Start { get; private set; }

    /// <summary>End of the evidence.</summary>
    public long End { get; set; }

    /// <summary>The requestor's side; the other one's when only responses were seen.</summary>
    public Side EvidenceSide { get; private set; }

    /// <summary>Whether everything was said.</summary>
    public bool IsComplete => Status is not null && !RequestOpen && !ResponseOpen;

    public string Command => Dimse.Name(Field)!;

    /// <summary>Begins with nothing known but whom it belongs to.</summary>
    public void Begin(Side requestor, ushort messageId, ushort field)
    {
        (Requestor, MessageId, Field) = (requestor, messageId, field);
        Context = 0;
        Began = null;
        SopClass = SopInstance = MoveDestination = MoveOriginator = null;
        Priority = EventType = ActionType = MoveOriginatorMessageId = Remaining = Completed = Failed = Warnings = Status = null;
        Pending = 0;
        RequestFacts = ResponseFacts = null;
        IsRequestRead = false;
        patients.Clear();
        RequestBytes = ResponseBytes = Start = End = 0;
        IsCancelled = IsPartial = RequestOpen = ResponseOpen = false;
        EvidenceSide = requestor;
    }

    /// <summary>Takes what a data set says; true when it keeps the facts.</summary>
    public bool Describe(DataSetFacts facts, bool isRequest, bool isWhole, PatientMasker masker)
    {
        if (!isRequest && patients.Count < MaxPatients && facts.Patient(masker) is { } patient) patients.Add(patient);
        if (isRequest ? RequestFacts is not null : ResponseFacts is not null || facts.IsEmpty) return false;
        if (isRequest) (RequestFacts, IsRequestRead) = (facts, isWhole);
        else ResponseFacts = facts;
        return true;
    }

    /// <summary>Takes what the request says. False when an identifier in it was malformed.</summary>
    public bool Request(in CommandSet command, byte context, CaptureTime at, long start, long end)
    {
        (Context, Began, Start, End, EvidenceSide) = (context, at, start, end, Requestor);
        (Priority, EventType, ActionType) = (command.Priority, command.EventType, command.ActionType);
        MoveDestination = DicomText.Title(command.MoveDestination);
        MoveOriginator = DicomText.Title(command.MoveOriginator);
        MoveOriginatorMessageId = command.MoveOriginatorMessageId;
        RequestOpen = command.HasDataSet;
        return Name(in command);
    }

    /// <summary>Takes what a response says. False when an identifier in it was malformed.</summary>
    public bool Respond(in CommandSet command, byte context, Side from, long start, long end)
    {
        // A final response tells what remains only after a cancel; what an earlier report said is no longer true then.
        Remaining = command.IsPending ? command.Remaining ?? Remaining : command.Remaining;
        Completed = command.Completed ?? Completed;
        Failed = command.Failed ?? Failed;
        Warnings = command.Warnings ?? Warnings;
        if (command.IsPending) Pending++;
        else Status = command.Status;
        ResponseOpen = command.HasDataSet;
        if (Began is not null) return SopInstance is not null || Name(in command);
        if (EvidenceSide != from) (Start, EvidenceSide) = (start, from);
        (Context, End) = (context, end);
        return Name(in command);
    }

    private bool Name(in CommandSet command)
    {
        // What the SCP of an N-CREATE named stands in its response only; what the request said is not overwritten.
        bool good = DicomText.TryUid(command.SopClass, out string? sopClass) & DicomText.TryUid(command.SopInstance, out string? instance);
        SopClass ??= sopClass;
        SopInstance ??= instance;
        return good;
    }
}

/// <summary>The operations under way in one association, in the order they began; bounded.</summary>
internal sealed class OperationTable
{
    /// <summary>Most operations that are followed at a time.</summary>
    public const int Capacity = 64;

    private readonly List<Operation> live = [];
    private readonly Stack<Operation> free = new();

    public int Count => live.Count;

    public bool IsFull => live.Count >= Capacity;

    public Operation Oldest => live[0];

    public Operation this[int index] => live[index];

    public Operation? Find(Side requestor, ushort messageId)
    {
        foreach (Operation operation in live)
        {
            if (operation.MessageId == messageId && operation.Requestor == requestor) return operation;
        }
        return null;
    }

    /// <summary>A new operation; the caller has made sure that there is room.</summary>
    public Operation Add(Side requestor, ushort messageId, ushort field)
    {
        Operation operation = free.Count > 0 ? free.Pop() : new Operation();
        operation.Begin(requestor, messageId, field);
        live.Add(operation);
        return operation;
    }

    public void Remove(Operation operation)
    {
        if (live.Remove(operation)) free.Push(operation);
    }

    /// <summary>Parts of a stream were not seen: of none of these is everything known.</summary>
    public void MarkPartial()
    {
        foreach (Operation operation in live) operation.IsPartial = true;
    }

    public void Clear()
    {
        while (live.Count > 0) Remove(live[^1]);
    }
}
