using System.Globalization;
using System.Net;
using System.Text;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;

namespace Wardkeeper.Platform.Admission;

/// <summary>Everything that the configuration of FreeRADIUS is made from.</summary>
internal sealed record FrontPlan
{
    /// <summary>Folder that is written, an absolute path.</summary>
    public required string Folder { get; init; }

    /// <summary>Address that FreeRADIUS listens on; null for all.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Port for authentication.</summary>
    public int AuthenticationPort { get; init; } = 1812;

    /// <summary>Port for accounting.</summary>
    public int AccountingPort { get; init; } = 1813;

    /// <summary>Where the hub is asked: <c>http://127.0.0.1:18700</c>.</summary>
    public required string HubUrl { get; init; }

    /// <summary>PEM file with the hub's certificate, for an address with https; null without.</summary>
    public string? HubCertificate { get; init; }

    /// <summary>The secret that calls show.</summary>
    public required string HubSecret { get; init; }

    /// <summary>The file of what was known last.</summary>
    public required string LastKnown { get; init; }

    /// <summary>Where FreeRADIUS's modules lie.</summary>
    public string Libraries { get; init; } = "/usr/lib/freeradius";

    /// <summary>The switches.</summary>
    public required IReadOnlyList<RadiusClient> Clients { get; init; }

    /// <summary>The segments; the fail-safe of each is written into the configuration.</summary>
    public required IReadOnlyList<AdmissionSegment> Segments { get; init; }

    /// <summary>VLAN of the unknown where no segment says another, while the hub cannot be asked.</summary>
    public string? FailSafeVlan { get; init; }

    /// <summary>Whether the certificates are of the hub, which judges revocation itself; FreeRADIUS judges it by lists otherwise.</summary>
    public bool HubJudgesRevocation { get; init; }
}

/// <summary>Writes FreeRADIUS's configuration: pure, from a plan to texts. The templates lie beside it as <c>radiusd.conf</c> and <c>rest.conf</c>.</summary>
internal static class FreeRadiusConfiguration
{
    private static readonly TimeSpan FailSafeLasts = TimeSpan.FromMinutes(10);

    /// <summary>The main file.</summary>
    public static string Radiusd(FrontPlan plan) => Template("radiusd.conf")
        .Replace("@DIR@", plan.Folder, StringComparison.Ordinal)
        .Replace("@CHECKCRL@", plan.HubJudgesRevocation ? "no" : "yes", StringComparison.Ordinal)
        .Replace("@LIBDIR@", plan.Libraries, StringComparison.Ordinal)
        .Replace("@LASTKNOWN@", plan.LastKnown, StringComparison.Ordinal)
        .Replace("@ADDRESS@", plan.Address?.ToString() ?? "*", StringComparison.Ordinal)
        .Replace("@AUTHPORT@", plan.AuthenticationPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@ACCTPORT@", plan.AccountingPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@FAILSAFE@", FailSafes(plan), StringComparison.Ordinal);

    /// <summary>How the hub is asked.</summary>
    public static string Rest(FrontPlan plan) => Template("rest.conf")
        .Replace("@HUB@", plan.HubUrl, StringComparison.Ordinal)
        .Replace("@SECRET@", plan.HubSecret, StringComparison.Ordinal)
        .Replace("@TLS@", plan.HubCertificate is { } file ? $"\ttls {{\n\t\tca_file = \"{file}\"\n\t\tcheck_cert = yes\n\t\tcheck_cert_cn = no\n\t}}" : "", StringComparison.Ordinal);

    /// <summary>The switches, each with its secret; packets without Message-Authenticator are dropped (CVE-2024-3596).</summary>
    public static string Clients(FrontPlan plan)
    {
        StringBuilder text = new("# Written by \"wardkeeper admission install\" out of the switches' file.\n");
        foreach (RadiusClient client in plan.Clients)
            text.Append(CultureInfo.InvariantCulture, $"client {client.Name} {{\n\t{(client.Network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ipv6addr" : "ipaddr")} = {client.Network}\n\tsecret = \"{client.Secret}\"\n\trequire_message_authenticator = yes\n\tnas_type = other\n\tshortname = {client.Name}\n}}\n");
        return text.ToString();
    }

    /// <summary>What a reject may hold.</summary>
    public static string RejectFilter { get; } = "DEFAULT\n" + string.Join(",\n", new[] { "EAP-Message", "State", "Message-Authenticator", "Error-Cause", "Reply-Message", "MS-CHAP-Error", "Proxy-State" }.Select(name => $"\t{name} =* ANY")) + "\n";

    /// <summary>A unit for systemd: FreeRADIUS as the user that runs the hub, started again when it ends.</summary>
    public static string Unit(FrontPlan plan, string user) => $"""
        [Unit]
        Description=FreeRADIUS in front of Wardkeeper
        After=network-online.target
        Wants=network-online.target

        [Service]
        User={user}
        ExecStart={Environment.ProcessPath} admission run {plan.Folder}
        Restart=always
        RestartSec=1
        NoNewPrivileges=yes
        AmbientCapabilities=CAP_NET_BIND_SERVICE
        ProtectSystem=strict
        ReadWritePaths={plan.Folder} {Path.GetDirectoryName(plan.LastKnown)}

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>The fail-safe of each segment, the narrower before the wider.</summary>
    private static string FailSafes(FrontPlan plan)
    {
        StringBuilder text = new();
        AdmissionSegment[] narrow = [.. plan.Segments.Where(segment => Condition(segment).Length > 0).OrderByDescending(segment => (segment.Ports.Count > 0 ? 2 : 0) + (segment.Ssids.Count > 0 ? 2 : 0) + (segment.Nas.Count > 0 ? 1 : 0))];
        AdmissionSegment? wide = plan.Segments.FirstOrDefault(segment => Condition(segment).Length == 0);
        string word = "if";
        foreach (AdmissionSegment segment in narrow)
        {
            text.Append(CultureInfo.InvariantCulture, $"\t\t{word} ({Condition(segment)}) {{\n{Reply(segment.Form, VlanOf(segment))}\t\t}}\n");
            word = "elsif";
        }
        string last = Reply(wide?.Form ?? AdmissionForms.Standard, wide is null ? plan.FailSafeVlan ?? (plan.Segments.Count > 0 ? plan.Segments[0].QuarantineVlan : null) : VlanOf(wide));
        text.Append(word == "if" ? last : $"\t\telse {{\n{last}\t\t}}\n");
        return text.ToString();
    }

    private static string? VlanOf(AdmissionSegment segment) => segment.FailSafe == FailSafe.Open ? segment.AdmitVlan : segment.FailSafeVlan ?? segment.QuarantineVlan;

    private static string Reply(string form, string? vlan)
    {
        StringBuilder text = new("\t\t\tupdate reply {\n");
        foreach (ReplyItem attribute in AdmissionForms.Reply(form, vlan, null, FailSafeLasts)) text.Append(CultureInfo.InvariantCulture, $"\t\t\t\t&{attribute.Name} {attribute.Op} \"{Quoted(attribute.Value)}\"\n");
        return text.Append("\t\t\t}\n").ToString();
    }

    /// <summary>When a request belongs to a segment; empty when every one does.</summary>
    private static string Condition(AdmissionSegment segment)
    {
        string[] all = [Any(segment.Nas.Select(OfSwitch)), Any(segment.Ports.Select(port => $"&NAS-Port-Id =~ /^{Pattern(port)}$/i || &NAS-Port =~ /^{Pattern(port)}$/")), Any(segment.Ssids.Select(ssid => $"&Called-Station-Id =~ /:{Pattern(ssid)}$/"))];
        return string.Join(" && ", all.Where(one => one.Length > 0));
    }

    private static string OfSwitch(string nas) => IPAddress.TryParse(nas, out IPAddress? address) ? $"&Tmp-String-0 == \"{address}\" || &NAS-IP-Address == \"{address}\""
        : nas.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(nas, out IPNetwork network) ? $"&NAS-IP-Address < {network}"
        : $"&NAS-Identifier == \"{Quoted(nas)}\"";

    private static string Any(IEnumerable<string> ways) => ways.ToArray() is { Length: > 0 } all ? "(" + string.Join(" || ", all) + ")" : "";

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);

    private static string Pattern(string glob) => string.Concat(glob.Select(c => c == '*' ? ".*" : char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or ':' ? c.ToString() : "\\" + c));

    private static string Template(string name)
    {
        using StreamReader reader = new(typeof(FreeRadiusConfiguration).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
