using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Words that rules may write for numbers, by keyword.</summary>
internal static class NumberWords
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, long>> ByKeyword = new Dictionary<string, FrozenDictionary<string, long>>(StringComparer.Ordinal)
    {
        ["mqtt.type"] = Words(1, "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback", "unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth"),
        ["snmp.pdu_type"] = Words(0, "get_request", "get_next_request", "response", "set_request", "trap_v1", "get_bulk_request", "inform_request", "trap_v2", "report"),
        ["ldap.request.operation"] = Ldap,
        ["ldap.responses.operation"] = Ldap,
        ["dns.rrtype"] = Pairs(("a", 1), ("ns", 2), ("cname", 5), ("soa", 6), ("ptr", 12), ("hinfo", 13), ("mx", 15), ("txt", 16), ("aaaa", 28), ("srv", 33), ("naptr", 35), ("ds", 43), ("rrsig", 46), ("dnskey", 48), ("svcb", 64), ("https", 65), ("axfr", 252), ("any", 255)),
        ["dns.rcode"] = Words(0, "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused", "yxdomain", "yxrrset", "nxrrset", "notauth", "notzone"),
        ["websocket.opcode"] = Pairs(("continuation", 0), ("text", 1), ("binary", 2), ("connection_close", 8), ("close", 8), ("ping", 9), ("pong", 10)),
        ["websocket.flags"] = Pairs(("fin", 0x80), ("comp", 0x40)),
        ["sctp.chunk_type"] = Words(0, "data", "init", "init_ack", "sack", "heartbeat", "heartbeat_ack", "abort", "shutdown", "shutdown_ack", "error", "cookie_echo", "cookie_ack"),
        ["rfb.secresult"] = Words(0, "ok", "fail", "toomany", "unknown"),
        ["krb5.ticket_encryption"] = Pairs(("des-cbc-crc", 1), ("des-cbc-md4", 2), ("des-cbc-md5", 3), ("des3-cbc-sha1", 16), ("aes128-cts-hmac-sha1-96", 17), ("aes256-cts-hmac-sha1-96", 18), ("rc4-hmac", 23), ("rc4-hmac-exp", 24)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static FrozenDictionary<string, long> Ldap => Pairs(("bind_request", 0), ("bind_response", 1), ("unbind_request", 2), ("search_request", 3), ("search_result_entry", 4), ("search_result_done", 5), ("modify_request", 6), ("modify_response", 7),
        ("add_request", 8), ("add_response", 9), ("del_request", 10), ("del_response", 11), ("mod_dn_request", 12), ("mod_dn_response", 13), ("compare_request", 14), ("compare_response", 15), ("abandon_request", 16), ("search_result_reference", 19), ("extended_request", 23), ("extended_response", 24), ("intermediate_response", 25));

    /// <summary>The words of a keyword, or null.</summary>
    public static IReadOnlyDictionary<string, long>? Of(string keyword) => ByKeyword.TryGetValue(keyword, out FrozenDictionary<string, long>? words) ? words : null;

    private static FrozenDictionary<string, long> Words(int first, params string[] words) => words.Select((word, i) => (word, (long)(first + i))).ToFrozenDictionary(one => one.word, one => one.Item2);

    private static FrozenDictionary<string, long> Pairs(params (string Word, long Number)[] pairs) => pairs.ToFrozenDictionary(one => one.Word, one => one.Number);
}
