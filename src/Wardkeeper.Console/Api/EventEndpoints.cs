using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Console.Api;

/// <summary>
/// Server-sent events: what changed, never the data itself. An event named <c>reload</c> says that changes were missed. A reader
/// whose session or token ended is let go within seconds; what a viewer limited to departments gets names no single thing.
/// </summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void Map(RouteGroupBuilder api) => ApiQuery.Take(api.MapGet("/events", Stream).WithTags("events").WithSummary("What changes, as server-sent events"), "topic");

    private static ServerSentEventsResult<Change> Stream(HttpContext context, IChangeFeed feed, EventReaders readers, Sessions sessions, IAccessStore store, TimeProvider time)
    {
        Mistakes mistakes = new();
        IReadOnlyList<string> topics = new ApiQuery(context.Request, mistakes).Texts("topic");
        mistakes.ThrowIfAny();
        Actor actor = context.User.ToActor()!;
        IDisposable? place = readers.Enter(actor.Name);
        if (place is null) throw new BadHttpRequestException("Too many event streams are open; close one.", StatusCodes.Status429TooManyRequests);
        // Ended with the request, also when the stream is never read.
        context.Response.RegisterForDispose(place);
        return TypedResults.ServerSentEvents(ReadAsync(feed, actor, topics, () => IsGoodAsync(context.User, sessions, store, time), time, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<Change>> ReadAsync(IChangeFeed feed, Actor actor, IReadOnlyList<string> topics, Func<Task<bool>> isGood, TimeProvider time, [EnumeratorCancellation] CancellationToken cancel)
    {
        using IChangeSubscription subscription = feed.Subscribe();
        long checkedAt = time.GetTimestamp();
        // The first event opens the stream, so that a reader knows what it will be told from here on.
        yield return new(new Change(Change.Reload, 0), Change.Reload);
        while (!cancel.IsCancellationRequested)
        {
            Change? change = await NextAsync(subscription, time, cancel);
            if (time.GetElapsedTime(checkedAt) >= Heartbeat)
            {
                if (!await isGood()) yield break;
                checkedAt = time.GetTimestamp();
            }
            if (change is null) yield return new(new Change("alive", 0), "alive");
            else if (change.Topic == Change.Reload || (AccessMatrix.MayFollow(actor, change.Topic) && (topics.Count == 0 || topics.Contains(change.Topic))))
                yield return new(actor.Departments is null ? change : change with { Subject = null }, change.Topic);
        }
    }

    private static async Task<Change?> NextAsync(IChangeSubscription subscription, TimeProvider time, CancellationToken cancel)
    {
        using CancellationTokenSource pause = new(Heartbeat, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, pause.Token);
        try
        {
            return await subscription.NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<bool> IsGoodAsync(ClaimsPrincipal user, Sessions sessions, IAccessStore store, TimeProvider time)
    {
        if (user.SessionHash() is { } hash) return await sessions.FindByHashAsync(hash, false) is not null;
        DateTimeOffset now = time.GetUtcNow();
        return (await store.TokensAsync()).Any(token => "token:" + token.Name == user.Identity?.Name && token.Revoked is null && token.Expires.ToDate() > now);
    }
}

/// <summary>Counts open event streams: a bound for each person or token, and one for all.</summary>
internal sealed class EventReaders
{
    private const int Each = 10, All = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    private int total;

    /// <summary>Takes a place, given back when disposed of; null when there is none.</summary>
    public IDisposable? Enter(string name)
    {
        lock (gate)
        {
            int own = open.GetValueOrDefault(name);
            if (own >= Each || total >= All) return null;
            open[name] = own + 1;
            total++;
            return new Place(this, name);
        }
    }

    private void Leave(string name)
    {
        lock (gate)
        {
            total--;
            if (--open[name] == 0) open.Remove(name);
        }
    }

    private sealed class Place(EventReaders owner, string name) : IDisposable
    {
        private bool isLeft;

        public void Dispose()
        {
            if (isLeft) return;
            isLeft = true;
            owner.Leave(name);
        }
    }
}
