using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wardkeeper.Platform.Configuration;

/// <summary>
/// Reads the configuration file: mappings of mappings, at the leaves one value or a sequence of values. Anything else YAML can do
/// (anchors, aliases, tags, several documents) is refused: a file that nobody can misread, and no bomb.
/// </summary>
internal sealed class ConfigurationFile
{
    private const int MostBytes = 1 << 20, MostDepth = 4, MostValues = 10_000;

    private readonly string name;
    private readonly List<string> mistakes = [];
    private readonly Dictionary<string, ConfigurationEntry> entries = new(StringComparer.Ordinal);
    private int values;

    private ConfigurationFile(string name) => this.name = name;

    /// <summary>Reads a file. What is wrong is added to <paramref name="mistakes"/>; what is right is returned.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mistakes">Receives one sentence per mistake, each with file and line.</param>
    public static IReadOnlyDictionary<string, ConfigurationEntry> Read(string path, List<string> mistakes)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes } info)
            {
                mistakes.Add($"{path}: {info.Length} bytes; a configuration has at most {MostBytes}");
                return new Dictionary<string, ConfigurationEntry>();
            }
            return Parse(File.ReadAllText(path), path, mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{path}: cannot be read: {e.Message}");
            return new Dictionary<string, ConfigurationEntry>();
        }
    }

    /// <summary>Reads a text; see <see cref="Read"/>.</summary>
    public static IReadOnlyDictionary<string, ConfigurationEntry> Parse(string text, string name, List<string> mistakes)
    {
        ConfigurationFile file = new(name);
        try
        {
            file.ReadDocument(new Parser(new StringReader(text)));
        }
        catch (YamlException e)
        {
            file.mistakes.Add($"{name}:{e.Start.Line}: is not YAML here: {e.Message.Split('\n')[0]}");
        }
        mistakes.AddRange(file.mistakes);
        return file.entries;
    }

    private void ReadDocument(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return;
        parser.Consume<DocumentStart>();
        if (Take<MappingStart>(parser) is { } mapping) ReadMapping(parser, mapping, "", 1);
        else if (parser.Current is Scalar { Value: "" }) Skip(parser);
        else
        {
            Complain(parser.Current!, "a configuration is a list of sections; write for example 'web:' and below it, indented, 'port: 8443'");
            Skip(parser);
        }
        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _)) Complain(parser.Current!, "a second document begins; a configuration is one");
    }

    private void ReadMapping(Parser parser, MappingStart start, string path, int depth)
    {
        CheckPlain(start);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Take<Scalar>(parser) is not { } key)
            {
                Complain(parser.Current!, "a name is expected here");
                Skip(parser);
                Skip(parser);
                continue;
            }
            CheckPlain(key);
            string inner = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (!IsKnown(inner, out bool isSection))
            {
                Complain(key, $"'{inner}' is not known; {Suggestion(inner)}");
                Skip(parser);
            }
            else if (isSection) ReadSection(parser, key, inner, depth);
            else ReadLeaf(parser, key, inner);
        }
    }

    private void ReadSection(Parser parser, Scalar key, string path, int depth)
    {
        if (depth < MostDepth && Take<MappingStart>(parser) is { } mapping) ReadMapping(parser, mapping, path, depth + 1);
        else
        {
            bool isEmpty = parser.Current is Scalar { Value: "" or "~" or "null", IsQuotedImplicit: false };
            if (!isEmpty) Complain(key, $"'{path}' is a section; write its keys below it, indented: {string.Join(", ", ConfigurationKeys.All.Where(one => one.Path.StartsWith(path + ".", StringComparison.Ordinal)).Select(one => one.Path[(path.Length + 1)..]))}");
            Skip(parser);
        }
    }

    private void ReadLeaf(Parser parser, Scalar key, string path)
    {
        List<string> found = [];
        int line = (int)key.Start.Line;
        if (Take<Scalar>(parser) is { } one)
        {
            CheckPlain(one);
            if (one.Value.Length == 0 && one.Style == ScalarStyle.Plain) return;
            found.Add(one.Value);
        }
        else if (Take<SequenceStart>(parser) is { } sequence)
        {
            CheckPlain(sequence);
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                if (Take<Scalar>(parser) is { } element)
                {
                    CheckPlain(element);
                    if (++values <= MostValues) found.Add(element.Value);
                }
                else
                {
                    Complain(parser.Current!, $"'{path}' takes values, nothing nested");
                    Skip(parser);
                }
            }
        }
        else
        {
            Complain(parser.Current!, $"'{path}' takes a value, not a section");
            Skip(parser);
            return;
        }
        if (values > MostValues) Complain(key, $"more than {MostValues} values");
        else if (!entries.TryAdd(path, new ConfigurationEntry(found, $"{name}:{line}"))) Complain(key, $"'{path}' stands here a second time (first in {entries[path].Where}); keep one");
    }

    private void CheckPlain(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty) Complain(node, $"anchor &{node.Anchor} is not used in a configuration; write the value out");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific) Complain(node, $"tag {node.Tag} is not used in a configuration; leave it out");
    }

    private static T? Take<T>(Parser parser)
        where T : ParsingEvent
    {
        if (parser.Current is not T taken) return null;
        parser.MoveNext();
        return taken;
    }

    /// <summary>Passes over one node with all that is in it.</summary>
    private void Skip(Parser parser)
    {
        int open = 0;
        do
        {
            if (parser.Current is AnchorAlias alias) Complain(alias, $"alias *{alias.Value} is not used in a configuration; write the value out");
            if (parser.Current is MappingStart or SequenceStart) open++;
            if (parser.Current is MappingEnd or SequenceEnd) open--;
            parser.MoveNext();
        }
        while (open > 0);
    }

    private void Complain(ParsingEvent at, string what)
    {
        if (mistakes.Count < 100) mistakes.Add($"{name}:{at.Start.Line}: {what}");
    }

    private static bool IsKnown(string path, out bool isSection)
    {
        isSection = ConfigurationKeys.All.Any(key => key.Path.StartsWith(path + ".", StringComparison.Ordinal));
        return isSection || ConfigurationKeys.Find(path) is not null;
    }

    /// <summary>The known key that is nearest to what was written.</summary>
    private static string Suggestion(string path)
    {
        string last = path[(path.LastIndexOf('.') + 1)..];
        string? near = ConfigurationKeys.All.Select(key => key.Path).Concat(ConfigurationKeys.All.Where(key => key.Path.Contains('.', StringComparison.Ordinal)).Select(key => key.Path[..key.Path.IndexOf('.', StringComparison.Ordinal)]).Distinct())
            .Where(known => known.Length < 60 && path.Length < 60)
            .Select(known => (known, distance: Math.Min(Distance(known, path), Distance(known[(known.LastIndexOf('.') + 1)..], last) + (known.EndsWith(last, StringComparison.OrdinalIgnoreCase) ? 0 : 1))))
            .Where(pair => pair.distance <= 3).OrderBy(pair => pair.distance).Select(pair => pair.known).FirstOrDefault();
        return near is null ? "docs/configuration.md lists every key" : $"did you mean '{near}'?";
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}

/// <summary>Values as written, and where: <c>wardkeeper.yaml:12</c>, <c>--port</c>, <c>WARDKEEPER_WEB_PORT</c>.</summary>
internal sealed record ConfigurationEntry(IReadOnlyList<string> Values, string Where);
