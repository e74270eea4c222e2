using System.Globalization;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads the keywords about flows: who speaks, what was noted before, and how often a match becomes an alert.</summary>
internal static class FlowKeywords
{
    private delegate long Field(in PacketView view);

    private static readonly (string Word, Field Read)[] Fields =
    [
        ("flow.age", static (in PacketView view) => (long)view.Packet.At.Since(view.Flow.View.Began).TotalSeconds),
        ("flow.pkts_toserver", static (in PacketView view) => view.Flow.PacketsToServer),
        ("flow.pkts_toclient", static (in PacketView view) => view.Flow.PacketsToClient),
        ("flow.bytes_toserver", static (in PacketView view) => view.Flow.BytesToServer),
        ("flow.bytes_toclient", static (in PacketView view) => view.Flow.BytesToClient),
    ];

    /// <summary>All of them as keywords.</summary>
    public static IEnumerable<Keyword> All()
    {
        yield return new Keyword("flow", Flow);
        yield return new Keyword("flowbits", FlowBits);
        yield return new Keyword("flowint", FlowInt);
        yield return new Keyword("xbits", XBits);
        yield return new Keyword("hostbits", HostBits);
        yield return new Keyword("threshold", Threshold);
        yield return new Keyword("detection_filter", DetectionFilter);
        yield return new Keyword("app-layer-protocol", Service);
        foreach ((string word, Field read) in Fields)
        {
            yield return new Keyword(word, (rule, value) =>
            {
                NumberTest test = NumberTest.Parse(rule.Keyword, value);
                rule.Rule.Tests.Add((in PacketView view) => test.Holds(read(in view)));
                rule.Rule.NeedsPacket = true;
            });
        }
    }

    private static void Flow(RuleBuilder rule, string? value)
    {
        foreach (string word in ContentKeywords.Words(value))
        {
            switch (word.ToLowerInvariant())
            {
                case "to_server" or "from_client": rule.Rule.ToServer = true; break;
                case "to_client" or "from_server": rule.Rule.ToServer = false; break;
                case "established": rule.Rule.Established = true; break;
                case "not_established": rule.Rule.Established = false; break;
                case "only_stream": rule.Rule.IsStreamOnly = true; break;
                case "no_stream": rule.Rule.IsPacketOnly = true; break;
                case "no_frag": rule.Rule.Tests.Add(static (in PacketView view) => (view.Packet.Notes & Decode.PacketNotes.Reassembled) == 0); break;
                case "only_frag": rule.Rule.Tests.Add(static (in PacketView view) => (view.Packet.Notes & Decode.PacketNotes.Reassembled) != 0); break;
                case "stateless" or "": break;
                default: throw new RefusedException(rule.Keyword, $"{word} is not known");
            }
        }
    }

    private static void FlowBits(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words is ["noalert"])
        {
            rule.Rule.IsSilent = true;
            return;
        }
        if (words.Length < 2) throw new RefusedException(rule.Keyword, "a name is missing");
        int[] bits = [.. string.Join(',', words[1..]).Split('|', StringSplitOptions.TrimEntries).Select(name => rule.Notes.Of(rule.Keyword, name))];
        if (words[0] is "set" or "toggle") rule.Rule.Sets.UnionWith(bits);
        if (words[0] == "isset") rule.Rule.Awaits.Add(bits);
        rule.Rule.Notes.Add(words[0] switch
        {
            "set" => new FlowNote(null, flow => Each(bits, bit => flow.Set(bit, true))),
            "unset" => new FlowNote(null, flow => Each(bits, bit => flow.Set(bit, false))),
            "toggle" => new FlowNote(null, flow => Each(bits, bit => flow.Set(bit, !flow.Has(bit)))),
            "isset" => new FlowNote(flow => Array.Exists(bits, flow.Has), null),
            "isnotset" => new FlowNote(flow => !Array.Exists(bits, flow.Has), null),
            _ => throw new RefusedException(rule.Keyword, $"{words[0]} is not known"),
        });
    }

    private static void Each(int[] bits, Action<int> change)
    {
        foreach (int bit in bits) change(bit);
    }

    /// <summary><c>flowint:name,+,1</c>, <c>flowint:name,&gt;,5</c>, <c>flowint:name,notset</c></summary>
    private static void FlowInt(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words.Length < 2) throw new RefusedException(rule.Keyword, "it is written name,operation,value");
        int name = rule.Notes.Of(rule.Keyword, "flowint " + words[0]);
        if (words.Length == 2)
        {
            rule.Rule.Notes.Add(words[1] switch
            {
                "isset" => new FlowNote(flow => flow.Counter(name) is not null, null),
                "notset" or "isnotset" => new FlowNote(flow => flow.Counter(name) is null, null),
                _ => throw new RefusedException(rule.Keyword, $"{words[1]} is not known"),
            });
            return;
        }
        int other = -1;
        if (!uint.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)) other = rule.Notes.Of(rule.Keyword, "flowint " + words[2]);
        uint Value(FlowMemory flow) => other < 0 ? number : flow.Counter(other) ?? 0;
        rule.Rule.Notes.Add(words[1] switch
        {
            "=" => new FlowNote(null, flow => flow.Count(name, Value(flow))),
            "+" => new FlowNote(null, flow => flow.Count(name, unchecked((flow.Counter(name) ?? 0) + Value(flow)))),
            "-" => new FlowNote(null, flow => flow.Count(name, unchecked((flow.Counter(name) ?? 0) - Value(flow)))),
            "==" => new FlowNote(flow => flow.Counter(name) == Value(flow), null),
            "!=" => new FlowNote(flow => flow.Counter(name) is { } now && now != Value(flow), null),
            ">" => new FlowNote(flow => flow.Counter(name) > Value(flow), null),
            "<" => new FlowNote(flow => flow.Counter(name) < Value(flow), null),
            ">=" => new FlowNote(flow => flow.Counter(name) >= Value(flow), null),
            "<=" => new FlowNote(flow => flow.Counter(name) <= Value(flow), null),
            _ => throw new RefusedException(rule.Keyword, $"{words[1]} is not known"),
        });
    }

    /// <summary><c>xbits:set,name,track ip_src,expire 60</c></summary>
    private static void XBits(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words is ["noalert"])
        {
            rule.Rule.IsSilent = true;
            return;
        }
        string? track = words.FirstOrDefault(word => word.StartsWith("track ", StringComparison.Ordinal))?[6..].Trim();
        string seconds = words.FirstOrDefault(word => word.StartsWith("expire ", StringComparison.Ordinal))?[7..].Trim() ?? "30";
        string about = track switch { "ip_src" => "src", "ip_dst" => "dst", "ip_pair" => "both", _ => throw new RefusedException(rule.Keyword, $"track {track} is not supported") };
        Host(rule, words[0], words.Length > 1 ? words[1] : "", about, seconds);
    }

    /// <summary><c>hostbits:set,name,src</c></summary>
    private static void HostBits(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words is ["noalert"])
        {
            rule.Rule.IsSilent = true;
            return;
        }
        if (words.Length > 2 && words[2] is not ("src" or "dst" or "both")) throw new RefusedException(rule.Keyword, $"{words[2]} is not known");
        Host(rule, words[0], words.Length > 1 ? words[1] : "", words.Length > 2 && words[2] == "dst" ? "dst" : "src", "300");
    }

    private static void Host(RuleBuilder rule, string operation, string name, string about, string seconds)
    {
        if (operation is not ("set" or "unset" or "toggle" or "isset" or "isnotset")) throw new RefusedException(rule.Keyword, $"{operation} is not known");
        if (name.Length == 0) throw new RefusedException(rule.Keyword, "a name is missing");
        if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int expire) || expire == 0) throw new RefusedException(rule.Keyword, $"{seconds} is no number of seconds");
        rule.Rule.HostNotes.Add(new HostNote(operation, name, about, expire));
    }

    private static void Threshold(RuleBuilder rule, string? value) => Frequency(rule, value, null);

    private static void DetectionFilter(RuleBuilder rule, string? value) => Frequency(rule, value, "filter");

    private static void Frequency(RuleBuilder rule, string? value, string? kind)
    {
        string? track = null, unique = null;
        int count = 0, seconds = 0;
        foreach (string word in ContentKeywords.Words(value))
        {
            string[] pair = word.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (pair.Length != 2) throw new RefusedException(rule.Keyword, $"{word} is not known");
            switch (pair[0])
            {
                case "type": kind = pair[1]; break;
                case "track": track = pair[1]; break;
                case "count": count = (int)Math.Clamp(rule.Amount(pair[1]).Constant, 0, int.MaxValue); break;
                case "seconds": seconds = (int)Math.Clamp(rule.Amount(pair[1]).Constant, 0, int.MaxValue); break;
                case "unique_on": unique = pair[1] is "src_port" or "dst_port" ? pair[1] : throw new RefusedException(rule.Keyword, $"{pair[1]} is not known"); break;
                default: throw new RefusedException(rule.Keyword, $"{word} is not known");
            }
        }
        if (kind is not ("limit" or "threshold" or "both" or "filter")) throw new RefusedException(rule.Keyword, $"type {kind} is not supported");
        string about = track switch { "by_src" => "src", "by_dst" => "dst", "by_both" => "both", "by_rule" => "rule", "by_flow" => "flow", _ => throw new RefusedException(rule.Keyword, $"track {track} is not known") };
        if (count == 0 || seconds == 0) throw new RefusedException(rule.Keyword, "count and seconds are needed");
        rule.Rule.Threshold = new Threshold(kind, about, count, seconds, unique);
    }

    private static void Service(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        bool negated = words[0].StartsWith('!');
        string name = words[0].TrimStart('!');
        if (words.Length > 1) throw new RefusedException(rule.Keyword, $"{words[1]} is not supported");
        if (!RuleProtocol.TryServices(name, out string[] services)) throw new RefusedException(rule.Keyword, $"{name} is not supported");
        int[] known = [.. services.Select(ServiceIndexes.Of).Where(index => index >= 0)];
        rule.Rule.Tests.Add((in PacketView view) =>
        {
            bool holds = false;
            foreach (int index in known) holds |= view.Flow.Services.Contains(index);
            return negated ? !holds && !view.Flow.Services.IsEmpty : holds;
        });
        rule.Rule.AsksService = true;
    }
}
