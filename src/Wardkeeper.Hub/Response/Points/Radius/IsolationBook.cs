using System.Collections.Concurrent;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>A MAC address that is held back by an action.</summary>
/// <param name="Action">Number of the action.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Cleared">What the safety check cleared; null when it was taken up again from its receipt after a restart.</param>
/// <param name="IsRefused">Whether it is not let in at all, as after a revocation; else it goes to quarantine.</param>
public sealed record Isolation(long Action, CaptureTime Until, ClearedAction? Cleared, bool IsRefused);

/// <summary>Which MAC addresses are held back by actions in force. Ends each by its time, so that nothing outlasts what was cleared.</summary>
public sealed class IsolationBook
{
    private readonly ConcurrentDictionary<string, Isolation> held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Number, CaptureTime At)> decided = new(StringComparer.Ordinal);

    /// <summary>Holds an address back.</summary>
    /// <param name="mac">Lower case with colons.</param>
    /// <param name="isolation">By what.</param>
    public void Hold(string mac, Isolation isolation) => held[mac] = isolation;

    /// <summary>Lets an address go that an action held back; nothing when another one does.</summary>
    public void Release(string mac, long action)
    {
        if (held.TryGetValue(mac, out Isolation? isolation) && isolation.Action == action) held.TryRemove(mac, out _);
        decided.TryRemove(mac, out _);
    }

    /// <summary>The addresses that an action holds back.</summary>
    public IReadOnlyList<string> By(long action) => [.. held.Where(one => one.Value.Action == action).Select(one => one.Key)];

    /// <summary>By what an address is held back at a moment; null when it is not.</summary>
    public Isolation? Of(string mac, CaptureTime at)
    {
        if (!held.TryGetValue(mac, out Isolation? isolation)) return null;
        if (at < isolation.Until) return isolation;
        held.TryRemove(mac, out _);
        return null;
    }

    /// <summary>Notes the decision that carried an isolation out.</summary>
    public void Decided(string mac, long number, CaptureTime at) => decided[mac] = (number, at);

    /// <summary>When the latest decision carried out the isolation of an address; null when none did yet.</summary>
    public CaptureTime? DecidedAt(string mac) => decided.TryGetValue(mac, out (long Number, CaptureTime At) one) ? one.At : null;

    /// <summary>Number of the latest decision that carried out the isolation of an address; null when none did yet.</summary>
    public long? DecisionOf(string mac) => decided.TryGetValue(mac, out (long Number, CaptureTime At) one) ? one.Number : null;
}

/// <summary>Decides as another does, except for devices that an action holds back.</summary>
/// <param name="other">Who decides otherwise.</param>
/// <param name="book">Who is held back.</param>
/// <param name="segments">Where the quarantine is.</param>
public sealed class IsolatingDecider(IAdmissionDecider other, IsolationBook book, IAdmissionSegments segments) : IAdmissionDecider
{
    /// <inheritdoc/>
    public async ValueTask<AdmissionDecision> DecideAsync(AdmissionRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        AdmissionDecision decision = await other.DecideAsync(request, cancel);
        if (book.Of(request.Mac, request.At) is not { } isolation) return decision;
        book.Decided(request.Mac, decision.Number, request.At);
        return Isolated(decision, isolation);
    }

    /// <inheritdoc/>
    public AdmissionDecision Rehearse(AdmissionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        AdmissionDecision decision = other.Rehearse(request);
        return book.Of(request.Mac, request.At) is { } isolation ? Isolated(decision, isolation) : decision;
    }

    private AdmissionDecision Isolated(AdmissionDecision decision, Isolation isolation)
    {
        AdmissionOutcome outcome = isolation.IsRefused || decision.Outcome == AdmissionOutcome.Refuse ? AdmissionOutcome.Refuse : AdmissionOutcome.Quarantine;
        return decision with
        {
            Outcome = outcome,
            Wanted = outcome,
            Vlan = outcome == AdmissionOutcome.Refuse ? null : segments.All.FirstOrDefault(one => one.Name == decision.Segment)?.QuarantineVlan ?? decision.Vlan,
            Cleared = isolation.Cleared,
            Reasons = [new AdmissionReason("isolated", isolation.Action.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. decision.Reasons],
        };
    }
}
