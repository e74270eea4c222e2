using System.Collections.Concurrent;
using System.Net;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Platform.Admission;

/// <summary>What came to the admission's front and what was refused there, since the start.</summary>
internal sealed class FrontCounters : Hub.Admission.IFrontFigures
{
    private const int MostStrangers = 256;

    private readonly ConcurrentDictionary<string, long> refused = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IPAddress, long> strangers = new();
    private long authorized, authenticated, accounted, forged, busy;

    /// <summary>Decisions by MAC address.</summary>
    public long Authorized => Volatile.Read(ref authorized);

    /// <summary>Decisions after EAP.</summary>
    public long Authenticated => Volatile.Read(ref authenticated);

    /// <summary>Accounting messages that were committed.</summary>
    public long Accounted => Volatile.Read(ref accounted);

    /// <summary>Calls without the right secret.</summary>
    public long Forged => Volatile.Read(ref forged);

    /// <summary>Calls for which there was no room.</summary>
    public long Busy => Volatile.Read(ref busy);

    /// <summary>Malformed calls by reason.</summary>
    public IReadOnlyDictionary<string, long> Refused => refused;

    /// <summary>Addresses that know a RADIUS secret and are none of the switches: the secret leaked, or a switch was not entered.</summary>
    public IReadOnlyDictionary<IPAddress, long> Strangers => strangers;

    /// <inheritdoc/>
    public Hub.Admission.FrontFigures Now => new(Authorized, Authenticated, Accounted, Forged, Busy, Refused.ToDictionary(StringComparer.Ordinal), Strangers.ToDictionary(one => one.Key.ToString(), one => one.Value, StringComparer.Ordinal));

    /// <summary>Counts a decision.</summary>
    public void Decided(bool isEap) => Interlocked.Increment(ref isEap ? ref authenticated : ref authorized);

    /// <summary>Counts a committed accounting message.</summary>
    public void Took() => Interlocked.Increment(ref accounted);

    /// <summary>Counts a call without the right secret; returns how many there were.</summary>
    public long Forge() => Interlocked.Increment(ref forged);

    /// <summary>Counts a call for which there was no room.</summary>
    public void Overrun() => Interlocked.Increment(ref busy);

    /// <summary>Counts a malformed call; returns how many of its kind there were.</summary>
    public long Refuse(RadiusFault fault) => refused.AddOrUpdate(KebabWord.Of(fault), 1, (_, before) => before + 1);

    /// <summary>Counts a request of an address that is no switch; true the first time it is seen.</summary>
    public bool Strange(IPAddress address)
    {
        if (!strangers.ContainsKey(address) && strangers.Count >= MostStrangers) return false;
        return strangers.AddOrUpdate(address, 1, (_, before) => before + 1) == 1;
    }
}
