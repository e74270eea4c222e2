using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Content;

/// <summary>One part of a mail that is no container.</summary>
/// <param name="Name">File name as stated, encoded words decoded; null when it has none.</param>
/// <param name="Declared">Media type as stated, in lower case.</param>
/// <param name="Facts">What its content is.</param>
internal readonly record struct MailPart(string? Name, string Declared, BodyFacts Facts);

/// <summary>
/// Reads a mail line by line: the fields of its head that say who wrote to whom with what program, and its parts, decoded from base64 or
/// quoted-printable as they pass, each through a <see cref="Body"/>. Bounded: fields, parts, nesting and lengths; nothing of
/// the text is kept. RFC 5322, RFC 2045, RFC 2046, RFC 2047, RFC 2183.
/// </summary>
internal sealed class MailReader
{
    private const int MostParts = 32, MostNesting = 8, LongestField = 8192, LongestBoundary = 70, MostReceived = 32, LongestPiece = 4096;

    private readonly byte[] field = new byte[LongestField];
    private readonly byte[] unfinished = new byte[LongestPiece];
    private readonly List<byte[]> boundaries = [];
    private readonly List<MailPart> parts = [];
    private readonly List<string> received = [];
    private readonly Body body = new();
    private readonly TransferDecoder decoder = new();
    private int fieldLength, unfinishedLength;
    private bool isWithinLine, isInHead, isOutermost, isInPart, isFirstLine, isBroken;
    private BodyHead head;
    private string? type, name, boundary, charset;
    private TransferCoding coding, doubtful;

    /// <summary>Fields of the mail's own head by their names in lower case; the first of each counts.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Its Received fields, the latest first.</summary>
    public IReadOnlyList<string> Received => received;

    /// <summary>Parts that ended.</summary>
    public IReadOnlyList<MailPart> Parts => parts;

    /// <summary>Begins a mail.</summary>
    /// <param name="at">When it begins.</param>
    /// <param name="where">Where.</param>
    /// <param name="into">Where faults of its files go.</param>
    public void Begin(CaptureTime at, ByteRange where, ITransactionSink into)
    {
        Abandon();
        head = new BodyHead { KeepsMore = true, IsFile = true, At = at, Where = where, Into = into };
        isInHead = isOutermost = true;
    }

    /// <summary>Bytes that are not cut into lines, as literals and chunks bring them.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> room = bytes[..Math.Min(bytes.Length, LongestPiece - unfinishedLength)];
            int end = room.IndexOf((byte)'\n');
            int taken = end < 0 ? room.Length : end + 1;
            room[..taken].CopyTo(unfinished.AsSpan(unfinishedLength));
            unfinishedLength += taken;
            bytes = bytes[taken..];
            if (end < 0 && unfinishedLength < LongestPiece) return;
            EndPiece(end >= 0);
        }
    }

    /// <summary>A line or a piece of one, without its end.</summary>
    public void Line(ReadOnlySpan<byte> line, bool isBeginning, bool isEnd)
    {
        if (isInHead) Head(line, isBeginning, isEnd);
        else if (isBeginning && boundaries.Count > 0 && line.StartsWith("--"u8) && Boundary(line)) return;
        else if (isInPart) Content(line, isBeginning, isEnd);
    }

    /// <summary>Lines were lost: the part under way is not whole.</summary>
    public void Lose(long missing)
    {
        fieldLength = unfinishedLength = 0;
        isWithinLine = false;
        isBroken = true;
        if (isInPart) body.Lose(missing);
    }

    /// <summary>The mail ended, wholly or not.</summary>
    public void End(bool isComplete)
    {
        if (unfinishedLength > 0) EndPiece(false);
        EndField();
        EndPart(isComplete && boundaries.Count == 0);
        head.Into?.Buffers?.Complete(head.Where.Side);
        isInHead = false;
    }

    /// <summary>Forgets the mail.</summary>
    public void Abandon()
    {
        body.Abandon();
        head = default;
        decoder.Reset();
        boundaries.Clear();
        parts.Clear();
        received.Clear();
        Fields.Clear();
        fieldLength = unfinishedLength = 0;
        isWithinLine = isInHead = isOutermost = isInPart = isBroken = false;
        type = name = boundary = charset = null;
        coding = doubtful = TransferCoding.Identity;
    }

    private void EndPiece(bool isEnd)
    {
        ReadOnlySpan<byte> piece = unfinished.AsSpan(0, unfinishedLength);
        if (isEnd) piece = piece[..^1].TrimEnd((byte)'\r');
        unfinishedLength = 0;
        bool isBeginning = !isWithinLine;
        isWithinLine = !isEnd;
        Line(piece, isBeginning, isEnd);
    }

    private void Head(ReadOnlySpan<byte> line, bool isBeginning, bool isEnd)
    {
        if (doubtful is var stated and not TransferCoding.Identity)
        {
            doubtful = TransferCoding.Identity;
            if (!line.Contains((byte)':'))
            {
                isInHead = false;
                (type, coding) = ("message/rfc822", stated);
                BeginPart();
                Content(line, isBeginning, isEnd);
                return;
            }
        }
        if (isBeginning && line.IsEmpty && isEnd)
        {
            EndField();
            BeginBody();
            return;
        }
        if (isBeginning && line is not [(byte)' ' or (byte)'\t', ..])
        {
            EndField();
            // Some mails begin with a line that is no field, or their text begins without an empty line.
            if (boundaries.Count > 0 && line.StartsWith("--"u8) && Boundary(line)) return;
        }
        int room = Math.Min(line.Length, LongestField - fieldLength);
        line[..room].CopyTo(field.AsSpan(fieldLength));
        fieldLength += room;
    }

    private void EndField()
    {
        ReadOnlySpan<byte> whole = field.AsSpan(0, fieldLength);
        fieldLength = 0;
        int colon = whole.IndexOf((byte)':');
        if (colon is <= 0 or > 64 || whole[..colon].IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0) return;
        string key = Encoding.ASCII.GetString(whole[..colon]).ToLowerInvariant();
        if (isOutermost && head.Into?.Buffers is { } buffers) Offer(key, whole[(colon + 1)..].Trim(" \t"u8), buffers);
        string value = EncodedWords.Decode(whole[(colon + 1)..].Trim(" \t"u8));
        switch (key)
        {
            case "content-type":
                type = HeaderParameters.First(value);
                boundary = HeaderParameters.Find(value, "boundary");
                name ??= HeaderParameters.Find(value, "name");
                charset = HeaderParameters.Find(value, "charset");
                break;
            case "content-disposition":
                name = HeaderParameters.Find(value, "filename") ?? name;
                break;
            case "content-transfer-encoding":
                coding = value.ToLowerInvariant() switch { "base64" => TransferCoding.Base64, "quoted-printable" => TransferCoding.QuotedPrintable, _ => TransferCoding.Identity };
                break;
            case "received" when isOutermost:
                if (received.Count < MostReceived) received.Add(value);
                break;
            default:
                if (isOutermost && Fields.Count < 64) Fields.TryAdd(key, value);
                break;
        }
    }

    private void Offer(string field, ReadOnlySpan<byte> value, Signatures.Buffers.IBufferSink into)
    {
        Signatures.Buffers.BufferName? buffer = field switch
        {
            "from" => Signatures.Buffers.BufferName.MailFrom,
            "to" => Signatures.Buffers.BufferName.MailTo,
            "cc" => Signatures.Buffers.BufferName.MailCc,
            "subject" => Signatures.Buffers.BufferName.MailSubject,
            "date" => Signatures.Buffers.BufferName.MailDate,
            "message-id" => Signatures.Buffers.BufferName.MailId,
            "x-mailer" => Signatures.Buffers.BufferName.MailXMailer,
            _ => null,
        };
        if (buffer is { } known) into.Offer(known, head.Where.Side, value);
    }

    private void BeginBody()
    {
        isInHead = isOutermost = false;
        isBroken = false;
        if (type is not null && type.StartsWith("multipart/", StringComparison.Ordinal) && boundary is { Length: > 0 and <= LongestBoundary } && boundaries.Count < MostNesting)
        {
            boundaries.Add(Encoding.UTF8.GetBytes(boundary));
            isInPart = false;
        }
        else if (type == "message/rfc822")
        {
            // A mail in a mail may be in no coding (RFC 2046, 5.2.1); who says otherwise may hope that it is not read.
            TransferCoding stated = coding;
            BeginHead();
            doubtful = stated;
            return;
        }
        else
        {
            BeginPart();
            return;
        }
        (type, name, boundary, charset, coding) = (null, null, null, null, TransferCoding.Identity);
    }

    private void BeginPart()
    {
        isInPart = isFirstLine = true;
        decoder.Begin(coding);
        head.Into?.Buffers?.Offer(Signatures.Buffers.BufferName.FileData, head.Where.Side, ReadOnlySpan<byte>.Empty);
        body.Begin(head with { Stated = type, Charset = charset, OfferedBy = head.Where.Side, IsMailText = type is null || type.StartsWith("text/", StringComparison.Ordinal) });
    }

    private void BeginHead()
    {
        isInHead = true;
        fieldLength = 0;
        (type, name, boundary, charset, coding) = (null, null, null, null, TransferCoding.Identity);
    }

    /// <summary>Whether the line delimits parts of a container that is open. RFC 2046, 5.1.1.</summary>
    private bool Boundary(ReadOnlySpan<byte> line)
    {
        for (int i = boundaries.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> rest = line[2..];
            if (!rest.StartsWith(boundaries[i])) continue;
            rest = rest[boundaries[i].Length..].TrimEnd(" \t"u8);
            bool isLast = rest.SequenceEqual("--"u8);
            if (!isLast && !rest.IsEmpty) continue;
            EndField();
            EndPart(!isBroken);
            boundaries.RemoveRange(i + (isLast ? 0 : 1), boundaries.Count - i - (isLast ? 0 : 1));
            if (isLast) isInHead = false;
            else BeginHead();
            return true;
        }
        return false;
    }

    private void Content(ReadOnlySpan<byte> line, bool isBeginning, bool isEnd)
    {
        // The line end before a boundary is the boundary's: it is owed to the content until the next line comes.
        if (isBeginning && !isFirstLine && coding == TransferCoding.Identity) body.Push("\r\n"u8);
        isFirstLine = false;
        decoder.Push(line, isEnd, body);
    }

    private void EndPart(bool isComplete)
    {
        if (!isInPart) return;
        isInPart = false;
        decoder.Finish(body);
        BodyFacts facts = body.End(isComplete);
        if (name is not null) head.Into?.Buffers?.Offer(Signatures.Buffers.BufferName.FileName, head.Where.Side, Encoding.UTF8.GetBytes(name));
        if (parts.Count < MostParts && facts.Length > 0) parts.Add(new MailPart(name, type ?? "text/plain", facts));
        (type, name, boundary, charset, coding) = (null, null, null, null, TransferCoding.Identity);
    }
}

/// <summary>How a part travels. RFC 2045, 6.</summary>
internal enum TransferCoding : byte
{
    /// <summary>As it is: 7bit, 8bit, binary.</summary>
    Identity,

    /// <summary>Base64.</summary>
    Base64,

    /// <summary>Quoted-printable.</summary>
    QuotedPrintable,
}

/// <summary>Parameters behind a field's value. RFC 2045, 5.1 and RFC 2231.</summary>
internal static class HeaderParameters
{
    /// <summary>What stands before the parameters, in lower case.</summary>
    public static string First(string value)
    {
        int end = value.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>A parameter's value without quotation marks; null when there is none.</summary>
    public static string? Find(string value, string name)
    {
        int at = value.IndexOf(';', StringComparison.Ordinal);
        while (at >= 0)
        {
            int from = at + 1, end = from;
            bool isQuoted = false;
            while (end < value.Length && (isQuoted || value[end] != ';'))
            {
                if (value[end] == '"') isQuoted = !isQuoted;
                end++;
            }
            ReadOnlySpan<char> one = value.AsSpan(from, end - from).Trim();
            int equals = one.IndexOf('=');
            if (equals > 0 && one[..equals].Trim().TrimEnd("*0").Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                string found = one[(equals + 1)..].Trim().Trim('"').ToString();
                if (!one[..equals].Trim().EndsWith("*")) return found;
                int language = found.LastIndexOf('\'');
                return Uri.UnescapeDataString(language < 0 ? found : found[(language + 1)..]);
            }
            at = end < value.Length ? end : -1;
        }
        return null;
    }
}

/// <summary>Fields whose words are encoded to fit ASCII. RFC 2047.</summary>
internal static class EncodedWords
{
    /// <summary>The field as it is meant.</summary>
    public static string Decode(ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(value);
        int at = text.IndexOf("=?", StringComparison.Ordinal);
        if (at < 0) return text.Replace('\t', ' ');
        StringBuilder into = new(text.Length);
        int from = 0;
        bool wasEncoded = false;
        while (at >= 0)
        {
            int charset = text.IndexOf('?', at + 2), kind = charset < 0 ? -1 : text.IndexOf('?', charset + 1), end = kind < 0 ? -1 : text.IndexOf("?=", kind + 1, StringComparison.Ordinal);
            if (end < 0 || kind != charset + 2) break;
            string between = text[from..at];
            // Blanks between two encoded words belong to neither.
            if (!wasEncoded || between.Trim().Length > 0) into.Append(between);
            into.Append(Word(text[(at + 2)..charset], text[charset + 1], text[(kind + 1)..end]));
            wasEncoded = true;
            from = end + 2;
            at = text.IndexOf("=?", from, StringComparison.Ordinal);
        }
        return into.Append(text, from, text.Length - from).ToString();
    }

    private static string Word(string charset, char kind, string text)
    {
        byte[] bytes;
        if (kind is 'B' or 'b')
        {
            bytes = new byte[text.Length];
            string padded = text.TrimEnd('=');
            padded = padded.PadRight((padded.Length + 3) & ~3, '=');
            if (!Convert.TryFromBase64String(padded, bytes, out int written)) return text;
            bytes = bytes[..written];
        }
        else
        {
            List<byte> decoded = [];
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '=' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
                {
                    decoded.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                    i += 2;
                }
                else
                {
                    decoded.Add(text[i] == '_' ? (byte)' ' : (byte)text[i]);
                }
            }
            bytes = [.. decoded];
        }
        int language = charset.IndexOf('*', StringComparison.Ordinal);
        return HtmlTitle.Named(language < 0 ? charset : charset[..language]).GetString(bytes);
    }
}
