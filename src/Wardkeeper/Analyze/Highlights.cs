using System.Collections.Immutable;
using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Astm;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Poct1a;
using Wardkeeper.Sensor.Protocols.Redis;

namespace Wardkeeper.Analyze;

/// <summary>Gathers what matters of a capture's conversations for the summary: who spoke with whom in medical protocols, who was reached from elsewhere, which files and passwords were seen. Bounded.</summary>
internal sealed class Highlights
{
    private const int Most = 4096;

    private static readonly ImmutableHashSet<string> Remote = ["rdp", "rfb", "ssh", "telnet", "dameware", "teamviewer"];

    private readonly Dictionary<(Family, string, string), Talk> talks = [];
    private readonly Dictionary<string, string> tools = [];
    private readonly HashSet<(string Log, string? Uid)> flowsWithPassword = [];
    private readonly SortedDictionary<string, long> files = new(StringComparer.Ordinal), passwords = new(StringComparer.Ordinal);

    /// <summary>What a talk is about.</summary>
    public enum Family
    {
        /// <summary>DICOM, between two application entities.</summary>
        Dicom,

        /// <summary>HL7, between two applications.</summary>
        Hl7,

        /// <summary>Laboratory devices (ASTM, POCT1-A).</summary>
        Laboratory,

        /// <summary>Remote control and remote consoles.</summary>
        Remote,
    }

    /// <summary>Talks of one family, those with the most first.</summary>
    public IReadOnlyList<Talk> Of(Family family) =>
        [.. talks.Where(pair => pair.Key.Item1 == family).Select(pair => pair.Value).OrderByDescending(talk => talk.Bytes).ThenByDescending(talk => talk.Times).ThenBy(talk => talk.From, StringComparer.Ordinal).ThenBy(talk => talk.To, StringComparer.Ordinal)];

    /// <summary>Files by what they are, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Files => [.. files.OrderByDescending(pair => pair.Value)];

    /// <summary>Flows in which a password went over the network in clear, by log.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Passwords => [.. passwords.OrderByDescending(pair => pair.Value)];

    /// <summary>Takes a transaction with the row that was made of it.</summary>
    public void Take(Transaction transaction, ReadOnlySpan<byte> row)
    {
        switch (transaction)
        {
            case AssociationAttempt { Result: var result, CallingAe: var caller, CalledAe: var called } when Find(Family.Dicom, caller, called) is { } talk:
                talk.Times++;
                if (result != "accepted") talk.Count(result);
                break;
            case DimseExchange exchange when Find(Family.Dicom, exchange.CallingAe, exchange.CalledAe) is { } talk:
                talk.Count(exchange.Command, exchange.StatusClass == "failure");
                break;
            case Hl7Exchange message when Find(Family.Hl7, Name(message.Msh3), Name(message.Msh5)) is { } talk:
                talk.Times++;
                talk.Count(message.MessageType ?? "?", message.Ack is "AE" or "AR" or "CE" or "CR");
                break;
            case AstmTransfer transfer:
                Laboratory(transfer, Name(transfer.Sender), "ASTM");
                break;
            case PoctExchange exchange:
                Laboratory(exchange, null, "POCT1-A");
                break;
            case FileSeen file:
                Add(files, file.Format ?? file.MimeType ?? "?");
                break;
        }
        // Rows tell that a password was readable, never which; with HTTP it goes with the user's name.
        bool isReadable = row.IndexOf("\"password\":\""u8) >= 0 || (transaction.Log == "http" && row.IndexOf("\"username\":\""u8) >= 0) || transaction is RedisCommand { CmdName: "AUTH" };
        if (isReadable && flowsWithPassword.Count < Most && flowsWithPassword.Add((transaction.Log, transaction.Flow?.Uid))) Add(passwords, transaction.Log);
    }

    /// <summary>Takes a flow that is over.</summary>
    public void Take(FlowRecord flow)
    {
        string? tool = tools.GetValueOrDefault(flow.View.Uid) ?? flow.Service?.Split(',').FirstOrDefault(Remote.Contains);
        if (tool is null || flow.ResponderPackets == 0 || Find(Family.Remote, flow.View.Originator.Ip.ToString(), flow.View.Responder.Ip.ToString()) is not { } talk) return;
        talk.Times++;
        talk.Count(tool);
        talk.Bytes += flow.OriginatorIpBytes + flow.ResponderIpBytes;
        talk.Duration += flow.Duration ?? TimeSpan.Zero;
        if (talk.First is not { } first || flow.View.Began < first) talk.First = flow.View.Began;
    }

    /// <summary>Takes an observation: some tools show themselves by whom they call only.</summary>
    public void Take(Observation observation)
    {
        if (observation is Claim { Kind: ClaimKind.RemoteAccess, Uid: { } uid } claim && tools.Count < Most) tools[uid] = claim.Value;
    }

    private void Laboratory(Transaction transaction, string? sender, string protocol)
    {
        if (transaction.Flow is not { } flow) return;
        Side other = transaction.Bytes.Side == Side.Client ? Side.Server : Side.Client;
        if (Find(Family.Laboratory, sender ?? flow.At(transaction.Bytes.Side).Ip.ToString(), flow.At(other).Ip.ToString()) is not { } talk) return;
        talk.Times++;
        talk.Count(protocol);
    }

    private Talk? Find(Family family, string? from, string? to)
    {
        (Family, string, string) key = (family, from ?? "?", to ?? "?");
        if (talks.TryGetValue(key, out Talk? talk)) return talk;
        return talks.Count == Most ? null : talks[key] = new Talk(key.Item2, key.Item3);
    }

    /// <summary>The first component names an application; the others identify it for machines.</summary>
    private static string? Name(string? components) => components?.Split('^')[0] is { Length: > 0 } name ? name : null;

    private static void Add(SortedDictionary<string, long> counts, string what)
    {
        if (counts.Count < Most || counts.ContainsKey(what)) counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    /// <summary>What two ends said to each other.</summary>
    internal sealed class Talk(string from, string to)
    {
        private const int MostKinds = 32;
        private readonly SortedDictionary<string, (long Count, long Failed)> kinds = new(StringComparer.Ordinal);

        /// <summary>Who began.</summary>
        public string From => from;

        /// <summary>Who was spoken to.</summary>
        public string To => to;

        /// <summary>Associations, messages, transfers or sessions.</summary>
        public long Times { get; set; }

        /// <summary>IP bytes of both ends, of remote sessions.</summary>
        public long Bytes { get; set; }

        /// <summary>Length of all remote sessions.</summary>
        public TimeSpan Duration { get; set; }

        /// <summary>When the first remote session began.</summary>
        public CaptureTime? First { get; set; }

        /// <summary>What was said how often, and how often it failed, the most frequent first.</summary>
        public IEnumerable<(string Kind, long Count, long Failed)> Kinds => kinds.OrderByDescending(pair => pair.Value.Count).Select(pair => (pair.Key, pair.Value.Count, pair.Value.Failed));

        /// <summary>Counts one.</summary>
        public void Count(string kind, bool hasFailed = false)
        {
            if (kinds.Count == MostKinds && !kinds.ContainsKey(kind)) return;
            (long count, long failed) = kinds.GetValueOrDefault(kind);
            kinds[kind] = (count + 1, failed + (hasFailed ? 1 : 0));
        }
    }
}
