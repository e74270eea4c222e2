using System.Text;

namespace Wardkeeper.Hub.Identification;

/// <summary>Who vouches for a file of knowledge.</summary>
public enum KnowledgeSeal
{
    /// <summary>Nobody: it is a file of entries, not a bundle.</summary>
    None,

    /// <summary>A signer who is trusted here, and no byte was changed since.</summary>
    Trusted,

    /// <summary>A signer who is not trusted here.</summary>
    Stranger,

    /// <summary>A trusted signer is named, and the signature does not fit, or the bundle cannot be read.</summary>
    Broken,
}

/// <summary>A file of knowledge as it was read: what it says, who vouches for it, what is wrong with it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Entries">Its entries; none when anything is wrong with it.</param>
/// <param name="Seal">Who vouches for it.</param>
/// <param name="Signer">The signer's public key in base64; null for a file of entries.</param>
/// <param name="Mistakes">What is wrong with it, each with name and line; empty when it is sound.</param>
public sealed record KnowledgeSource(string Name, IReadOnlyList<KnowledgeEntry> Entries, KnowledgeSeal Seal, string? Signer, IReadOnlyList<string> Mistakes)
{
    /// <summary>Reads a file: a bundle (see <see cref="KnowledgeBundle"/>) or a file of entries.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Its name, for mistakes.</param>
    /// <param name="trusted">Keys whose bundles are taken; a bundle by another is refused.</param>
    public static KnowledgeSource Of(ReadOnlySpan<byte> file, string name, IReadOnlyList<string> trusted)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(trusted);
        if (!KnowledgeBundle.IsOne(file)) return new KnowledgeSource(name, Sound(KnowledgeFile.Read(Encoding.UTF8.GetString(file), name, out IReadOnlyList<string> wrong), wrong), KnowledgeSeal.None, null, wrong);
        IReadOnlyList<KnowledgeEntry> entries = KnowledgeBundle.Open(file, name, trusted, out IReadOnlyList<string> mistakes, out KnowledgeSeal seal, out string? signer);
        return new KnowledgeSource(name, Sound(entries, mistakes), seal, signer, mistakes);
    }

    private static IReadOnlyList<KnowledgeEntry> Sound(IReadOnlyList<KnowledgeEntry> entries, IReadOnlyList<string> mistakes) => mistakes.Count == 0 ? entries : [];
}
