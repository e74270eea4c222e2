using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>A card that a switch has learnt.</summary>
/// <param name="Mac">The card.</param>
/// <param name="Port">Name of the port (ifName), else its number.</param>
/// <param name="Vlan">The VLAN (or the number of its filtering database); 0 where the switch does not tell.</param>
public readonly record struct LearntCard(MacAddress Mac, string Port, int Vlan);

/// <summary>A neighbour that told its name over LLDP.</summary>
/// <param name="Port">Our port.</param>
/// <param name="Name">Its name; empty when it told none.</param>
/// <param name="PortId">Its port.</param>
/// <param name="PassesOn">Whether it says that it is a bridge, a router or an access point.</param>
public readonly record struct SwitchNeighbour(string Port, string Name, string PortId, bool PassesOn);

/// <summary>Which card is at which port of a switch, by BRIDGE-MIB, Q-BRIDGE-MIB, IF-MIB and LLDP-MIB.</summary>
/// <param name="Switch">The switch's name (sysName).</param>
/// <param name="Cards">Cards that were learnt, not the switch's own.</param>
/// <param name="Neighbours">Neighbours by LLDP.</param>
public sealed record SwitchTable(string Switch, IReadOnlyList<LearntCard> Cards, IReadOnlyList<SwitchNeighbour> Neighbours)
{
    private const string SysName = "1.3.6.1.2.1.1.5", IfName = "1.3.6.1.2.1.31.1.1.1.1", BasePort = "1.3.6.1.2.1.17.1.4.1.2",
        Dot1dPort = "1.3.6.1.2.1.17.4.3.1.2", Dot1dStatus = "1.3.6.1.2.1.17.4.3.1.3", Dot1qPort = "1.3.6.1.2.1.17.7.1.2.2.1.2", Dot1qStatus = "1.3.6.1.2.1.17.7.1.2.2.1.3",
        LldpPort = "1.0.8802.1.1.2.1.3.7.1.3", LldpRemotePort = "1.0.8802.1.1.2.1.4.1.1.7", LldpRemoteName = "1.0.8802.1.1.2.1.4.1.1.9", LldpRemoteCan = "1.0.8802.1.1.2.1.4.1.1.12";

    private const long Learned = 3;

    /// <summary>Reads a switch.</summary>
    /// <exception cref="SnmpException">It does not answer, refuses, or answers what cannot be read.</exception>
    public static async Task<SwitchTable> ReadAsync(SnmpAccess access, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(access);
        using SnmpClient client = new(access);
        string name = (await client.WalkAsync(SysName, cancel)).Select(value => Text(value.Bytes)).FirstOrDefault() ?? access.Address.ToString();
        Dictionary<long, string> names = (await client.WalkAsync(IfName, cancel)).ToDictionary(value => Index(value.Name, IfName)[0], value => Text(value.Bytes));
        Dictionary<long, string> ports = (await client.WalkAsync(BasePort, cancel)).ToDictionary(value => Index(value.Name, BasePort)[0], value => names.GetValueOrDefault(value.Number) ?? Number(value.Number));
        // A switch that knows VLANs tells its whole table in Q-BRIDGE-MIB alone.
        List<LearntCard> cards = await CardsAsync(client, Dot1qPort, Dot1qStatus, ports, cancel);
        if (cards.Count == 0) cards = await CardsAsync(client, Dot1dPort, Dot1dStatus, ports, cancel);
        return new SwitchTable(name, [.. cards.OrderBy(card => card.Port, StringComparer.Ordinal).ThenBy(card => card.Mac)], await NeighboursAsync(client, ports, cancel));
    }

    /// <summary>Cards by port; ports that lead to another switch, by LLDP, are left out.</summary>
    public IEnumerable<IGrouping<string, LearntCard>> AtEdge()
    {
        HashSet<string> leading = [.. Neighbours.Where(one => one.PassesOn).Select(one => one.Port)];
        return Cards.Where(card => !leading.Contains(card.Port)).GroupBy(card => card.Port, StringComparer.Ordinal);
    }

    private static async Task<List<LearntCard>> CardsAsync(SnmpClient client, string port, string status, Dictionary<long, string> ports, CancellationToken cancel)
    {
        Dictionary<string, long> states = (await client.WalkAsync(status, cancel)).ToDictionary(value => value.Name[status.Length..], value => value.Number, StringComparer.Ordinal);
        List<LearntCard> cards = [];
        foreach (SnmpValue value in await client.WalkAsync(port, cancel))
        {
            long[] index = Index(value.Name, port);
            if (index.Length < 6 || index[^6..].Any(part => part > 255) || value.Number == 0 || states.GetValueOrDefault(value.Name[port.Length..], Learned) != Learned) continue;
            MacAddress mac = new(index[^6..].Aggregate(0UL, (sum, part) => (sum << 8) | (ulong)part));
            if (!mac.IsNone && !mac.IsGroup) cards.Add(new LearntCard(mac, ports.GetValueOrDefault(value.Number) ?? Number(value.Number), index.Length == 7 ? (int)Math.Min(index[0], 4095) : 0));
        }
        return cards;
    }

    private static async Task<List<SwitchNeighbour>> NeighboursAsync(SnmpClient client, Dictionary<long, string> ports, CancellationToken cancel)
    {
        Dictionary<long, string> own = (await client.WalkAsync(LldpPort, cancel)).ToDictionary(value => Index(value.Name, LldpPort)[0], value => Text(value.Bytes));
        Dictionary<string, string> names = (await client.WalkAsync(LldpRemoteName, cancel)).ToDictionary(value => value.Name[LldpRemoteName.Length..], value => Text(value.Bytes), StringComparer.Ordinal);
        Dictionary<string, byte[]> can = (await client.WalkAsync(LldpRemoteCan, cancel)).ToDictionary(value => value.Name[LldpRemoteCan.Length..], value => value.Bytes ?? [], StringComparer.Ordinal);
        List<SwitchNeighbour> neighbours = [];
        foreach (SnmpValue value in await client.WalkAsync(LldpRemotePort, cancel))
        {
            string suffix = value.Name[LldpRemotePort.Length..];
            long[] index = Index(value.Name, LldpRemotePort);
            if (index.Length != 3) continue;
            // LldpSystemCapabilitiesMap: other, repeater, bridge, wlanAccessPoint, router …, the first bit the highest.
            bool passesOn = can.GetValueOrDefault(suffix) is [var bits, ..] && (bits & 0b0011_1000) != 0;
            neighbours.Add(new SwitchNeighbour(own.GetValueOrDefault(index[1]) ?? ports.GetValueOrDefault(index[1]) ?? Number(index[1]), names.GetValueOrDefault(suffix, ""), Text(value.Bytes), passesOn));
        }
        return neighbours;
    }

    private static long[] Index(string name, string root) => [.. name[(root.Length + 1)..].Split('.').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Text, or hexadecimal digits where it is none.</summary>
    private static string Text(byte[]? bytes) => bytes is null ? "" : bytes.All(one => one is >= 32 and < 127) ? System.Text.Encoding.ASCII.GetString(bytes) : Convert.ToHexStringLower(bytes);
}
