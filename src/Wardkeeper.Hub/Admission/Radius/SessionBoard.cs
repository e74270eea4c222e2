using System.Collections.Concurrent;
using System.Net;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>Who is where now: the sessions that go on, by switch and identifier and by MAC address. One writes, many read.</summary>
public sealed class SessionBoard
{
    private readonly ConcurrentDictionary<(IPAddress Nas, string Id), AdmissionSession> open = new();
    private readonly ConcurrentDictionary<string, AdmissionSession> byMac = new(StringComparer.Ordinal);

    /// <summary>How many go on.</summary>
    public int Count => open.Count;

    /// <summary>Called after a session changed and was committed.</summary>
    public event Action<AdmissionSession>? Changed;

    /// <summary>The session that goes on under an identifier; null when none does.</summary>
    public AdmissionSession? Find(IPAddress nas, string id) => open.GetValueOrDefault((nas, id));

    /// <summary>The latest session of a MAC address that goes on; null when it is nowhere.</summary>
    /// <param name="mac">Lower case with colons.</param>
    public AdmissionSession? OfMac(string mac) => byMac.GetValueOrDefault(mac);

    /// <summary>All sessions that go on at a switch.</summary>
    public IReadOnlyList<AdmissionSession> At(IPAddress nas) => [.. open.Values.Where(session => session.Nas.Equals(nas))];

    /// <summary>Takes a session over as it now is; one that ended leaves the board.</summary>
    public void Hold(AdmissionSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Ended is null)
        {
            open[(session.Nas, session.Id)] = session;
            if (session.Mac is { } mac && (byMac.GetValueOrDefault(mac) is not { } other || other.LastSeen <= session.LastSeen || other.Id == session.Id)) byMac[mac] = session;
        }
        else
        {
            open.TryRemove((session.Nas, session.Id), out _);
            if (session.Mac is { } mac && byMac.TryGetValue(mac, out AdmissionSession? held) && held.Id == session.Id && held.Nas.Equals(session.Nas)) byMac.TryRemove(mac, out _);
        }
        Changed?.Invoke(session);
    }
}
