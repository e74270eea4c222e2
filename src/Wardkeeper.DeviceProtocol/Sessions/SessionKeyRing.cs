namespace Wardkeeper.DeviceProtocol;

/// <summary>The keys of one peer through their rotations: the newest sends; the one before still opens for a short while what was under way. Not for several threads at once.</summary>
/// <param name="overlap">How long the keys before still open, in nanoseconds.</param>
public sealed class SessionKeyRing(long overlap = SessionKeyRing.DefaultOverlap) : IDisposable
{
    /// <summary>One minute.</summary>
    public const long DefaultOverlap = 60_000_000_000;

    private SessionKeys? before;
    private long replacedAt;

    /// <summary>The newest keys; null before the first.</summary>
    public SessionKeys? Current { get; private set; }

    /// <summary>Whether an agreement on (new) keys is due.</summary>
    public bool IsDue(long now) => Current is null || Current.IsDue(now);

    /// <summary>New keys were agreed on.</summary>
    public void Rotate(SessionKeys keys, long now)
    {
        before?.Dispose();
        (before, Current, replacedAt) = (Current, keys, now);
    }

    /// <summary>Encrypts with the newest keys; null when there are none, or they are spent.</summary>
    public SealedMessage? Seal(ReadOnlySpan<byte> clear, long now) => Current?.Seal(clear, now);

    /// <summary>Decrypts; null when no keys that still count open it.</summary>
    public byte[]? Open(SealedMessage message, long now)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (before is not null && now - replacedAt > overlap)
        {
            before.Dispose();
            before = null;
        }
        if (message.Key == Current?.Key) return Current.Open(message, now, overlap);
        return message.Key == before?.Key ? before.Open(message, now, overlap) : null;
    }

    /// <summary>Forgets all keys.</summary>
    public void Dispose()
    {
        Current?.Dispose();
        before?.Dispose();
        (Current, before) = (null, null);
    }
}
