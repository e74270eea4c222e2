using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Names answered by whom they are not. A machine of the site that begins to answer DNS for three clients which, for an hour of capture or more, had asked
/// another; it weighs more when it names another address than the site's resolver did for the same name within the hour. Before an hour has passed, one that names other
/// addresses for two names to a client that had five answers of another. And a machine that answers to
/// four or more different names, asked for by LLMNR, NetBIOS or multicast DNS, with its own address, as programs do that collect log-ins. Silent on
/// declared name servers, on resolvers that were there from the beginning, on another interface of the same device, on networks of which each has its own resolver, on public resolvers, on names with several addresses, and on a machine with an alias or two.
/// </summary>
internal sealed class ForeignNameServer : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, NamesKept = 8192, ClientsNeeded = 3, ForgedNames = 4, AddressesKept = 16, AnswersKnown = 5, NamesForged = 2;
    private static readonly TimeSpan Learning = TimeSpan.FromHours(1), Hour = TimeSpan.FromHours(1);
    private static readonly FindingType Dns = new("foreign-name-server", Severity.Medium, Duty.InformationDepartment, "T1557");
    private static readonly FindingType Poison = new("name-answers-forged", Severity.High, Duty.InformationDepartment, "T1557.001");
    private readonly RecentState<Address, Resolver> resolvers = new(Kept);
    private readonly RecentState<string, Named> names = new(NamesKept);
    private readonly RecentState<Address, Answers> answerers = new(Kept);
    private readonly RecentState<Address, Client> clients = new(Kept);
    private readonly RecentState<string, Start> start = new(1);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("foreign-name-server", Dns, Poison) { Logs = ["dns"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Text("query"u8) is not { Length: > 0 } query) return;
        if (flow.ServerPort == 53) Resolves(seen, flow, query, known, findings);
        else if (flow.ServerPort is 5355 or 137 || flow.ClientPort is 5355 or 137) Poisons(seen, flow, query, known, findings);
    }

    private void Resolves(TransactionRow seen, FlowView flow, string query, in Knowledge known, IFindingSink findings)
    {
        Address server = flow.Server.Ip, client = flow.Client.Ip;
        if (!known.Local.Contains(server) || !known.Local.Contains(client)) return;
        List<Address> said = [.. seen.Addresses("answers"u8)];
        if (said.Count == 0) return;
        Start since = start.Of("");
        if (since.At is null) since.At = seen.At;
        Resolver resolver = resolvers.Of(server);
        if (resolver.First is null) (resolver.First, resolver.IsOwn) = (seen.At, seen.At.Since(since.At.Value) < Learning || known.Site.IsServer(server, "dns"));
        Named named = names.Of(query);
        Client asking = clients.Of(client);
        if (asking.Asked.IsNone) (asking.Asked, asking.Since) = (server, seen.At);
        if (asking.Asked == server) asking.Answers++;
        bool hasTurned = asking.Asked != server && known.Devices.Of(flow.Server) is var device && (device is null || device.Id != known.Devices.Of(Subject.Of(default, asking.Asked))?.Id);
        bool isOther = named.Addresses.Count > 0 && seen.At.Since(named.At) <= Hour && !said.Exists(named.Addresses.Contains) && AreLocal(said, known.Local);
        bool isForging = hasTurned && isOther && asking.Answers >= AnswersKnown && !known.Site.IsServer(server, "dns");
        if (isForging && resolver.Forged.Count < NamesForged) resolver.Forged.Add(query);
        bool forges = resolver.Forged.Count >= NamesForged;
        if (resolver.IsOwn && !forges)
        {
            // What may be forged is no measure for others.
            if (!isForging) Learns(named, said, seen.At);
            return;
        }
        resolver.IsOwn = false;
        if (!hasTurned || !(seen.At.Since(asking.Since) >= Learning || (forges && asking.Answers >= AnswersKnown))) return;
        if (resolver.Clients.Count < ClientsNeeded) resolver.Clients.Add(client);
        if (isOther && resolver.Differing is null) resolver.Differing = $"{query} {said[0]}";
        if (resolver.Clients.Count < ClientsNeeded && !isOther) return;
        Raise(seen, flow, resolver, isOther ? named : null, known, findings);
    }

    private static void Learns(Named named, List<Address> said, CaptureTime at)
    {
        if (at.Since(named.At).Duration() > Hour) named.Addresses.Clear();
        named.At = at;
        foreach (Address one in said.Take(AddressesKept - named.Addresses.Count)) named.Addresses.Add(one);
    }

    private void Raise(TransactionRow seen, FlowView flow, Resolver resolver, Named? named, in Knowledge known, IFindingSink findings)
    {
        Address server = flow.Server.Ip;
        string own = string.Join(", ", resolvers.All.Where(one => one.Value.IsOwn).Select(one => one.Key).Order().Take(4));
        findings.Raise(new Sighting
        {
            Type = Dns,
            Subject = known.Party(flow.Server),
            Severity = resolver.Differing is null ? null : Severity.High,
            Confidence = resolver.Differing is null ? 0.65 : 0.85,
            Arguments = [server.ToString(), own],
            Facts =
            [
                new Fact("name-server", server.ToString(), own),
                new Fact("clients-served", resolver.Clients.Count < ClientsNeeded ? FlowFacts.Number(resolver.Clients.Count) : $"{ClientsNeeded} or more"),
                .. resolver.Differing is null ? (IEnumerable<Fact>)[] : [new Fact("answers-otherwise", resolver.Differing, named is null ? null : string.Join(", ", named.Addresses.Order().Take(4)))],
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void Poisons(TransactionRow seen, FlowView flow, string query, in Knowledge known, IFindingSink findings)
    {
        // Of the two ends it is the one whose own address the answer names.
        List<Address> said = [.. seen.Addresses("answers"u8), .. seen.Texts("other_answers"u8).Select(Holder)];
        Subject who = flow.ServerPort is 5355 or 137 && said.Contains(flow.Server.Ip) ? flow.Server : flow.Client;
        Address speaker = who.Ip;
        if (speaker.IsMulticastOrBroadcast || !said.Contains(speaker) || (who == flow.Client && flow.ClientPort is not (5355 or 137))) return;
        Answers answers = answerers.Of(speaker);
        if (seen.At.Since(answers.Began).Duration() > Hour)
        {
            answers.Began = seen.At;
            answers.Names.Clear();
        }
        string name = query.TrimEnd('.').ToLowerInvariant();
        if (name.EndsWith(".local", StringComparison.Ordinal)) name = name[..^".local".Length];
        if (answers.Names.Count >= ForgedNames || !answers.Names.Add(name) || answers.Names.Count < ForgedNames) return;
        findings.Raise(new Sighting
        {
            Type = Poison,
            Subject = known.Party(who),
            Confidence = 0.85,
            Arguments = [speaker.ToString(), string.Join(", ", answers.Names.Order(StringComparer.Ordinal))],
            Facts = [new Fact("names-answered", string.Join(", ", answers.Names.Order(StringComparer.Ordinal)), "its own"), new Fact("address", speaker.ToString()), new Fact("source-proof", "single packets")],
            Evidence = seen.Evidence(),
        });
    }

    private static bool AreLocal(List<Address> all, LocalNetworks local) => all.TrueForAll(local.Contains);

    /// <summary>Who holds a name of NetBIOS, from <c>NB 10.0.1.5</c>.</summary>
    private static Address Holder(string answer) => answer.StartsWith("NB ", StringComparison.Ordinal) && Address.TryParse(answer[3..], out Address holder) ? holder : default;

    private sealed class Resolver
    {
        public CaptureTime? First { get; set; }

        public bool IsOwn { get; set; }

        public HashSet<Address> Clients { get; set; } = [];

        public HashSet<string> Forged { get; set; } = new(StringComparer.Ordinal);

        public string? Differing { get; set; }
    }

    private sealed class Client
    {
        public Address Asked { get; set; }

        public CaptureTime Since { get; set; }

        public long Answers { get; set; }
    }

    private sealed class Named
    {
        public CaptureTime At { get; set; }

        public HashSet<Address> Addresses { get; set; } = [];
    }

    private sealed class Answers
    {
        public CaptureTime Began { get; set; }

        public HashSet<string> Names { get; set; } = new(StringComparer.Ordinal);
    }

    private sealed class Start
    {
        public CaptureTime? At { get; set; }
    }
}
