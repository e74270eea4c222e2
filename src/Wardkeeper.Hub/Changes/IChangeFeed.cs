using System.Threading.Channels;

namespace Wardkeeper.Hub.Changes;

/// <summary>Something changed; whoever shows it asks again. Never carries the data itself, so nobody learns by it what he may not see.</summary>
/// <param name="Topic">What kind of thing: <c>devices</c>, <c>findings</c>, <c>users</c> … or <see cref="Reload"/>.</param>
/// <param name="Revision">Grows with every change in this process.</param>
/// <param name="Subject">Which one, for example <c>D-1042</c>; null when many or unknown.</param>
public sealed record Change(string Topic, long Revision, string? Subject = null)
{
    /// <summary>Topic that tells a reader it was too slow: it missed changes and must ask for everything anew.</summary>
    public const string Reload = "reload";
}

/// <summary>Tells pages and event streams of this process what changed. Publishing never waits, whatever its readers do.</summary>
public interface IChangeFeed
{
    /// <summary>Tells all subscribers.</summary>
    void Publish(string topic, string? subject = null);

    /// <summary>Subscribes until disposed of.</summary>
    IChangeSubscription Subscribe();
}

/// <summary>A reader of the feed.</summary>
public interface IChangeSubscription : IDisposable
{
    /// <summary>The next change; a reader that fell too far behind gets <see cref="Change.Reload"/> instead of what it missed.</summary>
    ValueTask<Change> NextAsync(CancellationToken cancel);
}

/// <summary>The feed of one process.</summary>
public sealed class ChangeFeed : IChangeFeed
{
    private const int Held = 256;

    private readonly Lock gate = new();
    private readonly List<Subscription> subscriptions = [];
    private long revision;

    /// <inheritdoc/>
    public void Publish(string topic, string? subject = null)
    {
        Change change = new(topic, Interlocked.Increment(ref revision), subject);
        lock (gate)
        {
            foreach (Subscription reader in subscriptions) reader.Offer(change);
        }
    }

    /// <inheritdoc/>
    public IChangeSubscription Subscribe()
    {
        Subscription reader = new(this);
        lock (gate) subscriptions.Add(reader);
        return reader;
    }

    private sealed class Subscription(ChangeFeed owner) : IChangeSubscription
    {
        private readonly Channel<Change> waiting = Channel.CreateBounded<Change>(new BoundedChannelOptions(Held) { SingleReader = true });
        private bool hasMissed;

        public void Offer(Change change)
        {
            if (!waiting.Writer.TryWrite(change)) Volatile.Write(ref hasMissed, true);
        }

        public async ValueTask<Change> NextAsync(CancellationToken cancel)
        {
            if (Volatile.Read(ref hasMissed))
            {
                // Emptied before the mark is taken back: a change that comes between is either read later or marks again.
                Volatile.Write(ref hasMissed, false);
                while (waiting.Reader.TryRead(out _)) { }
                return new(Change.Reload, Interlocked.Read(ref owner.revision));
            }
            return await waiting.Reader.ReadAsync(cancel);
        }

        public void Dispose()
        {
            lock (owner.gate) owner.subscriptions.Remove(this);
        }
    }
}
