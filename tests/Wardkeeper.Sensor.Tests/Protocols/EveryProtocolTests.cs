using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>What every registered protocol must hold, whatever it is; a new one is held to it by its line in the registry and its seeds.</summary>
public sealed class EveryProtocolTests
{
    private const int LongestPrefix = 96;

    // More of both with ./test --all.
    private static readonly bool All = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1";
    private static readonly int Openings = All ? 3000 : 800, Conversations = All ? 300 : 60;

    /// <summary>Each protocol on each of its carriers.</summary>
    public static TheoryData<string, Carrier> Carried
    {
        get
        {
            TheoryData<string, Carrier> data = [];
            foreach (Protocol protocol in ProtocolRegistry.All)
            {
                foreach (Carrier carrier in CarriersOf(protocol)) data.Add(protocol.Info.Name, carrier);
            }
            return data;
        }
    }

    /// <summary>Each protocol that is read, on each of its carriers; labels share one analyser, so that one of them stands for all.</summary>
    public static TheoryData<string, Carrier> Analysed
    {
        get
        {
            TheoryData<string, Carrier> data = [];
            foreach (Protocol protocol in WithOneLabel)
            {
                foreach (Carrier carrier in CarriersOf(protocol)) data.Add(protocol.Info.Name, carrier);
            }
            return data;
        }
    }

    /// <summary>Each protocol that is read and that TCP carries.</summary>
    public static TheoryData<string> Streams => [.. WithOneLabel.Where(protocol => protocol.Info.Carriers.HasFlag(Carrier.Tcp)).Select(protocol => protocol.Info.Name)];

    private static IEnumerable<Protocol> WithOneLabel => ProtocolRegistry.All.DistinctBy(protocol => protocol.Analyser);

    [Fact]
    public void Each_protocol_is_registered_once()
    {
        Assert.Distinct(ProtocolRegistry.All.Select(protocol => protocol.Info.Name));
        Assert.Distinct(ProtocolRegistry.All.Where(protocol => !protocol.IsLabel).Select(protocol => protocol.Analyser));
    }

    [Fact]
    public void Those_that_yield_stand_last() => Assert.All(ProtocolRegistry.All.SkipWhile(protocol => !protocol.Info.Yields), protocol => Assert.True(protocol.Info.Yields, protocol.Info.Name));

    [Theory]
    [MemberData(nameof(Carried))]
    public void Recogniser_survives_hostile_openings_and_answers_alike_twice(string name, Carrier carrier)
    {
        Protocol protocol = Named(name);
        HostileTraffic hostile = new(1, name);
        for (int i = 0; i < Openings; i++)
        {
            Opening opening = hostile.Opening(carrier, protocol.Info);
            Match match = protocol.Recognise(in opening);
            Assert.True(Enum.IsDefined(match));
            Assert.Equal(match, protocol.Recognise(in opening));
        }
    }

    [Theory]
    [MemberData(nameof(Carried))]
    public void No_two_protocols_say_yes_to_one_opening(string name, Carrier carrier)
    {
        Protocol owner = Named(name);
        HostileTraffic hostile = new(2, name);
        for (int i = 0; i < Openings; i++)
        {
            // One-sided: two sides that speak different protocols are no conversation.
            Opening opening = hostile.Opening(carrier, owner.Info, isOneSided: true);
            List<string> yes = SayYes(in opening);
            Assert.True(yes.Count <= 1, $"opening {i}: {string.Join(", ", yes)} say yes to client {Hex(opening.Client)} server {Hex(opening.Server)} ports {opening.ClientPort} {opening.ServerPort}");
        }
    }

    [Theory]
    [MemberData(nameof(Analysed))]
    public void Analyser_survives_hostile_conversations_and_holds_no_more_than_it_declared(string name, Carrier carrier)
    {
        Protocol protocol = Named(name);
        HostileTraffic hostile = new(3, name);
        for (int i = 0; i < Conversations; i++)
        {
            List<Said> said = hostile.Conversation(isLossy: carrier == Carrier.Tcp);
            Conversation played = Conversation.Of(protocol, said, View(protocol, carrier));
            Assert.DoesNotContain(StreamFeeder.Stuck, played.Faults);
            Assert.True(played.MostHeld <= 2 * protocol.Info.MaxHeld, $"conversation {i}: {played.MostHeld} bytes held");
            Assert.Equal(played.Transactions.Count, played.Lines.Length);
            foreach (Observation observation in played.Observe(View(protocol, carrier))) Assert.NotNull(observation.Protocol);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Analyser_says_the_same_wherever_a_hostile_stream_is_cut(string name)
    {
        Protocol protocol = Named(name);
        HostileTraffic hostile = new(4, name);
        FlowView view = View(protocol, Carrier.Tcp);
        for (int i = 0; i < Conversations; i++)
        {
            // Without losses: after one, an analyser may take a segment's beginning for a message's, and then cuts do matter.
            List<Said> said = hostile.Conversation(isLossy: false), recut = [.. hostile.Recut(said)];
            Conversation whole = Conversation.Of(protocol, said, view), cut = Conversation.Of(protocol, recut, view);
            Assert.True(whole.Lines.SequenceEqual(cut.Lines), $"conversation {i}: {Show(said)}\nwhole\n{string.Join('\n', whole.Lines)}\ncut\n{string.Join('\n', cut.Lines)}");
            // When an analyser notices nonsense may depend on the cut; what takes over the stream may not.
            bool isHandedOver = whole.Outcome == Continuation.HandOver;
            Assert.True(isHandedOver == (cut.Outcome == Continuation.HandOver) && whole.Successor == cut.Successor, $"conversation {i}: {Show(said)}: {whole.Outcome} whole, {cut.Outcome} cut");
        }
    }

    [Theory]
    [MemberData(nameof(Analysed))]
    public void Reset_analyser_is_as_new(string name, Carrier carrier)
    {
        Protocol protocol = Named(name);
        HostileTraffic hostile = new(5, name);
        FlowView view = View(protocol, carrier);
        IAnalyser used = protocol.Create();
        for (int i = 0; i < Conversations; i++)
        {
            List<Said> said = hostile.Conversation(isLossy: carrier == Carrier.Tcp);
            Conversation again = Conversation.Of(protocol, said, view, analyser: used), fresh = Conversation.Of(protocol, said, view);
            used.Reset();
            Assert.True(fresh.Lines.SequenceEqual(again.Lines), $"conversation {i}: {Show(said)}\nnew\n{string.Join('\n', fresh.Lines)}\nused before\n{string.Join('\n', again.Lines)}");
            Assert.Equal(fresh.Faults, again.Faults);
            Assert.Equal(fresh.Outcome, again.Outcome);
        }
    }

    [Fact]
    public void Each_seed_is_recognised_by_its_own_protocol_and_by_no_other()
    {
        List<string> wrong = [];
        foreach ((string owner, string seed, byte[] bytes) in Seeds.All())
        {
            if (ProtocolRegistry.All.FirstOrDefault(protocol => protocol.Info.Name == owner) is not { } protocol)
            {
                wrong.Add($"fuzz/seeds/{owner}: no protocol has this name");
                continue;
            }
            if (!protocol.Info.IsAnnounced && !IsRecognised(protocol, bytes)) wrong.Add($"{owner}/{seed}: its own protocol does not know it");
            foreach (Protocol other in ProtocolRegistry.All)
            {
                if (other.Info.Name != owner && Usurps(other, protocol, bytes) is { } where) wrong.Add($"{owner}/{seed}: {other.Info.Name} says yes to {where}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static Protocol Named(string name) => ProtocolRegistry.All.First(protocol => protocol.Info.Name == name);

    private static IEnumerable<Carrier> CarriersOf(Protocol protocol) => Enum.GetValues<Carrier>().Where(carrier => carrier != Carrier.None && protocol.Info.Carriers.HasFlag(carrier));

    private static FlowView View(Protocol protocol, Carrier carrier)
    {
        ushort port = protocol.Info.Ports.Count > 0 ? protocol.Info.Ports[0] : (ushort)40001;
        return Conversation.View(carrier, 40000, port, protocol.Info.EtherTypes.Count > 0 ? protocol.Info.EtherTypes[0] : (ushort)0);
    }

    /// <summary>The protocols that would be asked, by carrier and first byte, and say yes.</summary>
    private static List<string> SayYes(in Opening opening)
    {
        List<string> yes = [];
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            // They stand last, so that nobody asks them where another said Yes.
            if (protocol.Info.Yields && yes.Count > 0) break;
            if (IsAsked(protocol, in opening) && protocol.Recognise(in opening) is Match.Yes or Match.YesReversed) yes.Add(protocol.Info.Name);
        }
        return yes;
    }

    private static bool IsAsked(Protocol protocol, in Opening opening) =>
        protocol.Info.Carriers.HasFlag(opening.Carrier)
        && ((!opening.Client.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Client[0])) || (!opening.Server.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Server[0])));

    private static bool IsRecognised(Protocol protocol, byte[] bytes)
    {
        foreach (Carrier carrier in CarriersOf(protocol))
        {
            foreach (bool fromStart in (bool[])[true, false])
            {
                Opening client = OpeningOf(carrier, protocol, protocol, bytes, isServer: false, fromStart), server = OpeningOf(carrier, protocol, protocol, bytes, isServer: true, fromStart);
                if (SayYes(in client).Contains(protocol.Info.Name) || SayYes(in server).Contains(protocol.Info.Name)) return true;
            }
        }
        return false;
    }

    /// <summary>Where another protocol says yes to a message or to its beginning, on the owner's ports or on its own; null if nowhere.</summary>
    private static string? Usurps(Protocol other, Protocol owner, byte[] bytes)
    {
        foreach (Carrier carrier in CarriersOf(owner))
        {
            for (int length = carrier == Carrier.Tcp ? 1 : bytes.Length; length <= bytes.Length; length = length < LongestPrefix ? length + 1 : length == bytes.Length ? length + 1 : bytes.Length)
            {
                for (int way = 0; way < 8; way++)
                {
                    Opening opening = OpeningOf(carrier, owner, (way & 1) == 0 ? owner : other, bytes.AsSpan(0, length), (way & 2) != 0, (way & 4) != 0);
                    if (!IsAsked(other, in opening) || other.Recognise(in opening) is not (Match.Yes or Match.YesReversed)) continue;
                    if (SayYes(in opening).Contains(other.Info.Name)) return $"its first {length} of {bytes.Length} bytes over {carrier}, ports {opening.ClientPort} and {opening.ServerPort}, {((way & 2) != 0 ? "server" : "client")}, {((way & 4) != 0 ? "from the start" : "mid-stream")}";
                }
            }
        }
        return null;
    }

    private static Opening OpeningOf(Carrier carrier, Protocol owner, Protocol portsOf, ReadOnlySpan<byte> bytes, bool isServer, bool fromStart) => new()
    {
        Carrier = carrier,
        ClientPort = 40000,
        ServerPort = portsOf.Info.Ports.Count > 0 ? portsOf.Info.Ports[0] : (ushort)40001,
        EtherType = owner.Info.EtherTypes.Count > 0 ? owner.Info.EtherTypes[0] : (ushort)0,
        IpProtocol = owner.Info.IpProtocols.Count > 0 ? owner.Info.IpProtocols[0] : (byte)0,
        Client = isServer ? default : bytes,
        Server = isServer ? bytes : default,
        FromStart = fromStart,
    };

    private static string Show(IEnumerable<Said> said) => string.Join(" | ", said.Select(one => one.Missing > 0 ? $"{one.Side} lost {one.Missing}" : $"{one.Side} {Hex(one.Bytes)}"));

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.Length > 400 ? Convert.ToHexStringLower(bytes[..400]) + "…" : Convert.ToHexStringLower(bytes);
}
