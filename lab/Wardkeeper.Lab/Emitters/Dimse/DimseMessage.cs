namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>Command fields of the services that the lab plays. PS3.7, E.1.</summary>
internal static class DimseCommand
{
    /// <summary>C-ECHO-RQ.</summary>
    public const ushort Echo = 0x0030;

    /// <summary>N-EVENT-REPORT-RQ.</summary>
    public const ushort EventReport = 0x0100;

    /// <summary>N-SET-RQ.</summary>
    public const ushort Set = 0x0120;

    /// <summary>N-ACTION-RQ.</summary>
    public const ushort Action = 0x0130;

    /// <summary>N-CREATE-RQ.</summary>
    public const ushort Create = 0x0140;

    /// <summary>What a response adds to its request.</summary>
    public const ushort Response = 0x8000;
}

/// <summary>One message: a command and perhaps a data set. PS3.7, 6.3.</summary>
/// <param name="Context">Presentation context.</param>
/// <param name="Command">Command set.</param>
/// <param name="Data">Data set, or null.</param>
internal sealed record DimseMessage(byte Context, DataSet Command, DataSet? Data)
{
    private const ushort NoDataSet = 0x0101;

    /// <summary>Command field.</summary>
    public ushort Field => Command.Number(DicomTags.CommandField);

    /// <summary>Status of a response; 0 is success. PS3.7, Annex C.</summary>
    public ushort Status => Command.Number(DicomTags.Status);

    /// <summary>Whether the command says that a data set follows.</summary>
    public static bool HasData(DataSet command) => command.Number(DicomTags.CommandDataSetType) != NoDataSet;

    /// <summary>A request; the caller adds what its service needs.</summary>
    public static DimseMessage Request(byte context, ushort field, ushort id, DataSet? data) =>
        new(context, new DataSet().SetShort(DicomTags.CommandField, field).SetShort(DicomTags.MessageId, id).SetShort(DicomTags.CommandDataSetType, data is null ? NoDataSet : (ushort)0), data);

    /// <summary>The response to this request, without a data set. It names the class and instance that the request names, as the affected ones.</summary>
    public DimseMessage Answer(ushort status)
    {
        DataSet command = new DataSet()
            .SetShort(DicomTags.CommandField, (ushort)(Field | DimseCommand.Response))
            .SetShort(DicomTags.MessageIdRespondedTo, Command.Number(DicomTags.MessageId))
            .SetShort(DicomTags.CommandDataSetType, NoDataSet)
            .SetShort(DicomTags.Status, status);
        string sopClass = ClassUid, instance = InstanceUid;
        if (sopClass.Length > 0) command.Set(DicomTags.AffectedSopClassUid, sopClass);
        if (instance.Length > 0) command.Set(DicomTags.AffectedSopInstanceUid, instance);
        foreach (uint tag in (ReadOnlySpan<uint>)[DicomTags.EventTypeId, DicomTags.ActionTypeId])
        {
            if (Command.Elements.TryGetValue(tag, out DataElement? element)) command.Put(tag, element);
        }
        return new(Context, command, null);
    }

    /// <summary>SOP class that a request names, affected or requested.</summary>
    public string ClassUid => Either(DicomTags.AffectedSopClassUid, DicomTags.RequestedSopClassUid);

    /// <summary>SOP instance that a request names, affected or requested.</summary>
    public string InstanceUid => Either(DicomTags.AffectedSopInstanceUid, DicomTags.RequestedSopInstanceUid);

    private string Either(uint affected, uint requested) => Command.Text(affected) is { Length: > 0 } uid ? uid : Command.Text(requested);
}
