using System.Buffers;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>What one message said: its row so far, what it acknowledges, and what is needed to await its own acknowledgement.</summary>
/// <param name="Exchange">The message's row, without an acknowledgement.</param>
/// <param name="ControlId">MSH-10 as sent, for matching only: it never leaves the analyser unmasked.</param>
/// <param name="Acknowledges">What its MSA says, or null without one.</param>
/// <param name="IsPureAcknowledgement">Whether it says nothing but that: message type ACK or MCF.</param>
/// <param name="Identifiers">Identifiers and names of patients, for masking what refers to this message.</param>
internal sealed record MessageSeen(
    Hl7Exchange Exchange, string ControlId, Acknowledgement? Acknowledges, bool IsPureAcknowledgement, IReadOnlyList<string> Identifiers);

/// <summary>What an MSA segment and the message around it say.</summary>
/// <param name="Code">MSA-1.</param>
/// <param name="ControlId">MSA-2: MSH-10 of the message that is acknowledged.</param>
/// <param name="Error">Code of the first error, not yet masked.</param>
/// <param name="Application">MSH-3 of the acknowledgement.</param>
/// <param name="Facility">MSH-4 of the acknowledgement.</param>
/// <param name="At">Time of the acknowledgement.</param>
internal sealed record Acknowledgement(string? Code, string ControlId, string? Error, string? Application, string? Facility, CaptureTime At)
{
    /// <summary>Whether it only says that the message was stored (enhanced mode).</summary>
    public bool IsCommit => Code is "CA" or "CE" or "CR";
}

/// <summary>Reads one message, header to last segment, into its row. Pure but for the faults it reports.</summary>
internal static class Hl7Reader
{
    /// <summary>Distinct segment names and devices that a row lists.</summary>
    private const int MaxListed = 64;

    /// <summary>Longest error code; HL7 table 0357 has three digits.</summary>
    private const int MaxErrorCode = 8;

    private static readonly SearchValues<char> OfMoments = SearchValues.Create("0123456789.+-");

    /// <summary>Reads the bytes of one message, which begin with MSH.</summary>
    public static MessageSeen? Read(ReadOnlySpan<byte> bytes, in Frame frame, ByteRange range, bool cut, string? batch, ITransactionSink into)
    {
        (Encoding encoding, string decodedAs) = Hl7Charset.Decide(bytes, out bool declared);
        if (!declared) into.Report(Hl7Faults.CharacterSet);
        char[] rented = ArrayPool<char>.Shared.Rent(encoding.GetMaxCharCount(bytes.Length));
        try
        {
            ReadOnlySpan<char> text = rented.AsSpan(0, encoding.GetChars(bytes, rented));
            if (!Hl7Message.TryParse(text, out Hl7Message message)) return null;
            Hl7Exchange exchange = new(frame.At, range)
            {
                Began = frame.Began,
                Framed = frame.Framed,
                Truncated = cut,
                DecodedAs = decodedAs,
                IsMisdeclared = !declared,
                Digest = KeyedDigest.Of(bytes, into.Masker),
                Injection = Hl7Escapes.Injected(text, message.Separators),
            };
            MessageSeen? seen = Read(message, exchange, batch, into);
            if (seen.Exchange.Devices is not { } devices) return seen;
            // Devices of one message may be of one model: then it is not said which line told.
            IEnumerable<string?> stated = devices.SelectMany(static device => new[] { device.Vendor, device.Model, device.Hardware, device.Software, device.Firmware });
            return seen with { Exchange = seen.Exchange with { Places = TextPlace.Of(null, bytes, range, [.. stated]) } };
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Whether a segment belongs to the batch around messages and not to a message.</summary>
    public static bool IsOfBatch(ReadOnlySpan<char> name) => name is "BTS" or "FTS" or "BHS" or "FHS";

    private static MessageSeen Read(Hl7Message message, Hl7Exchange exchange, string? batch, ITransactionSink into)
    {
        Hl7Segment header = message.Segment(1);
        PatientReferences patients = PatientReferences.Of(message);
        Contents contents = Contents.Of(message, into);
        Hl7Element type = header.Field(9);
        string controlId = header.Field(10).Text();
        string? first = type.Component(1).TextOrNull();
        Acknowledgement? acknowledges = ReadAcknowledgement(message, exchange.At);
        bool pure = first is "ACK" or "MCF";
        if (pure && acknowledges is null) into.Report(Hl7Faults.AcknowledgementWithoutMsa);
        if (acknowledges is { Code: null }) into.Report(Hl7Faults.AcknowledgementCode);
        exchange = exchange with
        {
            MessageType = type.Component(2).TextOrNull() is { } trigger ? $"{first}^{trigger}" : first,
            MessageStructure = type.Component(3).TextOrNull(),
            Msh3 = header.Field(3).TextOrNull(),
            Msh4 = header.Field(4).TextOrNull(),
            Msh5 = header.Field(5).TextOrNull(),
            Msh6 = header.Field(6).TextOrNull(),
            MessageTime = Moment(header.Field(7).Component(1)),
            ControlId = controlId.Length == 0 ? null : into.Masker.Within(controlId, patients.Identifiers),
            ProcessingId = header.Field(11).TextOrNull(),
            Version = header.Field(12).Component(1).TextOrNull(),
            AcceptAckType = header.Field(15).TextOrNull(),
            ApplicationAckType = header.Field(16).TextOrNull(),
            CharacterSet = header.Field(18).TextOrNull(),
            Profile = header.Field(21).Repetition(1).TextOrNull(),
            Segments = contents.Names,
            SegmentCounts = contents.Counts,
            Equipment = contents.Equipment,
            Devices = contents.Devices.All,
            AlarmEvent = contents.Devices.Alarm?[0] is { } alarm ? into.Masker.Within(alarm, patients.Identifiers) : null,
            AlarmPhase = contents.Devices.Alarm?[1],
            AlarmState = contents.Devices.Alarm?[2],
            AlarmPriority = contents.Devices.Alarm?[3],
            AlarmType = contents.Devices.Alarm?[4],
            Results = contents.Results.Results is { } results ? [.. results.Select(result => into.Masker.Within(result, patients.Identifiers))] : null,
            ObservedAt = contents.Results.ObservedAt,
            Orders = contents.Results.Orders,
            OrderControl = contents.Results.OrderControl,
            GiveCode = contents.Results.GiveCode is { } give ? into.Masker.Within(give, patients.Identifiers) : null,
            GiveAmount = contents.Results.GiveAmount,
            GiveUnits = contents.Results.GiveUnits,
            Patient = patients.First is { } id ? into.Masker.Identifier(id) : null,
            Batch = batch is null ? null : into.Masker.Within(batch, patients.Identifiers),
            Answers = acknowledges is { ControlId.Length: > 0 } ? into.Masker.Within(acknowledges.ControlId, patients.Identifiers) : null,
        };
        return new MessageSeen(exchange, controlId, acknowledges, pure, patients.Identifiers);
    }

    private static Acknowledgement? ReadAcknowledgement(Hl7Message message, CaptureTime at)
    {
        Hl7Segment msa = message.Segment("MSA");
        if (msa.IsEmpty) return null;
        Hl7Segment header = message.Segment(1), error = message.Segment("ERR");
        string? code = msa.Field(1).TextOrNull() is "AA" or "AE" or "AR" or "CA" or "CE" or "CR" ? msa.Field(1).Text() : null;
        string? errorCode = error.Field(3).Component(1).TextOrNull()
            ?? error.Field(1).Repetition(1).Component(4).Subcomponent(1).TextOrNull()
            ?? msa.Field(6).Component(1).TextOrNull();
        return new Acknowledgement(
            code, msa.Field(2).Text(), IsCode(errorCode) ? errorCode : null, header.Field(3).TextOrNull(), header.Field(4).TextOrNull(), at);
    }

    /// <summary>A short code with a digit in it: error fields of careless receivers hold sentences with the patient's name.</summary>
    private static bool IsCode(ReadOnlySpan<char> text)
    {
        bool digit = false;
        foreach (char value in text)
        {
            if (!char.IsAsciiLetterOrDigit(value) && value is not ('-' or '_' or '.')) return false;
            digit |= char.IsAsciiDigit(value);
        }
        return digit && text.Length <= MaxErrorCode;
    }

    /// <summary>A time stamp, if it is made of what time stamps are made of.</summary>
    public static string? Moment(Hl7Element field) =>
        field.Raw.Length is > 0 and <= 26 && field.Raw.IndexOfAnyExcept(OfMoments) < 0 ? field.Raw.ToString() : null;

    /// <summary>Which segments a message has and which devices they name.</summary>
    private sealed class Contents
    {
        public List<string> Names { get; } = [];

        public List<long> Counts { get; } = [];

        public List<string>? Equipment { get; private set; }

        public Hl7Devices Devices { get; } = new();

        public Hl7Results Results { get; } = new();

        public static Contents Of(Hl7Message message, ITransactionSink into)
        {
            Contents contents = new();
            bool strange = false;
            foreach (Hl7Segment segment in message)
            {
                if (IsOfBatch(segment.Name)) break;
                if (segment.Name.IsEmpty) strange = true;
                else contents.Add(segment, into.Masker);
            }
            if (strange) into.Report(Hl7Faults.SegmentName);
            return contents;
        }

        private void Add(Hl7Segment segment, PatientMasker masker)
        {
            Results.Take(segment, masker);
            ReadOnlySpan<char> name = segment.Name;
            int known = 0;
            while (known < Names.Count && !name.SequenceEqual(Names[known])) known++;
            if (known < Names.Count) Counts[known]++;
            else if (known < MaxListed)
            {
                Names.Add(name.ToString());
                Counts.Add(1);
            }
            // OBX-18: equipment instance identifier; PRT-10 in its place since version 2.7.
            if (name is "OBX")
            {
                AddEquipment(segment.Field(18).Repetition(1));
                Devices.Take(segment);
            }
            else if (name is "PRT")
            {
                AddEquipment(segment.Field(10).Repetition(1));
                Devices.TakeParticipation(segment);
            }
        }

        private void AddEquipment(Hl7Element device)
        {
            if (device.IsEmpty || Equipment?.Count == MaxListed || device.TextOrNull() is not { } text) return;
            Equipment ??= [];
            if (!Equipment.Contains(text)) Equipment.Add(text);
        }
    }
}
