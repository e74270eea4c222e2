using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wardkeeper.Hub.Response.Points.Nftables;

/// <summary>Where the packet filter stands between devices and the rest.</summary>
public enum NftablesHook
{
    /// <summary>Nowhere: the point is not used. The default.</summary>
    Off,

    /// <summary>In a router: devices are known by their IP addresses (family inet, hook forward).</summary>
    Router,

    /// <summary>In a bridge: devices are known by their MAC addresses (family bridge, hook forward). It knows no connections, so it cannot block new ones alone.</summary>
    Bridge,
}

/// <summary>One thing in a set of the filter: an address that is held back, until the kernel lets it go by itself.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Value">The address.</param>
/// <param name="Comment">Whose it is.</param>
/// <param name="Expires">Seconds until the kernel removes it.</param>
/// <param name="Packets">Packets that it held back, or that were looked at for its rate.</param>
internal sealed record NftablesElement(string Set, string Value, string Comment, long Expires, long Packets);

/// <summary>
/// What the filter's table holds, as text for <c>nft</c>, and what <c>nft -j</c> says of it. Actions are elements of sets with a time-out, so that the kernel ends them even when
/// nobody is left to do it; each carries the number of its action as its comment. The table is our own: nothing of it touches another's rules.
/// </summary>
internal static class NftablesRules
{
    private static readonly string[] Sets = ["isolated", "held", "slowed"];

    /// <summary>Whether a hook can carry out a step.</summary>
    public static bool Can(NftablesHook hook, LadderStep step) => step switch
    {
        LadderStep.IsolatePort or LadderStep.RateLimit => hook != NftablesHook.Off,
        LadderStep.BlockNewFlow => hook == NftablesHook.Router,
        _ => false,
    };

    /// <summary>The comment of an action's elements.</summary>
    public static string CommentOf(long action, long device) => string.Create(CultureInfo.InvariantCulture, $"action {action} device {device}");

    /// <summary>The set that an address goes into for a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="value">An IPv4, IPv6 or MAC address.</param>
    public static string SetOf(LadderStep step, string value)
    {
        string kind = step switch { LadderStep.IsolatePort => Sets[0], LadderStep.BlockNewFlow => Sets[1], _ => Sets[2] };
        return kind + (IsMac(value) ? "" : value.Contains(':', StringComparison.Ordinal) ? "6" : "4");
    }

    /// <summary>The name of nft's family for a hook.</summary>
    public static string FamilyOf(NftablesHook hook) => hook == NftablesHook.Bridge ? "bridge" : "inet";

    /// <summary>Makes the table as it should be; what is in the sets stays. One transaction.</summary>
    /// <param name="hook">Where it stands.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="rate">Kilobytes a second that a slowed address may send, and get.</param>
    public static string Table(NftablesHook hook, string table, int rate)
    {
        string at = $"{FamilyOf(hook)} {table}";
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"add table {at}\nadd chain {at} forward {{ type filter hook forward priority -10; policy accept; }}\nflush chain {at} forward\n");
        (string Suffix, string Type, string From, string To)[] kinds = hook == NftablesHook.Bridge ? [("", "ether_addr", "ether saddr", "ether daddr")] : [("4", "ipv4_addr", "ip saddr", "ip daddr"), ("6", "ipv6_addr", "ip6 saddr", "ip6 daddr")];
        foreach ((string suffix, string type, _, _) in kinds)
        {
            foreach (string set in Sets) text.Append(CultureInfo.InvariantCulture, $"add set {at} {set}{suffix} {{ type {type}; flags timeout; counter; }}\n");
            foreach (string way in (string[])["from", "to"]) text.Append(CultureInfo.InvariantCulture, $"add set {at} rate_{way}{suffix} {{ type {type}; flags dynamic,timeout; timeout 1m; size 65535; }}\n");
        }
        foreach ((string suffix, _, string from, string to) in kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"add rule {at} forward {from} @isolated{suffix} drop\nadd rule {at} forward {to} @isolated{suffix} drop\n");
            // Connections that exist go on: only what opens one is dropped. Of TCP that is seen at its first packet, also where the kernel followed no connections until now.
            if (hook == NftablesHook.Router)
            {
                foreach (string end in (string[])[from, to]) text.Append(CultureInfo.InvariantCulture, $"add rule {at} forward {end} @held{suffix} tcp flags & (syn | ack) == syn drop\nadd rule {at} forward {end} @held{suffix} meta l4proto != tcp ct state new drop\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"add rule {at} forward {from} @slowed{suffix} update @rate_from{suffix} {{ {from} limit rate over {rate} kbytes/second }} drop\n");
            text.Append(CultureInfo.InvariantCulture, $"add rule {at} forward {to} @slowed{suffix} update @rate_to{suffix} {{ {to} limit rate over {rate} kbytes/second }} drop\n");
        }
        return text.ToString();
    }

    /// <summary>Puts addresses into their set until a number of seconds is over.</summary>
    public static string Add(NftablesHook hook, string table, LadderStep step, IEnumerable<string> values, string comment, long seconds) => string.Concat(values.Select(value =>
        string.Create(CultureInfo.InvariantCulture, $"add element {FamilyOf(hook)} {table} {SetOf(step, value)} {{ {value} timeout {seconds}s comment \"{comment}\" }}\n")));

    /// <summary>Takes elements out again.</summary>
    public static string Delete(NftablesHook hook, string table, IEnumerable<NftablesElement> elements) =>
        string.Concat(elements.Select(element => $"delete element {FamilyOf(hook)} {table} {element.Set} {{ {element.Value} }}\n"));

    /// <summary>The elements that a table holds, as <c>nft -j list table</c> tells them.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static IReadOnlyList<NftablesElement> Read(string json)
    {
        List<NftablesElement> elements = [];
        using JsonDocument told = JsonDocument.Parse(json);
        if (!told.RootElement.TryGetProperty("nftables", out JsonElement lines) || lines.ValueKind != JsonValueKind.Array) return elements;
        foreach (JsonElement line in lines.EnumerateArray())
        {
            if (!line.TryGetProperty("set", out JsonElement set) || !set.TryGetProperty("elem", out JsonElement members) || members.ValueKind != JsonValueKind.Array) continue;
            foreach (JsonElement member in members.EnumerateArray())
            {
                // An element without time-out or comment is no action of ours; nft then tells the value alone.
                if (member.ValueKind != JsonValueKind.Object || !member.TryGetProperty("elem", out JsonElement one) || !one.TryGetProperty("comment", out JsonElement comment) || one.GetProperty("val").ValueKind != JsonValueKind.String) continue;
                elements.Add(new NftablesElement(set.GetProperty("name").GetString()!, one.GetProperty("val").GetString()!, comment.GetString()!,
                    one.TryGetProperty("expires", out JsonElement expires) ? expires.GetInt64() : 0, one.TryGetProperty("counter", out JsonElement counter) ? counter.GetProperty("packets").GetInt64() : 0));
            }
        }
        return elements;
    }

    private static bool IsMac(string value) => value.Length == 17 && value[2] == ':' && value.Count(letter => letter == ':') == 5;
}
