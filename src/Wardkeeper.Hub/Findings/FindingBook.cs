using Wardkeeper.Hub.Incidents;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>
/// All findings that may still be counted up, in memory. Numbers are given in the order of raising, so the same capture gives the
/// same numbers. A type may open so many findings a day; what is beyond is counted in one finding of its own, never dropped silently.
/// </summary>
/// <param name="forgets">Whether findings that were not seen for long leave the book; a capture's own book keeps all.</param>
public sealed class FindingBook(bool forgets = true) : IFindingSink
{
    /// <summary>New findings of one type in a day of capture time.</summary>
    public const int DailyBudget = 500;

    /// <summary>A finding that was not seen for this long is no longer counted up; when it comes back it is a new one.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>The finding that counts what a type's budget did not take.</summary>
    public static readonly FindingType Flood = new("finding-flood", Severity.Medium, Duty.Operator);

    private const long Day = 86_400 * CaptureTime.PerSecond;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Finding> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Finding> byNumber = [];
    private readonly Dictionary<string, (long Day, int Raised)> budgets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, Finding> changed = [];
    private readonly Dictionary<long, Suppression> suppressions = [];
    private readonly HashSet<long> reopened = [], ended = [], parted = [];
    private long last;

    /// <summary>Which of them belong together.</summary>
    public IncidentBook Incidents { get; } = new();

    /// <summary>Findings in the book, in the order of numbers.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get
        {
            lock (gate) return [.. byNumber.Values.OrderBy(finding => finding.Number)];
        }
    }

    /// <summary>Highest number that was given.</summary>
    public long LastNumber
    {
        get
        {
            lock (gate) return last;
        }
    }

    /// <summary>What was raised or counted up since <see cref="Saved"/>, in the order of numbers; with whether it was reopened.</summary>
    public IReadOnlyList<(Finding Finding, bool Reopened)> Changed
    {
        get
        {
            lock (gate) return [.. changed.Values.Select(finding => (finding, reopened.Contains(finding.Number)))];
        }
    }

    /// <summary>What was closed by itself since <see cref="Saved"/>, and still is.</summary>
    public IReadOnlyList<Finding> Ended
    {
        get
        {
            lock (gate) return [.. ended.Order().Select(number => byNumber[number]).Where(finding => finding.State == FindingState.Closed)];
        }
    }

    /// <summary>The finding that a sighting of this key would count up; null when there is none.</summary>
    public Finding? Find(string key)
    {
        lock (gate) return byKey.GetValueOrDefault(key);
    }

    /// <summary>Whether a person closed a finding of a type about a subject alone as not true, after a moment.</summary>
    /// <param name="type">The type.</param>
    /// <param name="subject">What the subject is recognised by.</param>
    /// <param name="since">The moment.</param>
    public bool IsHarmless(FindingType type, string subject, CaptureTime since)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Find(string.Join('|', type.Name, subject, "", "")) is { State: FindingState.Closed, Verdict: not null and not Verdict.True, ClosedAt: { } closed } && closed >= since;
    }

    /// <summary>Findings of some types that are open and that nothing suppresses, in the order of numbers.</summary>
    public IReadOnlyList<Finding> OpenOf(IReadOnlySet<string> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        lock (gate) return [.. byNumber.Values.Where(finding => finding.State != FindingState.Closed && finding.SuppressedBy is null && types.Contains(finding.Type)).OrderBy(finding => finding.Number)];
    }

    /// <summary>A finding in the book; null when it is not there (any more).</summary>
    public Finding? Find(long number)
    {
        lock (gate) return byNumber.GetValueOrDefault(number);
    }

    /// <inheritdoc/>
    public void Only(FindingType type, IReadOnlySet<string> keys, CaptureTime at)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(keys);
        lock (gate)
        {
            foreach (Finding finding in byNumber.Values.Where(finding => finding.Type == type.Name && finding.State != FindingState.Closed && !keys.Contains(finding.Key)))
            {
                (finding.State, finding.ClosedAt) = (FindingState.Closed, at);
                changed[finding.Number] = finding;
                ended.Add(finding.Number);
            }
        }
    }

    /// <inheritdoc/>
    public void Raise(Sighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        lock (gate) Take(sighting);
    }

    /// <summary>What was changed is stored.</summary>
    public void Saved()
    {
        lock (gate)
        {
            changed.Clear();
            reopened.Clear();
            ended.Clear();
        }
    }

    /// <summary>Fills the book with what is stored.</summary>
    /// <param name="stored">Findings.</param>
    /// <param name="lastNumber">Highest number ever given.</param>
    /// <param name="active">Suppressions that may hold.</param>
    public void Restore(IEnumerable<Finding> stored, long lastNumber, IEnumerable<Suppression> active)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(active);
        lock (gate)
        {
            byKey.Clear();
            byNumber.Clear();
            budgets.Clear();
            changed.Clear();
            reopened.Clear();
            ended.Clear();
            parted.Clear();
            suppressions.Clear();
            foreach (Finding finding in stored.OrderBy(finding => finding.Number))
            {
                if (finding.Key.Contains(" until ", StringComparison.Ordinal)) parted.Add(finding.Number);
                byKey[finding.Key] = finding;
                byNumber[finding.Number] = finding;
                Spend(finding.Type, finding.First);
            }
            foreach (Suppression suppression in active) suppressions[suppression.Number] = suppression;
            last = lastNumber;
        }
    }

    /// <summary>A person decided something about a finding: how it stands from now on.</summary>
    public void Decided(long number, FindingState state, Verdict? verdict, CaptureTime? closedAt)
    {
        lock (gate)
        {
            if (byNumber.TryGetValue(number, out Finding? finding)) (finding.State, finding.Verdict, finding.ClosedAt) = (state, verdict, closedAt);
        }
    }

    /// <summary>A suppression was made, changed or withdrawn. Findings it means carry its number from now on.</summary>
    public void Decided(Suppression suppression)
    {
        ArgumentNullException.ThrowIfNull(suppression);
        lock (gate)
        {
            suppressions[suppression.Number] = suppression;
            foreach (Finding finding in byNumber.Values.Where(suppression.Means)) finding.SuppressedBy = Covering(finding);
        }
    }

    /// <summary>Looks up again which devices findings are about, and forgets what was not seen for long.</summary>
    public void Review(IDeviceDirectory devices, CaptureTime now)
    {
        ArgumentNullException.ThrowIfNull(devices);
        lock (gate)
        {
            foreach (Finding finding in byNumber.Values.ToList())
            {
                if (forgets && now.Since(finding.Last) > Remembered && !changed.ContainsKey(finding.Number)) Forget(finding);
                else Identify(finding, devices);
            }
            if (forgets) Incidents.Review(now);
        }
    }

    /// <summary>
    /// An address went to another device. What was found about it was found about the device that had it: that is over, and stays with that
    /// device. Whatever is found at the address from now on is new, so that no verdict and no suppression passes from one device to the other.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="before">Number of the device that had it; 0 when none was known.</param>
    /// <param name="at">Since when another has it.</param>
    /// <param name="kept">Types that tell of the address itself, whoever has it.</param>
    public void PartWith(Address address, long before, CaptureTime at, IReadOnlySet<string> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (address.IsNone) return;
        lock (gate)
        {
            foreach (Finding finding in byKey.Values.Where(one => (one.Subject.Subject.Ip == address || one.Peer?.Subject.Ip == address) && !kept.Contains(one.Type) && one.Last <= at).ToList())
            {
                byKey.Remove(finding.Key);
                finding.Key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{finding.Key}|D-{before} until {at.Nanoseconds}");
                byKey[finding.Key] = finding;
                parted.Add(finding.Number);
                if (finding.State != FindingState.Closed)
                {
                    (finding.State, finding.ClosedAt) = (FindingState.Closed, at);
                    ended.Add(finding.Number);
                }
                changed[finding.Number] = finding;
            }
        }
    }

    private void Take(Sighting sighting)
    {
        if (byKey.TryGetValue(sighting.Key, out Finding? known))
        {
            Again(known, sighting);
            return;
        }
        if (sighting.Type != Flood && !Spend(sighting.Type.Name, sighting.At))
        {
            Take(new Sighting
            {
                Type = Flood,
                Subject = new Party(default),
                Discriminator = sighting.Type.Name,
                Confidence = 1,
                Arguments = [sighting.Type.Name, DailyBudget.ToString(System.Globalization.CultureInfo.InvariantCulture)],
                Facts = [new Fact("finding-type", sighting.Type.Name), new Fact("latest-subject", sighting.Subject.Address)],
                Evidence = sighting.Evidence,
            });
            return;
        }
        Add(sighting);
    }

    private void Add(Sighting sighting)
    {
        Finding finding = new()
        {
            Number = ++last,
            Type = sighting.Type.Name,
            Key = sighting.Key,
            Severity = sighting.Severity ?? sighting.Type.Severity,
            Confidence = sighting.Confidence,
            Subject = sighting.Subject,
            Peer = sighting.Peer,
            First = sighting.At,
            Last = sighting.At,
            Count = sighting.Times,
            Title = new PhraseKey(sighting.Type.Name + ".title", sighting.Arguments),
            Explanation = new PhraseKey(sighting.Type.Name + ".why", sighting.Arguments),
            Facts = sighting.Facts,
            Evidence = [sighting.Evidence],
            ReachedFrom = sighting.ReachedFrom is { } network ? [network] : [],
            Technique = sighting.Type.Technique,
            Duty = sighting.Type.Duty,
        };
        finding.SuppressedBy = Covering(finding);
        byKey[finding.Key] = finding;
        byNumber[finding.Number] = finding;
        changed[finding.Number] = finding;
        Incidents.Raised(finding, sighting.Type);
    }

    private long? Covering(Finding finding) =>
        suppressions.Count == 0 ? null : Suppression.Covering(suppressions.Values, finding.Type, finding.Subject.Device?.Id, finding.Subject.Address, finding.Subject.Subject.Ip)?.Number;

    private void Again(Finding finding, Sighting sighting)
    {
        finding.Count += sighting.Times;
        if (sighting.At < finding.First) finding.First = sighting.At;
        if (sighting.At >= finding.Last)
        {
            finding.Last = sighting.At;
            finding.Facts = sighting.Facts;
            (finding.Title, finding.Explanation) = (finding.Title with { Arguments = sighting.Arguments }, finding.Explanation with { Arguments = sighting.Arguments });
        }
        Severity severity = sighting.Severity ?? sighting.Type.Severity;
        bool isWorse = severity > finding.Severity;
        if (isWorse) finding.Severity = severity;
        finding.Confidence = Math.Max(finding.Confidence, sighting.Confidence);
        if (sighting.Subject.Device is not null) finding.Subject = sighting.Subject;
        if (sighting.Peer?.Device is not null) finding.Peer = sighting.Peer;
        Keep(finding, sighting.Evidence);
        if (sighting.ReachedFrom is { } network && finding.ReachedFrom.Count < Finding.NetworksKept && !finding.ReachedFrom.Contains(network)) finding.ReachedFrom = [.. finding.ReachedFrom, network];
        bool comesBack = ComesBack(finding, sighting.At, isWorse);
        if (comesBack)
        {
            (finding.State, finding.Verdict, finding.ClosedAt) = (FindingState.New, null, null);
            finding.Reopened++;
            reopened.Add(finding.Number);
        }
        changed[finding.Number] = finding;
        Incidents.Seen(finding, comesBack);
    }

    /// <summary>What was handled and is seen again was not mended. What was called harmless stays closed, unless it got worse.</summary>
    private static bool ComesBack(Finding finding, CaptureTime at, bool isWorse) =>
        finding is { State: FindingState.Closed, ClosedAt: { } closed } && at > closed && (isWorse || finding.Verdict is null or Verdict.True);

    private static void Keep(Finding finding, Evidence evidence)
    {
        if (finding.Evidence.Count > 0 && finding.Evidence[^1].Uid is { } uid && uid == evidence.Uid && finding.Evidence[^1].Log == evidence.Log) return;
        // A busy pair is seen many times a second; once there is enough, evidence of the same minute adds nothing.
        bool isFull = finding.Evidence.Count >= Finding.EvidenceKept;
        if (isFull && evidence.At.Since(finding.Evidence[^1].At) < TimeSpan.FromMinutes(1)) return;
        List<Evidence> kept = [.. finding.Evidence, evidence];
        if (isFull) kept.RemoveAt(Finding.EvidenceKept / 2);
        finding.Evidence = kept;
    }

    private bool Spend(string type, CaptureTime at)
    {
        long day = Math.DivRem(at.Nanoseconds, Day).Quotient;
        (long Day, int Raised) budget = budgets.GetValueOrDefault(type);
        if (budget.Day != day) budget = (day, 0);
        if (budget.Raised >= DailyBudget) return false;
        budgets[type] = (day, budget.Raised + 1);
        return true;
    }

    private void Identify(Finding finding, IDeviceDirectory devices)
    {
        // It belongs to the device that had the address, not to the one that has it.
        if (parted.Contains(finding.Number)) return;
        Party subject = finding.Subject with { Device = devices.Of(finding.Subject.Subject) ?? finding.Subject.Device };
        Party? peer = finding.Peer is null ? null : finding.Peer with { Device = devices.Of(finding.Peer.Subject) ?? finding.Peer.Device };
        if (SameDevice(subject.Device, finding.Subject.Device) && SameDevice(peer?.Device, finding.Peer?.Device)) return;
        (finding.Subject, finding.Peer) = (subject, peer);
        finding.SuppressedBy = Covering(finding);
        changed[finding.Number] = finding;
    }

    private static bool SameDevice(DeviceFacts? one, DeviceFacts? other) =>
        (one?.Id, one?.Name, one?.Type, one?.Department, one?.Person) == (other?.Id, other?.Name, other?.Type, other?.Department, other?.Person);

    private void Forget(Finding finding)
    {
        byNumber.Remove(finding.Number);
        parted.Remove(finding.Number);
        if (byKey.TryGetValue(finding.Key, out Finding? current) && current == finding) byKey.Remove(finding.Key);
    }
}
