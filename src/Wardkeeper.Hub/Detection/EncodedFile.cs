using System.Buffers.Text;

namespace Wardkeeper.Hub.Detection;

/// <summary>Beginnings of files that are written in letters, as they stand in names when data is carried out in them.</summary>
internal static class EncodedFile
{
    /// <summary>A label is long enough to carry something from here on, in characters.</summary>
    private const int Fewest = 20, Head = 8;

    /// <summary>How packed files and programs begin (RFC 1952, 2.3.1, with the only method there is; APPNOTE.TXT 4.3.7; 7zFormat.txt; RAR 5.0; ISO 32000-1, 7.5.2; ELF; PE with the usual stub).</summary>
    private static readonly (string Kind, byte[] Begins)[] Kinds =
    [
        ("gzip", [0x1F, 0x8B, 8]), ("zip", [(byte)'P', (byte)'K', 3, 4]), ("7z", [(byte)'7', (byte)'z', 0xBC, 0xAF]), ("rar", [(byte)'R', (byte)'a', (byte)'r', (byte)'!']), ("pdf", [(byte)'%', (byte)'P', (byte)'D', (byte)'F']), ("elf", [0x7F, (byte)'E', (byte)'L', (byte)'F']), ("exe", [(byte)'M', (byte)'Z', 0x90, 0]),
    ];

    /// <summary>The kind of file that begins in one of a name's labels; null when none does.</summary>
    /// <param name="name">A name, spelled as it was asked for: letters of base 64 mean other things when they are small.</param>
    public static string? Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (Range label in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> text = name.AsSpan(label);
            if (text.Length < Fewest) continue;
            foreach ((string kind, byte[] begins) in Kinds)
            {
                if (Begins(text[..Head], begins)) return kind;
            }
        }
        return null;
    }

    private static bool Begins(ReadOnlySpan<char> head, ReadOnlySpan<byte> with)
    {
        Span<byte> bytes = stackalloc byte[Head], letters = stackalloc byte[Head];
        if (Convert.FromHexString(head, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && bytes[..written].StartsWith(with)) return true;
        for (int i = 0; i < Head; i++) letters[i] = head[i] < 128 ? (byte)head[i] : (byte)'.';
        return Base64Url.DecodeFromUtf8(letters, bytes, out _, out written, isFinalBlock: false) == System.Buffers.OperationStatus.Done && bytes[..written].StartsWith(with)
            || Base64.DecodeFromUtf8(letters, bytes, out _, out written, isFinalBlock: false) == System.Buffers.OperationStatus.Done && bytes[..written].StartsWith(with);
    }
}
