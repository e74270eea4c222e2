using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Content;

/// <summary>One part of a body in parts.</summary>
/// <param name="Name">File name as stated; null when it has none.</param>
/// <param name="Facts">What it is.</param>
internal readonly record struct BodyPart(string? Name, BodyFacts Facts);

/// <summary>What the parts of a body are; of DICOM files, of which there may be thousands, what they say together.</summary>
/// <param name="Parts">Parts that are no DICOM files, at most <see cref="MultipartReader.MostParts"/>.</param>
/// <param name="Dicom">What the DICOM files say, or null.</param>
internal sealed record MultipartContent(IReadOnlyList<BodyPart> Parts, DicomContent? Dicom) : IBodyContent;

/// <summary>
/// Takes a body apart as it passes: each part is a body of its own (RFC 2046, section 5.1; forms of RFC 7578, packages of XOP, PS3.18
/// section 8.6.1.2). The delimiter is the first line. Nothing is held but the head of a part.
/// </summary>
/// <param name="whole">What is known of the whole body.</param>
/// <param name="nesting">Bodies in parts that it is a part of itself.</param>
internal sealed class MultipartReader(in BodyHead whole, int nesting) : IFileReader
{
    /// <summary>Most parts that are told, DICOM files not counted.</summary>
    public const int MostParts = 32;

    private const int MaxBoundary = 70, LongestHead = 1024;

    private readonly BodyHead whole = whole;
    private readonly Body body = new(nesting + 1);
    private readonly byte[] delimiter = new byte[MaxBoundary + 4], head = new byte[LongestHead];
    private readonly List<BodyPart> parts = [];
    private DicomContent? dicom;
    private State state;
    private string? name;
    private int delimiterLength, headLength, matched, dashes;

    private enum State : byte
    {
        /// <summary>Nothing came.</summary>
        Fresh,

        /// <summary>In a part, or before the first one.</summary>
        Part,

        /// <summary>Behind a delimiter, up to the empty line that ends the part's head.</summary>
        Head,

        /// <summary>Behind the last delimiter.</summary>
        Over,
    }

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (state == State.Fresh) Begin(bytes);
        while (!bytes.IsEmpty && state != State.Over) bytes = bytes[(state == State.Head ? TakeHead(bytes) : matched > 0 ? Match(bytes) : Scan(bytes))..];
    }

    /// <inheritdoc/>
    public void Lose(long missing)
    {
        body.Lose(missing);
        if (state == State.Head) state = State.Part;
        matched = 0;
    }

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        if (matched > 0 && state == State.Part) body.Push(delimiter.AsSpan(0, matched));
        EndPart(isComplete: false, isBeginning);
        state = State.Over;
        return parts.Count == 0 && dicom is null ? null : new MultipartContent(parts, dicom);
    }

    /// <summary>The first line is the delimiter; it may have no line end before it.</summary>
    private void Begin(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> line = beginning.TrimStart("\r\n"u8);
        line = line[..Math.Max(0, line.IndexOf((byte)'\n'))].TrimEnd(" \t\r"u8);
        state = line.Length is < 3 or > MaxBoundary + 2 ? State.Over : State.Part;
        if (state == State.Over) return;
        "\r\n"u8.CopyTo(delimiter);
        line.CopyTo(delimiter.AsSpan(2));
        delimiterLength = line.Length + 2;
        if (beginning[0] == (byte)'-') matched = 2;
    }

    /// <summary>Gives away what lies before a delimiter, or before what may be the beginning of one.</summary>
    private int Scan(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> wanted = delimiter.AsSpan(0, delimiterLength);
        int found = bytes.IndexOf(wanted);
        if (found >= 0)
        {
            body.Push(bytes[..found]);
            Delimit();
            return found + wanted.Length;
        }
        int last = bytes.LastIndexOf((byte)'\r');
        bool isPrefix = last >= 0 && bytes.Length - last < wanted.Length && wanted.StartsWith(bytes[last..]);
        body.Push(isPrefix ? bytes[..last] : bytes);
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
        body.Push(delimiter.AsSpan(0, matched));
        body.Push(bytes[..same]);
        matched = 0;
        return same;
    }

    private void Delimit()
    {
        EndPart(isComplete: true, isBeginning: false);
        matched = dashes = headLength = 0;
        state = State.Head;
    }

    private int TakeHead(ReadOnlySpan<byte> bytes)
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
            if (headLength < LongestHead) head[headLength++] = b;
            matched = b == EndOfHead[matched] ? matched + 1 : b == (byte)'\r' ? 1 : 0;
            if (matched < EndOfHead.Length) continue;
            matched = 0;
            state = State.Part;
            BeginPart();
            return i + 1;
        }
        return bytes.Length;
    }

    private void BeginPart()
    {
        FieldLines fields = new(head.AsSpan(0, headLength));
        string? stated = null;
        name = null;
        while (fields.Next())
        {
            if (fields.Is("content-type"u8)) stated = MessageHead.MediaType(fields.Value);
            else if (fields.Is("content-disposition"u8) && MessageHead.FileName(fields.Value) is { IsEmpty: false } said) name = FieldText.Of(said);
        }
        body.Begin(whole with { Coding = ContentCoding.Identity, KeepsMore = MessageHead.IsPage(stated), Stated = stated, Charset = null, CountsMatches = false });
    }

    private void EndPart(bool isComplete, bool isBeginning)
    {
        BodyFacts facts = body.End(isComplete || isBeginning);
        if (facts.Length == 0) return;
        // A part that has parts of its own gives them to the whole.
        foreach (BodyPart inner in facts.Parts) Add(inner);
        if (facts.Dicom is { } files) (dicom ??= new DicomContent()).Add(files, isBeginning);
        if (facts.Content is not (DicomContent or MultipartContent)) Add(new BodyPart(name, facts));
    }

    private void Add(BodyPart part)
    {
        if (parts.Count < MostParts) parts.Add(part);
    }
}
