using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Wardkeeper.Hub.Sites;

/// <summary>
/// Reads a site's description from YAML. Everything that is wrong in it is reported at once, each with its line; nothing is
/// guessed and no key is passed over in silence.
/// </summary>
public static class SiteFile
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Roles that a server can have.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["database", "web", "file-transfer", "terminal", "dicom", "hl7", "dns", "dhcp", "ntp"];

    /// <summary>Reads a description.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="mistakes">One sentence per mistake: file, line, what, what to do. Empty when all is well.</param>
    /// <returns>The site; what is right in it when there are mistakes.</returns>
    public static Site Read(string text, string name, out IReadOnlyList<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<(long Line, string Text)> found = [];
        Site site = Site.Unknown;
        try
        {
            YamlStream yaml = [];
            yaml.Load(new Bounded(new Parser(new StringReader(text))));
            if (yaml.Documents.Count > 1) found.Add((yaml.Documents[1].RootNode.Start.Line, "there is more than one document; write one."));
            if (yaml.Documents.Count > 0) site = new SiteReader(found).Site(yaml.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            found.Add((e.Start.Line, $"this is not YAML: {Sentence(e.InnerException?.Message ?? e.Message)}"));
        }
        mistakes = [.. found.OrderBy(one => one.Line).Select(one => string.Create(CultureInfo.InvariantCulture, $"{name}, line {one.Line}: {one.Text}"))];
        return site with { Text = text };
    }

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";

    /// <summary>Refuses what a description never needs and what could make a small file large: aliases, and nesting without end.</summary>
    private sealed class Bounded(IParser inner) : IParser
    {
        private const int MaxDepth = 16;
        private int depth;

        public YamlDotNet.Core.Events.ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            bool more = inner.MoveNext();
            if (Current is YamlDotNet.Core.Events.AnchorAlias alias) throw new YamlException(alias.Start, alias.End, "aliases are not supported; write the value out");
            if (Current is { } now) depth += now.NestingIncrease;
            if (depth > MaxDepth) throw new YamlException(Current!.Start, Current.End, "nested too deeply");
            return more;
        }
    }
}

/// <summary>Turns the nodes of a description into a site, and collects what is wrong.</summary>
internal sealed class SiteReader(List<(long Line, string Text)> mistakes)
{
    private static readonly string[] Keys = ["localNetworks", "networks", "declaredScanners", "servers", "maintenanceWindows", "testSystems", "accessPoints", "wirelessNames", "contacts"];

    public Site Site(YamlNode root)
    {
        Site site = Sites.Site.Unknown;
        if (root is YamlScalarNode { Value: null or "" }) return site;
        if (root is not YamlMappingNode map)
        {
            Wrong(root, $"a site is described by keys ({string.Join(", ", Keys)}), each followed by a colon.");
            return site;
        }
        foreach ((string key, YamlNode value) in Entries(map, Keys))
        {
            site = key switch
            {
                "localNetworks" => site with { Local = Places(value, key) is { Count: > 0 } local ? LocalNetworks.Of(local.Select(place => place.Text)) : null },
                "networks" => site with { Networks = [.. Items(value, key).Select(Network).OfType<SiteNetwork>().OrderByDescending(network => network.Place.Bits)] },
                "declaredScanners" => site with { DeclaredScanners = [.. Items(value, key).SelectMany(one => one is YamlMappingNode scanner ? Described(scanner, key) : Place(one, key) is { } place ? [place] : [])] },
                "servers" => site with { Servers = [.. Items(value, key).Select(Server).OfType<SiteServer>()] },
                "testSystems" => site with { TestSystems = [.. Items(value, key).Select(Tested).OfType<TestSystem>()] },
                "contacts" => site with { Contacts = [.. Items(value, key).Select(Contact).OfType<SiteContact>()] },
                "accessPoints" => site with { AccessPoints = Items(value, key).Select(Cell).OfType<MacAddress>().ToHashSet() },
                "wirelessNames" => site with { WirelessNames = Items(value, key).Select(one => Word(one, key)).OfType<string>().ToHashSet(StringComparer.Ordinal) },
                _ => site with { MaintenanceWindows = [.. Items(value, key).Select(Window).OfType<MaintenanceWindow>()] },
            };
        }
        return site;
    }

    private SiteNetwork? Network(YamlNode node)
    {
        if (Map(node, "networks", "network: 10.3.2.0/24, name: ICU") is not { } map) return null;
        SitePlace? place = null;
        string? name = null, zone = null, department = null, vendor = null;
        List<string> holds = [];
        foreach ((string key, YamlNode value) in Entries(map, "network", "name", "zone", "holds", "department", "vendor"))
        {
            if (key == "network") place = Place(value, key);
            else if (key == "name") name = Word(value, key);
            else if (key == "holds") holds.AddRange(Items(value, key).Select(DeviceKind).OfType<string>());
            else if (key == "vendor") vendor = Word(value, key);
            else if (key == "department") department = Word(value, key);
            else zone = Word(value, key);
        }
        Need(map, "network", "name");
        return place is null ? null : new SiteNetwork(place, name ?? place.Text, zone) { Holds = holds, Department = department, Vendor = vendor };
    }

    private string? DeviceKind(YamlNode node)
    {
        if (Word(node, "holds") is not { } kind) return null;
        string[] categories = [.. Taxonomy.AllTypes.Select(Taxonomy.CategoryOf).OfType<string>().Distinct()];
        if (Taxonomy.CategoryOf(kind) is not null || categories.Contains(kind)) return kind;
        Wrong(node, $"\"{kind}\" is neither a category nor a type of device; categories are {string.Join(", ", categories.Order(StringComparer.Ordinal))}.");
        return null;
    }

    private TestSystem? Tested(YamlNode node)
    {
        if (node is YamlScalarNode) return Place(node, "testSystems") is { } bare ? new TestSystem(bare, null, null) : null;
        if (Map(node, "testSystems", "address: 10.1.1.30, until: 2026-12-31T00:00:00+08:00") is not { } map) return null;
        SitePlace? place = null;
        string? name = null;
        CaptureTime? until = null;
        foreach ((string key, YamlNode value) in Entries(map, "address", "name", "until"))
        {
            if (key == "address") place = Place(value, key);
            else if (key == "name") name = Word(value, key);
            else until = Moment(value, key);
        }
        Need(map, "address");
        return place is null ? null : new TestSystem(place, name, until);
    }

    private SiteContact? Contact(YamlNode node)
    {
        if (Map(node, "contacts", "department: icu, mail: icu@hospital.example") is not { } map) return null;
        List<(string Kind, string Of)> meant = [];
        string? mail = null, name = null;
        foreach ((string key, YamlNode value) in Entries(map, "person", "department", "duty", "vendor", "mail", "name"))
        {
            string? text = Word(value, key);
            if (key == "mail") mail = text;
            else if (key == "name") name = text;
            else if (text is not null) meant.Add((key, text));
        }
        if (!Need(map, "mail") || mail is null) return null;
        if (meant.Count != 1) Wrong(map, "a contact is of exactly one person, department, duty or vendor.");
        else if (meant[0] is ("duty", var duty) && !Enum.GetValues<Findings.Duty>().Any(one => Findings.FindingWords.Word(one) == duty)) Wrong(map, $"\"{duty}\" is no duty; duties are {string.Join(", ", Enum.GetValues<Findings.Duty>().Select(Findings.FindingWords.Word))}.");
        else if (mail.IndexOf('@', StringComparison.Ordinal) <= 0 || mail.Any(one => char.IsControl(one) || char.IsWhiteSpace(one) || one is ',' or ';' or '<' or '>')) Wrong(map, $"\"{mail}\" is no mail address; write one as name@hospital.example.");
        else return new SiteContact(meant[0].Kind, meant[0].Of, mail, name);
        return null;
    }

    private MacAddress? Cell(YamlNode node)
    {
        if (Word(node, "accessPoints") is not { } text) return null;
        if (Register.RegisterValues.TryMac(text, out MacAddress cell)) return cell;
        Wrong(node, $"\"{text}\" under accessPoints is no hardware address; write it as 00:1b:21:3a:4f:10.");
        return null;
    }

    private IEnumerable<SitePlace> Described(YamlMappingNode map, string of)
    {
        SitePlace? place = null;
        foreach ((string key, YamlNode value) in Entries(map, "address", "name"))
        {
            if (key == "address") place = Place(value, of);
            else Word(value, key);
        }
        Need(map, "address");
        return place is null ? [] : [place];
    }

    private SiteServer? Server(YamlNode node)
    {
        if (node is YamlScalarNode) return Place(node, "servers") is { } bare ? new SiteServer(bare, null, SiteFile.Roles) : null;
        if (Map(node, "servers", "address: 10.1.1.20, roles: [database]") is not { } map) return null;
        SitePlace? place = null;
        string? name = null;
        List<string> roles = [];
        foreach ((string key, YamlNode value) in Entries(map, "address", "name", "roles", "role"))
        {
            if (key == "address") place = Place(value, key);
            else if (key == "name") name = Word(value, key);
            else roles.AddRange(Items(value, key).Select(Role).OfType<string>());
        }
        Need(map, "address");
        return place is null ? null : new SiteServer(place, name, roles.Count == 0 ? SiteFile.Roles : roles);
    }

    private string? Role(YamlNode node)
    {
        if (Word(node, "roles") is not { } role) return null;
        if (SiteFile.Roles.Contains(role)) return role;
        Wrong(node, $"\"{role}\" is no role of a server; roles are {string.Join(", ", SiteFile.Roles)}.");
        return null;
    }

    private MaintenanceWindow? Window(YamlNode node)
    {
        if (Map(node, "maintenanceWindows", "name, devices, from, until") is not { } map) return null;
        string name = "";
        List<SitePlace> devices = [], peers = [];
        CaptureTime? from = null, until = null;
        foreach ((string key, YamlNode value) in Entries(map, "name", "devices", "peers", "from", "until"))
        {
            if (key == "name") name = Word(value, key) ?? "";
            else if (key == "devices") devices = Places(value, key);
            else if (key == "peers") peers = Places(value, key);
            else if (key == "from") from = Moment(value, key);
            else until = Moment(value, key);
        }
        if (!Need(map, "devices", "from", "until") || from is not { } begin || until is not { } end) return null;
        if (begin < end) return new MaintenanceWindow(name, devices, begin, end, peers);
        Wrong(map, "the window ends before it begins: \"until\" must be later than \"from\".");
        return null;
    }

    private CaptureTime? Moment(YamlNode node, string key)
    {
        if (Word(node, key) is not { } text) return null;
        // Without an offset the same file would mean other moments on another machine.
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (hasZone && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
            return CaptureTime.FromDate(time);
        Wrong(node, $"\"{key}: {text}\" is not a moment with its offset; write it as 2026-11-23T14:00:00+08:00.");
        return null;
    }

    private List<SitePlace> Places(YamlNode node, string key) => [.. Items(node, key).Select(one => Place(one, key)).OfType<SitePlace>()];

    private SitePlace? Place(YamlNode node, string key)
    {
        if (Word(node, key) is not { } text) return null;
        if (SitePlace.TryParse(text, out SitePlace? place)) return place;
        Wrong(node, $"\"{text}\" under {key} is neither an address nor a network; write it as 10.3.2.7, 10.3.2.0/24 or 2001:db8::/32.");
        return null;
    }

    /// <summary>The entries of a list; one value alone counts as a list of one.</summary>
    private static IEnumerable<YamlNode> Items(YamlNode node, string key) => node switch
    {
        YamlSequenceNode list => list.Children,
        YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain } => [],
        _ => key.Length > 0 ? [node] : [],
    };

    private YamlMappingNode? Map(YamlNode node, string key, string example)
    {
        if (node is YamlMappingNode map) return map;
        Wrong(node, $"an entry of {key} is described by keys, for example {{{example}}}.");
        return null;
    }

    private IEnumerable<(string Key, YamlNode Value)> Entries(YamlMappingNode map, params string[] known)
    {
        foreach ((YamlNode key, YamlNode value) in map.Children)
        {
            string name = key is YamlScalarNode scalar ? scalar.Value ?? "" : "";
            if (known.Contains(name)) yield return (name, value);
            else Wrong(key, $"\"{name}\" is not known here; known are {string.Join(", ", known)}.");
        }
    }

    private bool Need(YamlMappingNode map, params string[] keys)
    {
        bool complete = true;
        foreach (string key in keys)
        {
            if (map.Children.Keys.Any(one => one is YamlScalarNode scalar && scalar.Value == key)) continue;
            Wrong(map, $"\"{key}\" is missing in this entry.");
            complete = false;
        }
        return complete;
    }

    private string? Word(YamlNode node, string key)
    {
        if (node is YamlScalarNode { Value: { Length: > 0 and <= 512 } text }) return text;
        Wrong(node, $"{key} wants a text of at most 512 characters here.");
        return null;
    }

    private void Wrong(YamlNode node, string text) => mistakes.Add((node.Start.Line, text));
}
