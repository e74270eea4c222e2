using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>What changed since it was last stored. Times and counts of what is seen again and again are stored once a batch.</summary>
internal sealed class LedgerChanges
{
    public HashSet<Facts> Facts { get; } = [];

    public HashSet<long> FactsGone { get; } = [];

    public HashSet<long> ClaimsGone { get; } = [];

    public HashSet<AddressTime> Times { get; } = [];

    public HashSet<long> TimesGone { get; } = [];

    public HashSet<LiveInterface> Interfaces { get; } = [];

    public HashSet<long> InterfacesGone { get; } = [];

    public HashSet<LiveDevice> Devices { get; } = [];

    public HashSet<(MacAddress Mac, Address Ip)> Pairs { get; } = [];

    public HashSet<MacAddress> MacsGone { get; } = [];

    public HashSet<Address> Owners { get; } = [];

    public HashSet<AddressMove> Moves { get; } = [];

    public HashSet<long> MovesGone { get; } = [];

    public List<LedgerEvent> Events { get; } = [];

    /// <summary>Whether there is nothing to store.</summary>
    public bool IsEmpty => Facts.Count + FactsGone.Count + ClaimsGone.Count + Times.Count + TimesGone.Count + Interfaces.Count + InterfacesGone.Count + Devices.Count + Pairs.Count + MacsGone.Count + Owners.Count + Moves.Count + MovesGone.Count + Events.Count == 0;

    public void Clear()
    {
        foreach (Facts facts in Facts)
        {
            foreach (ClaimTally claim in facts.Claims) claim.IsDirty = false;
            foreach (ServiceTally service in facts.Offered.Concat(facts.Used)) service.IsDirty = false;
        }
        Facts.Clear();
        FactsGone.Clear();
        ClaimsGone.Clear();
        Times.Clear();
        TimesGone.Clear();
        Interfaces.Clear();
        InterfacesGone.Clear();
        Devices.Clear();
        Pairs.Clear();
        MacsGone.Clear();
        Owners.Clear();
        Moves.Clear();
        MovesGone.Clear();
        Events.Clear();
    }
}
