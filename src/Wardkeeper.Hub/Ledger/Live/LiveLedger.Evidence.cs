using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>
/// Which devices are one. Only evidence that a device carries with it joins: a serial number, or a hardware address that it says
/// is its own. Names and titles move with a configuration, or an intruder may copy them: they make a proposal to a person.
/// </content>
internal sealed partial class LiveLedger
{
    /// <summary>A value that more interfaces show than one device has is no device's own: a cloned image, a default.</summary>
    private const int MostAlike = 4;

    /// <summary>Silence after which a device with the same names may be the same with another card.</summary>
    private const long Silent = 600 * CaptureTime.PerSecond;

    private readonly JoinEvidence evidence;
    private readonly HashSet<(long, long)> proposed = [];

    private void Weigh(LiveInterface one)
    {
        foreach (Facts facts in one.Facts.OrderBy(facts => facts.Number).ToArray()) Weigh(facts);
        if (one.Mac.IsNone) return;
        foreach (Facts other in evidence.Of(ClaimKind.OtherMac, one.Mac.ToString()).OrderBy(facts => facts.Number).ToArray())
        {
            if (other.Claims.FirstOrDefault(claim => claim.Kind == ClaimKind.OtherMac && JoinEvidence.MacOf(claim.Value) == one.Mac) is { } said) Weigh(other, said);
        }
    }

    private void Weigh(Facts facts)
    {
        foreach (ClaimTally claim in facts.Claims.Where(claim => JoinEvidence.KeyOf(claim) is not null).OrderBy(claim => claim.Number).ToArray()) Weigh(facts, claim);
    }

    private void Weigh(Facts facts, ClaimTally claim)
    {
        if (JoinEvidence.KeyOf(claim) is not { } key || placed.GetValueOrDefault(facts) is not { Device: not null } one) return;
        switch (claim.Kind)
        {
            case ClaimKind.SerialNumber:
                foreach (LiveInterface other in Alike(claim.Kind, key, one)) Consider(one, other, !IsOfMessage(claim) || Follows(one, other), $"both show serial number {claim.Value} ({claim.Source}: {claim.Origin})");
                break;
            case ClaimKind.OtherMac:
                if (CardOf(JoinEvidence.MacOf(key)) is { Device: not null } card && card != one)
                    Consider(one, card, IsOwnStatement(claim) && Sayers(key) <= (claim.Source == "lldp" ? int.MaxValue : 2), $"{one} says that {card.Mac} is its own too ({claim.Source}: {claim.Origin})");
                break;
            case ClaimKind.HostName or ClaimKind.AeTitle or ClaimKind.DhcpParameterList:
                Resemble(one);
                break;
        }
    }

    /// <summary>Statements in messages that anybody on the network can write: who forges a device's results also writes its serial number.</summary>
    private static bool IsOfMessage(ClaimTally claim) => claim.Source is "hl7" or "astm" or "poct1a" or "dicom";

    /// <summary>Whether one was silent before the other came.</summary>
    private static bool Follows(LiveInterface one, LiveInterface other) => one.Last < other.First || other.Last < one.First;

    /// <summary>Statements about a device's own cards. A DUID or an engine id is copied with a disk image, and outlives the card it was made of.</summary>
    private static bool IsOwnStatement(ClaimTally claim) => claim.Source is "lldp" or "cdp" or "dns" or "dhcp";

    private int Sayers(string mac) => evidence.Of(ClaimKind.OtherMac, mac).Select(facts => placed.GetValueOrDefault(facts)).Distinct().Count();

    /// <summary>The other devices' interfaces that show the same, by number; none when too many do.</summary>
    private List<LiveInterface> Alike(ClaimKind kind, string key, LiveInterface one)
    {
        List<LiveInterface> alike = [];
        foreach (Facts facts in evidence.Of(kind, key))
        {
            if (placed.GetValueOrDefault(facts) is not { Device: not null } other || other == one || alike.Contains(other)) continue;
            alike.Add(other);
            if (alike.Count >= MostAlike) return [];
        }
        alike.RemoveAll(other => other.Device == one.Device);
        alike.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return alike;
    }

    /// <summary>A new card with the names of a device that fell silent: probably the same with another network card, possibly somebody who pretends to be it.</summary>
    private void Resemble(LiveInterface one)
    {
        (string? Name, string? Title, string? Options) own = Traits(one);
        if (own.Name is null) return;
        foreach (LiveInterface other in Alike(ClaimKind.HostName, own.Name, one))
        {
            (string? Name, string? Title, string? Options) its = Traits(other);
            bool sameTitle = own.Title is not null && own.Title == its.Title;
            bool sameOptions = one.Mac.IsLocal && other.Mac.IsLocal && own.Options is not null && own.Options == its.Options;
            (LiveInterface older, LiveInterface newer) = one.First < other.First ? (one, other) : (other, one);
            if ((!sameTitle && !sameOptions) || older.Last > newer.First || Now.Nanoseconds - older.Last.Nanoseconds < Silent) continue;
            Propose(newer, older, sameTitle
                ? $"{newer} has the host name {own.Name} and the AE title {own.Title} of {older}, which was not seen since"
                : $"{newer} has the host name {own.Name} and asks for the same DHCP options as {older}, which was not seen since; both addresses are randomised");
        }
    }

    private static (string? Name, string? Title, string? Options) Traits(LiveInterface one)
    {
        return (Key(ClaimKind.HostName), Key(ClaimKind.AeTitle), Key(ClaimKind.DhcpParameterList));

        string? Key(ClaimKind kind)
        {
            ClaimTally? latest = null;
            foreach (Facts facts in one.Facts)
            {
                foreach (ClaimTally claim in facts.Claims)
                {
                    if (claim.Kind == kind && (latest is null || (claim.Last, claim.Number).CompareTo((latest.Last, latest.Number)) > 0)) latest = claim;
                }
            }
            return latest is null ? null : JoinEvidence.KeyOf(latest);
        }
    }

    private void Consider(LiveInterface one, LiveInterface other, bool isStrong, string reason)
    {
        if (one.Device is not { } left || other.Device is not { } right || left == right || one.IsPinned || other.IsPinned) return;
        if (Contradiction(left, right) is { } against)
        {
            Propose(one, other, $"{reason}; but {against}");
            return;
        }
        if (!isStrong)
        {
            Propose(one, other, reason);
            return;
        }
        (LiveDevice into, LiveDevice from) = left.Number < right.Number ? (left, right) : (right, left);
        (LiveInterface older, LiveInterface newer) = one.First < other.First ? (one, other) : (other, one);
        string action = older.Last < newer.First ? LedgerActions.CardReplaced : LedgerActions.Joined;
        Merge(into, from, null, Now, action, reason, Numbers.NextEvent);
    }

    private void Propose(LiveInterface one, LiveInterface other, string reason)
    {
        if (one.Device is not { } left || other.Device is not { } right || left == right || one.IsPinned || other.IsPinned) return;
        (LiveDevice into, LiveDevice from) = left.Number < right.Number ? (left, right) : (right, left);
        if (proposed.Add((into.Number, from.Number))) Tell(from, Now, LedgerActions.MergeProposed, null, null, into.ToString(), reason);
    }

    /// <summary>What speaks against two devices being one, in words; null when nothing does.</summary>
    private static string? Contradiction(LiveDevice left, LiveDevice right)
    {
        foreach ((string field, PersonValue value) in left.Fields)
        {
            if (right.Fields.TryGetValue(field, out PersonValue? other) && !FieldDecision.Agree(value.Value, other.Value)) return $"persons entered different values of {field}: {value.Value} and {other.Value}";
        }
        foreach (ClaimKind kind in (ReadOnlySpan<ClaimKind>)[ClaimKind.Vendor, ClaimKind.Model])
        {
            List<string> ours = Said(left, kind), theirs = Said(right, kind);
            if (ours.Count > 0 && theirs.Count > 0 && !ours.Exists(our => theirs.Exists(their => FieldDecision.Agree(our, their)))) return $"one is {ours[0]}, the other {theirs[0]}";
        }
        return null;
    }

    private static List<string> Said(LiveDevice device, ClaimKind kind) =>
        [.. device.Interfaces.SelectMany(one => one.Facts).OrderBy(facts => facts.Number).SelectMany(facts => facts.Claims).Where(claim => claim.Kind == kind && !FieldDecision.IsTable(claim)).Select(claim => claim.Value)];
}
