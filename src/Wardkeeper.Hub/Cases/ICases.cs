using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Cases;

/// <summary>Where the analysis of an uploaded capture stands.</summary>
public enum CaseState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Is read.</summary>
    Analysing,

    /// <summary>Can be looked at.</summary>
    Done,

    /// <summary>Is no capture, or could not be read.</summary>
    Failed,

    /// <summary>A person stopped it.</summary>
    Cancelled,
}

/// <summary>An uploaded capture.</summary>
public sealed record CaseLine
{
    /// <summary>Its number; shown as <c>C-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>Name of the file as it was uploaded, without its path.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the file, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Who uploaded it.</summary>
    public required string By { get; init; }

    /// <summary>When, by the clock on the wall.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>Where its analysis stands.</summary>
    public required CaseState State { get; init; }

    /// <summary>Share read, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>Packets.</summary>
    public long Packets { get; init; }

    /// <summary>Time of the first packet; null when there is none.</summary>
    public CaptureTime? First { get; init; }

    /// <summary>Time of the last packet.</summary>
    public CaptureTime? Last { get; init; }

    /// <summary>Devices found.</summary>
    public long Devices { get; init; }

    /// <summary>Findings raised.</summary>
    public long Findings { get; init; }

    /// <summary>What could not be read, each with its place.</summary>
    public IReadOnlyList<CaseProblem> Problems { get; init; } = [];

    /// <summary>Why the file itself is kept; null when it was deleted after its analysis, as is the rule.</summary>
    public string? KeptBecause { get; init; }

    /// <summary>Until when the file is kept.</summary>
    public CaptureTime? KeptUntil { get; init; }
}

/// <summary>Something in a capture that could not be read.</summary>
/// <param name="Kind">What, in kebab case.</param>
/// <param name="Packet">Number of the packet, 0 for the file as a whole.</param>
/// <param name="ByteOffset">Place in the file.</param>
/// <param name="Detail">More.</param>
public sealed record CaseProblem(string Kind, long Packet, long ByteOffset, string Detail);

/// <summary>Uploaded captures: each is analysed in a workspace of its own and never touches the live ledger.</summary>
public interface ICases
{
    /// <summary>Largest upload, in bytes.</summary>
    long MaxSize { get; }

    /// <summary>Takes an upload and queues its analysis. The answer comes when the file is safe on disk.</summary>
    /// <exception cref="CaseRefusedException">Too large, no room, or no capture by its first bytes.</exception>
    Task<CaseLine> UploadAsync(Actor who, string name, Stream content, string? keepBecause, CaptureTime? keepUntil, CancellationToken cancel = default);

    /// <summary>A page of cases, latest first.</summary>
    Task<Page<CaseLine>> ListAsync(PageRequest page, CancellationToken cancel = default);

    /// <summary>One case, or null.</summary>
    Task<CaseLine?> GetAsync(long number, CancellationToken cancel = default);

    /// <summary>Stops the analysis; what was read stays to be looked at.</summary>
    Task<bool> CancelAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Deletes a case with all it holds.</summary>
    Task<bool> DeleteAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Takes a device of a case into the live ledger, with its claims as claims of that capture; audited. Answers its number there.</summary>
    Task<long?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel = default);
}

/// <summary>An upload that is not taken.</summary>
/// <param name="code">Why, in kebab case: too-large, no-room, not-a-capture, empty.</param>
/// <param name="detail">How much, or where.</param>
public sealed class CaseRefusedException(string code, string detail = "") : Exception($"{code} {detail}".Trim())
{
    /// <summary>Why.</summary>
    public string Code { get; } = code;

    /// <summary>How much, or where.</summary>
    public string Detail { get; } = detail;
}
