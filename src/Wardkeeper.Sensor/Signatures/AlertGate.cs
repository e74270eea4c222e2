using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>
/// Stands where the matches of all shards come together in packet order: asks and sets what is noted about hosts, and lets of many matches become alerts
/// as many as the rule's threshold says. Bounded; the oldest goes first.
/// </summary>
internal sealed class AlertGate
{
    private const int Most = 65_536;
    private readonly Dictionary<string, HashSet<string>> sets = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, Address One, Address Other), CaptureTime> notes = [];
    private readonly Dictionary<(long Sid, Address One, Address Other, string? Flow), Count> counts = [];

    /// <summary>Whether a match becomes an alert.</summary>
    public bool Lets(SignatureAlert alert)
    {
        Rule rule = alert.Rule;
        foreach (HostNote note in rule.HostNotes)
        {
            if (note.Operation is not ("isset" or "isnotset")) continue;
            bool isSet = notes.TryGetValue(KeyOf(note, alert), out CaptureTime until) && until >= alert.At;
            if (isSet != (note.Operation == "isset")) return false;
        }
        if (!AreValuesRight(alert.Values)) return false;
        foreach (HostNote note in rule.HostNotes) Change(note, alert);
        return (rule.Threshold is not { } threshold || Passes(threshold, alert)) && !rule.IsSilent;
    }

    /// <summary>Asks the sets that rules change, then changes them; putting in what is there, or taking out what is not, is no match.</summary>
    private bool AreValuesRight(IReadOnlyList<(DatasetCheck Check, string Value)> values)
    {
        foreach ((DatasetCheck check, string value) in values)
        {
            if (check.Asks(SetOf(check).Contains(value))) continue;
            return false;
        }
        foreach ((DatasetCheck check, string value) in values)
        {
            HashSet<string> set = SetOf(check);
            if (check.Operation == "set" && (set.Count >= Datasets.Most || !set.Add(value))) return false;
            if (check.Operation == "unset" && !set.Remove(value)) return false;
        }
        return true;
    }

    private HashSet<string> SetOf(DatasetCheck check)
    {
        if (!sets.TryGetValue(check.Set.Name, out HashSet<string>? set)) sets.Add(check.Set.Name, set = new HashSet<string>(check.Set.Loaded, StringComparer.Ordinal));
        return set;
    }

    private void Change(HostNote note, SignatureAlert alert)
    {
        (string, Address, Address) key = KeyOf(note, alert);
        bool isSet = notes.TryGetValue(key, out CaptureTime until) && until >= alert.At;
        if (note.Operation == "set" || (note.Operation == "toggle" && !isSet))
        {
            if (notes.Count >= Most) Forget(alert.At);
            notes[key] = new CaptureTime(alert.At.Nanoseconds + (note.Seconds * CaptureTime.PerSecond));
        }
        else if (note.Operation is "unset" or "toggle") notes.Remove(key);
    }

    private void Forget(CaptureTime now)
    {
        foreach ((string, Address, Address) old in notes.Where(one => one.Value < now).Select(static one => one.Key).ToArray()) notes.Remove(old);
        if (notes.Count >= Most) notes.Remove(notes.OrderBy(static one => one.Value.Nanoseconds).First().Key);
    }

    private static (string, Address, Address) KeyOf(HostNote note, SignatureAlert alert) => note.Track switch
    {
        "src" => (note.Name, alert.Source, default),
        "dst" => (note.Name, alert.Destination, default),
        _ => alert.Source < alert.Destination ? (note.Name, alert.Source, alert.Destination) : (note.Name, alert.Destination, alert.Source),
    };

    private bool Passes(Threshold threshold, SignatureAlert alert)
    {
        (long, Address, Address, string?) key = threshold.Track switch
        {
            "src" => (alert.Rule.Sid, alert.Source, default, null),
            "dst" => (alert.Rule.Sid, alert.Destination, default, null),
            "both" => (alert.Rule.Sid, alert.Source, alert.Destination, null),
            "flow" => (alert.Rule.Sid, default, default, alert.Flow!.Uid),
            _ => (alert.Rule.Sid, default, default, null),
        };
        if (!counts.TryGetValue(key, out Count? count))
        {
            if (counts.Count >= Most) counts.Remove(counts.OrderBy(static one => one.Value.Since.Nanoseconds).First().Key);
            counts.Add(key, count = new Count(alert.At));
        }
        int? port = threshold.Unique switch { "src_port" => alert.SourcePort, "dst_port" => alert.DestinationPort, _ => null };
        return count.Add(threshold, alert.At, port);
    }

    /// <summary>Matches since a moment.</summary>
    private sealed class Count(CaptureTime since)
    {
        private HashSet<int>? ports;
        private int seen;

        public CaptureTime Since { get; private set; } = since;

        /// <summary>Counts one more and says whether it becomes an alert.</summary>
        public bool Add(Threshold threshold, CaptureTime at, int? port)
        {
            if (at.Nanoseconds - Since.Nanoseconds > threshold.Seconds * CaptureTime.PerSecond)
            {
                (Since, seen) = (at, 0);
                ports?.Clear();
            }
            if (port is { } one)
            {
                ports ??= [];
                if (ports.Count > threshold.Count || ports.Add(one)) seen++;
            }
            else seen++;
            switch (threshold.Kind)
            {
                case "limit":
                    return seen <= threshold.Count;
                case "both":
                    return seen == threshold.Count;
                case "filter":
                    return seen > threshold.Count;
                default:
                    if (seen < threshold.Count) return false;
                    seen = 0;
                    Since = at;
                    return true;
            }
        }
    }
}
