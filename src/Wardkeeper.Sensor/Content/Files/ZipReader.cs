using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>
/// Lists a ZIP archive as it passes, from the headers before its members (APPNOTE 4.3.7), so without its end. Of each of the first
/// members a little is unpacked to tell its type; nothing else is held. A member whose length stands only behind it (4.4.4, bit 3)
/// is passed over up to the next header.
/// </summary>
internal sealed class ZipReader : IFileReader
{
    private const int HeaderLength = 30, MostOfName = 512, Peeked = 512, MostPeeks = 256, MostMembers = 100_000;
    private const uint Local = 0x04034B50, Central = 0x02014B50, Descriptor = 0x08074B50, Split = 0x08064B50;

    private readonly MemberTally members = new();
    private readonly byte[] held = new byte[MostOfName];
    private readonly byte[] peek = new byte[Peeked];
    private readonly SortedSet<string> names = new(StringComparer.Ordinal);
    private int count, peeked, nameLength, extraLength;
    private long remaining, unpacked, unpackedStated;
    private ushort method;
    private string name = "";
    private State state;
    private bool isCut, isOpen;
    private string? mimetype;

    private enum State : byte
    {
        Header,
        Name,
        Extra,
        Data,
        Scan,
        Over,
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && state != State.Over) bytes = bytes[Take(bytes)..];
    }

    /// <inheritdoc/>
    public void Lose(long missing)
    {
        isCut = true;
        if (state == State.Data && missing <= remaining)
        {
            remaining -= missing;
            peeked = Peeked; // What is peeked at must be a beginning.
            if (remaining == 0) EndMember();
            return;
        }
        (state, count) = (State.Scan, 0);
    }

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        isCut |= state != State.Over;
        if (isOpen) CloseMember();
        if (members.Count == 0 && names.Count == 0) return null;
        if (names.Contains("macros")) members.Traits.Add("macros");
        return members.Facts(Format(), unpacked, isCut);
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        switch (state)
        {
            case State.Header:
                int step = Gather(bytes, count < 4 ? 4 : HeaderLength);
                if (count == 4 && BinaryPrimitives.ReadUInt32LittleEndian(held) is not Local and var mark) (state, count) = (mark is Split or Descriptor ? State.Scan : State.Over, 0);
                else if (count == HeaderLength) ReadHeader();
                return step;
            case State.Name:
                return TakeName(bytes);
            case State.Extra:
                int skip = Math.Min(extraLength, bytes.Length);
                extraLength -= skip;
                if (extraLength == 0) BeginData();
                return skip;
            case State.Data:
                int data = (int)Math.Min(remaining, bytes.Length);
                Peek(bytes[..data]);
                remaining -= data;
                if (remaining == 0) EndMember();
                return data;
            default:
                return ScanFor(bytes);
        }
    }

    private int Gather(ReadOnlySpan<byte> bytes, int wanted)
    {
        int step = Math.Min(wanted - count, bytes.Length);
        bytes[..step].CopyTo(held.AsSpan(count));
        count += step;
        return step;
    }

    private void ReadHeader()
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(held.AsSpan(6));
        method = BinaryPrimitives.ReadUInt16LittleEndian(held.AsSpan(8));
        uint packed = BinaryPrimitives.ReadUInt32LittleEndian(held.AsSpan(18)), plain = BinaryPrimitives.ReadUInt32LittleEndian(held.AsSpan(22));
        nameLength = BinaryPrimitives.ReadUInt16LittleEndian(held.AsSpan(26));
        extraLength = BinaryPrimitives.ReadUInt16LittleEndian(held.AsSpan(28));
        if ((flags & 1) != 0) members.Traits.Add("encrypted");
        // A length of all ones stands in the extra field (ZIP64); like one that is told behind, it is not needed: the next header shows the end.
        remaining = (flags & 8) != 0 || packed == uint.MaxValue ? -1 : packed;
        unpackedStated = plain == uint.MaxValue ? 0 : plain;
        if ((flags & 1) != 0) method = ushort.MaxValue;
        (state, count, isOpen, peeked) = (State.Name, 0, true, 0);
        if (nameLength == 0) FinishName();
    }

    private int TakeName(ReadOnlySpan<byte> bytes)
    {
        int step = Math.Min(nameLength, bytes.Length), room = Math.Min(step, MostOfName - count);
        bytes[..room].CopyTo(held.AsSpan(count));
        count += room;
        nameLength -= step;
        if (nameLength == 0) FinishName();
        return step;
    }

    private void FinishName()
    {
        name = Encoding.UTF8.GetString(held.AsSpan(0, count)).Replace('\\', '/');
        count = 0;
        state = State.Extra;
        if (extraLength == 0) BeginData();
    }

    private void BeginData()
    {
        count = 0;
        state = remaining < 0 ? State.Scan : State.Data;
        if (remaining == 0) EndMember();
    }

    private void Peek(ReadOnlySpan<byte> bytes)
    {
        int room = Math.Min(Peeked - peeked, bytes.Length);
        if (room <= 0) return;
        bytes[..room].CopyTo(peek.AsSpan(peeked));
        peeked += room;
    }

    private void EndMember()
    {
        if (isOpen) CloseMember();
        (state, count, peeked) = (members.Count >= MostMembers ? State.Over : State.Header, 0, 0);
        if (state == State.Over) isCut = true;
    }

    private void CloseMember()
    {
        members.Add(name, TypeOfPeeked());
        unpacked += unpackedStated;
        Note();
        isOpen = false;
    }

    private string? TypeOfPeeked()
    {
        if (peeked == 0 || members.Count >= MostPeeks || name.EndsWith('/')) return null;
        ReadOnlySpan<byte> first = peek.AsSpan(0, peeked);
        if (method == 0)
        {
            if (name == "mimetype") mimetype = ShortMime(first);
            return ContentType.Of(first);
        }
        if (method != 8) return null;
        byte[] plain = new byte[Peeked];
        using MemoryStream from = new(peek, 0, peeked, writable: false);
        using DeflateStream inflate = new(from, CompressionMode.Decompress);
        return ContentType.Of(plain.AsSpan(0, ContentDecoder.Fill(inflate, plain)));
    }

    /// <summary>Remembers what makes the archive a document or a package.</summary>
    private void Note()
    {
        if (name.StartsWith("word/", StringComparison.Ordinal)) names.Add("word");
        else if (name.StartsWith("xl/", StringComparison.Ordinal)) names.Add("xl");
        else if (name.StartsWith("ppt/", StringComparison.Ordinal)) names.Add("ppt");
        if (name is "[Content_Types].xml" or "META-INF/MANIFEST.MF" or "AndroidManifest.xml" or "DICOMDIR") names.Add(name);
        if (name.EndsWith("/vbaProject.bin", StringComparison.Ordinal)) names.Add("macros");
        if (name.Contains("/embeddings/", StringComparison.Ordinal)) members.Traits.Add("files-inside");
    }

    private string Format()
    {
        if (mimetype is { } open && open.StartsWith("application/vnd.oasis.opendocument.", StringComparison.Ordinal)) return "OpenDocument " + open["application/vnd.oasis.opendocument.".Length..];
        if (names.Contains("[Content_Types].xml"))
        {
            if (names.Contains("word")) return "Word document";
            if (names.Contains("xl")) return "Excel workbook";
            if (names.Contains("ppt")) return "PowerPoint presentation";
        }
        if (names.Contains("AndroidManifest.xml")) return "Android package";
        if (names.Contains("META-INF/MANIFEST.MF")) return "Java archive";
        return names.Contains("DICOMDIR") ? "ZIP with DICOMDIR" : "ZIP";
    }

    private static string? ShortMime(ReadOnlySpan<byte> bytes) => bytes.Length <= 80 && bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 ? Encoding.ASCII.GetString(bytes) : null;

    /// <summary>Passes bytes up to the next header, which may begin in what came before.</summary>
    private int ScanFor(ReadOnlySpan<byte> bytes)
    {
        if (count == 0)
        {
            int at = bytes.IndexOf((byte)'P');
            Peek(bytes[..(at < 0 ? bytes.Length : at)]);
            if (at != 0) return at < 0 ? bytes.Length : at;
        }
        // One byte at a time only where a header may begin.
        held[count++] = bytes[0];
        if (!IsPrefix(held.AsSpan(0, count)))
        {
            // The byte that is wrong here may be the first of the next.
            int again = bytes[0] == 'P' ? 1 : 0;
            Peek(held.AsSpan(0, count - again));
            held[0] = (byte)'P';
            count = again;
            return 1;
        }
        if (count < 4) return 1;
        uint mark = BinaryPrimitives.ReadUInt32LittleEndian(held);
        if (mark == Local && count < HeaderLength) return 1;
        if (mark == Local && !IsPlausible(held))
        {
            Peek(held.AsSpan(0, count));
            count = 0;
            return 1;
        }
        if (isOpen) CloseMember();
        if (mark == Local) ReadHeader();
        else (state, count) = (mark == Central ? State.Over : State.Scan, 0);
        return 1;
    }

    private static bool IsPrefix(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0] == 'P',
        2 => bytes[1] == 'K',
        3 => bytes[2] is 1 or 3 or 7,
        4 => bytes[3] == bytes[2] + 1,
        _ => true,
    };

    /// <summary>Whether a header in the midst of packed bytes can be one: a version and a method that exist, and a name.</summary>
    private static bool IsPlausible(ReadOnlySpan<byte> header) =>
        header[4] is >= 10 and <= 63 && BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) is <= 20 or (>= 93 and <= 99) && BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) is > 0 and <= 4096;
}
