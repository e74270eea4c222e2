using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Identification;

/// <summary>Keeps the site's additions in the folder of the data folder, and what they make of the knowledge base in force.</summary>
internal sealed class KnowledgeAdditions(string path, ITaughtQueries taught, IReidentification again, IAuditLog audit, HubGate gate, TimeProvider clock) : IKnowledgeAdditions, IDisposable
{
    private const int MostFiles = 100;
    private readonly GivenFiles folder = new(path, "knowledge");
    private readonly SemaphoreSlim door = new(1, 1);
    private volatile IReadOnlyList<KnowledgeAddition> additions = [];

    /// <inheritdoc/>
    public long MaxSize => KnowledgeFile.MaxBytes;

    /// <inheritdoc/>
    public IReadOnlyList<string> Signers => KnowledgeFolder.Signers(path);

    /// <summary>Reads the folder and puts what it makes in force.</summary>
    /// <returns>What is wrong with files; those are left out as a whole.</returns>
    public IReadOnlyList<string> Open()
    {
        folder.Tidy();
        return Load();
    }

    /// <inheritdoc/>
    public IReadOnlyList<KnowledgeAddition> Additions() => additions;

    /// <inheritdoc/>
    public async Task<KnowledgePreview> PreviewAsync(Actor who, string name, ReadOnlyMemory<byte> file, CancellationToken cancel = default)
    {
        MayChange(who);
        KnowledgeSource source = Read(name, file, out string id);
        IReadOnlyList<KnowledgeEntry> said = await taught.TaughtAsync(who.Departments, cancel);
        IReadOnlyList<ComparedEntry> compared = KnowledgeComparison.Of(source.Entries, KnowledgeBase.InForce.Entries.Concat(said));
        int Count(KnowledgeNews news) => compared.Count(one => one.News == news);
        ComparedEntry[] first = [.. compared.OrderBy(one => one.News switch { KnowledgeNews.Contradicting => 0, KnowledgeNews.New => 1, _ => 2 }).Take(KnowledgePreview.Most)];
        return new KnowledgePreview(GivenFiles.Shown(name), source.Seal, source.Signer, source.Mistakes, Count(KnowledgeNews.New), Count(KnowledgeNews.Same), Count(KnowledgeNews.Contradicting), first, additions.FirstOrDefault(one => one.Id == id));
    }

    /// <inheritdoc/>
    public async Task<KnowledgeAddition> AddAsync(Actor who, string name, ReadOnlyMemory<byte> file, CancellationToken cancel = default)
    {
        MayChange(who);
        KnowledgeSource source = Read(name, file, out string id);
        if (source.Mistakes.Count > 0) throw new RefusedException(Refusal.Invalid, [.. source.Mistakes.Select(one => new Mistake("file", source.Seal is KnowledgeSeal.Stranger ? "knowledge-stranger" : source.Seal is KnowledgeSeal.Broken ? "knowledge-broken" : "knowledge-mistake", one))]);
        await door.WaitAsync(cancel);
        try
        {
            KnowledgeAddition? before = additions.FirstOrDefault(one => one.Id == id);
            if (before is null && additions.Count >= MostFiles) throw new RefusedException(Refusal.Invalid, "file", "knowledge-many-files", $"There are {MostFiles} additions already. Remove one first.");
            using MemoryStream content = new(file.ToArray(), writable: false);
            string incoming = await folder.ReceiveAsync(content, MaxSize, cancel);
            try
            {
                GivenFiles.About about = new(GivenFiles.Shown(name), who.Name, clock.Now().Nanoseconds, source.Entries.Count, new Dictionary<string, int>());
                await gate.RunAsync(
                    async (_, _) =>
                    {
                        await audit.AppendAsync(who, before is null ? "knowledge-added" : "knowledge-replaced", Subject(id), before is null ? null : Told(before.Name, before.Entries, before.Seal), Told(about.Name, source.Entries.Count, source.Seal), null, cancel);
                        folder.Place(incoming, id, about);
                    },
                    cancel: cancel);
            }
            finally
            {
                // Gone when it was put in its place.
                File.Delete(incoming);
            }
            Load();
            await again.RunAsync(cancel);
            return additions.First(one => one.Id == id);
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(Actor who, string id, string reason, CancellationToken cancel = default)
    {
        MayChange(who);
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why the addition is removed.");
        await door.WaitAsync(cancel);
        try
        {
            // Only what is held is removed: the id never leads to another file.
            if (additions.FirstOrDefault(one => one.Id == id) is not { } addition) return false;
            await gate.RunAsync(
                async (_, _) =>
                {
                    await audit.AppendAsync(who, "knowledge-removed", Subject(id), Told(addition.Name, addition.Entries, addition.Seal), null, reason.Trim(), cancel);
                    folder.Remove(id);
                },
                cancel: cancel);
            Load();
            await again.RunAsync(cancel);
            return true;
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => door.Dispose();

    private IReadOnlyList<string> Load()
    {
        IReadOnlyList<KnowledgeSource> sources = KnowledgeFolder.Sources(path);
        KnowledgeBase.InForce = KnowledgeFolder.BaseOf(sources);
        additions = [.. sources.Select(AdditionOf)];
        return [.. sources.SelectMany(source => source.Mistakes)];
    }

    private KnowledgeAddition AdditionOf(KnowledgeSource source)
    {
        FileInfo file = new(folder.PathOf(source.Name));
        GivenFiles.About? about = folder.Of(source.Name);
        CaptureTime at = about is null ? CaptureTime.FromSeconds(new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero).ToUnixTimeSeconds()) : new CaptureTime(about.At);
        return new KnowledgeAddition(source.Name, about?.Name ?? source.Name, about?.By, at, file.Exists ? file.Length : 0, source.Entries.Count, source.Seal, source.Signer, source.Mistakes);
    }

    /// <summary>Reads what was sent under the name that it would be kept under.</summary>
    private KnowledgeSource Read(string name, ReadOnlyMemory<byte> file, out string id)
    {
        id = GivenFiles.IdOf(GivenFiles.Shown(name ?? ""));
        if (!KnowledgeFolder.IsRead(id)) throw new RefusedException(Refusal.Invalid, "file", "knowledge-kind", "A file of knowledge ends in .tsv, a signed bundle in .bundle.");
        if (file.Length > MaxSize) throw folder.TooLarge(MaxSize);
        if (file.Length == 0) throw new RefusedException(Refusal.Invalid, "file", "knowledge-empty", "The file is empty. Choose another.");
        return KnowledgeSource.Of(file.Span, id, Signers);
    }

    private static void MayChange(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "knowledge-forbidden", "Knowledge is added by clinical engineers, analysts and administrators.");
    }

    private static string Subject(string id) => "knowledge:" + id;

    private static string Told(string name, int entries, KnowledgeSeal seal) => string.Create(CultureInfo.InvariantCulture, $"{name}: {entries} entries, {(seal == KnowledgeSeal.Trusted ? "signed" : "not signed")}");
}
