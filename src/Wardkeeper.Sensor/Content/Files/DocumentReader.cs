using System.Collections.Immutable;
using System.Text;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>
/// Looks through a document, as it passes, for the words that make it more than paper: PDF's names (ISO 32000-1, 7.5 and 12.6),
/// streams of OLE compound files (MS-CFB, names in UTF-16), RTF's control words. What a PDF packs into object streams is not unpacked.
/// </summary>
internal sealed class DocumentReader(DocumentReader.Kind kind) : IFileReader
{
    /// <summary>Words of PDF.</summary>
    public static readonly Kind Pdf = new("PDF", [("/JavaScript"u8.ToArray(), "javascript"), ("/OpenAction"u8.ToArray(), "opens-something"), ("/Launch"u8.ToArray(), "starts-programs"), ("/EmbeddedFile"u8.ToArray(), "files-inside"), ("/RichMedia"u8.ToArray(), "media-inside"), ("/Encrypt"u8.ToArray(), "encrypted")]);

    /// <summary>Names in compound files.</summary>
    public static readonly Kind Compound = new("OLE compound file", [(Wide("_VBA_PROJECT"), "macros"), (Wide("\u0001Ole10Native"), "files-inside"), (Wide("Equation Native"), "equation"), (Wide("EncryptedPackage"), "encrypted"), (Wide("\u0005DigitalSignature"), "signed")]);

    /// <summary>Words of RTF.</summary>
    public static readonly Kind Rtf = new("RTF", [("\\objdata"u8.ToArray(), "files-inside"), ("\\objupdate"u8.ToArray(), "opens-something")]);

    // A word is at most so long.
    private const int MostOfWord = 64;

    private readonly SortedSet<string> found = new(StringComparer.Ordinal);
    private readonly byte[] tail = new byte[2 * MostOfWord];
    private int tailLength;
    private bool hasLost;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (found.Count == kind.Words.Length) return;
        // Words that begin in what came before: its end and the beginning of this are looked at together.
        int joined = Math.Min(bytes.Length, MostOfWord);
        bytes[..joined].CopyTo(tail.AsSpan(tailLength));
        Look(tail.AsSpan(0, tailLength + joined));
        Look(bytes);
        // Overlapping copies are what the library's copy is made for.
        ReadOnlySpan<byte> end = bytes.Length >= MostOfWord ? bytes[^MostOfWord..] : tail.AsSpan(Math.Max(0, tailLength + joined - MostOfWord), Math.Min(MostOfWord, tailLength + joined));
        end.CopyTo(tail);
        tailLength = end.Length;
    }

    /// <inheritdoc/>
    public void Lose(long missing) => (hasLost, tailLength) = (true, 0);

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning) => new FileTraits { Format = kind.Name, Traits = [.. found], IsCut = hasLost };

    private void Look(ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] word, string trait) in kind.Words)
        {
            if (!found.Contains(trait) && bytes.IndexOf(word) >= 0) found.Add(trait);
        }
    }

    private static byte[] Wide(string word) => Encoding.Unicode.GetBytes(word);

    /// <summary>A kind of document.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Words">What is looked for, and what it means.</param>
    internal sealed record Kind(string Name, ImmutableArray<(byte[] Word, string Trait)> Words);
}
