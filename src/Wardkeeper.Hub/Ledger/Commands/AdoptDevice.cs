using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Commands;

/// <summary>Takes a device of another ledger, an uploaded capture's, into this one: every card, with what is said of each.</summary>
/// <param name="From">Where it comes from, for example <c>C-12</c>.</param>
/// <param name="Cards">Its network attachments.</param>
internal sealed record AdoptDevice(string From, IReadOnlyList<AdoptedCard> Cards) : LedgerChange
{
    /// <summary>Source of everything that is taken over, as claims and services name it.</summary>
    public string Source => "capture " + From;

    /// <summary>
    /// Whether a claim goes with its device. Who had which address in the capture stays there, since it may be another's today, and so do
    /// oddities of its packets.
    /// </summary>
    public static bool Takes(ClaimTally claim) => claim.Kind is not (ClaimKind.AddressBinding or ClaimKind.OtherMac or ClaimKind.Anomaly);
}

/// <summary>A network attachment that is taken over.</summary>
/// <param name="Mac">Hardware address; none when only its IP address was visible.</param>
/// <param name="Ip">Its IP address when it has no hardware address.</param>
/// <param name="Pairs">What was observed of it, by IP address.</param>
internal sealed record AdoptedCard(MacAddress Mac, Address Ip, IReadOnlyList<AdoptedPair> Pairs);

/// <summary>What was observed of a card with one IP address.</summary>
/// <param name="Said">Claims and services.</param>
/// <param name="Times">When it had the address, first to last.</param>
internal sealed record AdoptedPair(Facts Said, IReadOnlyList<AddressSpan> Times);
