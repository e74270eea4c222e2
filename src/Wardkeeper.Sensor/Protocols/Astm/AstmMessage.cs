using System.Buffers;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>What became of a message.</summary>
internal enum AstmOutcome
{
    /// <summary>Its last frame was accepted.</summary>
    Acked,

    /// <summary>It was sent whole, and no answer was seen.</summary>
    Unanswered,

    /// <summary>A frame was refused and not sent again.</summary>
    Refused,

    /// <summary>It has no terminator record.</summary>
    Unfinished,
}

/// <summary>What the message under way has said so far, from its header to its terminator. Every list is bounded. LIS02-A2, 6 to 13.</summary>
internal sealed class AstmMessage(Side side)
{
    private const int MostTests = 64, MostInstruments = 16, MostPatients = 16, MostIdentifiers = 128;

    /// <summary>Shortest name that is masked inside other text: a one-letter name would be found everywhere.</summary>
    private const int ShortestName = 4;

    private const int MostResults = 32;

    private readonly byte[] digest = new byte[32];
    private readonly List<(string Code, string Status, string Value)> results = [];
    private readonly List<string> specimens = [];
    private string? observedAt;
    private readonly List<string> records = [], tests = [], instruments = [], patients = [], identifiers = [];
    private readonly List<long> counts = [];
    private Hl7Separators delimiters;
    private CaptureTime began;
    private long start, end;
    private string? shown, senderText, receiver, controlId, processing, version, time, termination, decodedAs;
    private AstmSender sender = AstmSender.Unknown;
    private TextPlace? places;
    private bool hasResults, hasTestsOfResults, hasOrders;

    /// <summary>Whether a header was read and its message is not over.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether it comes in frames.</summary>
    public bool IsFramed { get; private set; }

    /// <summary>Frames that came, repeated ones included.</summary>
    public int Frames { get; set; }

    /// <summary>Frames that came again.</summary>
    public int FramesRepeated { get; set; }

    /// <summary>Frames that were refused.</summary>
    public int FramesRefused { get; set; }

    /// <summary>Frames whose checksum is wrong.</summary>
    public int ChecksumsWrong { get; set; }

    /// <summary>Enquiries before it that were refused.</summary>
    public int EnquiriesRefused { get; set; }

    /// <summary>Enquiries before it that met one of the other side.</summary>
    public int Contentions { get; set; }

    /// <summary>Whether bytes of it were lost.</summary>
    public bool MissedBytes { get; set; }

    /// <summary>Whether bytes of the other side were lost, and with them perhaps answers.</summary>
    public bool MissedAnswers { get; set; }

    /// <summary>Begins with its header.</summary>
    public void Open(bool framed, CaptureTime since, long offset)
    {
        Clear();
        (IsOpen, IsFramed, began, start) = (true, framed, since, offset);
    }

    /// <summary>It reaches so far.</summary>
    public void Extend(long to) => end = Math.Max(end, to);

    /// <summary>Takes one record; true when it is the terminator.</summary>
    public bool Add(ReadOnlySpan<byte> bytes, long at, ITransactionSink into)
    {
        (Encoding encoding, string name) = Hl7Charset.Undeclared(bytes, decodedAs == "gb18030");
        if (name != "ascii") decodedAs ??= name;
        char[] rented = ArrayPool<char>.Shared.Rent(encoding.GetMaxCharCount(bytes.Length));
        ReadOnlySpan<char> text = rented.AsSpan(0, encoding.GetChars(bytes, rented));
        KeyedDigest.Add(digest, bytes);
        if (records.Count == 0) delimiters = AstmHeader.Delimiters(text);
        AstmRecord record = new(text, delimiters);
        char type = record.Type;
        if (type == '\0') into.Report(AstmFaults.RecordType);
        else Add(type, record);
        ArrayPool<char>.Shared.Return(rented);
        if (type == 'H' && at >= 0) places = TextPlace.Of(null, bytes, new ByteRange(side, at, bytes.Length), sender.Vendor, sender.Model, sender.Software, senderText);
        return type == 'L';
    }

    /// <summary>Hands it out.</summary>
    public void Close(AstmOutcome outcome, CaptureTime at, ITransactionSink into)
    {
        IsOpen = false;
        if (outcome == AstmOutcome.Unfinished && !MissedBytes) into.Report(AstmFaults.TerminatorMissing);
        into.Emit(Row(outcome, at, into.Masker));
        ForgetFrames();
        EnquiriesRefused = Contentions = 0;
        MissedBytes = MissedAnswers = false;
    }

    /// <summary>Frames of a transfer that brought no message say nothing of the next one.</summary>
    public void ForgetFrames() => Frames = FramesRepeated = FramesRefused = ChecksumsWrong = 0;

    /// <summary>As new.</summary>
    public void Reset()
    {
        Clear();
        ForgetFrames();
        EnquiriesRefused = Contentions = 0;
        IsOpen = IsFramed = MissedBytes = MissedAnswers = false;
    }

    private AstmTransfer Row(AstmOutcome outcome, CaptureTime at, PatientMasker masker) => new(at, new ByteRange(side, start, end - start))
    {
        Began = began,
        Sender = senderText,
        SenderRole = Role(),
        Places = places,
        Vendor = sender.Vendor,
        Model = sender.Model,
        Serial = sender.Serial,
        Software = sender.Software,
        Type = sender.Type,
        Receiver = receiver,
        ControlId = controlId is null ? null : masker.Within(controlId, identifiers),
        MessageTime = time,
        ProcessingId = processing,
        Version = version,
        Delimiters = shown,
        DecodedAs = decodedAs ?? "ascii",
        Records = [.. records],
        RecordCounts = [.. counts],
        Tests = tests.Count == 0 ? null : [.. tests.Select(test => masker.Within(test, identifiers))],
        Instruments = instruments.Count == 0 ? null : [.. instruments.Select(instrument => masker.Within(instrument, identifiers))],
        Patients = patients.Count == 0 ? null : [.. patients.Select(patient => masker.Identifier(patient))],
        Digest = MissedBytes ? null : KeyedDigest.Close(digest, masker),
        Results = results.Count == 0 ? null : [.. results.Select(result => masker.Within($"{result.Code}^^{result.Status}^{KeyedDigest.OfText(result.Value, masker)}", identifiers))],
        ObservedAt = observedAt,
        Orders = specimens.Count == 0 ? null : [.. specimens.Select(specimen => KeyedDigest.OfText(specimen, masker))],
        Termination = termination,
        Status = Status(outcome),
        Duration = at.Since(began),
        Framed = IsFramed,
        Frames = Frames,
        FramesRepeated = FramesRepeated,
        FramesRefused = FramesRefused,
        ChecksumsWrong = ChecksumsWrong,
        EnquiriesRefused = EnquiriesRefused,
        Contentions = Contentions,
        MissedBytes = MissedBytes,
    };

    private void Clear()
    {
        records.Clear();
        counts.Clear();
        tests.Clear();
        instruments.Clear();
        patients.Clear();
        identifiers.Clear();
        results.Clear();
        specimens.Clear();
        digest.AsSpan().Clear();
        observedAt = null;
        delimiters = default;
        shown = senderText = receiver = controlId = processing = version = time = termination = decodedAs = null;
        (sender, places) = (AstmSender.Unknown, null);
        (began, start, end) = (default, 0, 0);
        hasResults = hasTestsOfResults = hasOrders = false;
    }

    private void Add(char type, AstmRecord record)
    {
        int known = 0;
        while (known < records.Count && records[known][0] != type) known++;
        if (known == records.Count)
        {
            records.Add(type.ToString());
            counts.Add(0);
        }
        counts[known]++;
        switch (type)
        {
            case 'H': TakeHeader(record); break;
            case 'P': TakePatient(record); break;
            case 'O': TakeOrder(record); break;
            case 'R': TakeResult(record); break;
            // The starting range of a query names patient and specimen.
            case 'Q': TakeIdentifier(record.Field(3).Repetition(1).Component(1)); break;
            case 'L': termination = Short(record.Field(3)); break;
            default: break;
        }
    }

    private void TakeHeader(AstmRecord header)
    {
        shown = Delimiters(header);
        controlId = header.Field(3).TextOrNull();
        senderText = header.Field(5).TextOrNull();
        sender = AstmSender.Of(header.Field(5));
        receiver = header.Field(10).TextOrNull();
        // Some senders leave a field out, so that version and time stand one place before their own.
        bool isShifted = IsVersion(header.Field(12).Raw);
        processing = isShifted ? null : Short(header.Field(12));
        version = header.Field(isShifted ? 12 : 13).TextOrNull(20);
        time = Moment(header.Field(isShifted ? 13 : 14));
    }

    private void TakePatient(AstmRecord patient)
    {
        bool isFirst = true;
        foreach (int field in (ReadOnlySpan<int>)[3, 4, 5])
        {
            if (!TakeIdentifier(patient.Field(field).Component(1), isFirst)) continue;
            isFirst = false;
        }
        foreach (int field in (ReadOnlySpan<int>)[6, 7])
        {
            for (int part = 1; part <= 3; part++)
            {
                if (patient.Field(field).Component(part).TextOrNull()?.Trim() is not { } name) continue;
                if (name.Length >= ShortestName || (name.Length >= 2 && !Ascii.IsValid(name))) Remember(name);
            }
        }
    }

    private void TakeOrder(AstmRecord order)
    {
        hasOrders = true;
        // The specimen is what an order is known by on both sides.
        if (specimens.Count < MostPatients && order.Field(3).Component(1).TextOrNull() is { } specimen && !specimens.Contains(specimen)) specimens.Add(specimen);
        if (hasTestsOfResults) return;
        Hl7Element ordered = order.Field(5);
        int repeats = Math.Min(ordered.Repetitions, MostTests);
        for (int i = 1; i <= repeats; i++) AddTest(ordered.Repetition(i));
    }

    private void TakeResult(AstmRecord result)
    {
        hasResults = true;
        // What was measured says more than what was asked for.
        if (!hasTestsOfResults) tests.Clear();
        hasTestsOfResults = true;
        AddTest(result.Field(3));
        observedAt ??= Moment(result.Field(13));
        if (results.Count < MostResults && CodeOf(result.Field(3)) is { } code && !result.Field(4).IsEmpty) results.Add((code, result.Field(9).Text(2), $"{result.Field(4).Raw}|{result.Field(5).Raw}"));
        if (instruments.Count < MostInstruments && result.Field(14).TextOrNull() is { } instrument && !instruments.Contains(instrument)) instruments.Add(instrument);
    }

    /// <summary>The universal test id: its fourth component and what follows are the maker's own code, and mostly the only ones used. LIS02-A2, 5.6.1.</summary>
    private void AddTest(Hl7Element id)
    {
        if (tests.Count == MostTests) return;
        if (CodeOf(id) is { } code && !tests.Contains(code)) tests.Add(code);
    }

    private static string? CodeOf(Hl7Element id)
    {
        string? code = null;
        foreach (int component in (ReadOnlySpan<int>)[4, 5, 1, 2, 3]) code ??= id.Component(component).TextOrNull(64)?.Trim();
        return code;
    }

    private bool TakeIdentifier(Hl7Element field, bool isFirst = true)
    {
        if (field.TextOrNull()?.Trim() is not { } identifier || !identifier.Any(char.IsLetterOrDigit)) return false;
        Remember(identifier);
        if (isFirst && patients.Count < MostPatients && !patients.Contains(identifier)) patients.Add(identifier);
        return true;
    }

    private void Remember(string identifier)
    {
        if (identifiers.Count < MostIdentifiers && !identifiers.Contains(identifier)) identifiers.Add(identifier);
    }

    private string? Role() =>
        hasResults || records.Contains("Q") || records.Contains("M") ? "analyser" : hasOrders || termination is "I" or "F" ? "host" : null;

    private string? Status(AstmOutcome outcome) => outcome switch
    {
        AstmOutcome.Acked => "acked",
        AstmOutcome.Refused => "refused",
        _ when MissedBytes || (MissedAnswers && outcome == AstmOutcome.Unanswered) => null,
        AstmOutcome.Unanswered => "unanswered",
        _ => "unfinished",
    };

    private static string? Delimiters(AstmRecord header)
    {
        string inner = header.Field(2).Raw.ToString();
        return inner.Length is > 0 and <= 4 ? inner : null;
    }

    private static bool IsVersion(ReadOnlySpan<char> text) =>
        text.Contains("1394", StringComparison.Ordinal) || text.StartsWith("LIS", StringComparison.OrdinalIgnoreCase);

    private static string? Short(Hl7Element field) => field.Raw.Length is > 0 and <= 3 ? field.TextOrNull() : null;

    /// <summary>A time stamp, if it is made of digits.</summary>
    private static string? Moment(Hl7Element field) =>
        field.Raw.Length is > 0 and <= 20 && !field.Raw.ContainsAnyExceptInRange('0', '9') ? field.Raw.ToString() : null;
}
