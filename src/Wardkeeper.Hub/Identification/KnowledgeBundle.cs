using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Knowledge that somebody vouches for: a first line <c>wardkeeper-knowledge 1</c>, a line with the signer's public key (ECDSA P-256,
/// SubjectPublicKeyInfo), a line with the signature over all that follows (SHA-256, IEEE P1363), both in base64, then a file of entries.
/// Only bundles of trusted signers are taken, and none of which a byte was changed.
/// </summary>
public static class KnowledgeBundle
{
    private const int Lines = 3;
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes("wardkeeper-knowledge 1\n");

    /// <summary>Whether a file says that it is a bundle.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith(Mark.AsSpan(0, Mark.Length - 2));

    /// <summary>Makes a bundle.</summary>
    /// <param name="entries">A file of entries.</param>
    /// <param name="key">The signer's private key.</param>
    public static byte[] Seal(string entries, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(key);
        byte[] body = Encoding.UTF8.GetBytes(entries);
        string head = $"{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}\n{Convert.ToBase64String(key.SignData(body, HashAlgorithmName.SHA256))}\n";
        return [.. Mark, .. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Opens a bundle; no entries when anything is wrong with it.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Its name, for mistakes.</param>
    /// <param name="trusted">Public keys that are trusted, as the bundle's second line has them.</param>
    /// <param name="mistakes">Why it is refused; empty when it is not.</param>
    public static IReadOnlyList<KnowledgeEntry> Open(ReadOnlySpan<byte> file, string name, IReadOnlyList<string> trusted, out IReadOnlyList<string> mistakes) => Open(file, name, trusted, out mistakes, out _, out _);

    /// <summary>Opens a bundle and tells who vouches for it.</summary>
    internal static IReadOnlyList<KnowledgeEntry> Open(ReadOnlySpan<byte> file, string name, IReadOnlyList<string> trusted, out IReadOnlyList<string> mistakes, out KnowledgeSeal seal, out string? signer)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        (seal, signer) = (KnowledgeSeal.Broken, null);
        Span<Range> parts = stackalloc Range[Lines + 1];
        if (!file.StartsWith(Mark)) return Refuse($"{name}: is a bundle of another version", out mistakes);
        if (file.Split(parts) < Lines + 1) return Refuse($"{name}: is cut off before its entries", out mistakes);
        signer = Encoding.ASCII.GetString(file[parts[1]]);
        if (!trusted.Contains(signer, StringComparer.Ordinal))
        {
            seal = KnowledgeSeal.Stranger;
            return Refuse($"{name}: its signer is not trusted: {Short(signer)}", out mistakes);
        }
        ReadOnlySpan<byte> body = file[parts[Lines]];
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(signer), out _);
            if (!key.VerifyData(body, Convert.FromBase64String(Encoding.ASCII.GetString(file[parts[2]])), HashAlgorithmName.SHA256)) return Refuse($"{name}: the signature does not fit: it was changed after it was signed", out mistakes);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return Refuse($"{name}: key or signature cannot be read", out mistakes);
        }
        seal = KnowledgeSeal.Trusted;
        return KnowledgeFile.Read(Encoding.UTF8.GetString(body), name, out mistakes);
    }

    private static IReadOnlyList<KnowledgeEntry> Refuse(string reason, out IReadOnlyList<string> mistakes)
    {
        mistakes = [reason];
        return [];
    }

    private static string Short(string signer) => signer.Length > 24 ? signer[..24] + "…" : signer;

    /// <summary>The first lines and the rest.</summary>
    private static int Split(this ReadOnlySpan<byte> file, Span<Range> parts)
    {
        int at = 0;
        for (int line = 0; line < Lines; line++)
        {
            int length = file[at..].IndexOf((byte)'\n');
            if (length < 0) return line;
            parts[line] = at..(at + length);
            at += length + 1;
        }
        parts[Lines] = at..file.Length;
        return Lines + 1;
    }
}
