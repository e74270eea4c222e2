using System.Buffers;
using System.Buffers.Binary;
using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// One body that a protocol hands on, whichever it is: begun with what its head says, pushed as its bytes come, ended once. It keeps a bounded
/// beginning, from which the type is told and texts are read when the body ends, and counts the rest without touching it;
/// files are read as they pass. Who reads what stands in <see cref="BodyReaders"/>. Of bodies that are no files somebody transfers, only
/// types that carry code or pack files are hashed, and all only when whole and not packed in transit: hashing every page would cost
/// more than everything else together. Of a body packed in transit the unpacked beginning is read. An owner reuses one instance for all its bodies; memory is rented while a
/// body is open.
/// </summary>
/// <param name="nesting">Bodies in parts that this one is a part of.</param>
internal sealed class Body(int nesting = 0)
{
    /// <summary>Bytes kept of a body whose type alone is of interest.</summary>
    public const int ShortBeginning = 4 * 1024;

    /// <summary>Bytes kept of a page, a document or a packed body, and most that is unpacked of it.</summary>
    public const int LongBeginning = 16 * 1024;

    /// <summary>Bytes kept of a body that a reader of texts wants, and most that is unpacked of it.</summary>
    public const int TextBeginning = 256 * 1024;

    /// <summary>Bodies in parts within each other that are read.</summary>
    public const int MostNesting = 2;

    private const int MostExpansion = 1032;

    private byte[]? beginning;
    private int kept, limit;
    private uint lastFour;
    private BodyHead head;
    private bool isOpen, isWhole, isDecided;
    private string? type;
    private long missed;
    private FileDigests? digests;
    private JsonMatches? matches;
    private IFileReader? file;

    /// <summary>Bytes of the body so far as they travelled, lost ones included.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a body.</summary>
    public void Begin(in BodyHead with)
    {
        Abandon();
        head = with;
        matches = head.CountsMatches && head.Coding == ContentCoding.Identity ? new JsonMatches() : null;
        limit = BodyReaders.Wants(head.Stated) ? TextBeginning : head.KeepsMore || head.Coding != ContentCoding.Identity ? LongBeginning : ShortBeginning;
        isOpen = isWhole = true;
    }

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (!isOpen || bytes.IsEmpty) return;
        Length += bytes.Length;
        if (head.OfferedBy is { } side) head.Into?.Buffers?.Append(Signatures.Buffers.BufferName.FileData, side, bytes);
        if (head.Coding == ContentCoding.Gzip) KeepTail(bytes);
        matches?.Push(bytes);
        if (!isDecided)
        {
            int room = Math.Min(limit - kept, bytes.Length);
            Reserve(kept + room);
            bytes[..room].CopyTo(beginning.AsSpan(kept));
            kept += room;
            bytes = bytes[room..];
            if (kept == limit) Decide();
        }
        digests?.Append(bytes);
        file?.Push(bytes);
    }

    /// <summary>Bytes of the body that were lost: from here on it is only counted.</summary>
    public void Lose(long missing)
    {
        if (!isOpen) return;
        Length += missing;
        missed += missing;
        isWhole = false;
        if (!isDecided) Decide();
        file?.Lose(missing);
        DropHash();
    }

    /// <summary>Ends the body and says what it was.</summary>
    /// <param name="isComplete">Whether its true end was seen.</param>
    /// <param name="at">When it ended, if that differs from its beginning.</param>
    public BodyFacts End(bool isComplete, CaptureTime at = default)
    {
        if (!isOpen) return default;
        if (!isDecided) Decide();
        BodyFacts facts = new() { Length = Length, TransferLength = Length, Missing = missed, Stated = head.Stated, IsWhole = isComplete && isWhole };
        if (kept > 0) facts = Read(facts, at);
        if (head is { IsMailText: true, OfferedBy: { } side, Into.Buffers: { } buffers }) MailLinks.Offer(beginning.AsSpan(0, kept), side, buffers);
        if (facts.IsWhole && digests is not null) facts = digests.Finish(facts);
        bool isPacked = head.Coding != ContentCoding.Identity;
        if (facts.Content is null && file?.End(isPacked) is { } content)
            facts = facts with { Content = content is FileTraits traits ? traits with { IsCut = traits.IsCut || !facts.IsWhole || isPacked } : content };
        if (matches is not null) facts = facts with { Matches = matches };
        if (facts.IsWhole && head.Coding == ContentCoding.Gzip) facts = facts with { Length = UnpackedLength() };
        Abandon();
        return facts;
    }

    /// <summary>Forgets the body and gives back its memory.</summary>
    public void Abandon()
    {
        if (beginning is not null) ArrayPool<byte>.Shared.Return(beginning);
        beginning = null;
        DropHash();
        kept = 0;
        lastFour = 0;
        Length = missed = 0;
        isOpen = isWhole = isDecided = false;
        matches = null;
        file = null;
        type = null;
        head = default;
    }

    private BodyFacts Read(BodyFacts facts, CaptureTime at)
    {
        if (head.Coding == ContentCoding.Identity) return Look(facts, beginning.AsSpan(0, kept), facts.IsWhole && kept == Length, at);
        byte[] unpacked = ArrayPool<byte>.Shared.Rent(limit);
        int count = ContentDecoder.Decode(head.Coding, beginning!, kept, unpacked.AsSpan(0, limit));
        Choose(unpacked.AsSpan(0, count));
        facts = Look(facts, unpacked.AsSpan(0, count), facts.IsWhole && kept == Length && count < limit, at);
        ArrayPool<byte>.Shared.Return(unpacked);
        return facts;
    }

    private BodyFacts Look(BodyFacts facts, ReadOnlySpan<byte> bytes, bool isAll, CaptureTime at)
    {
        Beginning text = new(bytes, type, isAll, in head, at);
        IBodyContent? content = BodyReaders.Read(in text);
        TextPlace? places = content is not null && head is { IsPlain: true, Coding: ContentCoding.Identity } ? TextPlace.Of(null, text.Text, text.Range, [.. content.Stated]) : null;
        return facts with { Type = type, Content = content, At = text.At, Range = text.Range, Places = places, IsCut = !isAll };
    }

    /// <summary>Room for so many bytes; a beginning grows as they come, since most bodies are short.</summary>
    private void Reserve(int count)
    {
        if (beginning is not null && beginning.Length >= count) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(limit, Math.Max(count, Math.Max(ShortBeginning, kept * 2))));
        beginning.AsSpan(0, kept).CopyTo(larger);
        if (beginning is not null) ArrayPool<byte>.Shared.Return(beginning);
        beginning = larger;
    }

    private void Decide()
    {
        isDecided = true;
        if (head.Coding != ContentCoding.Identity || kept == 0) return;
        ReadOnlySpan<byte> first = beginning.AsSpan(0, kept);
        bool isInParts = Choose(first);
        if (!head.IsFile && (isInParts || !ContentType.IsWorthHashing(type))) return;
        digests = FileDigests.Begin(head.Into?.Sums ?? FileSums.None);
        digests.Append(first);
    }

    /// <summary>Tells the type, and begins to read the file if it is one that is read. Returns whether it is in parts.</summary>
    private bool Choose(ReadOnlySpan<byte> first)
    {
        ReadOnlySpan<byte> part = ContentType.SkipPartHead(first);
        bool isInParts = part.Length != first.Length;
        type = ContentType.Of(part);
        file = isInParts ? nesting < MostNesting ? new MultipartReader(in head, nesting) : null : BodyReaders.For(type);
        file?.Push(first);
        return isInParts;
    }

    /// <summary>A gzip body ends with its unpacked length (RFC 1952, section 2.3.1); believed only as far as deflate can make it true.</summary>
    private long UnpackedLength() =>
        lastFour + 64L + (Length / 1000) >= Length && lastFour <= Length * MostExpansion ? lastFour : Length;

    private void KeepTail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 4)
        {
            lastFour = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
            return;
        }
        foreach (byte b in bytes) lastFour = (lastFour >> 8) | ((uint)b << 24);
    }

    private void DropHash()
    {
        digests?.Dispose();
        digests = null;
    }
}
