using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What became of one try.</summary>
internal enum TryOutcome
{
    /// <summary>Nothing follows from it: one side was not seen, or it is no try.</summary>
    Unknown,

    /// <summary>Refused, not answered, or closed before a byte was said.</summary>
    Failed,

    /// <summary>A conversation.</summary>
    Taken,
}

/// <summary>Tells tries from conversations.</summary>
internal static class ScanOutcome
{
    /// <summary>Letters of a history in which nobody went on after the opening.</summary>
    private static readonly SearchValues<char> Openings = SearchValues.Create("SsTtIi");

    /// <summary>What became of a flow.</summary>
    public static TryOutcome Of(FlowRecord flow)
    {
        if (flow.View.Carrier == Carrier.Udp)
        {
            if (flow.ResponderPackets > 0 && flow.OriginatorPackets > 0) return TryOutcome.Taken;
            // Whoever traces a route counts up a port of its own range until the goal is reached.
            return flow.ResponderPackets == 0 && flow.OriginatorPackets > 0 && flow.View.ResponderPort is not (>= 33_434 and <= 33_534) ? TryOutcome.Failed : TryOutcome.Unknown;
        }
        if (flow.View.Carrier != Carrier.Tcp) return TryOutcome.Unknown;
        if (flow.OriginatorBytes > 0 || flow.ResponderBytes > 0) return flow.ResponderPackets > 0 && flow.OriginatorPackets > 0 && flow.ConnState is not "OTH" and not "REJ" ? TryOutcome.Taken : TryOutcome.Unknown;
        // Where only one side is mirrored every connection looks unanswered, but goes on with acknowledgements.
        bool isSynOnly = flow.History.Length > 0 && flow.History.AsSpan().IndexOfAnyExcept(Openings) < 0;
        return flow.ConnState switch
        {
            "REJ" => TryOutcome.Failed,
            "S0" or "RSTOS0" or "SH" => isSynOnly || flow.ConnState != "S0" ? TryOutcome.Failed : TryOutcome.Unknown,
            "RSTO" or "RSTR" or "RSTRH" or "SF" or "S2" or "S3" => TryOutcome.Failed,
            _ => TryOutcome.Unknown,
        };
    }

    /// <summary>Whether a medical or control system was only asked who it is: a DICOM echo, Modbus' identification, BACnet's who-is to one machine.</summary>
    public static bool IsWhoAreYou(TransactionRow row) => row.Log switch
    {
        "dicom" => row.Text("command"u8) is "C-ECHO",
        "modbus" => row.Text("func"u8) is "REPORT_SLAVE_ID" or "ENCAP_INTERFACE_TRANSPORT",
        "bacnet" => row.Text("pdu_service"u8) is "who-is" && row.Flow is { } flow && !flow.ResponderAddress.IsMulticastOrBroadcast && !(flow.ResponderAddress.IsV4 && (flow.ResponderAddress.V4 & 0xFF) == 0xFF),
        _ => false,
    };
}

/// <summary>What one machine tried, within bounds: in the last minutes, and in the last day.</summary>
internal sealed class Tries
{
    private const int MostHosts = 64, MostPorts = 32, MostSlow = 128, Udp = 65_536;

    /// <summary>When the last minutes began.</summary>
    public CaptureTime Began { get; set; }

    /// <summary>When the day began.</summary>
    public CaptureTime SlowBegan { get; set; }

    /// <summary>Whether this day's scan was told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Ports tried in vain in the last minutes, by machine; those of UDP are 65,536 higher.</summary>
    public Dictionary<Address, HashSet<int>> Failed { get; set; } = [];

    /// <summary>Ports that gave a conversation in the day, by machine.</summary>
    public Dictionary<Address, HashSet<int>> Good { get; set; } = [];

    /// <summary>Tries of the day, as address and port.</summary>
    public HashSet<string> Slow { get; set; } = [];

    /// <summary>Medical and control systems that were asked only who they are.</summary>
    public HashSet<Address> AskedCare { get; set; } = [];

    /// <summary>Flows of the last minutes that began with a segment of no connection.</summary>
    public HashSet<string> Hidden { get; set; } = [];

    /// <summary>Machines that an echo was asked of within the last minute.</summary>
    public HashSet<Address> EchoHosts { get; set; } = [];

    /// <summary>How many of them answered.</summary>
    public int EchoAnswers { get; set; }

    /// <summary>When that minute began.</summary>
    public CaptureTime EchoBegan { get; set; }

    /// <summary>Machines tried in vain in the last minutes.</summary>
    public int Hosts => Failed.Count;

    /// <summary>Ports tried in vain in the last minutes, at most 32 of each machine.</summary>
    public int Ports => Failed.Values.SelectMany(ports => ports).Select(port => port % Udp).Distinct().Count();

    /// <summary>Machines tried in vain in the day.</summary>
    public int SlowHosts => Slow.Select(one => one[..one.IndexOf(' ', StringComparison.Ordinal)]).Distinct().Count();

    /// <summary>Machines and ports that gave a conversation.</summary>
    public int TakenPairs => Good.Values.Sum(ports => ports.Count);

    /// <summary>Forgets what lies too far back.</summary>
    public void Begin(CaptureTime at, TimeSpan fast, TimeSpan slow)
    {
        if (at.Since(Began).Duration() > fast)
        {
            Began = at;
            Failed.Clear();
            AskedCare.Clear();
            Hidden.Clear();
        }
        if (at.Since(SlowBegan).Duration() <= slow) return;
        (SlowBegan, IsTold) = (at, false);
        Good.Clear();
        Slow.Clear();
    }

    /// <summary>A conversation.</summary>
    public void Taken(Address whom, int port) => Add(Good, whom, port);

    /// <summary>A try in vain.</summary>
    /// <returns>Whether it was a new one.</returns>
    public bool Tried(Address whom, int port, bool isUdp)
    {
        // What was taken before and is refused now is a service that is down.
        if (Good.TryGetValue(whom, out HashSet<int>? good) && good.Contains(port)) return false;
        bool isNew = Add(Failed, whom, isUdp ? port + Udp : port);
        if (!isUdp && Slow.Count < MostSlow) isNew |= Slow.Add($"{whom} {port}");
        return isNew;
    }

    /// <summary>An echo request.</summary>
    /// <returns>Whether of a machine that was not asked in this minute.</returns>
    public bool Echoed(Address whom, CaptureTime at, TimeSpan within, bool isAnswered)
    {
        if (at.Since(EchoBegan).Duration() > within)
        {
            (EchoBegan, EchoAnswers) = (at, 0);
            EchoHosts.Clear();
        }
        if (EchoHosts.Count >= MostHosts || !EchoHosts.Add(whom)) return false;
        if (isAnswered) EchoAnswers++;
        return true;
    }

    /// <summary>Machines of which this port was tried in vain.</summary>
    public int HostsOf(int port, bool isUdp) => Failed.Values.Count(ports => ports.Contains(isUdp ? port + Udp : port));

    /// <summary>TCP ports tried in vain of a machine.</summary>
    public int PortsOf(Address host) => Failed.TryGetValue(host, out HashSet<int>? ports) ? ports.Count(port => port < Udp) : 0;

    /// <summary>Whether so many machines were tried on the same so many TCP ports, and nothing was open.</summary>
    public bool IsBlock(int each) => TakenPairs == 0 && Failed.Count >= each
        && Failed.Values.SelectMany(ports => ports).Where(port => port < Udp).GroupBy(port => port).Count(group => group.Count() >= each) >= each;

    /// <summary>Whether conversations are no more than this share of all, in percent.</summary>
    public bool IsMostlyRefused(int percent) => TakenPairs * 100 <= percent * (TakenPairs + Math.Max(Slow.Count, Failed.Values.Sum(ports => ports.Count)));

    private static bool Add(Dictionary<Address, HashSet<int>> to, Address host, int port)
    {
        if (!to.TryGetValue(host, out HashSet<int>? ports))
        {
            if (to.Count >= MostHosts) return false;
            to[host] = ports = [];
        }
        return ports.Count < MostPorts && ports.Add(port);
    }
}
