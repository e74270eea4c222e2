using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// Reads DICOM files as they pass: one file that is the whole body, or the parts of a multipart one (RFC 2046, section 5.1; PS3.18,
/// section 8.6.1.2). Nothing is held but what <see cref="Part10Reader"/> holds; of parts that are no DICOM file nothing is told.
/// </summary>
internal sealed class DicomBody
{
    private const int MaxBoundary = 70;
    private const string EndOfHead = "\r\n\r\n";

    private readonly Part10Reader file = new();
    private readonly byte[] delimiter = new byte[MaxBoundary + 4];
    private DicomContent content = new();
    private State state;
    private int delimiterLength;
    private int matched;
    private int dashes;

    private enum State : byte
    {
        /// <summary>The whole body is one file.</summary>
        File,

        /// <summary>In a part, or before the first one.</summary>
        Part,

        /// <summary>Behind a delimiter, up to the empty line that ends the part's head.</summary>
        Head,

        /// <summary>Behind the last delimiter.</summary>
        Over,
    }

    private bool InFile { get; set; }

    /// <summary>Begins a body if it holds DICOM files.</summary>
    /// <param name="beginning">Its first bytes; they have to be pushed too.</param>
    public bool TryBegin(ReadOnlySpan<byte> beginning)
    {
        content = new DicomContent();
        matched = dashes = delimiterLength = 0;
        InFile = false;
        if (ContentType.Of(beginning) == ContentType.Dicom)
        {
            state = State.File;
            BeginFile();
            return true;
        }
        ReadOnlySpan<byte> part = ContentType.SkipPartHead(beginning);
        if (part.Length == beginning.Length || ContentType.Of(part) != ContentType.Dicom) return false;
        ReadOnlySpan<byte> line = beginning.TrimStart("\r\n"u8);
        line = line[..line.IndexOf((byte)'\n')].TrimEnd(" \t\r"u8);
        if (line.Length > MaxBoundary + 2) return false;
        "\r\n"u8.CopyTo(delimiter);
        line.CopyTo(delimiter.AsSpan(2));
        delimiterLength = line.Length + 2;
        state = State.Part;
        // The first delimiter may have no line end before it.
        if (beginning[0] == (byte)'-') matched = 2;
        return true;
    }

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (state == State.File)
        {
            file.Push(bytes);
            return;
        }
        while (!bytes.IsEmpty && state != State.Over) bytes = bytes[(state == State.Head ? SkipHead(bytes) : matched > 0 ? Match(bytes) : Scan(bytes))..];
    }

    /// <summary>The next bytes were lost.</summary>
    public void Lose(long missing)
    {
        if (InFile) file.Lose(missing);
        if (state == State.Head) state = State.Part;
        matched = 0;
    }

    /// <summary>Ends the body and says what its files said; null when there was none.</summary>
    /// <param name="isBeginning">Whether only a beginning was pushed, so that the last file's end is no fault of its own.</param>
    public DicomContent? End(bool isBeginning = false)
    {
        if (matched > 0 && state == State.Part) Give(delimiter.AsSpan(0, matched));
        EndFile(isBeginning);
        state = State.Over;
        return content.Instances > 0 ? content : null;
    }

    private void BeginFile()
    {
        file.Begin();
        InFile = true;
    }

    private void EndFile(bool isBeginning = false)
    {
        if (!InFile) return;
        InFile = false;
        DataSetFault fault = file.End();
        if (isBeginning && fault == DataSetFault.Truncated) fault = DataSetFault.None;
        if (file.HasPrefix) content.Add(file, fault);
    }

    private void Give(ReadOnlySpan<byte> bytes)
    {
        if (InFile && !bytes.IsEmpty) file.Push(bytes);
    }

    /// <summary>Gives away what lies before a delimiter, or before what may be the beginning of one.</summary>
    private int Scan(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> wanted = delimiter.AsSpan(0, delimiterLength);
        int found = bytes.IndexOf(wanted);
        if (found >= 0)
        {
            Give(bytes[..found]);
            Delimit();
            return found + wanted.Length;
        }
        int last = bytes.LastIndexOf((byte)'\r');
        bool isPrefix = last >= 0 && bytes.Length - last < wanted.Length && wanted.StartsWith(bytes[last..]);
        Give(isPrefix ? bytes[..last] : bytes);
        matched = isPrefix ? bytes.Length - last : 0;
        return bytes.Length;
    }

    /// <summary>Goes on with a delimiter whose beginning was seen; if it is none, that beginning is content after all.</summary>
    private int Match(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = delimiter.AsSpan(matched, delimiterLength - matched);
        int same = rest.CommonPrefixLength(bytes);
        if (same == rest.Length)
        {
            Delimit();
            return same;
        }
        if (same == bytes.Length)
        {
            matched += same;
            return same;
        }
        Give(delimiter.AsSpan(0, matched));
        Give(bytes[..same]);
        matched = 0;
        return same;
    }

    private void Delimit()
    {
        EndFile();
        matched = dashes = 0;
        state = State.Head;
    }

    private int SkipHead(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte b = bytes[i];
            // Two dashes right behind a delimiter end the last part.
            if (dashes >= 0) dashes = b == (byte)'-' ? dashes + 1 : -1;
            if (dashes == 2)
            {
                state = State.Over;
                return i + 1;
            }
            matched = b == EndOfHead[matched] ? matched + 1 : b == (byte)'\r' ? 1 : 0;
            if (matched < EndOfHead.Length) continue;
            matched = 0;
            state = State.Part;
            BeginFile();
            return i + 1;
        }
        return bytes.Length;
    }
}
