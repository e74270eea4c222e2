using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Signatures;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Signatures;

/// <summary>Keeps the sources of rules: reads them at start and whenever a file changed, and hands what they hold to the sensors as one set.</summary>
internal sealed class SignatureStore(string path, LocalNetworks local, IAuditLog audit, HubGate gate, TimeProvider clock) : ISignatures, IDisposable
{
    /// <summary>Name of the folder in the data folder.</summary>
    public const string Folder = "rules";

    private const int MostSources = 100;
    private const long MostBytes = 128L << 20;
    private readonly GivenFiles folder = new(path, "rules");
    private readonly SemaphoreSlim door = new(1, 1);
    private volatile LoadedRules loaded = new(null, [], [], default);

    /// <summary>Tells of a set that takes the place of the one before; null when no rule is left.</summary>
    public event Action<RuleSet?>? Changed;

    /// <summary>Names of what sensors counted; tells which rules they ask no more.</summary>
    public Func<IEnumerable<string>> Counted { get; set; } = static () => [];

    /// <inheritdoc/>
    public long MaxSize => MostBytes;

    /// <inheritdoc/>
    public long MaxCapture => RuleTrials.MostBytes;

    /// <inheritdoc/>
    public CaptureTime LoadedAt => loaded.At;

    /// <summary>The set that runs; null when there is no rule.</summary>
    public RuleSet? Current => loaded.Set is { Count: > 0 } set ? set : null;

    /// <inheritdoc/>
    public IReadOnlyList<RuleSource> Sources() => loaded.Sources;

    /// <summary>Reads the folder for the first time.</summary>
    public Task OpenAsync(CancellationToken cancel)
    {
        folder.Tidy();
        return LookAsync(cancel);
    }

    /// <summary>Reads the folder again when anything in it is new, changed or gone.</summary>
    /// <returns>Whether anything differed.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel = default)
    {
        await door.WaitAsync(cancel);
        try
        {
            (string, long, DateTime)[] seen = [.. folder.Sources().Take(MostSources).Select(file => (file.Name, file.Length, file.LastWriteTimeUtc))];
            if (seen.AsSpan().SequenceEqual(loaded.Seen)) return false;
            await LoadAsync(cancel);
            return true;
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<RuleSource> AddAsync(Actor who, string name, Stream content, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        MayChange(who);
        string shown = GivenFiles.Shown(name), id = GivenFiles.IdOf(shown);
        string incoming = await folder.ReceiveAsync(content, MostBytes, cancel);
        try
        {
            (int count, int refused) = await Task.Run(() => RuleSources.Sound(incoming, id, local), cancel);
            await door.WaitAsync(cancel);
            try
            {
                RuleSource? before = loaded.Sources.FirstOrDefault(one => one.Id == id);
                if (before is null && loaded.Sources.Count >= MostSources) throw new RefusedException(Refusal.Invalid, "file", "rules-many-sources", $"There are {MostSources} files of rules already. Remove one first.");
                GivenFiles.About about = new(shown, who.Name, clock.Now().Nanoseconds, count, new Dictionary<string, int>(StringComparer.Ordinal) { ["refused"] = refused });
                await gate.RunAsync(
                    async (_, _) =>
                    {
                        await audit.AppendAsync(who, before is null ? "rules-added" : "rules-replaced", Subject(id), before is null ? null : Told(before.Name, before.Count, before.Refused), Told(shown, count, refused), null, cancel);
                        folder.Place(incoming, id, about);
                    },
                    cancel: cancel);
                await LoadAsync(cancel);
                return loaded.Sources.First(one => one.Id == id);
            }
            finally
            {
                door.Release();
            }
        }
        finally
        {
            // Gone when it was put in its place.
            File.Delete(incoming);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(Actor who, string id, string reason, CancellationToken cancel = default)
    {
        MayChange(who);
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why the source is removed.");
        await door.WaitAsync(cancel);
        try
        {
            // Only what is held is removed: the id never leads to another file.
            if (loaded.Sources.FirstOrDefault(one => one.Id == id) is not { } source) return false;
            await gate.RunAsync(
                async (_, _) =>
                {
                    await audit.AppendAsync(who, "rules-removed", Subject(id), Told(source.Name, source.Count, source.Refused), null, reason.Trim(), cancel);
                    folder.Remove(id);
                },
                cancel: cancel);
            await LoadAsync(cancel);
            return true;
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public Page<RuleLine> Rules(RuleFilter filter, SortOrder sort, PageRequest page)
    {
        ArgumentNullException.ThrowIfNull(filter);
        RuleLine[] all = [.. RuleSources.Lines(loaded.Set, Counted()).Where(line => RuleSources.Fits(line, filter))];
        return new Page<RuleLine>([.. RuleSources.Sorted(all, sort).Skip(page.Skip).Take(page.Take)], all.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, int>> Refused() =>
        [.. (loaded.Set?.Refusals ?? []).CountBy(one => one.Keyword).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<RuleTrial> TryAsync(Actor who, string rules, Stream capture, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        MayChange(who);
        RuleSet set = RuleTrials.Read(rules, local);
        string incoming = await folder.ReceiveAsync(capture, MaxCapture, cancel);
        try
        {
            return await Task.Run(() => RuleTrials.Run(set, incoming, local, clock, cancel), cancel);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => door.Dispose();

    private async Task LoadAsync(CancellationToken cancel)
    {
        FileInfo[] files = [.. folder.Sources().Take(MostSources)];
        LoadedRules now = await Task.Run(() => RuleSources.Load(files, folder, loaded.Set, local, clock.Now()), cancel);
        loaded = now;
        Changed?.Invoke(Current);
    }

    private static void MayChange(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Analyst, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "rules-forbidden", "Rules are changed by analysts and administrators.");
    }

    private static string Subject(string id) => "rules:" + id;

    private static string Told(string name, int count, int refused) => string.Create(CultureInfo.InvariantCulture, $"{name}: {count} rules, {refused} refused");
}
