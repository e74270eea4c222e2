using System.Globalization;
using System.Text;
using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>
/// Recognition against nDPI's: per capture, flows that we give a service against nDPI's flows of that protocol and of what runs
/// inside it. The smaller of both counts agrees. Where nDPI's count is no measure, <c>ndpi-differences.tsv</c> says why.
/// </summary>
public class NdpiTests
{
    /// <summary>Our service, which port tells its kind apart, and nDPI's names of it.</summary>
    private static readonly (string Name, string Service, int Port, string[] Theirs)[] Protocols =
    [
        ("DNS", "dns", 0, ["DNS"]),
        ("MDNS", "dns", 5353, ["MDNS"]),
        ("LLMNR", "dns", 5355, ["LLMNR"]),
        ("DHCP", "dhcp", 0, ["DHCP"]),
        ("DHCPV6", "dhcpv6", 0, ["DHCPV6"]),
        ("HTTP", "http", 0, ["HTTP", "HTTP_Proxy", "HTTP_Connect"]),
        ("TLS", "ssl", 0, ["TLS", "DoH_DoT", "SMTPS", "IMAPS", "POPS", "FTPS", "LDAPS", "SIPS"]),
        ("SSH", "ssh", 0, ["SSH"]),
        ("SNMP", "snmp", 0, ["SNMP"]),
        ("NTP", "ntp", 0, ["NTP"]),
        ("SSDP", "ssdp", 0, ["SSDP"]),
        ("MySQL", "mysql", 0, ["MySQL"]),
        ("PostgreSQL", "postgresql", 0, ["PostgreSQL"]),
        ("MsSQL-TDS", "tds", 0, ["MsSQL-TDS"]),
        ("MongoDB", "mongodb", 0, ["MongoDB"]),
        ("RESP", "redis", 0, ["RESP"]),
        ("RDP", "rdp", 0, ["RDP"]),
        ("VNC", "rfb", 0, ["VNC"]),
        ("Modbus", "modbus", 0, ["Modbus"]),
        ("MQTT", "mqtt", 0, ["MQTT"]),
        ("Radius", "radius", 0, ["Radius"]),
        ("FTP_CONTROL", "ftp", 0, ["FTP_CONTROL"]),
        ("SMTP", "smtp", 0, ["SMTP"]),
        ("POP3", "pop3", 0, ["POP3"]),
        ("IMAP", "imap", 0, ["IMAP"]),
        ("Syslog", "syslog", 0, ["Syslog"]),
        ("SIP", "sip", 0, ["SIP"]),
        ("TFTP", "tftp", 0, ["TFTP"]),
        ("STUN", "stun", 0, ["STUN"]),
        ("DTLS", "dtls", 0, ["DTLS"]),
        ("NFS", "rpc", 0, ["NFS"]),
        ("RTSP", "rtsp", 0, ["RTSP"]),
        ("CiscoSkinny", "skinny", 0, ["CiscoSkinny"]),
        ("H323", "h323", 0, ["H323"]),
        ("RSYNC", "rsync", 0, ["RSYNC"]),
        ("Git", "git", 0, ["Git"]),
    ];

    [Fact]
    public void Flows_are_recognised_as_nDPI_recognises_them()
    {
        Dictionary<(string Capture, string Protocol), string> exempt = new();
        string list = Path.Combine(SharedFiles.Project, "tests/Wardkeeper.Tests/Oracles/ndpi-differences.tsv");
        foreach (string[] cells in File.ReadLines(list).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))) exempt.Add((cells[0], cells[1]), cells[2]);
        long[] theirs = new long[Protocols.Length], ours = new long[Protocols.Length], equal = new long[Protocols.Length];
        long[] allTheirs = new long[Protocols.Length], allOurs = new long[Protocols.Length], allEqual = new long[Protocols.Length];
        StringBuilder worst = new();
        foreach (IGrouping<string, string[]> capture in File.ReadLines(SharedFiles.Path("captures/ndpi-truth.tsv")).Select(line => line.Split('\t')).Where(cells => cells[1] == "flow").GroupBy(cells => cells[0]))
        {
            using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/" + capture.Key));
            IReadOnlyList<JsonElement> flows = analysis.Rows("flows");
            for (int i = 0; i < Protocols.Length; i++)
            {
                int they = capture.Where(cells => Protocols[i].Theirs.Contains(cells[2].Split('.')[0])).Sum(cells => int.Parse(cells[5], CultureInfo.InvariantCulture));
                int we = flows.Where(flow => Is(flow, i)).Select(Tuple).Distinct().Count();
                allTheirs[i] += they;
                allOurs[i] += we;
                allEqual[i] += Math.Min(they, we);
                if (exempt.ContainsKey((capture.Key, Protocols[i].Name))) continue;
                they -= Math.Min(Math.Max(0, they - we), flows.Where(flow => IsGuessed(flow, i)).Select(Tuple).Distinct().Count());
                theirs[i] += they;
                ours[i] += we;
                equal[i] += Math.Min(they, we);
                if (they != we) worst.AppendLine(CultureInfo.InvariantCulture, $"  {capture.Key}\t{Protocols[i].Name}\tnDPI {they}, we {we}");
            }
        }
        for (int i = 0; i < Protocols.Length; i++)
        {
            Agreement.Report("nDPI", Protocols[i].Name, allTheirs[i], allEqual[i], $"we name {allOurs[i]}; without connections that have no content and listed captures: nDPI {theirs[i]}, we {ours[i]}, equal {equal[i]}");
            worst.AppendLine(CultureInfo.InvariantCulture, $"{Protocols[i].Name}: nDPI {theirs[i]}, we {ours[i]}, both {equal[i]}");
        }
        for (int i = 0; i < Protocols.Length; i++)
            Assert.True(equal[i] >= 0.95 * theirs[i] && equal[i] >= 0.98 * ours[i], $"{Protocols[i].Name}\n{worst}");
    }

    /// <summary>Connections without content are nothing to recognise; nDPI names them after their port.</summary>
    private static bool IsGuessed(JsonElement flow, int protocol)
    {
        if (flow.GetProperty("proto").GetString() != "tcp" || flow.GetProperty("orig_bytes").GetInt64() + flow.GetProperty("resp_bytes").GetInt64() > 0) return false;
        int port = flow.GetProperty("id.resp_p").GetInt32();
        return Protocols[protocol].Name switch { "HTTP" => port is 80 or 8080, "TLS" => port is 443 or 465 or 993, "DNS" => port == 53, "SSH" => port == 22, "MySQL" => port == 3306, "PostgreSQL" => port == 5432, "MsSQL-TDS" => port is 1433 or 1434, "MongoDB" => port == 27017, "RDP" => port == 3389, "VNC" => port is >= 5800 and <= 5999, "FTP_CONTROL" => port == 21, _ => false };
    }

    private static bool Is(JsonElement flow, int protocol)
    {
        (string name, string service, int port, _) = Protocols[protocol];
        if (!flow.TryGetProperty("service", out JsonElement services) || !services.GetString()!.Split(',').Contains(service)) return false;
        if (service != "dns") return true;
        int server = flow.GetProperty("id.resp_p").GetInt32(), client = flow.GetProperty("id.orig_p").GetInt32();
        return name == "DNS" ? !(server is 5353 or 5355 or 137 || client is 5353 or 5355 or 137) : server == port || client == port;
    }

    private static string Tuple(JsonElement flow)
    {
        string[] ends = [$"{flow.GetProperty("id.orig_h")} {flow.GetProperty("id.orig_p")}", $"{flow.GetProperty("id.resp_h")} {flow.GetProperty("id.resp_p")}"];
        Array.Sort(ends, StringComparer.Ordinal);
        return $"{flow.GetProperty("proto")} {ends[0]} {ends[1]}";
    }
}
