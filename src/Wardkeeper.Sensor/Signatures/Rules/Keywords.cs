using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Signatures.Matching;
using static Wardkeeper.Sensor.Signatures.Rules.ContentKeywords;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>A keyword and what it does to the rule that is being read.</summary>
/// <param name="Word">The keyword.</param>
/// <param name="Read">Reads its value; throws <see cref="RefusedException"/>.</param>
internal sealed record Keyword(string Word, Action<RuleBuilder, string?> Read);

/// <summary>Every keyword that is understood, one line each; families of many like ones stand in files of their own. What is not here is refused.</summary>
internal static class Keywords
{
    /// <summary>The keywords by their words.</summary>
    public static FrozenDictionary<string, Keyword> All { get; } = new Keyword[]
    {
        new("sid", static (rule, value) => rule.Rule.Sid = Number(rule, value)),
        new("gid", static (rule, value) => rule.Rule.Gid = Number(rule, value)),
        new("rev", static (rule, value) => rule.Rule.Revision = (int)Number(rule, value)),
        new("msg", static (rule, value) => rule.Rule.Message = Encoding.UTF8.GetString(Message(value))),
        new("classtype", static (rule, value) => rule.Rule.Classtype = value),
        new("priority", static (rule, value) => rule.Rule.Priority = (int)Number(rule, value)),
        new("reference", static (rule, value) => rule.Rule.References.Add(value ?? "")),
        new("metadata", Nothing),
        new("target", Nothing),
        new("tag", Nothing),
        new("prefilter", Nothing),
        new("rawbytes", Nothing),
        new("filestore", Nothing),
        new("noalert", static (rule, _) => rule.Rule.IsSilent = true),
        new("alert", static (rule, _) => (rule.Rule.IsSilent, rule.Rule.IsTold) = (false, true)),
        new("requires", Requires),

        new("content", ContentKeywords.Content),
        new("uricontent", UriContent),
        new("nocase", Flag(static content => content.IgnoreCase())),
        new("offset", Place(static (content, amount) => content.Offset = amount)),
        new("depth", Place(static (content, amount) => content.Depth = amount)),
        new("distance", Place(static (content, amount) => content.Distance = amount)),
        new("within", Place(static (content, amount) => content.Within = amount)),
        new("startswith", Flag(static content => content.StartsWith = true)),
        new("endswith", Flag(static content => content.EndsWith = true)),
        new("fast_pattern", static (rule, _) => rule.Content().IsFast = true),
        new("isdataat", DataAt),
        new("bsize", Size),
        new("urilen", UriLength),
        new("pcre", Pcre),
        new("absent", Absent),
        new("entropy", Entropy),
        new("base64_decode", Base64),
        new("base64_data", static (rule, _) => rule.BeginBase64()),
        new("pkt_data", static (rule, _) => rule.BeginPayload()),

        new("byte_test", ByteKeywords.Test),
        new("byte_jump", ByteKeywords.Jump),
        new("byte_extract", ByteKeywords.Extract),
        new("byte_math", ByteKeywords.Math),

        new("strip_whitespace", Turn(static _ => Transforms.StripWhitespace)),
        new("compress_whitespace", Turn(static _ => Transforms.CompressWhitespace)),
        new("to_lowercase", Turn(static _ => Transforms.ToLower)),
        new("to_uppercase", Turn(static _ => Transforms.ToUpper)),
        new("dotprefix", Turn(static _ => Transforms.DotPrefix)),
        new("url_decode", Turn(static _ => Transforms.UrlDecode)),
        new("to_md5", Turn(static _ => Transforms.Md5)),
        new("to_sha1", Turn(static _ => Transforms.Sha1)),
        new("to_sha256", Turn(static _ => Transforms.Sha256)),
        new("header_lowercase", Turn(static _ => Transforms.HeaderLower)),
        new("strip_pseudo_headers", Turn(static _ => Transforms.StripPseudoHeaders)),
        new("gunzip", Turn(TransformKeywords.Gunzip)),
        new("zlib_deflate", Turn(static _ => Transforms.ZlibDeflate)),
        new("xor", Turn(TransformKeywords.Xor)),
        new("from_base64", Turn(TransformKeywords.FromBase64)),
        new("subslice", Turn(TransformKeywords.Subslice)),

        new("app-layer-event", EventKeywords.Service),
        new("ftpbounce", EventKeywords.FtpBounce),
        new("dataset", DatasetKeywords.Dataset),
        new("decode-event", EventKeywords.Decoder),
        new("stream-event", EventKeywords.Stream),
        new("dcerpc.iface", ValueKeywords.DceInterface),
        new("dce_iface", ValueKeywords.DceInterface),
        new("filename", ValueKeywords.FileName),
        new("fileext", ValueKeywords.FileExtension),
        new("tls.version", ValueKeywords.TlsVersion),
        new("ssl_version", ValueKeywords.TlsVersion),
        new("ssh.protoversion", ValueKeywords.SshVersion),
        new("ftpdata_command", ValueKeywords.FtpDataCommand),
    }.Concat(BufferKeywords.All()).Concat(HeaderKeywords.All()).Concat(FlowKeywords.All()).ToFrozenDictionary(static keyword => keyword.Word, StringComparer.Ordinal);

    private static long Number(RuleBuilder rule, string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new RefusedException(rule.Keyword, $"{value} is no number");

    private static byte[] Message(string? value)
    {
        string text = RuleText.Unquote(value ?? "", out _);
        return Encoding.UTF8.GetBytes(text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\;", ";", StringComparison.Ordinal).Replace("\\:", ":", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
    }

    private static readonly Version Understood = new(9, 0, 0);

    private static void Nothing(RuleBuilder rule, string? value)
    {
        // It changes what is written or kept beside an alert, not whether there is one.
    }

    /// <summary><c>requires: version &gt;= 8, feature x, keyword y</c>: a rule for another engine is left out, and that is said.</summary>
    private static void Requires(RuleBuilder rule, string? value)
    {
        foreach (string word in Words(value))
        {
            if (word.StartsWith("keyword ", StringComparison.Ordinal) && !All.ContainsKey(word[8..].Trim())) throw new RefusedException(rule.Keyword, $"{word} is not supported");
            if (word.StartsWith("feature ", StringComparison.Ordinal)) throw new RefusedException(rule.Keyword, $"{word} is not supported");
            if (word.StartsWith("version ", StringComparison.Ordinal) && !IsVersionMeant(rule, word[8..])) throw new RefusedException(rule.Keyword, $"the rule is for {word}");
        }
    }

    /// <summary><c>&gt;= 7.0.3 &lt; 8 | &gt;= 9.0.99</c>: whether rules for the engine whose language this is, in the version that is understood here, are meant.</summary>
    private static bool IsVersionMeant(RuleBuilder rule, string text)
    {
        foreach (string range in text.Split('|', StringSplitOptions.TrimEntries))
        {
            string[] words = range.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool holds = words.Length > 0 && words.Length % 2 == 0;
            for (int i = 0; i + 1 < words.Length && holds; i += 2)
            {
                string number = words[i + 1].Contains('.', StringComparison.Ordinal) ? words[i + 1] : words[i + 1] + ".0";
                if (!Version.TryParse(number, out Version? other)) throw new RefusedException(rule.Keyword, $"{words[i + 1]} is no version");
                int order = Understood.CompareTo(new Version(other.Major, other.Minor, Math.Max(0, other.Build)));
                holds = words[i] switch { ">=" => order >= 0, ">" => order > 0, "<=" => order <= 0, "<" => order < 0, "=" or "==" => order == 0, _ => throw new RefusedException(rule.Keyword, $"{words[i]} is no comparison") };
            }
            if (holds) return true;
        }
        return false;
    }

    private static Action<RuleBuilder, string?> Turn(Func<string?, Transform> make) => (rule, value) => rule.Turn(make(value));
}
