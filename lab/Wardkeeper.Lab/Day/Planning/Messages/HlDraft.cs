using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>A message without its control id, which it gets when the day is put in order.</summary>
internal sealed record HlDraft
{
    /// <summary>TCP port of every receiver.</summary>
    public const int Port = 2575;

    /// <summary>When.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Key of the sender.</summary>
    public required string From { get; init; }

    /// <summary>Key of the receiver.</summary>
    public required string To { get; init; }

    /// <summary>Version, for example <c>2.5.1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Message type and trigger event, for example <c>ORU^R01</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Message structure, MSH-9.3; empty where the version has none.</summary>
    public string Structure { get; init; } = "";

    /// <summary>Whom it is about, or null.</summary>
    public HospitalPatient? Patient { get; init; }

    /// <summary>MSH-21, or empty.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Segments after MSH.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>As a step of the day.</summary>
    public Step In(DayDraft draft) => new(At, [From, To], () => Make(draft));

    private MessageSent Make(DayDraft draft)
    {
        HospitalDevice from = draft.Plan[From], to = draft.Plan[To];
        string charset = Patient?.Charset ?? "ascii", time = Profile.Length > 0 ? Hl7.ZonedTime(draft.Local(At)) : Hl7.Time(draft.Local(At));
        string header = Hl7.Segment("MSH", (2, @"^~\&"), (3, from.HlApplication ?? ""), (4, from.HlFacility ?? ""), (5, to.HlApplication ?? ""), (6, to.HlFacility ?? ""), (7, time),
            (9, Structure.Length > 0 ? $"{Type}^{Structure}" : Type), (10, From.ToUpperInvariant() + draft.Number("message/" + From, 5)), (11, "P"), (12, Version),
            (15, Profile.Length > 0 ? "AL" : ""), (16, Profile.Length > 0 ? "NE" : ""), (18, TableOf(charset)), (21, Profile));
        return new MessageSent(At, From, To, Port, Type, string.Join('\r', Segments.Prepend(header)) + "\r", charset, Patient?.Id);
    }

    /// <summary>MSH-18. HL7 table 0211.</summary>
    private static string TableOf(string charset) => charset switch
    {
        "gb18030" => "GB 18030-2000",
        "utf-8" => "UNICODE UTF-8",
        _ => "ASCII",
    };
}
