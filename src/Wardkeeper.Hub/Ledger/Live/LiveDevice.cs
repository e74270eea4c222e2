using System.Globalization;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>A device with its number for ever, what persons said of it, and its interfaces.</summary>
internal sealed class LiveDevice(long number)
{
    /// <summary>The field that holds the hardware address which the register gives a device.</summary>
    public const string RegisteredMac = "custom.mac";

    public long Number => number;

    /// <summary>The hardware address that the register gives it; none when it gives none.</summary>
    public MacAddress Registered => Fields.GetValueOrDefault(RegisteredMac)?.Value is { } text && RegisterValues.TryMac(text, out MacAddress mac) ? mac : default;

    /// <summary>Changes with every edit by a person.</summary>
    public long Revision { get; set; } = 1;

    public string LifeCycle { get; set; } = "deployed";

    /// <summary>When a person last changed the state; 0 never.</summary>
    public CaptureTime LifeCycleAt { get; set; }

    /// <summary>Number it was merged into; 0 when it stands for itself.</summary>
    public long MergedInto { get; set; }

    /// <summary>Whether a person added it from the register.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>Whether it was told of that it is retired and still talks.</summary>
    public bool IsRetiredButAlive { get; set; }

    /// <summary>Fingerprint of its lasting traits as it was last decided; null when it shows too few.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>The type that it was last sure to be by what was observed.</summary>
    public string? TypeSeen { get; set; }

    /// <summary>The type that it was before it began to behave as another; null when it did not, or a person decided.</summary>
    public string? TypeBefore { get; set; }

    /// <summary>Values entered by persons.</summary>
    public SortedDictionary<string, PersonValue> Fields { get; } = new(StringComparer.Ordinal);

    public List<LiveInterface> Interfaces { get; } = [];

    public CaptureTime First => Seen().First;

    public CaptureTime Last => Seen().Last;

    /// <summary>Whether lists show it: it was seen, or somebody said something of it, and it was not merged into another.</summary>
    public bool IsListed => MergedInto == 0 && (IsRegistered || Fields.Count > 0 || Interfaces.Exists(one => one.Facts.Count > 0));

    /// <summary>For people.</summary>
    public override string ToString() => NameOf(number);

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"D-{number}");

    private (CaptureTime First, CaptureTime Last) Seen()
    {
        long first = long.MaxValue, last = long.MinValue;
        foreach (LiveInterface one in Interfaces)
        {
            foreach (Facts facts in one.Facts)
            {
                first = Math.Min(first, facts.First.Nanoseconds);
                last = Math.Max(last, facts.Last.Nanoseconds);
            }
        }
        return first == long.MaxValue ? default : (new(first), new(last));
    }
}

/// <summary>Something that happened to a device in the ledger.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Operation">Number of the operation it is part of.</param>
/// <param name="Device">Whom it happened to.</param>
/// <param name="At">Capture time for what was observed, wall-clock time for what a person did.</param>
/// <param name="Who">Person, or null for the ledger itself.</param>
/// <param name="Action">See <see cref="LedgerActions"/>.</param>
/// <param name="Field">Field, or null.</param>
/// <param name="Before">State before.</param>
/// <param name="After">State after.</param>
/// <param name="Reason">Why.</param>
internal sealed record LedgerEvent(long Number, long Operation, long Device, CaptureTime At, string? Who, string Action, string? Field, string? Before, string? After, string? Reason);

/// <summary>What can happen to a device, as events name it.</summary>
internal static class LedgerActions
{
    /// <summary>It was believed to be a device for the first time.</summary>
    public const string Found = "found";

    /// <summary>A person entered or removed a value.</summary>
    public const string Edited = "edited";

    public const string LifeCycle = "life-cycle";

    /// <summary>Somebody answered what it is and whose.</summary>
    public const string Answered = "answered";

    /// <summary>It behaves as another type of device than before.</summary>
    public const string Reidentified = "re-identified";

    /// <summary>A person added it from the register.</summary>
    public const string Added = "added";

    /// <summary>A person took it, or what is known of it, over from an uploaded capture. Before: the interfaces it had here; after: the capture, and the interfaces that came from there.</summary>
    public const string Adopted = "adopted";

    /// <summary>A person merged it into another.</summary>
    public const string Merged = "merged";

    /// <summary>Evidence showed that it is another device: one more interface of it.</summary>
    public const string Joined = "joined";

    /// <summary>Evidence showed that it is another device with a new network card.</summary>
    public const string CardReplaced = "card-replaced";

    /// <summary>Evidence suggests that it is another device, but not surely.</summary>
    public const string MergeProposed = "merge-proposed";

    public const string Split = "split";

    public const string Undone = "undone";

    /// <summary>A device known by IP address only turned out to have a hardware address.</summary>
    public const string MacLearned = "mac-learned";

    /// <summary>An address it had went to another device by a lease.</summary>
    public const string AddressMoved = "address-moved";

    /// <summary>An address it had is used by another device, and no lease says so.</summary>
    public const string AddressReused = "address-reused";

    /// <summary>Two devices use one address at the same time.</summary>
    public const string AddressConflict = "address-conflict";

    public const string RetiredButAlive = "retired-but-alive";
}
