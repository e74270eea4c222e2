using System.Text;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>
/// Unpacks the header blocks of one direction (RFC 7541). Kept is the dynamic table, of 64 kB at most. What it unpacks are field lines as
/// HTTP/1.1 would write them, with the pseudo fields apart, so that both versions are read by the same code.
/// </summary>
internal sealed class Hpack
{
    private const int UsualSize = 4096, LargestSize = 64 * 1024, EntryOverhead = 32;

    /// <summary>Bytes of field lines that are kept of one block; the rest is unpacked for the table's sake only.</summary>
    private const int MostLines = 32 * 1024;

    /// <summary>Longest name or value; longer ones are no longer followed.</summary>
    private const int LongestText = 16 * 1024;

    private readonly List<(byte[] Name, byte[] Value)> table = [];
    private readonly byte[] nameBuffer = new byte[1024];
    private byte[] lines = new byte[1024];
    private byte[]? valueBuffer;
    private int count, size, limit = UsualSize;

    /// <summary>The field lines of the block that was read last, each with its end.</summary>
    public ReadOnlySpan<byte> Lines => lines.AsSpan(0, count);

    /// <summary><c>:method</c></summary>
    public byte[]? Method { get; private set; }

    /// <summary><c>:authority</c></summary>
    public byte[]? Authority { get; private set; }

    /// <summary><c>:path</c></summary>
    public byte[]? Path { get; private set; }

    /// <summary><c>:status</c></summary>
    public int Status { get; private set; }

    /// <summary><c>grpc-status</c>, or -1.</summary>
    public int GrpcStatus { get; private set; }

    /// <summary>Reads a whole block. False when it is none; then nothing that follows on this side can be read.</summary>
    public bool TryRead(ReadOnlySpan<byte> block)
    {
        (count, Method, Authority, Path, Status, GrpcStatus) = (0, null, null, null, 0, -1);
        SpanReader reader = new(block);
        while (reader.Remaining > 0)
        {
            byte first = reader.U8();
            if ((first & 0x80) != 0)
            {
                if (!TryInteger(ref reader, first, 7, out int index) || !TryEntry(index, out ReadOnlySpan<byte> known, out ReadOnlySpan<byte> said)) return false;
                Field(known, said);
                continue;
            }
            if ((first & 0xE0) == 0x20)
            {
                if (!TryInteger(ref reader, first, 5, out int newLimit) || newLimit > LargestSize) return false;
                limit = newLimit;
                Evict(0);
                continue;
            }
            bool isKept = (first & 0x40) != 0;
            if (!TryInteger(ref reader, first, isKept ? 6 : 4, out int name)) return false;
            ReadOnlySpan<byte> named, value;
            if (name == 0)
            {
                if (!TryText(ref reader, nameBuffer, out named)) return false;
            }
            else if (!TryEntry(name, out named, out _))
            {
                return false;
            }
            if (!TryText(ref reader, valueBuffer ??= new byte[LongestText], out value)) return false;
            // The table's own bytes may be dropped by what is added.
            if (isKept) Keep(named, value);
            else Field(named, value);
        }
        return !reader.Failed;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        table.Clear();
        (count, size, limit) = (0, 0, UsualSize);
        Method = Authority = Path = null;
        valueBuffer = null;
    }

    /// <summary>An integer whose first bits are in the byte that was read. RFC 7541 5.1.</summary>
    private static bool TryInteger(scoped ref SpanReader reader, byte first, int bits, out int value)
    {
        int most = (1 << bits) - 1;
        value = first & most;
        if (value < most) return true;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            byte part = reader.U8();
            value += (part & 0x7F) << shift;
            if ((part & 0x80) == 0) return !reader.Failed;
        }
        return false;
    }

    private static bool TryText(scoped ref SpanReader reader, Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        byte first = reader.U8();
        if (!TryInteger(ref reader, first, 7, out int length)) return false;
        ReadOnlySpan<byte> bytes = reader.Take(length);
        if (reader.Failed) return false;
        if ((first & 0x80) == 0)
        {
            text = bytes;
            return bytes.Length <= LongestText;
        }
        if (!HpackHuffman.TryDecode(bytes, buffer, out int unpacked)) return false;
        text = buffer[..unpacked];
        return true;
    }

    private bool TryEntry(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (index == 0) return false;
        if (index <= HpackTable.Static.Length)
        {
            name = HpackTable.Static[index - 1].Name;
            value = HpackTable.Static[index - 1].Value;
            return true;
        }
        index = table.Count - (index - HpackTable.Static.Length);
        if (index < 0) return false;
        name = table[index].Name;
        value = table[index].Value;
        return true;
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int cost = name.Length + value.Length + EntryOverhead;
        (byte[] Name, byte[] Value) entry = ([.. name], [.. value]);
        Evict(cost);
        if (cost <= limit)
        {
            table.Add(entry);
            size += cost;
        }
        Field(entry.Name, entry.Value);
    }

    private void Evict(int room)
    {
        int gone = 0;
        while (gone < table.Count && size + room > limit)
        {
            size -= table[gone].Name.Length + table[gone].Value.Length + EntryOverhead;
            gone++;
        }
        table.RemoveRange(0, gone);
    }

    private void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty) return;
        if (name[0] == ':')
        {
            if (name.SequenceEqual(":method"u8)) Method = [.. value];
            else if (name.SequenceEqual(":authority"u8)) Authority = [.. value];
            else if (name.SequenceEqual(":path"u8)) Path = [.. value];
            else if (name.SequenceEqual(":status"u8)) Status = Number(value);
            return;
        }
        if (name.SequenceEqual("grpc-status"u8)) GrpcStatus = Number(value);
        int length = name.Length + value.Length + 4;
        if (count + length > MostLines) return;
        if (lines.Length - count < length) Array.Resize(ref lines, Math.Max(lines.Length * 2, count + length));
        Span<byte> into = lines.AsSpan(count);
        Copy(name, into);
        ": "u8.CopyTo(into[name.Length..]);
        Copy(value, into[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(into[(length - 2)..]);
        count += length;
    }

    /// <summary>A line break inside a name or value would make two fields of one.</summary>
    private static void Copy(ReadOnlySpan<byte> text, Span<byte> into)
    {
        text.CopyTo(into);
        into[..text.Length].Replace((byte)'\r', (byte)' ');
        into[..text.Length].Replace((byte)'\n', (byte)' ');
    }

    private static int Number(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and < 4 && System.Buffers.Text.Utf8Parser.TryParse(text, out int value, out int used) && used == text.Length ? value : -1;
}

/// <summary>The static table (RFC 7541, appendix A).</summary>
internal static class HpackTable
{
    private const string Names = ":authority\0:method\tGET\0:method\tPOST\0:path\t/\0:path\t/index.html\0:scheme\thttp\0:scheme\thttps\0:status\t200\0:status\t204\0:status\t206\0"
        + ":status\t304\0:status\t400\0:status\t404\0:status\t500\0accept-charset\0accept-encoding\tgzip, deflate\0accept-language\0accept-ranges\0accept\0access-control-allow-origin\0"
        + "age\0allow\0authorization\0cache-control\0content-disposition\0content-encoding\0content-language\0content-length\0content-location\0content-range\0content-type\0cookie\0"
        + "date\0etag\0expect\0expires\0from\0host\0if-match\0if-modified-since\0if-none-match\0if-range\0if-unmodified-since\0last-modified\0link\0location\0max-forwards\0"
        + "proxy-authenticate\0proxy-authorization\0range\0referer\0refresh\0retry-after\0server\0set-cookie\0strict-transport-security\0transfer-encoding\0user-agent\0vary\0via\0www-authenticate";

    /// <summary>Entries from index 1 on.</summary>
    public static readonly (byte[] Name, byte[] Value)[] Static = [.. Names.Split('\0').Select(static entry => entry.Split('\t')).Select(static parts => (Encoding.ASCII.GetBytes(parts[0]), parts.Length > 1 ? Encoding.ASCII.GetBytes(parts[1]) : []))];
}
