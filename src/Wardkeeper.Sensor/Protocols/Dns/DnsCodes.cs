using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Names of numbers (IANA "Domain Name System (DNS) Parameters", 2024-09; RFC 1002 for NetBIOS), spelled as Zeek's dns.log spells them.</summary>
internal static class DnsCodes
{
    public const ushort A = 1, Ns = 2, Cname = 5, Soa = 6, Wks = 11, Ptr = 12, HInfo = 13, Mx = 15, Txt = 16, Aaaa = 28, Loc = 29, NetBios = 32, Srv = 33, Naptr = 35,
        A6 = 38, Opt = 41, Ds = 43, SshFp = 44, RrSig = 46, NSec = 47, DnsKey = 48, NSec3 = 50, NSec3Param = 51, Svcb = 64, Https = 65, Spf = 99, TKey = 249,
        TSig = 250, Any = 255, Caa = 257, BindSigning = 65534;

    public const ushort Internet = 1, None = 254, AnyClass = 255;

    private static readonly FrozenDictionary<ushort, string> Types = Table(
        "1 A 2 NS 3 MD 4 MF 5 CNAME 6 SOA 7 MB 8 MG 9 MR 10 NULL 11 WKS 12 PTR 13 HINFO 14 MINFO 15 MX 16 TXT 17 RP 18 AFSDB 19 X25 20 ISDN 21 RT 22 NSAP 23 NSAP-PTR " +
        "24 SIG 25 KEY 26 PX 27 GPOS 28 AAAA 29 LOC 30 NXT 31 EID 32 NIMLOC 33 SRV 34 ATMA 35 NAPTR 36 KX 37 CERT 38 A6 39 DNAME 40 SINK 41 OPT 42 APL 43 DS 44 SSHFP " +
        "45 IPSECKEY 46 RRSIG 47 NSEC 48 DNSKEY 49 DHCID 50 NSEC3 51 NSEC3PARAM 52 TLSA 53 SMIMEA 55 HIP 56 NINFO 57 RKEY 58 TALINK 59 CDS 60 CDNSKEY 61 OPENPGPKEY " +
        "62 CSYNC 63 ZONEMD 64 SVCB 65 HTTPS 99 SPF 100 UINFO 101 UID 102 GID 103 UNSPEC 104 NID 105 L32 106 L64 107 LP 108 EUI48 109 EUI64 249 TKEY 250 TSIG 251 IXFR " +
        "252 AXFR 253 MAILB 254 MAILA 255 * 256 URI 257 CAA 32768 TA 32769 DLV 65281 WINS 65282 WINS-R 65422 XPF 65521 INTEGRITY");

    private static readonly FrozenDictionary<ushort, string> Errors = Table(
        "0 NOERROR 1 FORMERR 2 SERVFAIL 3 NXDOMAIN 4 NOTIMP 5 REFUSED 6 YXDOMAIN 7 YXRRSET 8 NXRRSet 9 NOTAUTH 10 NOTZONE 11 unassigned-11 12 unassigned-12 13 unassigned-13 " +
        "14 unassigned-14 15 unassigned-15");

    private static readonly FrozenDictionary<ushort, string> Classes = Table("1 C_INTERNET 2 C_CSNET 3 C_CHAOS 4 C_HESIOD 254 C_NONE 255 C_ANY");

    private static readonly FrozenDictionary<ushort, string> Opcodes = Table("0 query 1 iquery 2 server-status 4 notify 5 dynamic-update 6 dso");

    private static readonly FrozenDictionary<ushort, string> NetBiosOpcodes =
        Table("0 netbios-query 5 netbios-registration 6 netbios-release 7 netbios-wack 8 netbios-refresh 9 netbios-refresh 15 netbios-multihomed-registration");

    public static bool IsKnownType(ushort type) => Types.ContainsKey(type);

    public static bool IsKnownClass(ushort value) => Classes.ContainsKey(value);

    /// <summary>Name of a type; the NetBIOS name service uses two of the numbers for its own types.</summary>
    public static string TypeName(ushort type, bool netBios = false) => (netBios, type) switch
    {
        (true, Srv) => "NBSTAT",
        (true, NetBios) => "NB",
        _ => Types.TryGetValue(type, out string? name) ? name : Numbered("query-", type),
    };

    public static string ClassName(ushort value) => Classes.TryGetValue(value, out string? name) ? name : Numbered("qclass-", value);

    public static string ErrorName(int code) => Errors.TryGetValue((ushort)code, out string? name) ? name : Numbered("rcode-", code);

    public static string OpcodeName(int opcode, bool netBios)
    {
        if (netBios) return NetBiosOpcodes.TryGetValue((ushort)opcode, out string? own) ? own : Numbered("netbios-opcode-", opcode);
        return Opcodes.TryGetValue((ushort)opcode, out string? name) ? name : Numbered("opcode-", opcode);
    }

    private static string Numbered(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private static FrozenDictionary<ushort, string> Table(string pairs)
    {
        string[] parts = pairs.Split(' ');
        Dictionary<ushort, string> table = [];
        for (int i = 0; i < parts.Length; i += 2) table.Add(ushort.Parse(parts[i], CultureInfo.InvariantCulture), parts[i + 1]);
        return table.ToFrozenDictionary();
    }
}
