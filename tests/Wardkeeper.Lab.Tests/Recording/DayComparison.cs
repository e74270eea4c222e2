using System.Text;
using System.Text.RegularExpressions;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>
/// Holds a recording to its truth, with tshark as the second opinion: every row of <c>counts.ndjson</c> is on the wire just so
/// often, and nothing of these protocols is there that no row tells.
/// </summary>
internal sealed partial class DayComparison(RecordedDay day)
{
    /// <summary>All that is compared.</summary>
    public static IReadOnlyList<Comparison> All { get; } =
    [
        new("protocols", one => one.EveryProtocolIsCompared()),
        new("senders", one => one.EveryPacketComesFromADeviceAtItsPlaceAsync()),
        new("connections", one => one.EveryConnectionIsOfAComparedProtocolAsync()),
        new("DIMSE commands", one => one.DimseCommandsAsync()),
        new("HL7 messages", one => one.Hl7MessagesAsync()),
        new("patients of images", one => PatientComparison.ImagesAsync(one.Day)),
        new("patients of messages", one => PatientComparison.MessagesAsync(one.Day)),
        new("network services", one => one.NetworkServicesAsync()),
        new("web and TLS", one => one.WebAndTlsAsync()),
        new("sessions", one => one.SessionsAsync()),
        new("files", one => one.FilesAsync()),
        new("analysers", one => one.AnalysersAsync()),
        new("devices", one => one.DevicesAsync()),
        new("logs", one => one.Logs()),
    ];

    /// <summary>Which test compares what. A protocol that the truth tells must be in one of them.</summary>
    private static readonly string[]
        Imaging = ["dicom"], Messages = ["hl7"], Network = ["dhcp", "dns", "ntp", "snmp", "openvpn"], Web = ["http", "ssl"],
        Sessions = ["ssh", "telnet", "vnc", "jetdirect", "rtsp", "mysql", "postgresql", "redis"], Files = ["ftp", "smb"], Analysers = ["astm", "poct1a"], Devices = ["data-export", "sdc", "mqtt", "llrp"];

    /// <summary>Client, server and connection: what is asked of every packet that counts a connection.</summary>
    private static readonly string[] Connection = ["ip.src", "ip.dst", "tcp.stream", "tcp.dstport"];

    /// <summary>What is on the wire and in no row of the truth, and why. What these leave has to be of a protocol that is compared.</summary>
    private static readonly string[] Unplanned =
    [
        // Printers announce themselves (DNS-SD) as long as they run; no event of the day makes them do so.
        "udp.port == 5353", "igmp",
        // So do cameras (SSDP).
        "udp.port == 1900",
        // A camera's media go with the RTSP that asks for them; how many packets is the camera's choice.
        "rtp", "rtcp",
        // The data connections of FTP go with the command that opens them, which is compared.
        "ftp-data",
        // Ports of a datagram in pieces are told with its last piece.
        "ip.flags.mf == 1",
    ];

    /// <summary>Ports of what is compared: the connections of other ports are none of the plan's.</summary>
    private const string Compared = "tcp.port in {104, 105, 11112, 2762, 2575, 15200, 3001, 80, 443, 8042, 6464, 22, 23, 4001, 5900, 9100, 554, 21, 445, 1883, 5084, 3306, 5432, 6379} || udp.port in {53, 67, 123, 161, 1194, 3702, 24105}";

    /// <summary>Network of the tunnel's ends, which are no devices.</summary>
    private const string Tunnel = "10.76.";

    private RecordedDay Day => day;

    private Task EveryProtocolIsCompared()
    {
        string[] compared = [.. Imaging, .. Messages, .. Network, .. Web, .. Sessions, .. Files, .. Analysers, .. Devices];
        Assert.Empty(day.Planned.Keys.Select(RecordedDay.ProtocolOf).Distinct().Except(compared));
        // The day is one without attacks: their packets would need to be left out here.
        Assert.Equal(0, day.Scenes);
        return Task.CompletedTask;
    }

    private async Task EveryPacketComesFromADeviceAtItsPlaceAsync()
    {
        IReadOnlyList<string> senders = await day.Wire.FieldsAsync("ip && !dhcp", "eth.src", "vlan.id", "ip.src");
        Assert.All(senders.Distinct().Select(row => row.Split('\t')), row =>
            Assert.True(day.Interfaces.Contains((row[0], row[1], row[2])) || (day.DeviceAt(row[0]) == "gw" && row[2].StartsWith(Tunnel, StringComparison.Ordinal)), string.Join(' ', row)));
        // A device may have nothing to do: a maker's engineer does not come every day, and a telephone may ask for its address alone.
        HashSet<string> busy = [.. day.Rows.Keys.Where(row => row.Protocol != "dhcp").SelectMany(row => new[] { row.From, row.To }).Where(day.Devices.Contains)];
        Assert.Empty(busy.Except(senders.Select(row => day.DeviceAt(row.Split('\t')[0]))));
        Assert.Equal(0, await day.Wire.CountAsync("!ip && !arp"));
    }

    private async Task EveryConnectionIsOfAComparedProtocolAsync()
    {
        // Handshakes of a data connection of FTP are not ftp-data to tshark: they are left out by their connection.
        HashSet<string> data = [.. await day.Wire.FieldsAsync("ftp-data", "tcp.stream")];
        string[][] rest = await RowsAsync($"ip && !({Compared}) && !({string.Join(" || ", Unplanned)})", "tcp.stream", "ip.src", "ip.dst", "ip.proto", "tcp.dstport", "udp.dstport");
        Assert.Empty(rest.Where(row => !data.Contains(row[0])).Select(row => string.Join(' ', row[1..])).Distinct());
    }

    private async Task DimseCommandsAsync()
    {
        Tally seen = new(day);
        string from = "", to = "";
        foreach (string line in (await day.Wire.TsharkAsync("-Y", "dicom", "-O", "dicom")).Split('\n'))
        {
            // Several commands may share a frame: the frame's addresses come first, then each command's field (0000,0100).
            if (Addresses().Match(line) is { Success: true } addresses) (from, to) = (addresses.Groups[1].Value, addresses.Groups[2].Value);
            if (line.Contains("(0000,0100)", StringComparison.Ordinal) && line.Trim().Split(' ')[^1] is { } command && command.EndsWith("-RQ", StringComparison.Ordinal)) seen.Add("dicom", command[..^3], from, to);
        }
        seen.Compare(Imaging);
        Assert.Equal(0, await day.Wire.CountAsync("dicom.pdu.type == 3 || dicom.pdu.type == 7"));
    }

    private async Task Hl7MessagesAsync()
    {
        Tally seen = new(day);
        foreach (string[] row in await RowsAsync("hl7", "ip.src", "ip.dst", "hl7.message.type", "hl7.event.type"))
        {
            // Several acknowledgements may share a frame, but no other messages do, as the sender waits for each.
            string[] types = row[2].Split(',');
            Assert.True(types.Length == 1 || row[3].Length == 0, string.Join(' ', row));
            foreach (string type in types) seen.Add("hl7", row[3].Length == 0 ? type : $"{type}^{row[3]}", row[0], row[1]);
        }
        seen.Compare(Messages);
    }

    private async Task NetworkServicesAsync()
    {
        Tally seen = new(day);
        HashSet<string> sessions = [];
        foreach (string[] row in await RowsAsync("dhcp.option.dhcp == 1 || (dns.flags.response == 0 && udp.dstport == 53) || ntp.flags.mode == 3 || snmp.data == 0 || (openvpn.opcode == 7 && udp.dstport == 1194)",
            "ip.src", "ip.dst", "udp.dstport", "eth.src", "dns.qry.name", "openvpn.sessionid"))
        {
            switch (row[2])
            {
                case "67": seen.Add("dhcp", "DISCOVER", row[3], day.Interfaces.First(leg => day.DeviceAt(leg.Ip) == "gw").Ip); break;
                case "53": seen.Add("dns", row[4], row[0], row[1]); break;
                case "123": seen.Add("ntp", "client", row[0], row[1]); break;
                case "161": seen.Add("snmp", "get-request", row[0], row[1]); break;
                // The reset of a session is sent again until it is answered.
                default: if (sessions.Add(row[5])) seen.Add("openvpn", "session", row[0], row[1]); break;
            }
        }
        seen.Compare(Network);
    }

    private async Task WebAndTlsAsync()
    {
        Tally seen = new(day);
        foreach (string[] row in await RowsAsync("tcp && http.request", "ip.src", "ip.dst", "http.request.method"))
            foreach (string method in row[2].Split(',')) seen.Add("http", method, row[0], row[1]);
        // The TLS inside of OpenVPN is UDP's.
        foreach (string[] row in await ConnectionsAsync("tcp && tls.handshake.type == 1")) seen.Add("ssl", "connection", row[0], row[1]);
        seen.Compare(Web);
    }

    private async Task SessionsAsync()
    {
        Tally seen = new(day);
        // A connection counts when tshark finds the protocol's own first words in it, and not for its port alone; jetdirect and
        // RFC 2217 on its own port are known to tshark by nothing but that something is sent.
        string[][] connections = await ConnectionsAsync("""
            (ssh.protocol && tcp.dstport == 22) || (telnet && tcp.dstport == 23) || vnc.client_proto_ver || rtsp.method == "DESCRIBE" || mysql.login_request || pgsql.type == "Startup message"
            || (resp && tcp.dstport == 6379) || (tcp.dstport in {4001, 9100} && tcp.len > 0)
            """);
        int tunnelled = 0;
        foreach (string[] row in connections)
        {
            (string protocol, string what) = row[3] switch
            {
                "22" => ("ssh", "connection"),
                "23" or "4001" => ("telnet", "connection"),
                "5900" => ("vnc", "connection"),
                "554" => ("rtsp", "DESCRIBE"),
                "9100" => ("jetdirect", "job"),
                "3306" => ("mysql", "connection"),
                "5432" => ("postgresql", "connection"),
                "6379" => ("redis", "connection"),
                _ => ("port", row[3]),
            };
            if (protocol == "ssh" && row[0].StartsWith(Tunnel, StringComparison.Ordinal)) tunnelled++;
            else seen.Add(protocol, what, row[0], row[1]);
        }
        seen.Compare(Sessions);
        // An engineer's SSH comes out of the tunnel with the tunnel's address: no row tells it, but there is one in each session.
        Assert.Equal(day.Planned.Where(row => RecordedDay.ProtocolOf(row.Key) == "openvpn").Sum(row => row.Value), tunnelled);
    }

    private async Task FilesAsync()
    {
        Tally seen = new(day);
        foreach (string[] row in await RowsAsync("ftp.request.command in {\"STOR\", \"RETR\"}", "ip.src", "ip.dst", "ftp.request.command"))
            foreach (string command in row[2].Split(',')) seen.Add("ftp", command == "STOR" ? "put" : "get", row[0], row[1]);
        // In the older dialect a command may be followed by another (AndX). A file is read or written in pieces: counted are the handles, [MS-SMB2] 2.2.19 and 2.2.21, [MS-CIFS] 2.2.4.42 and 2.2.4.43.
        string[][] pieces = await RowsAsync("(smb2.cmd in {8, 9} && smb2.flags.response == 0) || (smb.cmd in {0x2e, 0x2f} && smb.flags.response == 0)", [.. Connection, "smb2.cmd", "smb.cmd", "smb2.fid", "smb.fid"]);
        foreach (string[] row in pieces.DistinctBy(row => string.Join(' ', row))) seen.Add("smb", row[4] == "9" || row[5].Split(',')[0] == "0x2f" ? "put" : "get", row[0], row[1]);
        seen.Compare(Files);
    }

    private async Task AnalysersAsync()
    {
        Tally seen = new(day);
        foreach (ClientSide client in await ClientSide.OfAsync(day.Wire, 15200, 3001))
        {
            if (client.Port == 15200)
            {
                seen.Add("astm", "session", client.From, client.To, client.Text.Count(letter => letter == '\x05'));
                // A frame that was refused is sent again with the number that it had (ASTM E1381, 6.3.4): the same number twice is one frame.
                Match[] frames = [.. Frames().Matches(client.Text).AsEnumerable()];
                IEnumerable<Match> accepted = frames.Where((frame, i) => i == 0 || frames[i - 1].Groups[1].Value != frame.Groups[1].Value || client.Text[frames[i - 1].Index..frame.Index].Contains('\x04', StringComparison.Ordinal));
                int patients = accepted.Count(frame => frame.Groups[2].Value == "P");
                if (patients > 0) seen.Add("astm", "patient", client.From, client.To, patients);
                continue;
            }
            foreach (Match root in Documents().Matches(client.Text))
            {
                string what = root.Groups[1].Value == "HEL.R01" ? "conversation" : root.Groups[1].Value;
                if (what is "conversation" || what.StartsWith("OBS.", StringComparison.Ordinal)) seen.Add("poct1a", what, client.From, client.To);
            }
        }
        seen.Compare(Analysers);
    }

    private async Task DevicesAsync()
    {
        Tally seen = new(day);
        foreach (string[] row in await RowsAsync("udp.dstport == 24105 || udp.dstport == 3702 || (mqtt.msgtype == 3 && tcp.dstport == 1883) || llrp.type == 61", "ip.src", "ip.dst", "udp.dstport", "udp.payload", "mqtt.msgtype", "llrp.type"))
        {
            // tshark has no dissector for Data Export: the first bytes are an association's request (0D), or the session and presentation
            // of a data message (E100 0002), ROIV_APDU (0001) and CMD_CONFIRMED_ACTION (0007), Philips Data Export Interface Programming Guide.
            if (row[2] == "24105" && row[3].StartsWith("0d", StringComparison.Ordinal)) seen.Add("data-export", "association", row[0], row[1]);
            else if (row[2] == "24105" && row[3].StartsWith("e10000020001", StringComparison.Ordinal) && row[3][20..24] == "0007") seen.Add("data-export", "poll", row[0], row[1]);
            else if (row[2] == "3702" && Encoding.UTF8.GetString(Convert.FromHexString(row[3])).Contains("/Probe<", StringComparison.Ordinal)) seen.Add("sdc", "Probe", row[0], row[1]);
            // Several messages may share a frame.
            if (row[4].Split(',').Count(type => type == "3") is > 0 and int published) seen.Add("mqtt", "PUBLISH", row[0], row[1], published);
            if (row[5].Split(',').Count(type => type == "61") is > 0 and int reports) seen.Add("llrp", "RO_ACCESS_REPORT", row[0], row[1], reports);
        }
        seen.Compare(Devices);
    }

    private Task Logs()
    {
        new LogComparison(day).Compare();
        return Task.CompletedTask;
    }

    [GeneratedRegex(@"^Internet Protocol Version 4, Src: ([\d.]+), Dst: ([\d.]+)")]
    private static partial Regex Addresses();

    [GeneratedRegex("\x02([0-7])(.)", RegexOptions.Singleline)]
    private static partial Regex Frames();

    [GeneratedRegex(@"<([A-Z]{3}\.R\d\d)[\s>]")]
    private static partial Regex Documents();

    private async Task<string[][]> RowsAsync(string filter, params string[] fields) => [.. (await day.Wire.FieldsAsync(filter, fields)).Select(row => row.Split('\t'))];

    /// <summary>Client, server, number and port of the connections in which something is.</summary>
    private async Task<string[][]> ConnectionsAsync(string filter) => [.. (await RowsAsync(filter.ReplaceLineEndings(" "), Connection)).DistinctBy(row => row[2])];
}

/// <summary>One thing that is compared.</summary>
/// <param name="Name">What.</param>
/// <param name="Check">Fails with every difference.</param>
internal sealed record Comparison(string Name, Func<DayComparison, Task> Check);
