using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.History;

/// <summary>Medical protocols as a person asks for them.</summary>
public enum ConversationSubject
{
    /// <summary>Images: associations and operations between application entities.</summary>
    Dicom,

    /// <summary>Messages between hospital systems and bedside devices.</summary>
    Hl7,

    /// <summary>Analysers and their information system: ASTM and POCT1-A.</summary>
    Laboratory,
}

/// <summary>By which fields of its rows a subject is told: whoever links to the rows of a line needs the same names.</summary>
/// <param name="Logs">Logs it is read from.</param>
/// <param name="Names">Fields that tell one line from another, besides the log and both addresses.</param>
/// <param name="Kinds">Fields that tell kinds of rows within a line.</param>
/// <param name="Facts">Fields of which a line says the latest value.</param>
/// <param name="Only">Values its rows must have.</param>
public sealed record ConversationFields(IReadOnlyList<string> Logs, IReadOnlyList<string> Names, IReadOnlyList<string> Kinds, IReadOnlyList<string> Facts, IReadOnlyList<RowValue> Only)
{
    private static readonly ConversationFields Dicom = new(["dicom"], ["calling_ae", "called_ae"], ["kind", "command", "sop_class_name"], [], [new("kind", "association"), new("kind", "dimse")]);

    private static readonly ConversationFields Hl7 = new(["hl7"], ["is_orig", "msh_3", "msh_4", "msh_5", "msh_6"], ["message_type"], [], []);

    private static readonly ConversationFields Laboratory = new(["astm", "poct1a"], [], ["sender_role", "message_type", "records"], ["vendor", "model", "serial"], []);

    /// <summary>The fields of a subject.</summary>
    public static ConversationFields Of(ConversationSubject subject) => subject switch
    {
        ConversationSubject.Dicom => Dicom,
        ConversationSubject.Hl7 => Hl7,
        _ => Laboratory,
    };
}

/// <summary>What two addresses said to each other under certain names.</summary>
public sealed record Conversation
{
    /// <summary>The end that opened the flows, with the device that had its address last; without port.</summary>
    public required HistoryEnd Originator { get; init; }

    /// <summary>The end that was addressed.</summary>
    public required HistoryEnd Responder { get; init; }

    /// <summary>The log of its rows.</summary>
    public required string Log { get; init; }

    /// <summary>Values of <see cref="ConversationFields.Names"/>.</summary>
    public required IReadOnlyList<string?> Names { get; init; }

    /// <summary>Latest values of <see cref="ConversationFields.Facts"/>.</summary>
    public required IReadOnlyList<string?> Facts { get; init; }

    /// <summary>Kinds of rows, the most frequent first, at most fifty.</summary>
    public required IReadOnlyList<ConversationKind> Kinds { get; init; }

    /// <summary>How many kinds there are.</summary>
    public long KindCount { get; init; }

    /// <summary>Rows.</summary>
    public long Count { get; init; }

    /// <summary>Rows that went wrong.</summary>
    public long Failures { get; init; }

    /// <summary>Tests that analysers measured; zero elsewhere.</summary>
    public long Tests { get; init; }

    /// <summary>Whether the analyser opened the flows; null where that does not show, and elsewhere.</summary>
    public bool? AnalyserOpened { get; init; }

    /// <summary>First row in the range.</summary>
    public CaptureTime First { get; init; }

    /// <summary>Last row in the range.</summary>
    public CaptureTime Last { get; init; }
}

/// <summary>A kind of rows within a conversation.</summary>
/// <param name="Values">Values of <see cref="ConversationFields.Kinds"/>.</param>
/// <param name="Count">Rows.</param>
/// <param name="Failures">Rows that went wrong.</param>
/// <param name="Last">Last row in the range.</param>
public sealed record ConversationKind(IReadOnlyList<string?> Values, long Count, long Failures, CaptureTime Last);

/// <summary>Work on a device from elsewhere: what passed between two addresses by one protocol.</summary>
public sealed record RemoteAccess
{
    /// <summary>The end that opened the flows.</summary>
    public required HistoryEnd Originator { get; init; }

    /// <summary>The end that was worked on.</summary>
    public required HistoryEnd Responder { get; init; }

    /// <summary>Protocol, one of <see cref="RemoteProtocols"/>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Different flows.</summary>
    public long Sessions { get; init; }

    /// <summary>Rows of flows in history: a flow that lasts has several.</summary>
    public long Records { get; init; }

    /// <summary>Payload bytes of the originator.</summary>
    public long OriginatorBytes { get; init; }

    /// <summary>Payload bytes of the responder.</summary>
    public long ResponderBytes { get; init; }

    /// <summary>Longest flow, from its begin to what is known of its end.</summary>
    public TimeSpan Longest { get; init; }

    /// <summary>Users that sessions name, at most eight.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <summary>Ways in which users proved who they are, or in which the session is protected; at most eight.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Outcomes that sessions name, at most eight.</summary>
    public required IReadOnlyList<string> Results { get; init; }

    /// <summary>Begin of the first flow in the range.</summary>
    public CaptureTime First { get; init; }

    /// <summary>Latest report in the range.</summary>
    public CaptureTime Last { get; init; }
}

/// <summary>Protocols by which people work on devices from elsewhere, and tunnels through which they come.</summary>
public static class RemoteProtocols
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["rdp"] = "screen",
        ["rdpeudp"] = "screen",
        ["rfb"] = "screen",
        ["x11"] = "screen",
        ["xdmcp"] = "screen",
        ["citrix"] = "screen",
        ["spice"] = "screen",
        ["ssh"] = "shell",
        ["telnet"] = "shell",
        ["rlogin"] = "shell",
        ["rsh"] = "shell",
        ["winrm"] = "shell",
        ["adb"] = "shell",
        ["ipsec"] = "vpn",
        ["isakmp"] = "vpn",
        ["openvpn"] = "vpn",
        ["wireguard"] = "vpn",
        ["pptp"] = "vpn",
        ["l2tp"] = "vpn",
        ["softether"] = "vpn",
        ["tailscale"] = "vpn",
        ["zerotier"] = "vpn",
        ["teamviewer"] = "tool",
        ["anydesk"] = "tool",
        ["rustdesk"] = "tool",
        ["nomachine"] = "tool",
        ["radmin"] = "tool",
        ["sunlogin"] = "tool",
        ["todesk"] = "tool",
        ["splashtop"] = "tool",
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Kinds.Keys];

    /// <summary>What kinds there are.</summary>
    public static IReadOnlyList<string> KindNames { get; } = ["screen", "shell", "vpn", "tool"];

    /// <summary>Whether it is a remote screen, a shell, a tunnel or a tool for remote control: one of <see cref="KindNames"/>.</summary>
    public static string KindOf(string protocol) => Kinds.GetValueOrDefault(protocol, "tool");
}
