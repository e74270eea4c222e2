using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Wardkeeper.Sensor.Content.Files;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// One body that a protocol hands on: begun with its coding, pushed as its bytes come, ended once. It keeps a bounded beginning, from
/// which the type, an HTML title and a UPnP device description are read when the body ends, and counts the rest without touching
/// it. Only types that carry code or pack files are hashed, and only when whole and not packed in transit: hashing every body would
/// cost more than everything else together. DICOM files are read as they pass, also those in parts of a body. A body that its head
/// calls clinical is kept further, for a reader that its owner brings. Programs, archives and documents are read as they pass, see
/// <see cref="FileReaders"/>; of a packed one its unpacked beginning; of another multipart body only the type of its first part is told. An owner reuses one instance for
/// all its bodies; memory is rented while a body is open.
/// </summary>
internal sealed class Body
{
    /// <summary>Bytes kept of a body whose type alone is of interest.</summary>
    public const int ShortBeginning = 4 * 1024;

    /// <summary>Bytes kept of a page, a document or a packed body, and most that is unpacked of it.</summary>
    public const int LongBeginning = 16 * 1024;

    /// <summary>Bytes kept of a body that a clinical reader wants, and most that is unpacked of it.</summary>
    public const int ClinicalBeginning = 256 * 1024;

    private const int MostExpansion = 1032;

    private byte[]? beginning;
    private int kept;
    private int limit;
    private uint lastFour;
    private ContentCoding coding;
    private bool isOpen;
    private bool isWhole;
    private bool isDecided;
    private IncrementalHash? hash;
    private DicomBody? dicom;
    private bool hasDicom;
    private JsonMatches? matches;
    private IFileReader? file;

    /// <summary>Bytes of the body so far as they travelled, lost ones included.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a body.</summary>
    /// <param name="packedAs">How it is packed.</param>
    /// <param name="keepsMore">Whether the longer beginning is worth keeping (a page or a document).</param>
    /// <param name="isClinical">Whether it is stated to be clinical.</param>
    /// <param name="countsMatches">Whether it is the answer to a search, of which the number of matches is wanted.</param>
    public void Begin(ContentCoding packedAs, bool keepsMore, bool isClinical = false, bool countsMatches = false)
    {
        Abandon();
        matches = countsMatches && packedAs == ContentCoding.Identity ? new JsonMatches() : null;
        coding = packedAs;
        limit = isClinical ? ClinicalBeginning : keepsMore || packedAs != ContentCoding.Identity ? LongBeginning : ShortBeginning;
        isOpen = isWhole = true;
    }

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (!isOpen || bytes.IsEmpty) return;
        Length += bytes.Length;
        if (coding == ContentCoding.Gzip) KeepTail(bytes);
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
        hash?.AppendData(bytes);
        file?.Push(bytes);
        if (hasDicom) dicom!.Push(bytes);
    }

    /// <summary>Bytes of the body that were lost: from here on it is only counted.</summary>
    public void Lose(long missing)
    {
        if (!isOpen) return;
        Length += missing;
        isWhole = false;
        if (!isDecided) Decide();
        file?.Lose(missing);
        if (hasDicom) dicom!.Lose(missing);
        DropHash();
    }

    /// <summary>Ends the body and says what it was.</summary>
    /// <param name="isComplete">Whether its true end was seen.</param>
    /// <param name="charset">Character set that the protocol stated, or null.</param>
    /// <param name="reader">Reads the beginning, or null.</param>
    public BodyFacts End(bool isComplete, string? charset = null, IBodyReader? reader = null)
    {
        if (!isOpen) return default;
        if (!isDecided) Decide();
        BodyFacts facts = new() { Length = Length, TransferLength = Length, IsWhole = isComplete && isWhole };
        if (kept > 0) facts = Read(facts, charset, reader);
        if (facts.IsWhole && hash is not null) facts = facts with { Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
        if (hasDicom) facts = facts with { Dicom = dicom!.End(isBeginning: coding != ContentCoding.Identity) };
        if (file?.End() is { } traits) facts = facts with { File = traits with { IsCut = traits.IsCut || !facts.IsWhole || coding != ContentCoding.Identity } };
        if (matches is not null) facts = facts with { Matches = matches };
        if (facts.IsWhole && coding == ContentCoding.Gzip) facts = facts with { Length = UnpackedLength() };
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
        Length = 0;
        isOpen = isWhole = isDecided = hasDicom = false;
        matches = null;
        file = null;
    }

    private BodyFacts Read(BodyFacts facts, string? charset, IBodyReader? reader)
    {
        if (coding == ContentCoding.Identity) return Look(facts, beginning.AsSpan(0, kept), charset, facts.IsWhole && kept == Length, reader);
        byte[] unpacked = ArrayPool<byte>.Shared.Rent(limit);
        int count = ContentDecoder.Decode(coding, beginning!, kept, unpacked.AsSpan(0, limit));
        facts = Look(facts, unpacked.AsSpan(0, count), charset, facts.IsWhole && kept == Length && count < limit, reader);
        BeginDicom(unpacked.AsSpan(0, count));
        BeginFile(unpacked.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(unpacked);
        return facts;
    }

    private static BodyFacts Look(BodyFacts facts, ReadOnlySpan<byte> bytes, string? charset, bool isAll, IBodyReader? reader)
    {
        reader?.Read(bytes, isAll);
        string? type = ContentType.Of(ContentType.SkipPartHead(bytes));
        return facts with
        {
            Type = type,
            Title = type == ContentType.Html ? HtmlTitle.Of(bytes, charset) : null,
            Device = type == ContentType.Xml ? DeviceDescription.Of(bytes) : null,
        };
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
        if (coding == ContentCoding.Identity && kept > 0)
        {
            BeginDicom(beginning.AsSpan(0, kept));
            BeginFile(beginning.AsSpan(0, kept));
        }
        if (coding != ContentCoding.Identity || kept == 0 || !ContentType.IsWorthHashing(ContentType.Of(beginning.AsSpan(0, kept)))) return;
        hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(beginning.AsSpan(0, kept));
    }

    /// <summary>Begins to read DICOM files if there are any; of a packed body only what its unpacked beginning holds.</summary>
    private void BeginDicom(ReadOnlySpan<byte> first)
    {
        if (hasDicom || ContentType.Of(ContentType.SkipPartHead(first)) != ContentType.Dicom) return;
        dicom ??= new DicomBody();
        hasDicom = dicom.TryBegin(first);
        if (hasDicom) dicom.Push(first);
    }

    private void BeginFile(ReadOnlySpan<byte> first)
    {
        file = FileReaders.For(ContentType.Of(first));
        file?.Push(first);
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
        hash?.Dispose();
        hash = null;
    }
}

/// <summary>Reads the beginning of a body for its owner.</summary>
internal interface IBodyReader
{
    /// <summary>Takes the bytes that were kept, unpacked; they are valid during the call only.</summary>
    /// <param name="bytes">The beginning.</param>
    /// <param name="isAll">Whether that is the whole body.</param>
    void Read(ReadOnlySpan<byte> bytes, bool isAll);
}

/// <summary>What was found out about a body.</summary>
internal readonly record struct BodyFacts
{
    /// <summary>Bytes of its content; unpacked if it was packed as gzip and came whole, else as it travelled.</summary>
    public long Length { get; init; }

    /// <summary>Bytes as they travelled, lost ones included.</summary>
    public long TransferLength { get; init; }

    /// <summary>Whether every byte from beginning to end was seen.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Media type by content, or null.</summary>
    public string? Type { get; init; }

    /// <summary>SHA-256 of the whole body in lower-case hex, for types worth hashing.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Title of an HTML page, or null.</summary>
    public string? Title { get; init; }

    /// <summary>What DICOM files in it say, or null.</summary>
    public DicomContent? Dicom { get; init; }

    /// <summary>What a program, an archive or a document says of itself, or null.</summary>
    public FileTraits? File { get; init; }

    /// <summary>What a search found, when that was wanted.</summary>
    public JsonMatches? Matches { get; init; }

    /// <summary>UPnP device description, or null.</summary>
    public DeviceDescription? Device { get; init; }
}
