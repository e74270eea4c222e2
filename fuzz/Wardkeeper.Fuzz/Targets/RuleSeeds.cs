using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>Rules to begin with: some that use words together, and one for every word that there is, so that whatever rules can look into is filled and looked into.</summary>
internal static class RuleSeeds
{
    /// <summary>What words are tried with, the first that is taken counts: a buffer, a modifier, a number, a flag.</summary>
    private static readonly string[] Forms = ["{0}; content:\"a\"", "content:\"a\"; {0}", "{0}:>0", "{0}:1", "content:\"a\"; {0}:1", "{0}"];

    /// <summary>Words whose value has a form of its own, once for each form.</summary>
    private static readonly string[] Own =
    [
        "flow:to_client,established,no_frag", "flow:not_established,no_stream", "flow:only_stream,only_frag", "flow:stateless", "flags:+S", "flags:!A", "flags:*SF", "tcp.flags:S", "ip_proto:udp", "ip_proto:>5",
        "fragbits:!D", "fragbits:*M", "fragoffset:>0", "ipopts:any", "ipopts:lsrr", "stream_size:client,>,1", "stream_size:either,<,100", "vlan.id:1,any", "vlan.id:5", "igmp-csum:invalid", "sctp.chunk_type:data",
        "flowbits:set,seen", "flowbits:isset,seen", "flowbits:isnotset,seen|other", "flowbits:toggle,seen", "flowbits:unset,seen", "flowint:n,+,1", "flowint:n,>,2", "flowint:n,notset", "flowint:n,isset",
        "xbits:set,x,track ip_src,expire 60", "xbits:isset,x,track ip_dst", "xbits:toggle,x,track ip_pair", "xbits:isnotset,y,track ip_src", "xbits:unset,x,track ip_pair", "hostbits:set,h,src", "hostbits:isset,h,dst", "hostbits:isnotset,h,both",
        "threshold:type limit,track by_dst,count 1,seconds 10", "threshold:type threshold,track by_both,count 2,seconds 10", "threshold:type both,track by_rule,count 2,seconds 10", "threshold:type limit,track by_flow,count 1,seconds 10",
        "detection_filter:track by_src,count 2,seconds 10", "app-layer-protocol:http", "app-layer-protocol:!dns", "requires:version >= 8, keyword content",
        "tls.sni; dataset:set,names,type string", "dns.query; dataset:isset,names,type string", "http.host; dataset:isnotset,hosts,type md5,memcap 1mb,hashsize 100", "ip.src; dataset:set,places,type ipv4", "http.uri; to_sha256; dataset:set,uris,type sha256",
        "dcerpc.iface:12345678-1234-abcd-ef00-01234567cffb", "dce_iface:367abb81-9844-35f1-ad32-98f038001003,any_frag", "filename:\"a\"", "fileext:\"pdf\"", "tls.version:1.2", "ssl_version:!tls1.0,!sslv3", "ssl_version:!tls1.3,tls1.2", "ssh.protoversion:2_compat", "ftpdata_command:retr",
        "content:\"a\"; startswith; nocase", "content:\"e\"; endswith", "content:!\"zz\"; offset:1; depth:40", "content:\"a\"; content:\"b\"; distance:0; within:50", "content:\"a\"; fast_pattern; content:!\"zz\"; within:5", "pcre:\"/a[b-z]+/R\"", "pcre:\"/(?<=a)b/i\"", "pcre:\"/^.{1,9}$/s\"",
        "isdataat:5", "isdataat:!500", "content:\"a\"; isdataat:2,relative", "bsize:>1", "urilen:5<>90,norm", "entropy:value > 1, bytes 10, offset 0", "file.data; content:\"a\"; file.data; content:\"b\"", "http.user_agent; absent", "http.referer; absent:or_else; content:\"a\"",
        "base64_decode:bytes 12, offset 1, relative; base64_data; content:\"a\"", "base64_decode; base64_data; content:\"e\"", "pkt_data; content:\"a\"", "rawbytes; content:\"a\"",
        "byte_test:2,>,1,0", "byte_test:4,&,0x80,1,relative,little", "byte_test:1,!=,5,0,string,dec", "byte_test:4,=,1,0,dce", "byte_test:2,<,200,0,bitmask 0x0ff0", "byte_jump:2,0; content:\"a\"; distance:0", "byte_jump:4,1,relative,multiplier 2,align,from_beginning,post_offset 1", "byte_jump:1,0,string,hex,from_end",
        "byte_extract:1,0,n; byte_test:1,>,n,1", "byte_extract:2,1,m,relative,multiplier 2,little; isdataat:m", "byte_math:bytes 1, offset 0, oper *, rvalue 2, result r; content:\"a\"; offset:r", "byte_math:bytes 2, offset 0, oper <<, rvalue 1, result r, endian little, bitmask 0xff; byte_test:1,<,r,0", "byte_math:bytes 1, offset 0, oper /, rvalue 3, result r; byte_test:1,>,r,0",
        "http.uri; xor:\"0a\"; content:\"a\"", "http.uri; xor:offset 1,extract 2 0; content:\"a\"", "file.data; gunzip:max-size 99; content:\"a\"", "file.data; gunzip; content:\"a\"", "file.data; zlib_deflate; content:\"a\"", "http.uri; from_base64:bytes 8, offset 1, mode rfc2045; content:\"a\"", "http.uri; from_base64:mode strict; content:\"a\"", "http.uri; subslice:1,3,truncate; content:\"a\"",
        "http.uri; strip_whitespace; to_lowercase; content:\"a\"", "http.header; compress_whitespace; to_uppercase; content:\"A\"", "http.host; dotprefix; content:\".a\"", "http.uri; url_decode; content:\"a\"", "http.uri; to_md5; content:\"a\"", "http.uri; to_sha1; content:\"a\"", "http.uri; to_sha256; content:\"|61|\"", "http.header_names; header_lowercase; content:\"a\"", "http.header; strip_pseudo_headers; content:\"a\"",
        "dns.rrtype:1,all", "ldap.responses.operation:search_result_entry,any", "websocket.flags:fin", "krb5.ticket_encryption:weak", "mqtt.type:connect", "dicom.status:>0", "priority:2", "classtype:trojan-activity", "noalert", "sameip",
        .. Names("app-layer-event:", EventNames.Services), .. Names("decode-event:", EventNames.OfDecoder.Keys), .. Names("stream-event:", EventNames.OfStreams.Keys),
        .. Names("frame:", ["websocket.pdu; content:\"a\"", "websocket.header; content:\"a\"", "websocket.data; content:\"a\"", "ssh.record.pdu; content:\"a\"", "ssh.record.hdr; content:\"a\"", "ssh.record.data; content:\"a\"", "smtp.command_line; content:\"a\"", "smtp.response_line; content:\"a\""]),
    ];

    /// <summary>Words that only stand beside others: they are in <see cref="Own"/> and <see cref="All"/>.</summary>
    private static readonly string[] Beside = ["sid", "gid", "rev", "msg"];

    /// <summary>Rules in which words stand together.</summary>
    public static string[] All { get; } =
    [
        """alert tcp $HOME_NET any -> [10.0.0.0/8,!10.1.1.1] [80,8000:8080] (msg:"a"; flow:established,to_server; content:"|41 42|c\;"; nocase; offset:2; depth:10; content:!"x"; distance:-1; within:4; fast_pattern; sid:1; rev:2;)""",
        """alert udp any any <> any !53 (byte_test:2,>,10,0,relative,little; byte_jump:1,0,multiplier 2,align,post_offset -1; byte_extract:1,0,n; byte_math:bytes 1, offset 0, oper +, rvalue n, result m; content:"a"; distance:m; isdataat:!n,relative; sid:2;)""",
        """alert http any any -> any any (http.uri; content:"/a"; startswith; url_decode; xor:"0a"; from_base64:bytes 4, offset 1; pcre:"/^a(?=b)\d{1,3}[[:alpha:]]+$/Ui"; bsize:>3; urilen:<20; sid:3;)""",
        """alert ip any any -> any any (ttl:1-5; flags:SA,CE; itype:8; fragbits:+M; ipopts:rr; ip_proto:!6; dsize:3<>9; stream_size:both,>,5; flowbits:set,a|b; flowint:c,+,1; xbits:isset,d,track ip_src,expire 10; threshold:type both,track by_src,count 3,seconds 60; sid:4;)""",
        """alert dicom any any -> any any (dicom.command; content:"C-FIND-RQ"; dicom.tag; content:"0010,0020="; absent:or_else; hl7.field; content:"PID-3="; base64_decode:bytes 10; base64_data; content:"x"; detection_filter:track by_dst,count 1,seconds 2; sid:5;)""",
    ];

    /// <summary>A rule for each word and each form of its value.</summary>
    public static IReadOnlyList<string> EveryWord { get; } = [.. Words()];

    /// <summary>All of them as one set; each is taken.</summary>
    /// <exception cref="InvalidDataException">One is refused.</exception>
    public static RuleSet Load()
    {
        RuleReader reader = new(new RuleVariables());
        reader.ReadText(string.Join('\n', (IEnumerable<string>)[.. All, .. EveryWord]), "seeds");
        RuleSet set = reader.Finish();
        return set.Refusals.Count > 0 ? throw new InvalidDataException(string.Join('\n', set.Refusals.Select(static refusal => $"line {refusal.Line}, {refusal.Keyword}: {refusal.Reason}"))) : set;
    }

    private static IEnumerable<string> Names(string keyword, IEnumerable<string> names) => names.Order(StringComparer.Ordinal).Select(name => keyword + name);

    private static IEnumerable<string> Words()
    {
        int sid = 100;
        HashSet<string> used = [.. Beside];
        foreach (string own in Own)
        {
            foreach (string part in own.Split("; ")) used.Add(part.Split(':')[0]);
            yield return Rule(own, sid++);
        }
        foreach (string word in Keywords.All.Keys.Order(StringComparer.Ordinal).Where(word => !used.Contains(word)))
        {
            string form = Array.Find(Forms, form => IsTaken(Rule(string.Format(null, form, word), 1))) ?? throw new InvalidDataException($"no seed uses the word {word}; name a value for it");
            yield return Rule(string.Format(null, form, word), sid++);
        }
    }

    private static string Rule(string body, int sid) => $"alert ip any any -> any any ({body}; sid:{sid};)";

    private static bool IsTaken(string rule)
    {
        RuleReader reader = new(new RuleVariables());
        reader.ReadText(rule, "seeds");
        return reader.Finish().Count == 1;
    }
}
