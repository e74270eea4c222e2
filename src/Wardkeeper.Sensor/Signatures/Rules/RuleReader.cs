using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>
/// Reads rules in Suricata's syntax from files, folders and archives (.tar.gz, .tar, .zip). A rule that is not understood is left out and said with file,
/// line, keyword and reason; the others run. A number that occurs again keeps its highest revision.
/// </summary>
internal sealed class RuleReader(RuleVariables variables, NoteNames? earlier = null)
{
    /// <summary>Most bytes of rules that are read, unpacked, and most rules.</summary>
    public const long MostBytes = 512L << 20;

    /// <summary>Most rules of a set.</summary>
    public const int MostRules = 200_000;

    private readonly List<Rule> rules = [];
    private readonly List<RuleRefusal> refusals = [];
    private readonly Dictionary<(long Gid, long Sid), int> known = [];
    private readonly NoteNames notes = earlier ?? new();
    private readonly Datasets datasets = new();
    private string? folder;
    private long bytesLeft = MostBytes;

    /// <summary>Reads one path: a file of rules, an archive of them, or a folder.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Read(string path)
    {
        if (!Directory.Exists(path)) Read(path, path);
        else foreach (string file in Directory.EnumerateFiles(path, "*.rules", SearchOption.AllDirectories).Order(StringComparer.Ordinal)) Read(file, file);
    }

    /// <summary>Reads a file of rules, or an archive of them, that is told under another name; the name's ending says which it is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Read(string file, string path)
    {
        using FileStream stream = File.OpenRead(file);
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) Zip(stream, path);
        else if (path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
        {
            using GZipStream unpacked = new(stream, CompressionMode.Decompress);
            Tar(unpacked, path);
        }
        else if (path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)) Tar(stream, path);
        else
        {
            folder = Path.GetDirectoryName(Path.GetFullPath(file));
            Lines(stream, path);
            folder = null;
        }
    }

    /// <summary>Reads rules from text, as from a file of that name.</summary>
    public void ReadText(string text, string name)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        Lines(stream, name);
    }

    /// <summary>What was read, as a set that can be run.</summary>
    public RuleSet Finish() => new([.. rules], [.. refusals], notes);

    private void Zip(Stream stream, string path)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(static entry => entry.FullName.EndsWith(".rules", StringComparison.Ordinal)))
        {
            using Stream member = entry.Open();
            Lines(member, $"{path}:{entry.FullName}");
        }
    }

    private void Tar(Stream stream, string path)
    {
        using TarReader archive = new(stream);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not null && entry.Name.EndsWith(".rules", StringComparison.Ordinal)) Lines(entry.DataStream, $"{path}:{entry.Name}");
        }
    }

    private void Lines(Stream stream, string name)
    {
        using StreamReader reader = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);
        StringBuilder joined = new();
        int line = 0, began = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            bytesLeft -= text.Length;
            if (bytesLeft < 0) throw new IOException($"{name}: more than {MostBytes >> 20} MB of rules");
            if (joined.Length == 0) began = line;
            text = text.Trim();
            if (text.EndsWith('\\') && !text.StartsWith('#') && joined.Length < RuleText.MaxLength)
            {
                joined.Append(text, 0, text.Length - 1);
                continue;
            }
            joined.Append(text);
            string whole = joined.ToString();
            joined.Clear();
            if (whole.Length > 0 && whole[0] != '#') One(whole, new RuleOrigin(name, began));
        }
        if (joined.Length > 0) One(joined.ToString(), new RuleOrigin(name, began));
    }

    private void One(string text, RuleOrigin origin)
    {
        RuleBuilder builder = new(origin, notes) { Folder = folder, Datasets = datasets };
        try
        {
            if (rules.Count >= MostRules) throw new RefusedException("header", "more rules than 200,000");
            RuleText split = RuleText.Split(text);
            // The number first: a refusal names it.
            if (split.Options.FirstOrDefault(static option => option.Keyword == "sid").Value is { } sid && long.TryParse(sid, out long number)) builder.Rule.Sid = number;
            builder.Rule.Text = text;
            Header(builder.Rule, split.Header);
            foreach ((string keyword, string? value) in split.Options) Option(builder, keyword, value);
            Keep(builder.Finish());
        }
        catch (RefusedException refused)
        {
            refusals.Add(new RuleRefusal(origin.File, origin.Line, refused.Keyword, refused.Message, builder.Rule.Sid));
        }
    }

    private static void Option(RuleBuilder builder, string word, string? value)
    {
        if (word.Length == 0) throw new RefusedException("header", "an option has no keyword");
        if (!Keywords.All.TryGetValue(word, out Keyword? keyword)) throw new RefusedException(word, "the keyword is not supported");
        builder.Keyword = word;
        keyword.Read(builder, value);
    }

    private void Header(Rule rule, string[] words)
    {
        rule.Action = words[0].ToLowerInvariant();
        if (rule.Action is not ("alert" or "drop" or "pass" or "reject" or "rejectsrc" or "rejectdst" or "rejectboth")) throw new RefusedException("header", $"the action {words[0]} is not supported");
        rule.Protocol = RuleProtocol.Parse(words[1]);
        rule.ServiceIds = [.. rule.Protocol.Services.Select(ServiceIndexes.Of).Where(static index => index >= 0)];
        if (rule.Protocol.Successor is { } successor) rule.SuccessorId = ServiceIndexes.Of(successor);
        rule.Source = variables.Addresses(words[2]);
        rule.SourcePorts = PortSet.Parse(words[3], variables);
        rule.Destination = variables.Addresses(words[5]);
        rule.DestinationPorts = PortSet.Parse(words[6], variables);
        rule.IsBidirectional = words[4] switch { "->" => false, "<>" => true, _ => throw new RefusedException("header", $"the direction {words[4]} is not supported") };
    }

    private void Keep(Rule rule)
    {
        if (!rule.IsPrioritySet && rule.Classtype is { } type) rule.Priority = Classifications.PriorityOf(type);
        if (known.TryGetValue((rule.Gid, rule.Sid), out int at))
        {
            if (rules[at].Revision < rule.Revision) rules[at] = rule;
            else refusals.Add(new RuleRefusal(rule.Origin.File, rule.Origin.Line, "sid", $"the number stands at {rules[at].Origin.File}:{rules[at].Origin.Line} already", rule.Sid));
            return;
        }
        known[(rule.Gid, rule.Sid)] = rules.Count;
        rules.Add(rule);
    }
}
