using System.Globalization;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>Puts ports on the bridges of VLANs, with filters by nftables on the port.</summary>
/// <param name="ward">The wires.</param>
/// <param name="filters">Named filters: rules of nftables' bridge family, one a line, for what comes in at the port.</param>
internal sealed class BridgeWires(Ward ward, IReadOnlyDictionary<string, string> filters) : IPortWires
{
    /// <inheritdoc/>
    public async Task ConnectAsync(string port, string mac, string? vlan, string? filter, CancellationToken cancel)
    {
        if (vlan is null)
        {
            await IpTool.BatchAsync(ward.Switch, [$"link set {port} nomaster"], cancel);
            return;
        }
        if (!int.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || !ward.Vlans.All.Contains(number))
        {
            await IpTool.BatchAsync(ward.Switch, [$"link set {port} nomaster"], cancel);
            throw new LabException($"the switch has no VLAN {vlan}; it has {string.Join(", ", ward.Vlans.All)}");
        }
        await FilterAsync(port, filter, cancel);
        await IpTool.BatchAsync(ward.Switch, [$"link set {port} master br{number}"], cancel);
    }

    /// <inheritdoc/>
    public PortCounters Count(string port) => NetworkThread.In(ward.Switch, () =>
    {
        // proc_net(5), net/dev: what the switch receives is what the device sent.
        string? line = File.ReadLines("/proc/thread-self/net/dev").FirstOrDefault(text => text.TrimStart().StartsWith(port + ":", StringComparison.Ordinal));
        if (line is null) return default;
        long[] numbers = [.. line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return new PortCounters(numbers[0], numbers[8], numbers[1], numbers[9]);
    });

    private async Task FilterAsync(string port, string? filter, CancellationToken cancel)
    {
        string rules = "";
        if (filter is not null && !filters.TryGetValue(filter, out rules!)) throw new LabException($"the switch has no filter {filter}; it has {string.Join(", ", filters.Keys)}");
        if (filters.Count == 0) return;
        await IpTool.ShellAsync(ward.Switch, $"nft -f - <<'N'\ntable bridge acl_{port} {{ }}\ndelete table bridge acl_{port}\n"
            + (filter is null ? "" : $"table bridge acl_{port} {{\n chain forward {{\n type filter hook forward priority 0; policy accept;\n{string.Concat(rules.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(rule => $"  iifname \"{port}\" {rule}\n"))} }}\n}}\n") + "N\n", cancel);
    }
}
