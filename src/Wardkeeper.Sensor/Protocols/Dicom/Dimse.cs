using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// One command set (PS3.7, section 6.3.1 and annex E), read in place: group 0000 in implicit VR little endian. It ends where the
/// data set starts. Error comments are not read, because implementations write patients' data into them.
/// </summary>
internal ref struct CommandSet
{
    /// <summary>Bit that makes a response of a command field.</summary>
    public const ushort ResponseBit = 0x8000;

    /// <summary>Command field of a C-CANCEL.</summary>
    public const ushort Cancel = 0x0FFF;

    private const ushort NoDataSet = 0x0101;

    /// <summary>Command field (0000,0100).</summary>
    public ushort Field { get; private set; }

    /// <summary>Message ID (0000,0110) of a request.</summary>
    public ushort? MessageId { get; private set; }

    /// <summary>Message ID Being Responded To (0000,0120) of a response or a C-CANCEL.</summary>
    public ushort? RespondedTo { get; private set; }

    /// <summary>Whether a data set follows (0000,0800).</summary>
    public bool HasDataSet { get; private set; }

    /// <summary>Status (0000,0900) of a response.</summary>
    public ushort? Status { get; private set; }

    /// <summary>Priority (0000,0700): 0 medium, 1 high, 2 low.</summary>
    public ushort? Priority { get; private set; }

    /// <summary>Event Type ID (0000,1002).</summary>
    public ushort? EventType { get; private set; }

    /// <summary>Action Type ID (0000,1008).</summary>
    public ushort? ActionType { get; private set; }

    /// <summary>Number of Remaining Sub-operations (0000,1020).</summary>
    public ushort? Remaining { get; private set; }

    /// <summary>Number of Completed Sub-operations (0000,1021).</summary>
    public ushort? Completed { get; private set; }

    /// <summary>Number of Failed Sub-operations (0000,1022).</summary>
    public ushort? Failed { get; private set; }

    /// <summary>Number of Warning Sub-operations (0000,1023).</summary>
    public ushort? Warnings { get; private set; }

    /// <summary>Move Originator Message ID (0000,1031).</summary>
    public ushort? MoveOriginatorMessageId { get; private set; }

    /// <summary>Affected or Requested SOP Class UID (0000,0002), (0000,0003).</summary>
    public ReadOnlySpan<byte> SopClass { get; private set; }

    /// <summary>Affected or Requested SOP Instance UID (0000,1000), (0000,1001).</summary>
    public ReadOnlySpan<byte> SopInstance { get; private set; }

    /// <summary>Move Destination (0000,0600).</summary>
    public ReadOnlySpan<byte> MoveDestination { get; private set; }

    /// <summary>Move Originator Application Entity Title (0000,1030).</summary>
    public ReadOnlySpan<byte> MoveOriginator { get; private set; }

    /// <summary>Whether it answers.</summary>
    public readonly bool IsResponse => (Field & ResponseBit) != 0;

    /// <summary>Whether it withdraws a request.</summary>
    public readonly bool IsCancel => Field == Cancel;

    /// <summary>Whether it answers and more answers to the same request will come.</summary>
    public readonly bool IsPending => Status is 0xFF00 or 0xFF01;

    /// <summary>Reads a command set. False when it cannot be understood; a fault alone does not make it useless.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CommandSet command, out Fault? fault)
    {
        command = default;
        fault = null;
        bool hasField = false, hasLength = false;
        for (int at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (rest.Length < 8 || BinaryPrimitives.ReadUInt16LittleEndian(rest) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) > (uint)(rest.Length - 8))
            {
                fault = DicomFaults.CommandElement;
                return false;
            }
            ushort element = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            ReadOnlySpan<byte> value = rest.Slice(8, (int)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            at += 8 + value.Length;
            if (element == 0x0000) hasLength = value.Length == 4 && BinaryPrimitives.ReadUInt32LittleEndian(value) == (uint)(bytes.Length - at);
            else if (element == 0x0100) hasField = value.Length >= 2;
            command.Take(element, value);
        }
        if (!hasLength) fault = DicomFaults.CommandGroupLength;
        bool complete = hasField && (command.IsResponse ? command.RespondedTo is not null && command.Status is not null : (command.IsCancel ? command.RespondedTo : command.MessageId) is not null);
        if (!complete) fault = DicomFaults.CommandIncomplete;
        else if (Dimse.Name(command.Field) is null) fault = DicomFaults.UnknownCommand;
        else return true;
        return false;
    }

    private void Take(ushort element, ReadOnlySpan<byte> value)
    {
        switch (element)
        {
            case 0x0002 or 0x0003: SopClass = value; return;
            case 0x1000 or 0x1001: SopInstance = value; return;
            case 0x0600: MoveDestination = value; return;
            case 0x1030: MoveOriginator = value; return;
        }
        if (value.Length < 2) return;
        ushort number = BinaryPrimitives.ReadUInt16LittleEndian(value);
        switch (element)
        {
            case 0x0100: Field = number; break;
            case 0x0110: MessageId = number; break;
            case 0x0120: RespondedTo = number; break;
            case 0x0700: Priority = number; break;
            case 0x0800: HasDataSet = number != NoDataSet; break;
            case 0x0900: Status = number; break;
            case 0x1002: EventType = number; break;
            case 0x1008: ActionType = number; break;
            case 0x1020: Remaining = number; break;
            case 0x1021: Completed = number; break;
            case 0x1022: Failed = number; break;
            case 0x1023: Warnings = number; break;
            case 0x1031: MoveOriginatorMessageId = number; break;
        }
    }
}

/// <summary>DIMSE's names. PS3.7, annexes C and E.</summary>
internal static class Dimse
{
    /// <summary>N-EVENT-REPORT, the one request that the SCP makes.</summary>
    public const string EventReport = "N-EVENT-REPORT";

    /// <summary>Name of a command, request or response alike; null when there is no such command.</summary>
    public static string? Name(ushort field) => (field & ~CommandSet.ResponseBit) switch
    {
        0x0001 => "C-STORE",
        0x0010 => "C-GET",
        0x0020 => "C-FIND",
        0x0021 => "C-MOVE",
        0x0030 => "C-ECHO",
        0x0100 => EventReport,
        0x0110 => "N-GET",
        0x0120 => "N-SET",
        0x0130 => "N-ACTION",
        0x0140 => "N-CREATE",
        0x0150 => "N-DELETE",
        CommandSet.Cancel when field == CommandSet.Cancel => "C-CANCEL",
        _ => null,
    };

    /// <summary>Class of a status: success, pending, warning, failure or cancel.</summary>
    public static string StatusClass(ushort status) => status switch
    {
        0x0000 => "success",
        0xFF00 or 0xFF01 => "pending",
        0xFE00 => "cancel",
        0x0001 or 0x0107 or 0x0116 or (>= 0xB000 and <= 0xBFFF) => "warning",
        _ => "failure",
    };

    /// <summary>Priority in words; numbers without a meaning are not told.</summary>
    public static string? Priority(ushort? priority) => priority switch { 0 => "medium", 1 => "high", 2 => "low", _ => null };
}
