namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// By what a message refers to patients: identifiers and names, so that they can be masked wherever else they turn up.
/// The list is bounded; it lives until the message is acknowledged.
/// </summary>
/// <param name="First">The identifier by which the patient is known: PID-3, else PID-2, PID-4, the query's subject or the merged identifier.</param>
/// <param name="Identifiers">All of them, and names long enough to be told from ordinary text.</param>
internal readonly record struct PatientReferences(string? First, IReadOnlyList<string> Identifiers)
{
    private const int Most = 32;

    /// <summary>Shortest name that is masked inside other text: a one-letter name would be found everywhere.</summary>
    private const int ShortestName = 4;

    /// <summary>Collects them from PID, MRG, QRD and QPD.</summary>
    public static PatientReferences Of(Hl7Message message)
    {
        List<string> found = [];
        string? first = null;
        foreach (Hl7Segment segment in message)
        {
            if (found.Count >= Most) break;
            switch (segment.Name)
            {
                case "PID":
                    first ??= Add(segment.Field(3), found);
                    first ??= Add(segment.Field(2), found);
                    first ??= Add(segment.Field(4), found);
                    AddAll(segment, [2, 3, 4, 18, 19, 20], found);
                    AddNames(segment.Field(5), found);
                    AddNames(segment.Field(6), found);
                    AddNames(segment.Field(9), found);
                    break;
                case "MRG":
                    first ??= Add(segment.Field(1), found);
                    AddAll(segment, [1, 2, 3, 4], found);
                    AddNames(segment.Field(7), found);
                    break;
                case "QRD":
                    first ??= Add(segment.Field(8), found);
                    AddNames(segment.Field(8), found);
                    break;
                case "QPD":
                    first ??= Add(segment.Field(3), found);
                    break;
                default:
                    break;
            }
        }
        return new PatientReferences(first, found);
    }

    /// <summary>Adds the identifier of every repetition and returns the first.</summary>
    private static string? Add(Hl7Element field, List<string> found)
    {
        string? first = null;
        if (field.IsEmpty) return null;
        int repetitions = Math.Min(field.Repetitions, Most);
        for (int i = 1; i <= repetitions && found.Count < Most; i++)
        {
            // Of a query's parameter "@PID.3.1^12345" the value is the identifier.
            Hl7Element repetition = field.Repetition(i);
            Hl7Element identifier = repetition.Component(repetition.Raw.StartsWith("@PID.") ? 2 : 1);
            if (identifier.Subcomponent(1).TextOrNull() is not { } text) continue;
            text = text.Trim();
            // A query's wildcard is nobody.
            if (!text.Any(char.IsLetterOrDigit)) continue;
            first ??= text;
            if (!found.Contains(text)) found.Add(text);
        }
        return first;
    }

    private static void AddAll(Hl7Segment segment, ReadOnlySpan<int> fields, List<string> found)
    {
        foreach (int field in fields) Add(segment.Field(field), found);
    }

    private static void AddNames(Hl7Element field, List<string> found)
    {
        if (field.IsEmpty) return;
        for (int component = 1; component <= 3 && found.Count < Most; component++)
        {
            if (field.Repetition(1).Component(component).Subcomponent(1).TextOrNull()?.Trim() is not { } name) continue;
            bool telling = name.Length >= ShortestName || (name.Length >= 2 && !System.Text.Ascii.IsValid(name));
            if (telling && !found.Contains(name)) found.Add(name);
        }
    }
}
