using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>A service that the border makes reachable from outside (destination NAT, port forwarding, reverse proxy).</summary>
/// <param name="Outside">Address outside; "none" when the table does not say.</param>
/// <param name="OutsideFirst">First port outside.</param>
/// <param name="OutsideLast">Last port outside.</param>
/// <param name="Inside">Address inside.</param>
/// <param name="InsideFirst">First port inside.</param>
/// <param name="InsideLast">Last port inside.</param>
/// <param name="Carrier">TCP, UDP or both.</param>
/// <param name="Name">What the table calls it, or null.</param>
/// <param name="Row">Row in the file.</param>
public sealed record PublishedService(Address Outside, int OutsideFirst, int OutsideLast, Address Inside, int InsideFirst, int InsideLast, Carrier Carrier, string? Name, int Row)
{
    /// <summary>Where it is reached from outside: <c>203.0.113.5:443</c>; the address is left out when the table does not say it.</summary>
    public string OutsideText => (Outside.IsNone ? "*" : Bracketed(Outside)) + Ports(OutsideFirst, OutsideLast);

    /// <summary>What is reached inside: <c>10.3.5.8:8443</c>.</summary>
    public string InsideText => Bracketed(Inside) + Ports(InsideFirst, InsideLast);

    /// <summary>Its transports in words: tcp, udp or tcp+udp.</summary>
    public string CarrierText => Carrier switch { Carrier.Tcp => "tcp", Carrier.Udp => "udp", _ => "tcp+udp" };

    private static string Bracketed(Address address) => address.IsV4 ? address.ToString() : $"[{address}]";

    private static string Ports(int first, int last) => first == 1 && last == 65_535 ? "" : first == last ? string.Create(CultureInfo.InvariantCulture, $":{first}") : string.Create(CultureInfo.InvariantCulture, $":{first}-{last}");
}

/// <summary>Reads the border's NAT or publishing table.</summary>
public static class PublishingTable
{
    private static readonly (string Field, string[] Headings)[] Columns =
    [
        ("outside", ["公网地址", "公网ip", "外网地址", "外网ip", "外部地址", "external address", "external ip", "public ip", "public address", "outside", "global ip", "original destination", "destination"]),
        ("outsidePort", ["公网端口", "外网端口", "外部端口", "external port", "public port", "outside port", "global port", "original port", "destination port", "port"]),
        ("inside", ["内网地址", "内网ip", "内部地址", "私网地址", "internal address", "internal ip", "private ip", "inside", "local ip", "translated destination", "translated address", "mapped ip", "server"]),
        ("insidePort", ["内网端口", "内部端口", "私网端口", "internal port", "private port", "inside port", "local port", "translated port", "mapped port"]),
        ("carrier", ["协议", "传输协议", "protocol", "proto", "transport"]),
        ("name", ["名称", "服务", "规则名称", "策略名称", "描述", "备注", "name", "rule", "rule name", "service", "description", "comment"]),
    ];

    /// <summary>Reads the table; every row that cannot be taken is told with its column.</summary>
    public static (IReadOnlyList<PublishedService> Services, IReadOnlyList<RegisterProblem> Problems) Read(RegisterTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Dictionary<string, int> at = [];
        for (int i = 0; i < table.Headings.Count; i++)
        {
            string heading = RegisterColumns.Normal(table.Headings[i]);
            if (Columns.FirstOrDefault(column => column.Headings.Any(known => RegisterColumns.Normal(known) == heading)).Field is { } field) at.TryAdd(field, i);
        }
        if (!at.ContainsKey("inside")) return ([], [new RegisterProblem(1, 0, "", "no-inside-address", string.Join(", ", table.Headings)[..Math.Min(80, string.Join(", ", table.Headings).Length)])]);
        List<PublishedService> services = [];
        List<RegisterProblem> problems = [];
        foreach ((int number, IReadOnlyList<string> cells) in table.Rows)
        {
            Row row = new(number, cells, at, table.Headings, problems);
            if (row.Service() is { } service) services.Add(service);
        }
        return (services, problems);
    }

    private sealed class Row(int number, IReadOnlyList<string> cells, Dictionary<string, int> at, IReadOnlyList<string> headings, List<RegisterProblem> problems)
    {
        public PublishedService? Service()
        {
            int before = problems.Count;
            Address inside = AddressOf("inside", true), outside = AddressOf("outside", false);
            (int first, int last) = Ports("insidePort");
            (int outsideFirst, int outsideLast) = Ports("outsidePort");
            if (first == 0) (first, last) = (outsideFirst, outsideLast);
            if (outsideFirst == 0) (outsideFirst, outsideLast) = (first, last);
            Carrier carrier = CarrierOf();
            if (problems.Count > before) return null;
            string name = Cell("name");
            return new PublishedService(outside, outsideFirst == 0 ? 1 : outsideFirst, outsideLast == 0 ? 65_535 : outsideLast, inside, first == 0 ? 1 : first, last == 0 ? 65_535 : last, carrier, name.Length == 0 ? null : name, number);
        }

        private Address AddressOf(string field, bool isNeeded)
        {
            string cell = Cell(field);
            // Some borders write the address with its prefix length or with its port.
            string text = cell.Split('/')[0];
            if (text.Count(c => c == ':') == 1) text = text.Split(':')[0];
            if (Address.TryParse(text, out Address address)) return address;
            if (isNeeded || (cell.Length > 0 && cell is not "any" and not "*")) Problem(field, "not-an-ip", cell);
            return default;
        }

        private (int First, int Last) Ports(string field)
        {
            string cell = Cell(field);
            if (cell.Length == 0 || cell is "any" or "*" or "-" or "全部" or "任意") return (0, 0);
            string[] ends = cell.Split(['-', '~', ':'], 2, StringSplitOptions.TrimEntries);
            if (Port(ends[0], out int first) && Port(ends[^1], out int last) && first <= last) return (first, last);
            Problem(field, "not-a-port", cell);
            return (0, 0);
        }

        private Carrier CarrierOf()
        {
            string cell = Cell("carrier").ToUpperInvariant();
            switch (cell)
            {
                case "TCP" or "6" or "HTTP" or "HTTPS":
                    return Carrier.Tcp;
                case "UDP" or "17":
                    return Carrier.Udp;
                case "" or "ANY" or "*" or "ALL" or "IP" or "TCP/UDP" or "TCP+UDP" or "BOTH" or "任意" or "全部":
                    return Carrier.Tcp | Carrier.Udp;
                default:
                    Problem("carrier", "not-a-transport", cell);
                    return Carrier.None;
            }
        }

        private static bool Port(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535;

        private string Cell(string field) => at.TryGetValue(field, out int i) && i < cells.Count ? cells[i].Trim() : "";

        private void Problem(string field, string code, string cell) =>
            problems.Add(new RegisterProblem(number, at.TryGetValue(field, out int i) ? i + 1 : 0, at.TryGetValue(field, out int j) ? headings[j] : field, code, cell.Length <= 80 ? cell : cell[..80] + "…"));
    }
}
