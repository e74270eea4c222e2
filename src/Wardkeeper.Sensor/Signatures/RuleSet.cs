using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Prefilter;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>Rules that are run together, with their indexes. Immutable, and shared by all shards: a changed set replaces it as a whole, so that no packet goes by unasked.</summary>
public sealed class RuleSet
{
    private const int MostNeeded = 20;
    private readonly Dictionary<BufferName, RuleIndex> byBuffer = [];

    internal RuleSet(Rule[] rules, RuleRefusal[] refusals, NoteNames notes)
    {
        Notes = notes;
        // Passes first; who sets a note before who asks for it; then the urgent ones.
        Rules = [.. rules.OrderBy(static rule => rule.Action == "pass" ? 0 : 1).ThenBy(NoteOrder).ThenBy(static rule => rule.Priority)];
        Refusals = refusals;
        for (int i = 0; i < Rules.Length; i++) Rules[i].Index = i;
        foreach (Rule rule in Rules) Place(rule);
    }

    /// <summary>No rule.</summary>
    public static RuleSet Empty { get; } = new([], [], new NoteNames());

    /// <summary>Rules that run.</summary>
    public int Count => Rules.Length;

    /// <summary>Rules that do not run, and why.</summary>
    public IReadOnlyList<RuleRefusal> Refusals { get; }

    /// <summary>What each rule cost so far: how often it was asked, how often it matched, bytes looked into; the dearest first.</summary>
    public IEnumerable<(long Sid, long Asked, long Matched, long Bytes)> Costs() =>
        Rules.Select(static rule => (rule.Sid, rule.Cost.Sum)).Where(static one => one.Sum.Asked > 0).OrderByDescending(static one => one.Sum.Bytes).ThenBy(static one => one.Sid).Select(static one => (one.Sid, one.Sum.Asked, one.Sum.Matched, one.Sum.Bytes));

    /// <summary>All rules that run, in the order of their numbers, with what they cost so far.</summary>
    public IReadOnlyList<RuleFacts> Facts()
    {
        HashSet<int> set = [.. Rules.SelectMany(static rule => rule.Sets)];
        HashSet<string> noted = [.. Rules.SelectMany(static rule => rule.HostNotes).Where(static note => note.Operation is "set" or "toggle").Select(static note => note.Name)];
        return [.. Rules.OrderBy(static rule => rule.Gid).ThenBy(static rule => rule.Sid).Select(rule => RuleFacts.Of(rule, Missing(rule, set, noted)))];
    }

    /// <summary>A rule as it is written, and before it those that make the notes about a flow which it waits for, and so on; empty when there is no such rule.</summary>
    /// <param name="sid">Its number.</param>
    public IReadOnlyList<string> TextsOf(long sid)
    {
        List<Rule> needed = [.. Rules.Where(rule => rule.Sid == sid)];
        for (int i = 0; i < needed.Count && needed.Count < MostNeeded; i++)
        {
            HashSet<int> awaited = [.. needed[i].Awaits.SelectMany(static group => group)];
            HashSet<string> notes = [.. needed[i].HostNotes.Select(static note => note.Name)];
            needed.AddRange(Rules.Where(rule => !needed.Contains(rule) && (rule.Sets.Overlaps(awaited) || rule.HostNotes.Exists(note => notes.Contains(note.Name)))).Take(MostNeeded - needed.Count));
        }
        needed.Reverse();
        return [.. needed.Select(static rule => rule.Text)];
    }

    /// <summary>A note that a rule waits for and that no rule makes: it can never match.</summary>
    private string? Missing(Rule rule, HashSet<int> set, HashSet<string> noted) =>
        rule.Awaits.Find(group => !Array.Exists(group, set.Contains)) is { Length: > 0 } group ? string.Join('|', group.Select(Notes.NameOf))
        : rule.HostNotes.Find(note => note.Operation == "isset" && !noted.Contains(note.Name))?.Name;

    /// <summary>Reads rules from files, folders and archives.</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    /// <param name="paths">The files, folders and archives.</param>
    /// <param name="before">The set that runs now and will be replaced: what flows have noted keeps its meaning.</param>
    public static RuleSet Load(IEnumerable<string> paths, RuleSet? before = null)
    {
        RuleReader reader = new(new RuleVariables(), before?.Notes);
        foreach (string path in paths) reader.Read(path);
        return reader.Finish();
    }

    internal NoteNames Notes { get; }

    internal Rule[] Rules { get; }

    /// <summary>Rules of TCP packets, of TCP streams, of datagrams, and of everything else.</summary>
    internal RuleIndex TcpPackets { get; } = new();

    internal RuleIndex TcpStreams { get; } = new();

    internal RuleIndex Datagrams { get; } = new();

    internal RuleIndex Others { get; } = new();

    /// <summary>Whether any rule looks into streams, alone or beside a transaction.</summary>
    internal bool NeedsStreams { get; private set; }

    /// <summary>Rules that wait for events of streams, by the sensor's names.</summary>
    internal Dictionary<string, List<int>> ByEvent { get; } = new(StringComparer.Ordinal);

    /// <summary>Rules that wait for events of the decoder.</summary>
    internal Dictionary<DecoderEvents, List<int>> ByDecoderEvent { get; } = [];

    /// <summary>Rules that look into a buffer of transactions first; null if there are none.</summary>
    internal RuleIndex? Of(BufferName buffer) => byBuffer.GetValueOrDefault(buffer);

    /// <summary>Rules that hold when a buffer is not there.</summary>
    internal List<int> OfAbsence { get; } = [];

    private static int NoteOrder(Rule rule)
    {
        bool sets = rule.Notes.Exists(static note => note.Change is not null), asks = rule.Notes.Exists(static note => note.Test is not null);
        return (sets, asks) switch { (true, false) => 0, (true, true) => 1, (false, true) => 2, _ => 3 };
    }

    private void Place(Rule rule)
    {
        if (rule.DecoderEvent != DecoderEvents.None)
        {
            if (!ByDecoderEvent.TryGetValue(rule.DecoderEvent, out List<int>? others)) ByDecoderEvent.Add(rule.DecoderEvent, others = []);
            others.Add(rule.Index);
            return;
        }
        if (rule.PacketEvent is { } name)
        {
            if (!ByEvent.TryGetValue(name, out List<int>? waiting)) ByEvent.Add(name, waiting = []);
            waiting.Add(rule.Index);
            return;
        }
        NeedsStreams |= rule.PayloadSection is not null;
        if (rule.IsOfTransactions) PlaceOfTransactions(rule);
        else PlaceOfPackets(rule);
    }

    private void PlaceOfTransactions(Rule rule)
    {
        Section[] sections = [.. rule.Sections.Where(static section => section.IsOfTransactions)];
        Section? first = sections.Where(static section => RuleIndex.Best(section) is not null)
            .OrderByDescending(static section => RuleIndex.Best(section) is { IsFast: true }).ThenByDescending(static section => RuleIndex.Best(section)!.Pattern.Length).FirstOrDefault()
            ?? sections.FirstOrDefault(static section => !section.AbsentHolds && !section.MustBeAbsent);
        if (first is null)
        {
            OfAbsence.Add(rule.Index);
            return;
        }
        ContentCheck? best = RuleIndex.Best(first);
        if (rule.ToServer != false && first.Client != BufferName.None) Index(first.Client).Add(rule, best);
        if (rule.ToServer != true && first.Server != BufferName.None && first.Server != first.Client) Index(first.Server).Add(rule, best);
        else if (rule.ToServer == false && first.Server != BufferName.None) Index(first.Server).Add(rule, best);
    }

    private RuleIndex Index(BufferName buffer)
    {
        if (!byBuffer.TryGetValue(buffer, out RuleIndex? index)) byBuffer.Add(buffer, index = new RuleIndex());
        return index;
    }

    private void PlaceOfPackets(Rule rule)
    {
        Section? payload = rule.PayloadSection;
        ContentCheck? best = payload is null ? null : RuleIndex.Best(payload);
        int transport = rule.Protocol.Transport;
        if (transport is 0 or -1 or 6)
        {
            // What has a place in the payload is looked for in packets and streams, what is anywhere in it in streams alone.
            bool hasPlace = payload is not null && payload.Checks.Exists(static check => check is ContentCheck { Offset: not null } or ContentCheck { Depth: not null } or ContentCheck { StartsWith: true });
            bool streams = payload is not null && !rule.NeedsPacket && !rule.IsPacketOnly;
            if (streams) TcpStreams.Add(rule, best);
            if (!streams || hasPlace && !rule.IsStreamOnly) TcpPackets.Add(rule, best);
        }
        if (transport is 0 or -1 or 17 && !rule.IsStreamOnly) Datagrams.Add(rule, best);
        if (transport is not (6 or 17) && !rule.IsStreamOnly) Others.Add(rule, best);
    }
}
