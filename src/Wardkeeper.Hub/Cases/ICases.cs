using System.Globalization;
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

    /// <summary>Whether the uploaded file is still there.</summary>
    public bool HasFile { get; init; }

    /// <summary>Whether there is something to look at.</summary>
    public bool CanOpen { get; init; }

    /// <summary>A number as people write it.</summary>
    public static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"C-{number}");
}

/// <summary>Which cases.</summary>
public sealed record CaseFilter
{
    /// <summary>States; empty is all.</summary>
    public IReadOnlyList<CaseState> States { get; init; } = [];

    /// <summary>Who uploaded it.</summary>
    public string? By { get; init; }

    /// <summary>Uploaded at or after this, by the clock on the wall.</summary>
    public CaptureTime? Since { get; init; }
}

/// <summary>That the file of a case outlives its analysis.</summary>
/// <param name="Because">Why.</param>
/// <param name="Until">When it is deleted, by the clock on the wall; at most a year ahead.</param>
public sealed record CaseKeep(string Because, CaptureTime Until);

/// <summary>A device of a case in the live ledger.</summary>
/// <param name="Device">Its number there.</param>
/// <param name="Operation">By which it is undone, like every change of the ledger.</param>
/// <param name="Interfaces">Network attachments taken over.</param>
/// <param name="Addresses">Addresses that it had in the capture, as its history.</param>
/// <param name="Claims">Claims taken over, each once.</param>
/// <param name="Services">Services taken over, offered and used.</param>
public sealed record CaseAdoption(long Device, long Operation, int Interfaces, int Addresses, int Claims, int Services);

/// <summary>What adopting a device of a case would take over.</summary>
/// <param name="Known">Devices of the live ledger that have an interface of it; it joins the one, and with several it is refused.</param>
/// <param name="Interfaces">Its network attachments: hardware addresses, or an IP address where none is visible.</param>
/// <param name="Addresses">Addresses that it had in the capture.</param>
/// <param name="Claims">Claims, each once.</param>
/// <param name="Services">Services, offered and used.</param>
public sealed record AdoptionPreview(IReadOnlyList<long> Known, IReadOnlyList<string> Interfaces, int Addresses, int Claims, int Services);

/// <summary>Something in a capture that could not be read.</summary>
/// <param name="Kind">What, in kebab case.</param>
/// <param name="Packet">Number of the packet, 0 for the file as a whole.</param>
/// <param name="ByteOffset">Place in the file.</param>
/// <param name="Detail">More.</param>
public sealed record CaseProblem(string Kind, long Packet, long ByteOffset, string Detail);

/// <summary>
/// Uploaded captures: each is analysed in a workspace of its own and never touches the live ledger. Whoever is limited to
/// departments sees none. Analysts and administrators upload; what is somebody else's only an administrator deletes.
/// </summary>
public interface ICases
{
    /// <summary>Largest upload, in bytes.</summary>
    long MaxSize { get; }

    /// <summary>Takes an upload and queues its analysis. The answer comes when the file is safe on disk.</summary>
    /// <param name="who">Who uploads.</param>
    /// <param name="name">Name of the file; shown, never used as a path.</param>
    /// <param name="content">The file.</param>
    /// <param name="keep">Keeps the file after its analysis; null deletes it then, as is the rule.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <exception cref="CaseRefusedException">Too large, no room, or no capture by its first bytes.</exception>
    /// <exception cref="Changes.RefusedException">The person may not, or the keeping is not explained.</exception>
    Task<CaseLine> UploadAsync(Actor who, string name, Stream content, CaseKeep? keep = null, CancellationToken cancel = default);

    /// <summary>A page of cases, latest first.</summary>
    Task<Page<CaseLine>> ListAsync(Actor who, CaseFilter filter, PageRequest page, CancellationToken cancel = default);

    /// <summary>One case, or null.</summary>
    Task<CaseLine?> GetAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Stops the analysis; what was read stays to be looked at. False when there is no such case that waits or is read.</summary>
    Task<bool> CancelAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Deletes a case with all it holds. False when there is none.</summary>
    /// <exception cref="Changes.RefusedException">It is somebody else's, or no reason is given.</exception>
    Task<bool> DeleteAsync(Actor who, long number, string reason, CancellationToken cancel = default);

    /// <summary>
    /// Takes a device of a case into the live ledger with all its interfaces: its claims and services become such whose source is the
    /// capture, and claims weigh like those of an unknown source; the addresses it had become history and nobody's of today. A device
    /// that the live ledger knows by one of the interfaces gets them. Audited, and undone by its operation.
    /// </summary>
    /// <returns>The device there; null when there is no such case or device.</returns>
    /// <exception cref="Changes.RefusedException">The person may not, no reason is given, it has nothing to know it by, it was adopted already, or its interfaces are several devices' there.</exception>
    Task<CaseAdoption?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel = default);

    /// <summary>What <see cref="AdoptAsync"/> would take over; null when there is no such case or device.</summary>
    /// <exception cref="Changes.RefusedException">The person may not.</exception>
    Task<AdoptionPreview?> PreviewAdoptionAsync(Actor who, long number, long device, CancellationToken cancel = default);
}

/// <summary>An upload that is not taken.</summary>
/// <param name="code">Why, in kebab case: too-large, no-room, not-a-capture, empty, incomplete.</param>
/// <param name="detail">How much, or where.</param>
public sealed class CaseRefusedException(string code, string detail = "") : Exception($"{code} {detail}".Trim())
{
    /// <summary>Why.</summary>
    public string Code { get; } = code;

    /// <summary>How much, or where.</summary>
    public string Detail { get; } = detail;
}
