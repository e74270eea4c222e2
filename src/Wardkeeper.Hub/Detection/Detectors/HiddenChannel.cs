using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Connections that are not what they pass for. TLS to a host outside that the client does not name, whose certificate is its own, on a port where TLS is not at home.
/// A protocol of remote control (SSH, RDP, VNC, Telnet, SMB, SOCKS, IRC) to outside on a port of the web, of names, time or mail. And a port of the
/// web on which both sides speak something that is no protocol known here, from its first byte. Silent inside the site, on RDP's, mail's and messengers'
/// own TLS ports, on captures that began within the connection or lost bytes of it. What is fronted behind another name inside of TLS cannot be seen
/// without opening it; where a proxy is asked in clear, its CONNECT is compared with the name in TLS.
/// </summary>
internal sealed class HiddenChannel : IDetector, IDetector<TransactionRow>, IDetector<FlowRecord>
{
    private const int Kept = 8192, FewestBytes = 64;
    private static readonly FindingType Unnamed = new("tls-to-unnamed-host", Severity.Medium, Duty.InformationDepartment, "T1573.002");
    private static readonly FindingType Foreign = new("protocol-on-foreign-port", Severity.Medium, Duty.InformationDepartment, "T1571");
    private static readonly FindingType Unknown = new("unknown-protocol-on-web-port", Severity.Low, Duty.InformationDepartment, "T1095");
    private static readonly FindingType Fronted = new("tls-to-another-name", Severity.Medium, Duty.InformationDepartment, "T1090.004");
    private static readonly HashSet<string> RemoteControl = new(StringComparer.Ordinal) { "ssh", "rdp", "rfb", "telnet", "smb", "socks", "irc", "dce_rpc" };
    private static readonly HashSet<int> HomeOfTls = [443, 465, 563, 587, 636, 853, 989, 990, 992, 993, 994, 995, 1443, 2083, 2087, 2096, 2484, 3269, 3389, 4443, 5061, 5222, 5223, 5228, 5349, 6697, 8443, 8883, 9443, 25, 110, 143, 21, 2762, 11112, 5671, 1194];
    private readonly RecentState<string, Tunnelled> tunnels = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("hidden-channel", Unnamed, Foreign, Unknown, Fronted) { Logs = ["ssl", "http"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !known.Local.Contains(flow.Client.Ip) || known.Site.IsScanner(flow.Client.Ip)) return;
        if (seen.Log == "http")
        {
            if (seen.Text("method"u8) == "CONNECT" && seen.Text("uri"u8) is { } uri) tunnels.Of(flow.Uid).Host = uri.Split(':')[0].ToLowerInvariant();
            return;
        }
        string? name = seen.Text("server_name"u8)?.ToLowerInvariant();
        if (name is not null && tunnels.Find(flow.Uid)?.Host is { } asked && !Address.TryParse(asked, out _) && DomainNames.ZoneOf(asked) != DomainNames.ZoneOf(name)) Compare(asked, name, seen, flow, known, findings);
        if (name is not null || flow.Carrier != Carrier.Tcp || known.Local.Contains(flow.Server.Ip) || seen.Flag("self_signed"u8) != true || HomeOfTls.Contains(flow.ServerPort) || seen.Flag("established"u8) == false) return;
        findings.Raise(new Sighting
        {
            Type = Unnamed,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Confidence = 0.75,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), FlowFacts.Port(flow.Carrier, flow.ServerPort)],
            Facts =
            [
                new Fact("port", FlowFacts.Port(flow.Carrier, flow.ServerPort), "tcp/443"),
                new Fact("name-asked-for", "-", "the host's name"),
                new Fact("certificate", seen.Text("subject"u8) ?? "-", "signed by an authority"),
                new Fact("client-fingerprint", seen.Text("ja4"u8) ?? "-"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "ssl"),
        });
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (view.Carrier != Carrier.Tcp || view.ResponderPort is not (21 or 25 or 53 or 80 or 110 or 123 or 143 or 443 or 853 or 993 or 8080 or 8443)) return;
        if (!known.Local.Contains(view.OriginatorAddress) || known.Local.Contains(view.ResponderAddress) || known.Site.IsScanner(view.OriginatorAddress) || !seen.IsAnswered()) return;
        string[] spoken = seen.Service?.Split(',') ?? [];
        if (spoken.FirstOrDefault(RemoteControl.Contains) is { } remote && !spoken.Any(one => one is "ssl" or "http")) Told(Foreign, remote, seen, known, findings);
        else if (spoken.Length == 0 && view.ResponderPort is 80 or 443 && seen.OriginatorBytes >= FewestBytes && seen.ResponderBytes >= FewestBytes / 2 && seen.MissedBytes == 0 && seen.Parents is null) Told(Unknown, "-", seen, known, findings);
    }

    private static void Told(FindingType type, string spoken, FlowRecord flow, in Knowledge known, IFindingSink findings)
    {
        FlowView view = flow.View;
        string port = FlowFacts.Port(view.Carrier, view.ResponderPort);
        findings.Raise(new Sighting
        {
            Type = type,
            Subject = known.Party(view.Originator),
            Discriminator = spoken + port,
            Confidence = type == Foreign ? 0.85 : 0.6,
            Arguments = [view.OriginatorAddress.ToString(), view.ResponderAddress.ToString(), port, spoken],
            Facts =
            [
                new Fact("protocol", spoken, "that of the port"),
                new Fact("port", port),
                new Fact("latest-peer", view.ResponderAddress.ToString()),
                new Fact("bytes-sent", FlowFacts.Number(flow.OriginatorBytes)),
                new Fact("bytes-received", FlowFacts.Number(flow.ResponderBytes)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = flow.Evidence(),
        });
    }

    private static void Compare(string asked, string name, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Fronted,
        Subject = known.Party(flow.Client),
        Confidence = 0.7,
        Arguments = [flow.Client.Ip.ToString(), asked, name],
        Facts = [new Fact("name-asked-for", name, asked), new Fact("proxy", flow.Server.Ip.ToString()), new Fact("source-proof", "handshake")],
        Evidence = new Evidence(seen.At, flow.Uid, 0, "ssl"),
    });

    internal sealed class Tunnelled
    {
        public string? Host { get; set; }
    }
}
