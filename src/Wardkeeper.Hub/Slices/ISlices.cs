using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Slices;

/// <summary>
/// The packets around findings' evidence. They hold what was on the wire, patients too: sealed where they lie, opened by analysts alone, each
/// opening with a reason in the audit log, and gone after a while.
/// </summary>
public interface ISlices
{
    /// <summary>What there is of a finding's packets, and why if there is nothing. Opens nothing.</summary>
    /// <param name="finding">The finding.</param>
    SliceState Look(long finding);

    /// <summary>The slice as pcapng.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How it ended, and the file when it was done.</returns>
    Task<(Findings.Outcome Outcome, byte[]? File)> OpenAsync(Actor who, long finding, string reason, CancellationToken cancel = default);

    /// <summary>What was said in the slice, patients masked.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<(Findings.Outcome Outcome, IReadOnlyList<SliceRow> Rows)> DecodeAsync(Actor who, long finding, string reason, CancellationToken cancel = default);
}

/// <summary>What there is of a finding's packets.</summary>
/// <param name="Kind">Whether it is there.</param>
/// <param name="Packets">Frames in it.</param>
/// <param name="LeftOut">Frames that belonged to it beyond the bound.</param>
/// <param name="Bytes">Bytes of the frames.</param>
/// <param name="Cut">When it was cut, by the clock on the wall.</param>
/// <param name="Until">Until when it is kept; for one that is gone, when it went at the latest.</param>
public sealed record SliceState(SliceKind Kind, int Packets = 0, int LeftOut = 0, long Bytes = 0, CaptureTime? Cut = null, CaptureTime? Until = null);

/// <summary>Whether there is a slice.</summary>
public enum SliceKind
{
    /// <summary>It is there.</summary>
    There,

    /// <summary>None was cut: the evidence names no packet, the packets had left the ring, or none is kept at all.</summary>
    None,

    /// <summary>It was there and is gone, since its time was over.</summary>
    Expired,
}

/// <summary>A transaction in a slice.</summary>
/// <param name="At">Capture time.</param>
/// <param name="Log">Its log; <c>flows</c> for a flow.</param>
/// <param name="Json">The row, one JSON object, patients masked.</param>
public sealed record SliceRow(CaptureTime At, string Log, string Json);
