using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>Names of LDAP's numbers, in the words of Zeek's log.</summary>
internal static class LdapNames
{
    /// <summary>Object identifier of the request to begin TLS. RFC 4511, section 4.14.</summary>
    public const string StartTls = "1.3.6.1.4.1.1466.20037";

    /// <summary>A result. RFC 4511, appendix A.</summary>
    public static string ResultText(long code) => code switch
    {
        0 => "success",
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        5 => "compare false",
        6 => "compare true",
        7 => "auth method not supported",
        8 => "stronger auth required",
        9 => "partial results",
        10 => "referral",
        11 => "admin limit exceeded",
        12 => "unavailable critical extension",
        13 => "confidentiality required",
        14 => "SASL bind in progress",
        16 => "no such attribute",
        17 => "undefined attribute type",
        18 => "inappropriate matching",
        19 => "constraint violation",
        20 => "attribute or value exists",
        21 => "invalid attribute syntax",
        32 => "no such object",
        33 => "alias problem",
        34 => "invalid DN syntax",
        36 => "alias dereferencing problem",
        48 => "inappropriate authentication",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        54 => "loop detect",
        64 => "naming violation",
        65 => "object class violation",
        66 => "not allowed on non-leaf",
        67 => "not allowed on RDN",
        68 => "entry already exists",
        69 => "object class mods prohibited",
        71 => "affects multiple DSAs",
        80 => "other",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>How far a search goes. RFC 4511, section 4.5.1.2.</summary>
    public static string? Scope(long scope) => scope switch { 0 => "base", 1 => "single", 2 => "tree", _ => null };

    /// <summary>Which aliases a search follows. RFC 4511, section 4.5.1.3.</summary>
    public static string? Aliases(long aliases) => aliases switch { 0 => "never", 1 => "searching", 2 => "finding", 3 => "always", _ => null };

    /// <summary>An extended operation with its name, where it has a well-known one.</summary>
    public static string Extended(string identifier) => identifier switch
    {
        StartTls => identifier + " (StartTLS)",
        "1.3.6.1.4.1.4203.1.11.3" => identifier + " (whoami)",
        "1.3.6.1.4.1.4203.1.11.1" => identifier + " (password modify)",
        _ => identifier,
    };

    /// <summary>The oldest Windows Server that works at a functional level. MS-ADTS, section 3.1.1.3.2.25.</summary>
    public static string? Server(string level) => level switch
    {
        "0" => "Windows 2000 Server",
        "2" => "Windows Server 2003",
        "3" => "Windows Server 2008",
        "4" => "Windows Server 2008 R2",
        "5" => "Windows Server 2012",
        "6" => "Windows Server 2012 R2",
        "7" => "Windows Server 2016 or newer",
        "10" => "Windows Server 2025 or newer",
        _ => null,
    };
}
