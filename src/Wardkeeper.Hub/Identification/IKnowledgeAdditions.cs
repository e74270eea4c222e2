using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// The site's additions to the knowledge base: files that are looked at, added and removed. Devices are identified anew by what is
/// in force then; what a person said of a device outranks every file. Each change is in the audit log.
/// </summary>
public interface IKnowledgeAdditions
{
    /// <summary>Largest file, bytes.</summary>
    long MaxSize { get; }

    /// <summary>The public keys whose bundles are taken.</summary>
    IReadOnlyList<string> Signers { get; }

    /// <summary>The files, by name.</summary>
    IReadOnlyList<KnowledgeAddition> Additions();

    /// <summary>Reads a file and compares it with what is known; nothing is stored.</summary>
    /// <param name="who">Who looks; departments limit what taught entries it is compared with.</param>
    /// <param name="name">The file's name: ends in <c>.tsv</c> or <c>.bundle</c>.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="RefusedException">The person may not, or it is too large or of another kind. What is wrong inside stands in the preview.</exception>
    Task<KnowledgePreview> PreviewAsync(Actor who, string name, ReadOnlyMemory<byte> file, CancellationToken cancel = default);

    /// <summary>Adds a file in the place of the one of the same name, and identifies all devices anew.</summary>
    /// <param name="who">Clinical engineer, analyst or administrator.</param>
    /// <param name="name">The file's name: ends in <c>.tsv</c> or <c>.bundle</c>.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="RefusedException">The person may not, or the file has mistakes: each is named with its line, and nothing is stored.</exception>
    Task<KnowledgeAddition> AddAsync(Actor who, string name, ReadOnlyMemory<byte> file, CancellationToken cancel = default);

    /// <summary>Removes a file, and identifies all devices anew.</summary>
    /// <param name="who">Clinical engineer, analyst or administrator.</param>
    /// <param name="id">Its id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="RefusedException">The person may not, or there is no reason.</exception>
    Task<bool> RemoveAsync(Actor who, string id, string reason, CancellationToken cancel = default);
}

/// <summary>A file of the site's.</summary>
/// <param name="Id">Its name in the folder.</param>
/// <param name="Name">The name it was given under.</param>
/// <param name="By">Who added it; null when it was laid into the folder.</param>
/// <param name="At">When, by the clock on the wall.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Entries">Entries that count.</param>
/// <param name="Seal">Who vouches for it.</param>
/// <param name="Signer">The signer's public key; null for a file of entries.</param>
/// <param name="Mistakes">Why it does not count; empty when it does.</param>
public sealed record KnowledgeAddition(string Id, string Name, string? By, CaptureTime At, long Size, int Entries, KnowledgeSeal Seal, string? Signer, IReadOnlyList<string> Mistakes);

/// <summary>What a file would add.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Seal">Who vouches for it.</param>
/// <param name="Signer">The signer's public key; null for a file of entries.</param>
/// <param name="Mistakes">Why it would be refused, each with name and line; empty when it would be added.</param>
/// <param name="New">Entries about what nothing is known of.</param>
/// <param name="Same">Entries that say what is known.</param>
/// <param name="Contradicting">Entries that say another value.</param>
/// <param name="Entries">The first of them, contradicting ones first.</param>
/// <param name="Replaces">The addition of the same name, whose place it takes; null when there is none.</param>
public sealed record KnowledgePreview(string Name, KnowledgeSeal Seal, string? Signer, IReadOnlyList<string> Mistakes, int New, int Same, int Contradicting, IReadOnlyList<ComparedEntry> Entries, KnowledgeAddition? Replaces)
{
    /// <summary>Entries that are shown at most.</summary>
    public const int Most = 100;
}

/// <summary>Identifies devices anew when the knowledge they were identified by has changed.</summary>
public interface IReidentification
{
    /// <summary>Decides every device again by the knowledge in force, some at a time, so that nobody waits long.</summary>
    /// <param name="cancel">Stops after those that are being decided.</param>
    /// <returns>How many devices were decided.</returns>
    Task<int> RunAsync(CancellationToken cancel = default);
}
