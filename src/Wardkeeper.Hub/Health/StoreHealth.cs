namespace Wardkeeper.Hub.Health;

/// <summary>
/// What is the matter with the stores just now. The console and <c>/health</c> show it; who writes reports and takes back.
/// Nothing in here is fatal: capture goes on, and writing resumes by itself.
/// </summary>
public sealed class StoreHealth(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Store, StoreTroubleKind Kind), StoreTrouble> troubles = [];

    /// <summary>Raised when a trouble began or ended, on the thread of the one who writes.</summary>
    public event EventHandler? Changed;

    /// <summary>All troubles, the oldest first.</summary>
    public IReadOnlyList<StoreTrouble> Troubles
    {
        get
        {
            lock (gate) return [.. troubles.Values.OrderBy(trouble => trouble.Since).ThenBy(trouble => trouble.Store, StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether everything can be stored.</summary>
    public bool IsWell
    {
        get
        {
            lock (gate) return !troubles.Keys.Any(key => key.Kind is StoreTroubleKind.DiskFull or StoreTroubleKind.Busy or StoreTroubleKind.Unreachable or StoreTroubleKind.Failing);
        }
    }

    /// <summary>A trouble began, or goes on with another message.</summary>
    /// <param name="store">Which store: <c>ledger</c>, <c>history</c>, <c>spool</c>.</param>
    /// <param name="kind">What kind.</param>
    /// <param name="message">What happened and what to do, in English, without anything from a payload.</param>
    public void Report(string store, StoreTroubleKind kind, string message)
    {
        lock (gate)
        {
            StoreTrouble? known = troubles.GetValueOrDefault((store, kind));
            if (known?.Message == message) return;
            troubles[(store, kind)] = new StoreTrouble(store, kind, message, known?.Since ?? clock.GetUtcNow());
        }
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Troubles of these kinds are over.</summary>
    public void Clear(string store, params ReadOnlySpan<StoreTroubleKind> kinds)
    {
        bool changed = false;
        lock (gate)
        {
            foreach (StoreTroubleKind kind in kinds) changed |= troubles.Remove((store, kind));
        }
        if (changed) Changed?.Invoke(this, EventArgs.Empty);
    }
}

/// <summary>One thing that is the matter with a store.</summary>
/// <param name="Store">Which store: <c>ledger</c>, <c>history</c>, <c>spool</c>.</param>
/// <param name="Kind">What kind.</param>
/// <param name="Message">What happened and what to do, in English.</param>
/// <param name="Since">Since when; wall clock.</param>
public sealed record StoreTrouble(string Store, StoreTroubleKind Kind, string Message, DateTimeOffset Since);

/// <summary>Kinds of trouble with a store.</summary>
public enum StoreTroubleKind
{
    /// <summary>The disk is full. Capture goes on, batches wait in the spool.</summary>
    DiskFull,

    /// <summary>Another process or a long transaction holds the store.</summary>
    Busy,

    /// <summary>The database server does not answer.</summary>
    Unreachable,

    /// <summary>Writing fails for another reason.</summary>
    Failing,

    /// <summary>A file was damaged and put aside; what was in it is not shown.</summary>
    Damaged,

    /// <summary>The disk cannot hold history for as long as it should be kept; the oldest will be deleted early.</summary>
    RetentionAtRisk,

    /// <summary>History was deleted before its time to stay within its size.</summary>
    DeletedEarly,

    /// <summary>A part of the hub could not take a batch: a defect of ours; the batch is stored, what that part makes of it is not.</summary>
    Defect,
}
