using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>Names of services and statuses. OPC 10000-4; numbers of OPC 10000-6, annex A.</summary>
internal static class OpcuaNames
{
    public const int ServiceFault = 397, FindServers = 422, GetEndpoints = 428, OpenChannel = 446, CloseChannel = 452, CreateSession = 461, ActivateSession = 467, Read = 631, WriteService = 673, Call = 712, Publish = 826;

    /// <summary>A response's number lies so far behind its request's.</summary>
    public const int ToResponse = 3;

    /// <summary>Name of the service by the number of its request; null for others.</summary>
    public static string? Service(long request) => request switch
    {
        FindServers => "find-servers",
        GetEndpoints => "get-endpoints",
        437 => "register-server",
        OpenChannel => "open-secure-channel",
        CloseChannel => "close-secure-channel",
        CreateSession => "create-session",
        ActivateSession => "activate-session",
        473 => "close-session",
        479 => "cancel",
        488 => "add-nodes",
        494 => "add-references",
        500 => "delete-nodes",
        506 => "delete-references",
        527 => "browse",
        533 => "browse-next",
        554 => "translate-browse-paths",
        560 => "register-nodes",
        566 => "unregister-nodes",
        615 => "query-first",
        621 => "query-next",
        Read => "read",
        664 => "history-read",
        WriteService => "write",
        700 => "history-update",
        Call => "call",
        751 => "create-monitored-items",
        763 => "modify-monitored-items",
        769 => "set-monitoring-mode",
        775 => "set-triggering",
        781 => "delete-monitored-items",
        787 => "create-subscription",
        793 => "modify-subscription",
        799 => "set-publishing-mode",
        Publish => "publish",
        832 => "republish",
        841 => "transfer-subscriptions",
        847 => "delete-subscriptions",
        _ => null,
    };

    public static bool IsWrite(long request) => request is 488 or 494 or 500 or 506 or WriteService or 700 or Call;

    /// <summary>A status; null for one that is good.</summary>
    public static string? Status(uint status) => (status & 0x8000_0000) == 0 ? null : (status >> 16) switch
    {
        0x800A => "BadTimeout",
        0x800B => "BadServiceUnsupported",
        0x800D => "BadServerNotConnected",
        0x8012 => "BadCertificateInvalid",
        0x8013 => "BadSecurityChecksFailed",
        0x801A => "BadCertificateUntrusted",
        0x801F => "BadUserAccessDenied",
        0x8020 => "BadIdentityTokenInvalid",
        0x8021 => "BadIdentityTokenRejected",
        0x8022 => "BadSecureChannelIdInvalid",
        0x8025 => "BadSessionIdInvalid",
        0x8026 => "BadSessionClosed",
        0x8027 => "BadSessionNotActivated",
        0x8034 => "BadNodeIdUnknown",
        0x8035 => "BadAttributeIdInvalid",
        0x803B => "BadNotWritable",
        0x8054 => "BadSecurityModeRejected",
        0x8055 => "BadSecurityPolicyRejected",
        0x8083 => "BadTcpEndpointUrlInvalid",
        _ => "0x" + status.ToString("x8", CultureInfo.InvariantCulture),
    };

    public static string? Mode(uint mode) => mode switch { 1 => "none", 2 => "sign", 3 => "sign-and-encrypt", _ => null };

    public static string? Token(uint kind) => kind switch { 0 => "anonymous", 1 => "username", 2 => "certificate", 3 => "issued", _ => null };

    /// <summary>A policy by the end of its URI: <c>Basic256Sha256</c>.</summary>
    public static string? Policy(string? uri) => uri is null ? null : uri[(uri.LastIndexOf('#') + 1)..];
}
