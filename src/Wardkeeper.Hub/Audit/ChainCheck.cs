namespace Wardkeeper.Hub.Audit;

/// <summary>What was done to the log.</summary>
public enum Tampering
{
    /// <summary>An entry is not as it was written.</summary>
    Changed,

    /// <summary>Entries are gone from the middle or the front.</summary>
    Removed,

    /// <summary>An entry stands where none was written.</summary>
    Inserted,

    /// <summary>The newest entries are gone.</summary>
    TailCut,
}

/// <summary>Where and how the log is broken.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Sequence">The first entry concerned.</param>
/// <param name="Detail">What was found, in English.</param>
public sealed record ChainBreak(Tampering Kind, long Sequence, string Detail);

/// <summary>Outcome of a check.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="LastSequence">Number of the last one; 0 when there is none.</param>
/// <param name="LastHash">Its hash.</param>
/// <param name="Anchors">Anchors the log was compared with.</param>
/// <param name="Break">The first break, or null when the log is whole.</param>
public sealed record ChainReport(long Entries, long LastSequence, string LastHash, int Anchors, ChainBreak? Break);

/// <summary>
/// Checks a log entry by entry in the order of their numbers, holding one entry only. The chain tells what was changed, removed
/// or inserted; the anchors, which lie outside the database, tell when the whole rest was written anew or cut off.
/// </summary>
public sealed class ChainCheck
{
    private readonly Dictionary<long, string> anchors = [];
    private AuditEntry? last;
    private ChainBreak? broken;
    private long entries, held;

    /// <summary>A check against these anchors. Two anchors that contradict each other are a break by themselves.</summary>
    public ChainCheck(IEnumerable<AuditAnchor> anchors)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        foreach (AuditAnchor anchor in anchors)
        {
            if (!this.anchors.TryAdd(anchor.Sequence, anchor.Hash) && this.anchors[anchor.Sequence] != anchor.Hash)
                broken ??= new(Tampering.Changed, anchor.Sequence, $"entry {anchor.Sequence} was anchored twice with different hashes");
        }
    }

    /// <summary>Takes the next entry; false once a break was found, when reading on is of no use.</summary>
    public bool Next(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (broken is not null) return false;
        entries++;
        broken = Numbering(entry) ?? Linking(entry) ?? Anchoring(entry);
        last = entry;
        return broken is null;
    }

    /// <summary>Ends the check.</summary>
    public ChainReport End()
    {
        long end = last?.Sequence ?? 0, anchored = anchors.Keys.DefaultIfEmpty().Max();
        if (broken is null && anchored > end) broken = new(Tampering.TailCut, end + 1, $"the log ends at entry {end}, but entry {anchored} was anchored");
        return new(entries, end, last?.Hash ?? AuditEntry.Origin, anchors.Count, broken);
    }

    private ChainBreak? Numbering(AuditEntry entry)
    {
        long expected = (last?.Sequence ?? 0) + 1;
        if (entry.Sequence == expected) return null;
        return entry.Sequence > expected
            ? new(Tampering.Removed, expected, $"entries {expected} to {entry.Sequence - 1} are missing")
            : new(Tampering.Inserted, entry.Sequence, $"entry {entry.Sequence} stands before the first number");
    }

    private ChainBreak? Linking(AuditEntry entry)
    {
        string previous = last?.Hash ?? AuditEntry.Origin;
        bool isLinked = entry.Previous == previous, isOwn = entry.ComputeHash() == entry.Hash;
        if (isLinked && isOwn) return null;
        // An entry that is true under another number was moved to close a gap, or to make room.
        if (!isOwn && entry.ComputeHash(entry.Sequence + 1) == entry.Hash) return new(Tampering.Removed, entry.Sequence, $"entry {entry.Sequence} was written as {entry.Sequence + 1}: one before it is missing");
        if (!isOwn && entry.ComputeHash(entry.Sequence - 1) == entry.Hash) return new(Tampering.Inserted, entry.Sequence - 1, $"entry {entry.Sequence} was written as {entry.Sequence - 1}: one before it was inserted");
        if (isOwn && last is not null) return new(Tampering.Changed, last.Sequence, $"entry {entry.Sequence} was chained to another entry {last.Sequence} than the one that stands there");
        if (!isLinked && !isOwn) return new(Tampering.Inserted, entry.Sequence, $"entry {entry.Sequence} belongs to no chain");
        return new(Tampering.Changed, entry.Sequence, $"entry {entry.Sequence} is not what its hash was made of");
    }

    private ChainBreak? Anchoring(AuditEntry entry)
    {
        if (!anchors.TryGetValue(entry.Sequence, out string? anchored)) return null;
        if (anchored != entry.Hash) return new(Tampering.TailCut, held + 1, $"entry {entry.Sequence} has another hash than when it was anchored: the log was cut after entry {held} or later, and written anew");
        held = entry.Sequence;
        return null;
    }
}
