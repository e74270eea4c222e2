using System.Collections.Immutable;
using System.Text.Json;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>
/// Which sources are still to be compared with stored traffic, and how far each is: one after the other, beside everything else. How far they
/// are is kept in a file, so that a restart goes on where it was and never looks through the same twice.
/// </summary>
/// <param name="file">Where it is kept.</param>
/// <param name="look">Looks through history.</param>
/// <param name="clock">Wall clock.</param>
internal sealed class LookBacks(string file, LookBack look, TimeProvider clock)
{
    /// <summary>Name of the file, in the folder of the sources; a name that is no source's.</summary>
    public const string FileName = ".looked-back";

    private readonly Lock gate = new();
    private readonly List<Wish> wishes = [];
    private ImmutableSortedDictionary<string, Kept>? kept;

    /// <summary>How far a source is.</summary>
    /// <param name="Length">Bytes of its file.</param>
    /// <param name="Written">When its file was written.</param>
    /// <param name="From">Begin, nanoseconds.</param>
    /// <param name="To">End, nanoseconds.</param>
    /// <param name="Done">Up to where it is done, nanoseconds.</param>
    /// <param name="Hits">What showed an indicator.</param>
    /// <param name="HoursUnread">Hours that could not be read.</param>
    private sealed record Kept(long Length, DateTime Written, long From, long To, long Done, long Hits, int HoursUnread)
    {
        public LookBackState State => new(new CaptureTime(From), new CaptureTime(To)) { Done = new CaptureTime(Done), Hits = Hits, HoursUnread = HoursUnread };
    }

    private sealed record Wish(string Id, long Length, DateTime Written, IndicatorSet Set);

    /// <summary>How far a source is; null when it has not begun.</summary>
    public LookBackState? Of(string id)
    {
        lock (gate) return Known.GetValueOrDefault(id)?.State;
    }

    /// <summary>A source came or changed: what it brought is to be looked for, unless that was done before the start.</summary>
    /// <param name="id">The source.</param>
    /// <param name="written">Its file.</param>
    /// <param name="whole">All that it lists.</param>
    /// <param name="fresh">What no source listed before, for as long.</param>
    public void Want(string id, FileInfo written, IndicatorSet whole, IndicatorSet fresh)
    {
        lock (gate)
        {
            wishes.RemoveAll(one => one.Id == id);
            bool isSame = Known.TryGetValue(id, out Kept? known) && known.Length == written.Length && known.Written == written.LastWriteTimeUtc;
            if (isSame && known!.State.IsDone) return;
            // What was begun before a restart goes on with all of it: what was new then is not known any more.
            if (!isSame) kept = Known.Remove(id);
            IndicatorSet wanted = isSame ? whole : fresh;
            if (wanted.Count > 0) wishes.Add(new Wish(id, written.Length, written.LastWriteTimeUtc, wanted));
        }
    }

    /// <summary>A source is gone.</summary>
    public void Forget(string id)
    {
        lock (gate)
        {
            wishes.RemoveAll(one => one.Id == id);
            if (!Known.ContainsKey(id)) return;
            kept = Known.Remove(id);
            Write();
        }
    }

    /// <summary>Does what is wished, until nothing is.</summary>
    /// <param name="cancel">Stops; the rest is done at the next start.</param>
    public async Task WorkAsync(CancellationToken cancel = default)
    {
        while (Next() is { } wish)
        {
            LookBackState? state = Of(wish.Id) ?? await look.SpanAsync(cancel);
            if (state is null) return;
            Keep(wish, state);
            await look.RunAsync(wish.Set, state, now => Keep(wish, now), clock, cancel);
            lock (gate) wishes.Remove(wish);
        }
    }

    private ImmutableSortedDictionary<string, Kept> Known => kept ??= Read();

    private Wish? Next()
    {
        lock (gate) return wishes.FirstOrDefault();
    }

    /// <summary>Keeps how far a wish is; false when it is no wish any more.</summary>
    private bool Keep(Wish wish, LookBackState state)
    {
        lock (gate)
        {
            if (!wishes.Contains(wish)) return false;
            kept = Known.SetItem(wish.Id, new Kept(wish.Length, wish.Written, state.From.Nanoseconds, state.To.Nanoseconds, state.Done.Nanoseconds, state.Hits, state.HoursUnread));
            Write();
            return true;
        }
    }

    private ImmutableSortedDictionary<string, Kept> Read()
    {
        try
        {
            if (File.Exists(file)) return ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, JsonSerializer.Deserialize<Dictionary<string, Kept>>(File.ReadAllBytes(file), JsonSerializerOptions.Web) ?? []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Looked through once more.
        }
        return ImmutableSortedDictionary.Create<string, Kept>(StringComparer.Ordinal);
    }

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, DataFolder.OnlyOwner);
        string fresh = file + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(Known, JsonSerializerOptions.Web));
        File.Move(fresh, file, overwrite: true);
    }
}
