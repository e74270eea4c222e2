using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// A message of HL7 version 2, ASTM or POCT1-A as detectors compare it, whichever of them it is. Patients in it are keyed hashes, values of results digests.
/// </summary>
/// <param name="Row">Where it was read.</param>
/// <param name="Flow">The connection.</param>
/// <param name="From">Who sent it.</param>
/// <param name="To">Whom to.</param>
/// <param name="ToPort">Port of the receiver where it waited for the connection, else 0.</param>
internal sealed record ClinicalMessage(TransactionRow Row, FlowView Flow, Subject From, Subject To, ushort ToPort)
{
    /// <summary>Logs that hold such messages.</summary>
    public static readonly IReadOnlyList<string> Logs = ["hl7", "astm", "poct1a"];

    /// <summary>What the sender calls itself; null when it does not say.</summary>
    public string? Name { get; private init; }

    /// <summary>Whether that name belongs to one machine in the world: it has a serial number or an EUI-64.</summary>
    public bool IsNameOfOne { get; private init; }

    /// <summary>Kind: message type and event of HL7, root of POCT1-A; of ASTM <c>query</c>, <c>order</c> or <c>result</c>.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>By what a repetition is known: the control id; of ASTM, which rarely has one, specimen and time.</summary>
    public string? Id { get; private init; }

    /// <summary>Digest of all bytes; null when it is not known.</summary>
    public string? Digest { get; private init; }

    /// <summary>The first patient, a keyed hash; null when there is none.</summary>
    public string? Patient { get; private init; }

    /// <summary>Results: code, place, status and digest of the value.</summary>
    public IReadOnlyList<(string Code, string Place, string Status, string Value)> Results { get; private init; } = [];

    /// <summary>Digests of the numbers of orders or specimens.</summary>
    public IReadOnlyList<string> Orders { get; private init; } = [];

    /// <summary>When the first result was observed, as sent; null when not said.</summary>
    public string? ObservedAt { get; private init; }

    /// <summary>When the sender made the message, as sent; null when not said.</summary>
    public string? Time { get; private init; }

    /// <summary>Whether the receiver took it.</summary>
    public bool IsAccepted { get; private init; }

    /// <summary>Whether the receiver refused it, so that the sender mends it and sends it again.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>Whether it says that it is of a test or a training.</summary>
    public bool IsTest { get; private init; }

    /// <summary>Whether it asks for patients' data instead of sending any.</summary>
    public bool IsQuery => Kind is "query" or "REQ.R01" || Kind.StartsWith("QRY", StringComparison.Ordinal) || Kind.StartsWith("QBP", StringComparison.Ordinal);

    /// <summary>The message as evidence.</summary>
    public Evidence Evidence => new(Row.At, Flow.Uid, Flow.FirstPacket, Row.Log);

    /// <summary>Who sends under this name to this receiver.</summary>
    public string Route => field ??= $"{Row.Log}|{To.Ip}|{Name}";

    /// <summary>Reads a row; null when it is no message of its own (an acknowledgement) or its ends are not known.</summary>
    public static ClinicalMessage? Of(TransactionRow row) => row.Reading(Reader);

    private static readonly Func<TransactionRow, ClinicalMessage?> Reader = Read;

    private static ClinicalMessage? Read(TransactionRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Flow is not { } flow || flow.OriginatorAddress.IsNone || row.Flag("is_ack"u8) == true) return null;
        bool isOfOriginator = row.Flag("is_orig"u8) ?? true;
        ClinicalMessage message = new(row, flow, isOfOriginator ? flow.Originator : flow.Responder, isOfOriginator ? flow.Responder : flow.Originator, isOfOriginator ? flow.ResponderPort : (ushort)0)
        {
            Digest = row.Flag("truncated"u8) == true ? null : row.Text("digest"u8),
            Results = [.. row.Texts("results"u8).Select(Result).OfType<(string, string, string, string)>()],
            Orders = row.Texts("orders"u8),
            ObservedAt = row.Text("observed_at"u8),
            Time = row.Text("message_time"u8),
            IsTest = row.Text("processing_id"u8) is ['T' or 'D' or 'Q', ..],
        };
        return row.Log switch
        {
            "hl7" => OfHl7(message, row),
            "astm" => OfAstm(message, row),
            _ => OfPoct(message, row),
        };
    }

    /// <summary>Whether two attachments are the same machine, as far as anybody but itself knows.</summary>
    public static bool IsSame(Subject one, Subject other, in Knowledge known) => one.Ip == other.Ip || known.Devices.AreOne(one, other);

    private static ClinicalMessage OfHl7(ClinicalMessage message, TransactionRow row)
    {
        string? application = row.Text("msh_3"u8), facility = row.Text("msh_4"u8), code = row.Text("ack"u8) ?? row.Text("commit_ack"u8);
        return message with
        {
            Name = (application ?? facility) is null ? null : $"{application}|{facility}",
            IsNameOfOne = application?.EndsWith("^EUI-64", StringComparison.Ordinal) == true,
            Kind = row.Text("message_type"u8) ?? "",
            Id = row.Text("control_id"u8),
            Patient = row.Text("patient"u8),
            IsAccepted = code is "AA" or "CA",
            IsRefused = code is "AE" or "AR" or "CE" or "CR",
        };
    }

    private static ClinicalMessage OfAstm(ClinicalMessage message, TransactionRow row)
    {
        IReadOnlyList<string> records = row.Texts("records"u8);
        string? time = message.ObservedAt ?? message.Time;
        return message with
        {
            Name = row.Text("sender"u8),
            IsNameOfOne = row.Text("serial"u8) is not null,
            Kind = records.Contains("Q") ? "query" : records.Contains("R") ? "result" : records.Contains("O") ? "order" : "",
            Id = row.Text("control_id"u8) ?? (message.Orders.Count > 0 && time is not null ? $"{message.Orders[0]}/{time}/{string.Join(',', row.Texts("tests"u8))}" : null),
            Patient = First(row.Texts("patients"u8)),
            IsAccepted = row.Text("status"u8) == "acked",
            IsRefused = row.Text("status"u8) is "refused" or "unfinished",
        };
    }

    private static ClinicalMessage? OfPoct(ClinicalMessage message, TransactionRow row)
    {
        string kind = row.Text("message_type"u8) ?? "";
        if (kind.StartsWith("ACK", StringComparison.Ordinal)) return null;
        bool isOfDevice = row.Text("sender_role"u8) == "device";
        return message with
        {
            Name = isOfDevice ? row.Text("device_id"u8) : null,
            IsNameOfOne = isOfDevice && row.Text("serial"u8) is not null,
            Kind = kind,
            Id = row.Text("control_id"u8),
            Patient = First(row.Texts("patients"u8)),
            IsAccepted = row.Text("ack"u8) == "AA",
            IsRefused = row.Text("ack"u8) is "AE" or "AR",
        };
    }

    private static string? First(IReadOnlyList<string> texts) => texts.Count > 0 ? texts[0] : null;

    private static (string, string, string, string)? Result(string text) => text.Split('^') is [var code, var place, var status, var value] ? (code, place, status, value) : null;
}
