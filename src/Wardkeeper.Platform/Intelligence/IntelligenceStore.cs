using System.Collections.Immutable;
using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>Keeps the sources of intelligence: reads them at start and whenever a file changed, and hands what they hold to detection as one set.</summary>
internal sealed class IntelligenceStore(GivenFiles folder, DetectionPath detection, LookBacks looks, IAuditLog audit, HubGate gate, TimeProvider clock) : IIntelligence, IDisposable
{
    /// <summary>Name of the folder in the data folder.</summary>
    public const string Folder = "intelligence";

    /// <summary>Most indicators of all sources; of each about eighty bytes are held.</summary>
    private const int MostIndicators = 2_000_000;

    private const int MostSources = 200;
    private const long MostBytes = 64L << 20;
    private readonly SemaphoreSlim door = new(1, 1);
    private ImmutableSortedDictionary<string, Held> held = ImmutableSortedDictionary.Create<string, Held>(StringComparer.Ordinal);

    private sealed record Held(IntelligenceSource Source, IndicatorSet Set, long Length, DateTime Written);

    /// <summary>Indicators may name files by other sums than before.</summary>
    public event Action<FileSums>? SumsChanged;

    /// <summary>Sums of files that indicators name them by, beside SHA-256.</summary>
    public FileSums Sums => detection.Known.Indicators.Sums;

    /// <inheritdoc/>
    public long MaxSize => MostBytes;

    /// <inheritdoc/>
    public IReadOnlyList<IntelligenceSource> Sources()
    {
        CaptureTime now = clock.Now();
        return [.. held.Values.Select(one => Shown(one, now))];
    }

    /// <summary>Reads what is new or changed in the folder and lets go of what is gone.</summary>
    /// <returns>Whether anything differed.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel = default)
    {
        await door.WaitAsync(cancel);
        try
        {
            ImmutableSortedDictionary<string, Held> now = held.Clear();
            foreach (FileInfo file in folder.Sources().Take(MostSources))
            {
                bool isSame = held.TryGetValue(file.Name, out Held? known) && known.Length == file.Length && known.Written == file.LastWriteTimeUtc;
                now = now.Add(file.Name, isSame ? known! : Read(file, MostIndicators - now.Values.Sum(one => one.Set.Count)));
            }
            bool differs = now.Count != held.Count || now.Any(one => !ReferenceEquals(held.GetValueOrDefault(one.Key), one.Value));
            if (!differs) return false;
            foreach (string gone in held.Keys.Except(now.Keys)) looks.Forget(gone);
            IndicatorSet before = detection.Known.Indicators;
            foreach ((string id, Held one) in now.Where(one => !ReferenceEquals(held.GetValueOrDefault(one.Key), one.Value))) looks.Want(id, new FileInfo(folder.PathOf(id)), one.Set, one.Set.Except(before));
            Hold(now);
            return true;
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Reads the folder for the first time.</summary>
    public Task OpenAsync(CancellationToken cancel)
    {
        folder.Tidy();
        return LookAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<IntelligenceSource> AddAsync(Actor who, string name, Stream content, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        MayChange(who);
        string shown = GivenFiles.Shown(name), id = GivenFiles.IdOf(shown);
        string incoming = await folder.ReceiveAsync(content, MostBytes, cancel);
        try
        {
            IndicatorContent read = await Task.Run(() => IndicatorFile.Read(incoming, shown), cancel);
            Sound(read);
            IndicatorSet set = await Task.Run(() => IndicatorSet.Of(read.Indicators), cancel);
            await door.WaitAsync(cancel);
            try
            {
                Held? before = held.GetValueOrDefault(id);
                Fits(set.Count, id);
                IntelligenceSource source = Source(id, shown, read) with { By = who.Name, At = clock.Now() };
                GivenFiles.About about = new(shown, who.Name, source.At.Nanoseconds, source.Count, Skipped(source));
                await gate.RunAsync(
                    async (_, _) =>
                    {
                        await audit.AppendAsync(who, before is null ? "intelligence-added" : "intelligence-replaced", Subject(id), before is null ? null : Told(before.Source), Told(source), null, cancel);
                        folder.Place(incoming, id, about);
                    },
                    cancel: cancel);
                FileInfo file = new(folder.PathOf(id));
                looks.Want(id, file, set, set.Except(detection.Known.Indicators));
                Hold(held.SetItem(id, new Held(source with { Size = file.Length }, set, file.Length, file.LastWriteTimeUtc)));
                return Shown(held[id], clock.Now());
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
            if (!held.TryGetValue(id, out Held? one)) return false;
            await gate.RunAsync(
                async (_, _) =>
                {
                    await audit.AppendAsync(who, "intelligence-removed", Subject(id), Told(one.Source), null, reason.Trim(), cancel);
                    folder.Remove(id);
                },
                cancel: cancel);
            looks.Forget(id);
            Hold(held.Remove(id));
            return true;
        }
        finally
        {
            door.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<KnownValue> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > 4096 || Kinds(text) is not { Count: > 0 } kinds) throw new RefusedException(Refusal.Invalid, "value", "intel-value", "This is no address, domain, URL, hash, JA3 or JA4. Write it as 203.0.113.9, evil.example or https://evil.example/page.");
        CaptureTime now = clock.Now();
        List<KnownValue> found = [];
        foreach ((IndicatorKind kind, string value) in kinds)
        {
            foreach ((string id, Held one) in held)
            {
                // What has expired by now did hold once.
                IndicatorHit? hit = Find(one.Set, kind, value, now) ?? Find(one.Set, kind, value, default);
                if (hit is not null) found.Add(new KnownValue(kind, value, id, hit, hit.Until is { } until && until <= now));
            }
        }
        return [.. found.OrderBy(one => one.IsExpired)];
    }

    /// <inheritdoc/>
    public void Dispose() => door.Dispose();

    private static IndicatorHit? Find(IndicatorSet set, IndicatorKind kind, string value, CaptureTime at) =>
        kind != IndicatorKind.Address ? set.Find(kind, value, at) : IndicatorValue.TryNetwork(value, out Address address, out _) ? set.Find(address, at) : null;

    /// <summary>What a text may be: sixty-four digits are a file's sum or a certificate's, thirty-two a file's sum or a client's fingerprint.</summary>
    private static List<(IndicatorKind Kind, string Value)> Kinds(string text)
    {
        IndicatorKind[] kinds = IndicatorValue.KindOf(text) switch
        {
            IndicatorKind.FileHash => [IndicatorKind.FileHash, IndicatorKind.Certificate],
            IndicatorKind.FileMd5 => [IndicatorKind.FileMd5, IndicatorKind.Ja3],
            { } one => [one],
            null => [],
        };
        return [.. kinds.Select(kind => (kind, Value: IndicatorValue.Read(kind, text))).Where(one => one.Value is not null).Select(one => (one.kind, one.Value!))];
    }

    private void Hold(ImmutableSortedDictionary<string, Held> now)
    {
        held = now;
        detection.Know(IndicatorSet.Union([.. now.Values.Select(one => one.Set)]));
        SumsChanged?.Invoke(Sums);
    }

    private IntelligenceSource Shown(Held one, CaptureTime now) => one.Source with { Expired = one.Set.ExpiredAt(now), LookBack = looks.Of(one.Source.Id) };

    private Held Read(FileInfo file, int room)
    {
        GivenFiles.About? about = folder.Of(file.Name);
        string name = about?.Name ?? file.Name;
        IndicatorContent read;
        try
        {
            read = file.Length > MostBytes ? Unusable($"{name}: {folder.TooLarge(MostBytes).Message}") : IndicatorFile.Read(file.FullName, name);
            if (read.Indicators.Count > room) read = Unusable($"{name}: all sources together hold more than {MostIndicators} indicators; remove one.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            read = Unusable($"{name}: cannot be read: {e.Message}");
        }
        if (read.IsUseless) read = new IndicatorContent(read.Format, []) { Passed = read.Passed, Mistakes = read.Mistakes, MistakeCount = read.MistakeCount, IsUseless = true };
        IntelligenceSource source = Source(file.Name, name, read) with { By = about?.By, At = about is null ? Time(file.LastWriteTimeUtc) : new CaptureTime(about.At), Size = file.Length };
        return new Held(source, IndicatorSet.Of(read.Indicators), file.Length, file.LastWriteTimeUtc);
    }

    private static CaptureTime Time(DateTime utc) => CaptureTime.FromSeconds(new DateTimeOffset(utc, TimeSpan.Zero).ToUnixTimeSeconds());

    private static IndicatorContent Unusable(string why) => new("", []) { Mistakes = [why], MistakeCount = 1, IsUseless = true };

    private static IntelligenceSource Source(string id, string name, IndicatorContent read)
    {
        long[] known = [.. read.Indicators.Where(one => one.From is not null).Select(one => one.From!.Value.Nanoseconds)];
        return new IntelligenceSource(id, name)
        {
            Format = read.Format,
            Count = read.Indicators.Count,
            Kinds = read.Indicators.CountBy(one => one.Kind).OrderBy(one => one.Key).ToImmutableDictionary(one => one.Key.ToString().ToLowerInvariant(), one => one.Value),
            Oldest = known.Length == 0 ? null : new CaptureTime(known.Min()),
            Newest = known.Length == 0 ? null : new CaptureTime(known.Max()),
            Passed = read.Passed,
            Mistakes = read.Mistakes,
            MistakeCount = read.MistakeCount,
        };
    }

    private static Dictionary<string, int> Skipped(IntelligenceSource source)
    {
        Dictionary<string, int> skipped = new(source.Passed, StringComparer.Ordinal);
        if (source.MistakeCount > 0) skipped["unreadable"] = source.MistakeCount;
        return skipped;
    }

    private static void Sound(IndicatorContent read)
    {
        if (!read.IsUseless && read.Indicators.Count > 0) return;
        if (read.Mistakes.Count > 0) throw new RefusedException(Refusal.Invalid, [.. read.Mistakes.Take(5).Select(mistake => new Mistake("file", "intel-mistake", mistake))]);
        throw new RefusedException(Refusal.Invalid, "file", "intel-nothing", $"The file has no indicator that traffic can show; it holds {string.Join(", ", read.Passed.Select(one => $"{one.Key}: {one.Value}"))}. Export addresses, domains, URLs, hashes of files, JA3 or JA4.");
    }

    private void Fits(int count, string id)
    {
        long others = held.Where(one => one.Key != id).Sum(one => (long)one.Value.Set.Count);
        if (others + count > MostIndicators) throw new RefusedException(Refusal.Invalid, "file", "intel-too-many", $"All sources together would hold {others + count} indicators; at most {MostIndicators} are taken. Remove a source, or give a shorter list.");
        if (!held.ContainsKey(id) && held.Count >= MostSources) throw new RefusedException(Refusal.Invalid, "file", "intel-many-sources", $"There are {MostSources} sources already. Remove one first.");
    }

    private static void MayChange(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Analyst, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "intel-forbidden", "Sources of intelligence are changed by analysts and administrators.");
    }

    private static string Subject(string id) => "intelligence:" + id;

    private static string Told(IntelligenceSource source) => string.Create(CultureInfo.InvariantCulture, $"{source.Name}: {source.Count} indicators, {source.Skipped} skipped");
}
