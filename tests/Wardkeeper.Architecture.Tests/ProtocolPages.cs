using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Makes the pages in <c>docs/protocols</c> from protocols' descriptions and their transactions' docstrings, so that they can't go stale.</summary>
internal static partial class ProtocolPages
{
    private static readonly Assembly Sensor = typeof(Transaction).Assembly;
    private static readonly Lazy<Dictionary<string, string>> Docs = new(ReadDocs);

    /// <summary>File name and text of every page, the index among them.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        SortedDictionary<string, string> pages = new(StringComparer.Ordinal);
        foreach (IGrouping<string, Protocol> folder in ProtocolRegistry.All.GroupBy(Folder)) pages[PageOf(folder.First())] = folder.First().IsLabel ? LabelsPage(folder) : Page([.. folder]);
        pages["README.md"] = Index(pages.Keys.ToDictionary(page => page, page => ProtocolRegistry.All.First(protocol => PageOf(protocol) == page)));
        pages["files.md"] = Files();
        return pages;
    }

    /// <summary>The page that tells of a protocol.</summary>
    public static string PageOf(Protocol protocol) => Kebab().Replace(Folder(protocol), "-$1").TrimStart('-').ToLowerInvariant() + ".md";

    /// <summary>The folder, below <c>Protocols</c>, that holds a protocol.</summary>
    public static string Folder(Protocol protocol) => protocol.Analyser.Namespace!["Wardkeeper.Sensor.Protocols.".Length..].Split('.')[0];

    /// <summary>The transactions that live in a protocol's folder.</summary>
    public static IEnumerable<Type> Transactions(string folder) => Sensor.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Transaction)) && !type.IsAbstract && type.Namespace == $"Wardkeeper.Sensor.Protocols.{folder}")
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static string Index(Dictionary<string, Protocol> pages)
    {
        StringBuilder text = new("# Protocols\n\nMade from the sources by `./test --accept`; do not edit. What is told of files, whichever protocol brings them, stands in [files](files.md).\n\n| protocol | service | carried by | standard |\n|---|---|---|---|\n");
        foreach ((string page, Protocol protocol) in pages.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(protocol.IsLabel
                ? $"| [Recognised, not read]({page}) | | | |\n"
                : string.Create(CultureInfo.InvariantCulture, $"| [{protocol.Info.Title}]({page}) | `{protocol.Info.Name}` | {Carriers(protocol.Info)} | {protocol.Info.Standard} |\n"));
        }
        return text.ToString();
    }

    private static string LabelsPage(IEnumerable<Protocol> labels)
    {
        StringBuilder text = new("# Recognised, not read\n\nMade from the sources by `./test --accept`; do not edit.\n\nThe content of these protocols names the flow's `service`; nothing more is read from them.\n\n| protocol | service | carried by | recognised by |\n|---|---|---|---|\n");
        foreach (ProtocolInfo info in labels.Select(label => label.Info).OrderBy(info => info.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {info.Title} | `{info.Name}` | {Carriers(info)} | {info.Standard} |\n");
        return text.ToString();
    }

    private static string Page(Protocol[] protocols)
    {
        StringBuilder text = new($"# {protocols[0].Info.Title}\n\nMade from the sources by `./test --accept`; do not edit.\n");
        foreach (Protocol protocol in protocols)
        {
            ProtocolInfo info = protocol.Info;
            if (protocols.Length > 1) text.Append(CultureInfo.InvariantCulture, $"\n## {info.Title}\n");
            text.Append(CultureInfo.InvariantCulture, $"\n{Summary("T:" + protocol.Analyser.FullName)}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"- service: `{info.Name}`{(info.NamesService ? "" : " (not named in flows)")}\n- carried by: {Carriers(info)}\n- standard: {info.Standard}\n");
            if (info.Ports.Count > 0) text.Append(CultureInfo.InvariantCulture, $"- usual ports: {string.Join(", ", info.Ports)} (recognised by content on any port)\n");
            text.Append(CultureInfo.InvariantCulture, $"- recognised within {info.LookAhead:N0} bytes; holds at most {info.MaxHeld:N0} bytes of a side\n");
        }
        foreach (Type transaction in Transactions(Folder(protocols[0]))) Describe(text, transaction);
        Faults(text, Folder(protocols[0]));
        return text.ToString();
    }

    private static string Files()
    {
        StringBuilder text = new("# Files\n\nMade from the sources by `./test --accept`; do not edit.\n");
        Describe(text, typeof(FileSeen));
        return text.ToString();
    }

    private static void Describe(StringBuilder text, Type transaction)
    {
        string source = string.Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src/Wardkeeper.Sensor", Path.Combine(transaction.Namespace!.Split('.')[2..4])), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText));
        int from = source.IndexOf($"record {transaction.Name}", StringComparison.Ordinal);
        string body = from < 0 ? "" : source[from..];
        int next = body.IndexOf("\npublic ", StringComparison.Ordinal);
        if (next > 0) body = body[..next];
        text.Append(CultureInfo.InvariantCulture, $"\n## Rows: {transaction.Name}\n\nLog `{((Transaction)RuntimeHelpers.GetUninitializedObject(transaction)).Log}`. {Summary("T:" + transaction.FullName)}\n\n| column | meaning |\n|---|---|\n");
        HashSet<string> told = [];
        foreach (System.Text.RegularExpressions.Match field in Field().Matches(body))
        {
            string column = field.Groups["column"].Value;
            if (!told.Add(column)) continue;
            string meaning = Meaning(transaction, field.Groups["property"].Value) is { Length: > 0 } said ? said : Meaning(transaction, string.Concat(column.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
            text.Append(CultureInfo.InvariantCulture, $"| `{column}` | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static string Meaning(Type transaction, string property) =>
        transaction.GetProperty(property, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } found ? Summary($"P:{found.DeclaringType!.FullName}.{property}") : "";

    private static void Faults(StringBuilder text, string folder)
    {
        Fault[] faults = [.. Sensor.GetTypes().Where(type => type.Namespace == $"Wardkeeper.Sensor.Protocols.{folder}")
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Fault)).Select(field => (Fault)field.GetValue(null)!).Distinct().OrderBy(fault => fault.Id, StringComparer.Ordinal)];
        if (faults.Length == 0) return;
        text.Append("\n## Faults\n\nWays to be wrong, counted in `summary.json`.\n\n| counter | by |\n|---|---|\n");
        foreach (Fault fault in faults) text.Append(CultureInfo.InvariantCulture, $"| `{fault.Id}` | {fault.Section} |\n");
    }

    private static string Carriers(ProtocolInfo info) => string.Join(", ", Enum.GetValues<Carrier>().Where(carrier => carrier != Carrier.None && info.Carriers.HasFlag(carrier)).Select(carrier => carrier switch
    {
        Carrier.Tcp => "TCP",
        Carrier.Udp => "UDP",
        Carrier.Icmp => "ICMP",
        Carrier.Sctp => "SCTP",
        _ => "link layer",
    }));

    private static string Summary(string member) => Docs.Value.GetValueOrDefault(member.Replace('+', '.'), "");

    private static Dictionary<string, string> ReadDocs()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Wardkeeper.Sensor.xml");
        if (!File.Exists(path)) path = Path.ChangeExtension(Sensor.Location, ".xml");
        Dictionary<string, string> docs = new(StringComparer.Ordinal);
        foreach (XElement member in XDocument.Load(path).Descendants("member"))
        {
            if (member.Element("summary") is { } summary) docs[member.Attribute("name")!.Value] = Text(summary);
            string name = member.Attribute("name")!.Value;
            // A positional property's text is the parameter's of its record.
            foreach (XElement parameter in member.Elements("param")) docs.TryAdd($"P:{name[2..]}.{parameter.Attribute("name")!.Value}", Text(parameter));
        }
        return docs;
    }

    private static string Text(XElement element)
    {
        StringBuilder text = new();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement see when see.Attribute("cref") is { } cref => $"`{cref.Value.Split('.', ':', '(')[^1]}`",
                XElement see when see.Attribute("name") is { } name => $"`{name.Value}`",
                XElement other => other.Value,
                _ => "",
            });
        }
        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex("""\w+\.\w+(<\w+>)?\("(?<column>[^"]+)"u8,\s*(\[\.\.\s*)?(?<property>\w+)""")]
    private static partial Regex Field();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Kebab();
}
