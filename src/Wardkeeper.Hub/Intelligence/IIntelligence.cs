using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>Sources of intelligence of the live platform: what lies in the folder <c>intelligence</c> of the data folder. Whatever comes, changes or goes is used from the next batch on.</summary>
public interface IIntelligence
{
    /// <summary>Largest file that is taken, bytes.</summary>
    long MaxSize { get; }

    /// <summary>All sources, by their names; what has expired is counted as of now.</summary>
    IReadOnlyList<IntelligenceSource> Sources();

    /// <summary>Takes a file as a source, in the place of the one of the same name. Its sound entries are used, the others counted and the first of them named.</summary>
    /// <param name="who">An analyst or administrator.</param>
    /// <param name="name">The file's name, by which it is known from then on; <c>.lst</c> is a dataset of Suricata.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <exception cref="RefusedException">It is too large, empty, no file of indicators, or there are too many; or the person may not.</exception>
    Task<IntelligenceSource> AddAsync(Actor who, string name, Stream content, CancellationToken cancel = default);

    /// <summary>Removes a source with its file.</summary>
    /// <param name="who">An analyst or administrator.</param>
    /// <param name="id">Its id.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="RefusedException">The reason is missing, or the person may not.</exception>
    Task<bool> RemoveAsync(Actor who, string id, string reason, CancellationToken cancel = default);

    /// <summary>What the sources say of a value, those among them that have expired last. Of an address its networks count, of a domain its parents.</summary>
    /// <param name="text">An address, domain, URL, hash or fingerprint; also written harmless, as <c>evil[.]example</c>.</param>
    /// <exception cref="RefusedException">It is none of these.</exception>
    IReadOnlyList<KnownValue> Find(string text);
}

/// <summary>A source: a file of indicators and what came of reading it.</summary>
/// <param name="Id">Name of its file in the folder.</param>
/// <param name="Name">Name under which it was given.</param>
public sealed record IntelligenceSource(string Id, string Name)
{
    /// <summary>Its form: <c>stix</c>, <c>misp</c>, <c>suricata</c> or <c>list</c>; empty when it is none.</summary>
    public string Format { get; init; } = "";

    /// <summary>Who gave it; null when it was put into the folder by hand.</summary>
    public string? By { get; init; }

    /// <summary>When it was given, by the clock on the wall.</summary>
    public CaptureTime At { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <summary>Indicators that are used.</summary>
    public int Count { get; init; }

    /// <summary>The same by kind: <c>address</c>, <c>domain</c>, <c>url</c>, <c>filehash</c>, <c>ja3</c>, <c>ja4</c>, <c>certificate</c>, <c>filemd5</c>, <c>filesha1</c>.</summary>
    public IReadOnlyDictionary<string, int> Kinds { get; init; } = new Dictionary<string, int>();

    /// <summary>Since when the oldest is known; null when none says.</summary>
    public CaptureTime? Oldest { get; init; }

    /// <summary>Since when the newest is known; null when none says.</summary>
    public CaptureTime? Newest { get; init; }

    /// <summary>How many have expired.</summary>
    public int Expired { get; init; }

    /// <summary>Sound entries that are not used, by the reason: see <see cref="IndicatorContent.Passed"/>.</summary>
    public IReadOnlyDictionary<string, int> Passed { get; init; } = new Dictionary<string, int>();

    /// <summary>Entries that cannot be read.</summary>
    public int MistakeCount { get; init; }

    /// <summary>File, place, what is wrong; the first fifty.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];

    /// <summary>How far what it brought is compared with the traffic stored before; null while that has not begun.</summary>
    public LookBackState? LookBack { get; init; }

    /// <summary>Entries of the file that are not used, whatever the reason.</summary>
    public int Skipped => Passed.Values.Sum() + MistakeCount;
}

/// <summary>What a source says of a value.</summary>
/// <param name="Kind">What the value is.</param>
/// <param name="Value">The value as it is compared.</param>
/// <param name="File">Id of the source.</param>
/// <param name="Hit">What it says.</param>
/// <param name="IsExpired">Whether it holds no more.</param>
public sealed record KnownValue(IndicatorKind Kind, string Value, string File, IndicatorHit Hit, bool IsExpired);
