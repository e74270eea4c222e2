using System.Text;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads keywords whose value has a form of its own.</summary>
internal static class ValueKeywords
{
    /// <summary><c>dcerpc.iface:12345678-1234-abcd-ef00-01234567cffb,>1,any_frag</c>: the interface that is bound.</summary>
    public static void DceInterface(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (!Guid.TryParse(words[0], out _)) throw new RefusedException(rule.Keyword, $"{words[0]} is no UUID");
        if (words.Skip(1).Any(word => word.Length > 0 && word != "any_frag")) throw new RefusedException(rule.Keyword, "versions of interfaces are not supported");
        Text(rule, BufferName.DceInterface, BufferName.DceInterface, words[0].ToLowerInvariant(), false, whole: true);
    }

    /// <summary><c>filename:"secret"</c></summary>
    public static void FileName(RuleBuilder rule, string? value)
    {
        string text = RuleText.Unquote(value ?? "", out bool negated);
        Text(rule, BufferName.FileName, BufferName.FileName, text, negated, whole: false);
    }

    /// <summary><c>fileext:"pdf"</c></summary>
    public static void FileExtension(RuleBuilder rule, string? value)
    {
        string text = RuleText.Unquote(value ?? "", out bool negated);
        ContentCheck check = new(Encoding.UTF8.GetBytes("." + text), negated) { EndsWith = true };
        check.IgnoreCase();
        rule.AddTo(BufferName.FileName, BufferName.FileName, check);
    }

    /// <summary><c>tls.version:1.2</c> and <c>ssl_version:tls1.2,sslv3</c>; where some are ruled out, every other is meant.</summary>
    public static void TlsVersion(RuleBuilder rule, string? value)
    {
        List<long> wanted = [], unwanted = [];
        foreach (string word in ContentKeywords.Words(value))
        {
            string name = word.TrimStart('!').Trim('"').ToLowerInvariant();
            long number = name switch { "sslv2" => 2, "sslv3" => 0x300, "1.0" or "tls1.0" => 0x301, "1.1" or "tls1.1" => 0x302, "1.2" or "tls1.2" => 0x303, "1.3" or "tls1.3" => 0x304, _ => throw new RefusedException(rule.Keyword, $"{word} is not known") };
            (word.StartsWith('!') ? unwanted : wanted).Add(number);
        }
        rule.AddTo(BufferName.TlsVersion, BufferName.TlsVersion, new NumberCheck(unwanted.Count > 0 ? NumberTest.NoneOf([.. unwanted.Except(wanted)]) : NumberTest.AnyOf([.. wanted])));
    }

    /// <summary><c>ssh.protoversion:2_compat</c></summary>
    public static void SshVersion(RuleBuilder rule, string? value)
    {
        if (value is not ("2" or "2.0" or "1" or "1.99" or "1.5" or "2_compat")) throw new RefusedException(rule.Keyword, $"{value} is not known");
        string pattern = value switch { "2_compat" => "^(?:2|1\\.99)", "2" => "^2", "1" => "^1", _ => "^" + System.Text.RegularExpressions.Regex.Escape(value) };
        rule.AddTo(BufferName.SshProtocol, BufferName.SshProtocol, new PcreCheck(pattern, System.Text.RegularExpressions.RegexOptions.CultureInvariant, false));
    }

    /// <summary><c>ftpdata_command:stor</c></summary>
    public static void FtpDataCommand(RuleBuilder rule, string? value)
    {
        if (value is not ("stor" or "retr")) throw new RefusedException(rule.Keyword, $"{value} is not known");
        Text(rule, BufferName.FtpDataCommand, BufferName.FtpDataCommand, value, false, whole: true);
    }

    private static void Text(RuleBuilder rule, BufferName client, BufferName server, string text, bool negated, bool whole)
    {
        if (text.Length == 0) throw new RefusedException(rule.Keyword, "a value is missing");
        ContentCheck check = new(Encoding.UTF8.GetBytes(text), negated) { StartsWith = whole, EndsWith = whole };
        check.IgnoreCase();
        rule.AddTo(client, server, check);
    }
}
