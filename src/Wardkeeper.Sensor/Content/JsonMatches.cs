using System.Text;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// Counts what a search in DICOM JSON found (PS3.18, annex F): the objects of the outermost array, and the patients named in them. Reads
/// bytes as they pass and holds one string of at most 64 bytes; what is no JSON gives some number, never a fault.
/// </summary>
internal sealed class JsonMatches
{
    private const int Longest = 64;
    private readonly byte[] token = new byte[Longest];
    private readonly HashSet<string> patients = new(StringComparer.Ordinal);
    private int length;
    private int depth;
    private bool inString;
    private bool isEscaped;
    private Expected expected;

    private enum Expected : byte
    {
        Anything,
        NameOfValue,
        Patient,
    }

    /// <summary>Objects found.</summary>
    public int Count { get; private set; }

    /// <summary>Distinct Patient IDs, at most <see cref="DicomContent.MaxPatients"/>, as they were on the wire.</summary>
    public IReadOnlyCollection<string> Patients => patients;

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (inString) InString(b);
            else Structure(b);
        }
    }

    private void InString(byte b)
    {
        if (!isEscaped && b == (byte)'"')
        {
            inString = false;
            EndToken();
            return;
        }
        isEscaped = !isEscaped && b == (byte)'\\';
        if (length < Longest) token[length++] = b;
    }

    private void Structure(byte b)
    {
        switch (b)
        {
            case (byte)'"':
                (inString, isEscaped, length) = (true, false, 0);
                break;
            case (byte)'{' or (byte)'[':
                if (b == (byte)'{' && depth == 1 && Count < int.MaxValue) Count++;
                depth++;
                break;
            case (byte)'}' or (byte)']':
                if (depth > 0) depth--;
                break;
        }
    }

    private void EndToken()
    {
        ReadOnlySpan<byte> text = token.AsSpan(0, length);
        if (expected == Expected.Patient)
        {
            if (patients.Count < DicomContent.MaxPatients && length > 0) patients.Add(Encoding.UTF8.GetString(text));
            expected = Expected.Anything;
        }
        else if (text.SequenceEqual("00100020"u8))
        {
            expected = Expected.NameOfValue;
        }
        else if (expected == Expected.NameOfValue)
        {
            // Another element's tag: this one had no value.
            if (text.SequenceEqual("Value"u8)) expected = Expected.Patient;
            else if (text.Length == 8) expected = Expected.Anything;
        }
    }
}
