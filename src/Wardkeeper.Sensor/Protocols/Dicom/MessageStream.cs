using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>Where one side's stream stands: inside which PDU, PDV and message. Holds the command set that is being put together, of a data set only what its reader holds.</summary>
internal sealed class MessageStream
{
    /// <summary>Longest command set that is read. Real ones have less than a kilobyte.</summary>
    public const int MaxCommand = 64 * 1024;

    private const int KeptCommand = 1024, MostFaults = 16;
    private readonly List<string> faults = [];
    private byte[] command = new byte[256];
    private int length;
    private DataSetReader? reader;
    private DataSetFacts? facts;
    private bool isReading;

    /// <summary>Offset in the stream up to which everything was taken.</summary>
    public long Next { get; set; }

    /// <summary>Whether bytes after <see cref="Next"/> were lost.</summary>
    public bool IsGapped { get; set; }

    /// <summary>Whether any bytes were ever lost or passed over.</summary>
    public bool HasLoss { get; set; }

    /// <summary>Whether it is not known where the next PDU begins.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether what came so far proves that PDUs are read where they begin.</summary>
    public bool IsProven { get; set; }

    /// <summary>Bytes of a unit that is passed over.</summary>
    public long Skip { get; set; }

    /// <summary>Bytes of the P-DATA-TF that follow after the fragment that is being read.</summary>
    public uint PduLeft { get; set; }

    /// <summary>Bytes of the fragment that are still to come.</summary>
    public uint FragmentLeft { get; set; }

    /// <summary>The fragment that is being read.</summary>
    public PdvHeader Fragment { get; set; }

    /// <summary>Whether a fragment is being read, be it of no bytes.</summary>
    public bool InFragment { get; set; }

    /// <summary>Offset of the first PDV of the command set that is being put together.</summary>
    public long CommandStart { get; private set; }

    /// <summary>Whether a command set has begun and not ended.</summary>
    public bool InCommand { get; private set; }

    /// <summary>Whether parts of the command set were lost or it is too long.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>The operation whose data set is being sent or must come next.</summary>
    public Operation? Owner { get; set; }

    /// <summary>Whether that data set belongs to the request.</summary>
    public bool OwnerIsRequest { get; set; }

    /// <summary>Whether data set fragments may come without a known command: the command was lost or could not be understood.</summary>
    public bool ToleratesData { get; set; } = true;

    /// <summary>The command set so far.</summary>
    public ReadOnlySpan<byte> Command => command.AsSpan(0, length);

    /// <summary>Something in it is wrong. After bytes were lost, that may be the loss's fault and not the sender's: then it is only counted.</summary>
    public void Wrong(Fault fault, ITransactionSink into)
    {
        into.Report(fault);
        if (!HasLoss && faults.Count < MostFaults && !faults.Contains(fault.Id)) faults.Add(fault.Id);
    }

    /// <summary>What was wrong since it was asked last, each once in the order of appearance; null when nothing was.</summary>
    public IReadOnlyList<string>? TakeFaults()
    {
        if (faults.Count == 0) return null;
        string[] all = [.. faults];
        faults.Clear();
        return all;
    }

    /// <summary>Begins a command set.</summary>
    public void BeginCommand(long start)
    {
        InCommand = true;
        IsSpoilt = false;
        CommandStart = start;
        length = 0;
    }

    /// <summary>Adds a piece of the command set; false when it becomes too long.</summary>
    public bool Add(ReadOnlySpan<byte> piece)
    {
        if (IsSpoilt) return true;
        if (piece.Length > MaxCommand - length)
        {
            IsSpoilt = true;
            return false;
        }
        if (piece.Length > command.Length - length) Array.Resize(ref command, Math.Max(command.Length * 2, length + piece.Length));
        piece.CopyTo(command.AsSpan(length));
        length += piece.Length;
        return true;
    }

    /// <summary>Begins the data set of an operation.</summary>
    /// <param name="operation">Whose it is.</param>
    /// <param name="isRequest">Whether it belongs to the request.</param>
    /// <param name="syntax">How it is written; null when nobody said so.</param>
    /// <param name="side">Who sends it.</param>
    /// <param name="offers">Takes its elements for signatures, or null.</param>
    public void BeginDataSet(Operation operation, bool isRequest, TransferSyntax? syntax, Side side, Signatures.Buffers.IBufferSink? offers)
    {
        (Owner, OwnerIsRequest) = (operation, isRequest);
        facts ??= new DataSetFacts();
        reader ??= new DataSetReader(facts);
        reader.Consumer = offers is null ? facts : new OfferedElements(facts, side, offers);
        reader.Begin(syntax);
        isReading = true;
    }

    /// <summary>Takes a piece of the data set; one without bytes was lost.</summary>
    public void TakeDataSet(ReadOnlySpan<byte> piece, long count)
    {
        if (piece.IsEmpty) reader!.Lose(count);
        else reader!.Push(piece);
    }

    /// <summary>Ends the data set and tells its operation what it said.</summary>
    /// <returns>What was wrong with it; of an incomplete one that is not known.</returns>
    public DataSetFault EndDataSet(bool isComplete, PatientMasker masker)
    {
        if (!isReading) return DataSetFault.None;
        isReading = false;
        DataSetFault fault = reader!.End();
        facts!.Content = reader.Content;
        if (Owner!.Describe(facts!, OwnerIsRequest, isComplete && fault == DataSetFault.None, masker)) facts = null;
        else facts!.Clear();
        return isComplete ? fault : DataSetFault.None;
    }

    /// <summary>Lets go of an operation that is handed out; what still comes of its data set belongs to nobody.</summary>
    public void Disown(Operation operation, PatientMasker masker)
    {
        if (Owner != operation) return;
        EndDataSet(isComplete: false, masker);
        Owner = null;
        ToleratesData = true;
    }

    /// <summary>Forgets the command set.</summary>
    public void EndCommand()
    {
        InCommand = false;
        IsSpoilt = false;
        length = 0;
        if (command.Length > KeptCommand) command = new byte[256];
    }

    /// <summary>Forgets where it stood: the next PDU has to be searched for.</summary>
    public void Lose()
    {
        IsLost = true;
        IsProven = false;
        InFragment = false;
        (Skip, PduLeft, FragmentLeft) = (0, 0, 0);
        EndCommand();
        ToleratesData = true;
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        Lose();
        IsLost = IsGapped = HasLoss = false;
        Next = 0;
        Owner = null;
        isReading = false;
        reader?.Reset();
        facts?.Clear();
        faults.Clear();
    }
}
