using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>
/// The identities of the devices that were decided last, so that new evidence about them need not be weighed with all the old again.
/// Bounded: a device of which nothing new was heard for long is forgotten here, and decided from its facts the next time.
/// </summary>
internal sealed class LatestIdentities
{
    /// <summary>Devices of a generation; two generations are kept, about 3 kB a device.</summary>
    private const int Most = 4_096;

    private Dictionary<LiveDevice, Identity> latest = [], earlier = [];

    /// <summary>What a device's identity was, or null.</summary>
    public Identity? Of(LiveDevice device) => latest.GetValueOrDefault(device) ?? earlier.GetValueOrDefault(device);

    /// <summary>Notes a device's identity; null when nothing is known of it any more.</summary>
    public void Set(LiveDevice device, Identity? identity)
    {
        if (identity is null)
        {
            latest.Remove(device);
            earlier.Remove(device);
            return;
        }
        if (latest.Count >= Most && !latest.ContainsKey(device)) (latest, earlier) = ([], latest);
        latest[device] = identity;
    }
}
