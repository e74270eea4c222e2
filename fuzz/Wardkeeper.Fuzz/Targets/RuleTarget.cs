using System.Text;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The reader of rules. The input is a file of rules as it is: each line gives a rule or a refusal that names its line, and the same text gives the same.</summary>
internal sealed class RuleTarget : IFuzzTarget
{
    public string Name => "rules";

    public bool IsFramed => false;

    public int Weight => 8;

    public IEnumerable<byte[][]> Seeds()
    {
        foreach (string rule in RuleSeeds.All) yield return [Encoding.UTF8.GetBytes(rule)];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        string text = Encoding.UTF8.GetString(records[0]);
        RuleSet set = Read(text);
        int lines = text.AsSpan().Count('\n') + text.AsSpan().Count('\r') + 1;
        BrokenPromiseException.Unless(set.Count + set.Refusals.Count <= lines, "more-rules-than-lines", $"{set.Count} and {set.Refusals.Count}");
        foreach (RuleRefusal refusal in set.Refusals) BrokenPromiseException.Unless(refusal.Line >= 1 && refusal.Line <= lines && refusal.Keyword.Length > 0 && refusal.Reason.Length > 0, "refusal-without-place", $"{refusal}");
        if (!isThorough) return;
        RuleSet again = Read(text);
        BrokenPromiseException.Unless(again.Count == set.Count && again.Refusals.SequenceEqual(set.Refusals), "depends-on-more-than-the-text");
    }

    private static RuleSet Read(string text)
    {
        RuleReader reader = new(new RuleVariables());
        reader.ReadText(text, "fuzzed");
        return reader.Finish();
    }
}

/// <summary>Rules to begin with: one for each family of keywords.</summary>
internal static class RuleSeeds
{
    public static string[] All { get; } =
    [
        """alert tcp $HOME_NET any -> [10.0.0.0/8,!10.1.1.1] [80,8000:8080] (msg:"a"; flow:established,to_server; content:"|41 42|c\;"; nocase; offset:2; depth:10; content:!"x"; distance:-1; within:4; fast_pattern; sid:1; rev:2;)""",
        """alert udp any any <> any !53 (byte_test:2,>,10,0,relative,little; byte_jump:1,0,multiplier 2,align,post_offset -1; byte_extract:1,0,n; byte_math:bytes 1, offset 0, oper +, rvalue n, result m; content:"a"; distance:m; isdataat:!n,relative; sid:2;)""",
        """alert http any any -> any any (http.uri; content:"/a"; startswith; url_decode; xor:"0a"; from_base64:bytes 4, offset 1; pcre:"/^a(?=b)\d{1,3}[[:alpha:]]+$/Ui"; bsize:>3; urilen:<20; sid:3;)""",
        """alert ip any any -> any any (ttl:1-5; flags:SA,CE; itype:8; fragbits:+M; ipopts:rr; ip_proto:!6; dsize:3<>9; stream_size:both,>,5; flowbits:set,a|b; flowint:c,+,1; xbits:isset,d,track ip_src,expire 10; threshold:type both,track by_src,count 3,seconds 60; sid:4;)""",
        """alert dicom any any -> any any (dicom.command; content:"C-FIND-RQ"; dicom.tag; content:"0010,0020="; absent:or_else; hl7.field; content:"PID-3="; base64_decode:bytes 10; base64_data; content:"x"; detection_filter:track by_dst,count 1,seconds 2; sid:5;)""",
    ];
}
