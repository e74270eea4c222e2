using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Incidents;

/// <summary>
/// Groups findings as they are raised, by capture time alone. A finding joins a group that is open and whose last sign is at most
/// <see cref="Window"/> away when both have the same actor or the same target, or when who was acted upon in one acts in the other. A group
/// is an incident once it has two findings, or one that is high or worse. A finding that links two groups makes one of them, the older,
/// unless a person decided something about the younger. Standing weaknesses, and what shows no technique of an attacker, form none.
/// </summary>
public sealed class IncidentBook
{
    /// <summary>Findings that lie further apart than this are not grouped: whoever is at work in a network comes back within a day.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Findings kept of one incident; more are counted.</summary>
    public const int MembersKept = 500;

    /// <summary>Actors, and targets, that an incident is recognised by; whoever invents more of them does not draw everything into one.</summary>
    public const int PartiesKept = 200;

    /// <summary>New incidents in a day of capture time; findings beyond it stand alone and are counted.</summary>
    public const int DailyBudget = 100;

    private const int GroupsKept = 4096;
    private const long Day = 86_400 * CaptureTime.PerSecond;
    private readonly Lock gate = new();
    private readonly Dictionary<long, Incident> byNumber = [];
    private readonly Dictionary<long, Incident> byFinding = [];
    private readonly Dictionary<string, HashSet<Incident>> byParty = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Traits> traits = [];
    private readonly LinkedList<Incident> singles = [];
    private readonly SortedSet<long> changed = [], reopened = [];
    private readonly SortedSet<long> joined = [];
    private (long Day, int Opened) budget;
    private long last;

    /// <summary>Groups that would have been incidents beyond a day's budget.</summary>
    public long NotOpened { get; private set; }

    /// <summary>Incidents in the order of numbers; those that were merged into others too.</summary>
    public IReadOnlyList<Incident> All
    {
        get
        {
            lock (gate) return [.. byNumber.Values.OrderBy(incident => incident.Number)];
        }
    }

    /// <summary>Incidents that changed since <see cref="Saved"/>, in the order of numbers; with whether one was opened again.</summary>
    public IReadOnlyList<(Incident Incident, bool Reopened)> Changed
    {
        get
        {
            lock (gate) return [.. changed.Select(number => (byNumber[number], reopened.Contains(number)))];
        }
    }

    /// <summary>Findings that joined an incident, or went to another, since <see cref="Saved"/>.</summary>
    public IReadOnlyList<(IncidentMember Member, long Incident)> Joined
    {
        get
        {
            lock (gate) return [.. joined.Where(byFinding.ContainsKey).Select(finding => (byFinding[finding].Members.First(one => one.Finding == finding), byFinding[finding].Number)).Where(one => one.Number > 0)];
        }
    }

    /// <summary>A finding was raised for the first time.</summary>
    internal void Raised(Finding finding, FindingType type)
    {
        if (!type.IsAttack || finding.SuppressedBy is not null) return;
        lock (gate) Place(finding, type);
    }

    /// <summary>A finding was seen again.</summary>
    internal void Seen(Finding finding, bool isReopened)
    {
        lock (gate)
        {
            if (!byFinding.TryGetValue(finding.Number, out Incident? incident)) return;
            if (finding.Last > incident.Last) incident.Last = finding.Last;
            if (DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type)) Know(incident, finding, type);
            else traits[finding.Number] = traits[finding.Number] with { Severity = finding.Severity };
            Weigh(incident);
            if (isReopened && incident.State == IncidentState.Closed)
            {
                incident.State = IncidentState.New;
                reopened.Add(incident.Number);
            }
            Open(incident, finding.Last);
            if (incident.Number > 0) changed.Add(incident.Number);
        }
    }

    /// <summary>What was changed is stored.</summary>
    public void Saved()
    {
        lock (gate)
        {
            changed.Clear();
            reopened.Clear();
            joined.Clear();
        }
    }

    /// <summary>Fills the book with what is stored; findings that stand alone may still find company.</summary>
    /// <param name="stored">Incidents, with their members.</param>
    /// <param name="lastNumber">Highest number ever given.</param>
    /// <param name="findings">The findings in the book.</param>
    public void Restore(IEnumerable<Incident> stored, long lastNumber, IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(findings);
        lock (gate)
        {
            Clear();
            last = lastNumber;
            Dictionary<long, Finding> known = findings.ToDictionary(finding => finding.Number);
            foreach (Incident incident in stored.OrderBy(one => one.Number))
            {
                byNumber[incident.Number] = incident;
                Spend(incident.First);
                foreach (IncidentMember member in incident.Members)
                {
                    byFinding[member.Finding] = incident;
                    if (known.GetValueOrDefault(member.Finding) is not { } finding || !DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type)) continue;
                    Know(incident, finding, type);
                }
            }
            CaptureTime newest = findings.Count == 0 ? default : findings.Max(finding => finding.Last);
            foreach (Finding finding in findings.Where(one => !byFinding.ContainsKey(one.Number) && one.SuppressedBy is null && newest.Since(one.Last) <= Window))
            {
                if (DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type) && type.IsAttack) Alone(finding, type);
            }
        }
    }

    /// <summary>A person decided where an incident stands.</summary>
    public void Decided(long number, IncidentState state)
    {
        lock (gate)
        {
            if (byNumber.TryGetValue(number, out Incident? incident)) (incident.State, incident.IsTouched) = (state, true);
        }
    }

    /// <summary>A person moved findings from one incident to another: merged, split, or undid it.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="from">The incident that had them.</param>
    /// <param name="to">The incident that has them now; made when there is none of that number.</param>
    /// <param name="fromMergedInto">Where the first one went as a whole; null when it still stands for itself.</param>
    public void Moved(IReadOnlyCollection<long> findings, long from, long to, long? fromMergedInto)
    {
        ArgumentNullException.ThrowIfNull(findings);
        lock (gate)
        {
            if (!byNumber.TryGetValue(from, out Incident? source)) return;
            if (!byNumber.TryGetValue(to, out Incident? target)) byNumber[to] = target = new Incident { Number = to, First = source.Last, Last = source.First, Members = [] };
            last = Math.Max(last, to);
            Move(source, target, findings, member => member with { Why = JoinReason.ByHand, Through = "" });
            (source.IsTouched, target.IsTouched, source.MergedInto, target.MergedInto) = (true, true, fromMergedInto, null);
            if (fromMergedInto is not null) (target.More, source.More) = (target.More + source.More, 0);
            changed.UnionWith([from, to]);
        }
    }

    /// <summary>Forgets what nobody added to for as long as findings are remembered.</summary>
    internal void Review(CaptureTime now)
    {
        lock (gate)
        {
            foreach (Incident incident in byNumber.Values.Where(one => now.Since(one.Last) > FindingBook.Remembered && !changed.Contains(one.Number)).ToList())
            {
                byNumber.Remove(incident.Number);
                Forget(incident);
            }
        }
    }

    private static string? DeviceKey(Party party) => party.Device is { } device ? LiveDevice.NameOf(device.Id) : null;

    private static IEnumerable<string> KeysOf(Party? party)
    {
        if (party is null || party.Key.Length == 0) yield break;
        yield return party.Key;
        if (DeviceKey(party) is { } device) yield return device;
    }

    private static (List<string> Actors, List<string> Targets) RolesOf(Finding finding, FindingType type)
    {
        List<string> subject = [.. KeysOf(finding.Subject)], peer = [.. KeysOf(finding.Peer)];
        return type.SubjectIs == PartyRole.Target ? (peer, subject) : (subject, peer);
    }

    private void Place(Finding finding, FindingType type)
    {
        (List<string> actors, List<string> targets) = RolesOf(finding, type);
        if (actors.Count + targets.Count == 0) return;
        List<(Incident Group, JoinReason Why, string Through)> links = [.. actors.Concat(targets).SelectMany(key => byParty.GetValueOrDefault(key) ?? []).Distinct()
            .Where(group => group.IsOpen && IsNear(group, finding)).Select(group => Link(group, actors, targets)).OfType<(Incident Group, JoinReason Why, string Through)>()
            .OrderBy(link => link.Group.Number == 0).ThenBy(link => link.Group.Number).ThenBy(link => link.Group.Lead)];
        if (links.Count == 0)
        {
            Alone(finding, type);
            return;
        }
        Incident home = links[0].Group;
        foreach ((Incident other, JoinReason why, string through) in links.Skip(1).Where(link => !link.Group.IsTouched)) Absorb(home, other, why, through);
        Join(home, finding, type, links[0].Why, links[0].Through);
        Open(home, finding.First);
    }

    private static bool IsNear(Incident group, Finding finding) => finding.First.Since(group.Last) <= Window && group.First.Since(finding.Last) <= Window;

    private static (Incident Group, JoinReason Why, string Through)? Link(Incident group, List<string> actors, List<string> targets)
    {
        if (actors.Find(group.Actors.Contains) is { } actor) return (group, JoinReason.SameActor, actor);
        if (actors.Find(group.Targets.Contains) is { } turned) return (group, JoinReason.TargetActs, turned);
        if (targets.Find(group.Targets.Contains) is { } target) return (group, JoinReason.SameTarget, target);
        return targets.Find(group.Actors.Contains) is { } attacked ? (group, JoinReason.ActorIsTarget, attacked) : null;
    }

    private void Alone(Finding finding, FindingType type)
    {
        Incident group = new() { First = finding.First, Last = finding.Last, Members = [], Severity = finding.Severity, Lead = finding.Number };
        singles.AddLast(group);
        if (singles.Count > GroupsKept) Forget(singles.First!.Value);
        Join(group, finding, type, JoinReason.First, "");
        Open(group, finding.First);
    }

    private void Join(Incident incident, Finding finding, FindingType type, JoinReason why, string through)
    {
        if (incident.Members.Count >= MembersKept)
        {
            incident.More++;
            if (incident.Number > 0) changed.Add(incident.Number);
            return;
        }
        incident.Members.Add(new IncidentMember(finding.Number, why, through));
        byFinding[finding.Number] = incident;
        if (finding.First < incident.First) incident.First = finding.First;
        if (finding.Last > incident.Last) incident.Last = finding.Last;
        Know(incident, finding, type);
        Weigh(incident);
        joined.Add(finding.Number);
        if (incident.Number > 0) changed.Add(incident.Number);
    }

    /// <summary>Remembers the parties of a finding as those of its incident.</summary>
    private void Know(Incident incident, Finding finding, FindingType type)
    {
        (List<string> actors, List<string> targets) = RolesOf(finding, type);
        traits[finding.Number] = new Traits(finding.Severity, actors, targets);
        Know(incident, incident.Actors, actors);
        Know(incident, incident.Targets, targets);
    }

    /// <summary>Parties of an incident are those of its findings, after findings went or came.</summary>
    private void KnowAnew(Incident incident)
    {
        foreach (string key in incident.Actors.Concat(incident.Targets))
        {
            if (byParty.TryGetValue(key, out HashSet<Incident>? groups) && groups.Remove(incident) && groups.Count == 0) byParty.Remove(key);
        }
        incident.Actors.Clear();
        incident.Targets.Clear();
        foreach (Traits known in incident.Members.Select(member => traits.GetValueOrDefault(member.Finding)).OfType<Traits>())
        {
            Know(incident, incident.Actors, known.Actors);
            Know(incident, incident.Targets, known.Targets);
        }
    }

    private void Know(Incident incident, HashSet<string> parties, IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            if (parties.Count >= PartiesKept && !parties.Contains(key)) continue;
            parties.Add(key);
            if (!byParty.TryGetValue(key, out HashSet<Incident>? groups)) byParty[key] = groups = [];
            groups.RemoveWhere(group => group.MergedInto is not null || (group != incident && incident.Last.Since(group.Last) > Window));
            groups.Add(incident);
        }
    }

    private void Absorb(Incident home, Incident other, JoinReason why, string through)
    {
        long[] findings = [.. other.Members.Select(member => member.Finding)];
        Move(other, home, findings, member => member.Why == JoinReason.First ? member with { Why = why, Through = through } : member);
        home.More += other.More;
        if (other.Number == 0) singles.Remove(other);
        else
        {
            other.MergedInto = home.Number > 0 ? home.Number : null;
            changed.Add(other.Number);
        }
    }

    private void Move(Incident source, Incident target, IReadOnlyCollection<long> findings, Func<IncidentMember, IncidentMember> told)
    {
        HashSet<long> moving = [.. findings];
        foreach (IncidentMember member in source.Members.Where(member => moving.Contains(member.Finding)).ToList())
        {
            source.Members.Remove(member);
            if (target.Members.Count >= MembersKept)
            {
                target.More++;
                byFinding.Remove(member.Finding);
                continue;
            }
            target.Members.Add(told(member));
            byFinding[member.Finding] = target;
            joined.Add(member.Finding);
        }
        if (source.First < target.First) target.First = source.First;
        if (source.Last > target.Last) target.Last = source.Last;
        foreach (Incident incident in (Incident[])[source, target])
        {
            KnowAnew(incident);
            Weigh(incident);
        }
    }

    private void Weigh(Incident incident)
    {
        if (incident.Members.Count == 0) return;
        (incident.Severity, incident.Lead) = incident.Members.Select(member => (Severity: traits.GetValueOrDefault(member.Finding)?.Severity ?? Severity.Info, member.Finding)).OrderByDescending(one => one.Severity).ThenBy(one => one.Finding).First();
    }

    /// <summary>Makes an incident of a group that has become one.</summary>
    private void Open(Incident group, CaptureTime at)
    {
        if (group.Number > 0 || (group.Members.Count < 2 && group.Severity < Severity.High)) return;
        if (!Spend(at))
        {
            if (!group.IsRefused) NotOpened++;
            group.IsRefused = true;
            return;
        }
        singles.Remove(group);
        group.Number = ++last;
        byNumber[group.Number] = group;
        changed.Add(group.Number);
        foreach (IncidentMember member in group.Members) joined.Add(member.Finding);
    }

    private bool Spend(CaptureTime at)
    {
        long day = Math.DivRem(at.Nanoseconds, Day).Quotient;
        if (budget.Day != day) budget = (day, 0);
        if (budget.Opened >= DailyBudget) return false;
        budget.Opened++;
        return true;
    }

    private void Forget(Incident group)
    {
        singles.Remove(group);
        foreach (IncidentMember member in group.Members)
        {
            byFinding.Remove(member.Finding);
            traits.Remove(member.Finding);
        }
        foreach (string key in group.Actors.Concat(group.Targets))
        {
            if (byParty.TryGetValue(key, out HashSet<Incident>? groups) && groups.Remove(group) && groups.Count == 0) byParty.Remove(key);
        }
    }

    private void Clear()
    {
        byNumber.Clear();
        byFinding.Clear();
        byParty.Clear();
        traits.Clear();
        singles.Clear();
        changed.Clear();
        reopened.Clear();
        joined.Clear();
        (budget, NotOpened) = (default, 0);
    }

    /// <summary>What a finding is grouped by.</summary>
    private sealed record Traits(Severity Severity, List<string> Actors, List<string> Targets);
}
