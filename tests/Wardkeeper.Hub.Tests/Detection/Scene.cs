using System.Text;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>All registered detectors, told things one after another, a second and a packet each; and what came of it.</summary>
internal sealed class Scene
{
    private readonly DetectionPath path;
    private readonly Register register = new();
    private long packet;
    private double fraction;

    public Scene(string site = "", IndicatorSet? indicators = null)
    {
        Site known = SiteFile.Read(site, "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        path = new DetectionPath(new Knowledge(known, known.Local ?? LocalNetworks.Default, register) { Indicators = indicators ?? IndicatorSet.None }, Book);
    }

    public FindingBook Book { get; } = new();

    public IReadOnlyList<Finding> Findings => Book.Findings;

    /// <summary>What cards showed.</summary>
    public ICardTraits Traits => path.Traits;

    public CaptureTime Now => CaptureTime.FromSeconds(packet);

    public static MacAddress Mac(string text) => new(Convert.ToUInt64(text.Replace(":", "", StringComparison.Ordinal), 16));

    public static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);

    /// <summary>The site is described anew; a batch begins when that is asked for.</summary>
    public Scene Described(string site, bool beginsBatch)
    {
        path.Describe(SiteFile.Read(site, "site.yaml", out _));
        if (beginsBatch) path.Begin();
        return this;
    }

    /// <summary>An address went from one card to another, as the ledger noticed; the batch ends.</summary>
    public Scene Moves(string ip, string from, string to, long silent = 60, bool wasLeased = false, bool isLeased = false, bool isBack = false)
    {
        packet++;
        register.Hold(new AddressMove(Ip(ip), Mac(from), CaptureTime.FromSeconds(packet - silent), wasLeased, Mac(to), Now, isLeased, isBack));
        path.Advance(Now);
        return this;
    }

    /// <summary>A batch ends in which nothing was seen.</summary>
    public Scene Passes(TimeSpan by)
    {
        Later(by);
        path.Advance(Now);
        return this;
    }

    /// <summary>A table of the border comes in force, and a batch begins.</summary>
    public Scene Published(params IReadOnlyList<PublishedService> services)
    {
        packet++;
        path.Publish(new PublishedServices(services, Now, packet));
        path.Begin();
        return this;
    }

    public Scene Later(TimeSpan by)
    {
        packet += (long)by.TotalSeconds;
        return this;
    }

    public Scene Owns(DeviceFacts device)
    {
        register.HasRegister = true;
        return Knows(device);
    }

    public Scene Knows(DeviceFacts device)
    {
        register.Devices.Add(device);
        return this;
    }

    public Scene Replaces(DeviceFacts device)
    {
        register.Devices.RemoveAll(one => one.Id == device.Id);
        return Knows(device);
    }

    /// <summary>A device is no longer where it was: it has no address.</summary>
    public Scene Gone(long id)
    {
        DeviceFacts device = register.Devices.Single(one => one.Id == id);
        return Replaces(device with { Ips = [] });
    }

    public Scene Flow(string from, string to, ushort port, string? service = null, string state = "SF", string history = "ShADadFf", long sent = 100, long answered = 200, string fromMac = "", long missed = 0, ushort vlan = 0, IReadOnlyList<string>? parents = null, string? resetForged = null, string toMac = "")
    {
        packet++;
        path.Take(new FlowRecord
        {
            View = new FlowView
            {
                Uid = "C" + packet,
                Carrier = Carrier.Tcp,
                Began = Now,
                FirstPacket = packet,
                OriginatorAddress = Ip(from),
                ResponderAddress = Ip(to),
                OriginatorPort = 40_000,
                ResponderPort = port,
                Vlan = vlan,
                ResponderVlan = vlan,
                OriginatorMac = fromMac.Length == 0 ? default : Mac(fromMac),
                ResponderMac = toMac.Length == 0 ? default : Mac(toMac),
            },
            Service = service,
            ConnState = state,
            History = history,
            CommunityId = "",
            Duration = TimeSpan.FromSeconds(1),
            OriginatorPackets = history.Any(char.IsUpper) ? 3 : 0,
            OriginatorBytes = sent,
            ResponderPackets = history.Any(char.IsLower) ? 3 : 0,
            ResponderBytes = answered,
            MissedBytes = missed,
            Parents = parents,
            ResetForged = resetForged,
        });
        return this;
    }

    /// <summary>A conversation of any carrier; the clock goes on by <paramref name="after"/> before it.</summary>
    public Scene Conversation(string from, string to, ushort port, Carrier carrier = Carrier.Tcp, string? service = null, long sent = 100, long answered = 200, long packets = 3, long answers = 3, double seconds = 0.5, double after = 1,
        string history = "ShADadFf", string state = "SF", ushort fromPort = 40_000)
    {
        fraction += after;
        long whole = (long)fraction;
        (packet, fraction) = (packet + whole, fraction - whole);
        path.Take(new FlowRecord
        {
            View = new FlowView
            {
                Uid = "C" + packet + "." + fraction.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Carrier = carrier,
                Began = new CaptureTime(Now.Nanoseconds + (long)(fraction * CaptureTime.PerSecond)),
                FirstPacket = packet,
                OriginatorAddress = Ip(from),
                ResponderAddress = Ip(to),
                OriginatorPort = fromPort,
                ResponderPort = port,
            },
            Service = service,
            ConnState = state,
            History = history,
            CommunityId = "",
            Duration = TimeSpan.FromSeconds(seconds),
            OriginatorPackets = packets,
            OriginatorBytes = sent,
            ResponderPackets = answers,
            ResponderBytes = answered,
        });
        return this;
    }

    /// <summary>A flow as the sensor reported it.</summary>
    public Scene Takes(FlowRecord flow)
    {
        path.Take(flow);
        return this;
    }

    public Scene Page(string server, ushort port, string client, string? title = null, string? realm = null, string? software = null)
    {
        packet++;
        Subject who = Subject.Of(default, Ip(server));
        path.Take(new ServiceSighting(who, Carrier.Tcp, port, "http", software, Subject.Of(default, Ip(client)), Now, "C" + packet, packet));
        void Says(ClaimKind kind, string? value, string origin)
        {
            if (value is not null) path.Take(new Claim(who, kind, value, "http", Now, "C" + packet, packet, origin));
        }
        Says(ClaimKind.Software, software, "Server");
        Says(ClaimKind.Description, title, "html title");
        Says(ClaimKind.Description, realm, "authentication realm");
        return this;
    }

    public Scene Tls(string client, string server, string json, ushort port = 443)
    {
        packet++;
        FlowView flow = new() { Uid = "C" + packet, Carrier = Carrier.Tcp, OriginatorAddress = Ip(client), ResponderAddress = Ip(server), OriginatorPort = 40_000, ResponderPort = port };
        path.Take(new TransactionRow("ssl", Now, Now, flow, Encoding.UTF8.GetBytes(json)));
        return this;
    }

    public Scene Arp(string mac, string ip, string target)
    {
        packet++;
        FlowView flow = new() { Uid = "", Carrier = Carrier.Link, Vlan = 7 };
        path.Take(new TransactionRow("arp", Now, Now, flow, Encoding.UTF8.GetBytes($$"""{"op":"reply","sender_mac":"{{mac}}","sender_ip":"{{ip}}","target_ip":"{{target}}"}""")));
        return this;
    }

    public Scene Lease(string mac, string ip)
    {
        packet++;
        path.Take(new Claim(Subject.Of(Mac(mac), Ip(ip), 7), ClaimKind.AddressBinding, ip, "dhcp", Now, "C1", packet, "yiaddr"));
        return this;
    }

    public Scene Claims(string ip, ClaimKind kind, string value, string protocol = "dns", string origin = "", string mac = "", ushort vlan = 0)
    {
        packet++;
        path.Take(new Claim(Subject.Of(mac.Length == 0 ? default : Mac(mac), ip.Length == 0 ? default : Ip(ip), vlan), kind, value, protocol, Now, "C" + packet, packet, origin));
        return this;
    }

    public Scene Says(string log, string client, string server, ushort port, string json, string? uid = null)
    {
        packet++;
        FlowView flow = new() { Uid = uid ?? "C" + packet, Carrier = Carrier.Tcp, Began = Now, OriginatorAddress = Ip(client), ResponderAddress = Ip(server), OriginatorPort = 40_000, ResponderPort = port };
        path.Take(new TransactionRow(log, Now, Now, flow, Encoding.UTF8.GetBytes(json)));
        return this;
    }

    /// <summary>Stored traffic shows what came to be listed: three flows within an hour, or rows of a log.</summary>
    public Scene Past(IndicatorSet listed, string from, string to, string? log = null, string? json = null, long times = 3)
    {
        packet++;
        FlowView flow = new() { Uid = "C" + packet, Carrier = Carrier.Tcp, Began = Now, OriginatorAddress = Ip(from), ResponderAddress = Ip(to), OriginatorPort = 40_000, ResponderPort = 443 };
        path.Take(
            new PastTraffic(flow, Now, CaptureTime.FromSeconds(packet + (times > 1 ? 3600 : 0)))
            {
                Key = "",
                Times = times,
                LastUid = times > 1 ? "Clast" : flow.Uid,
                Said = log is null ? null : new TransactionRow(log, Now, Now, flow, Encoding.UTF8.GetBytes(json!)),
            },
            listed);
        return this;
    }

    /// <summary>A row of any log, with the cards and the network it was said by.</summary>
    public Scene Row(string log, string json, string from = "", string to = "", ushort port = 0, string fromMac = "", ushort vlan = 0, Carrier carrier = Carrier.Tcp, long opened = 0)
    {
        packet++;
        FlowView flow = new()
        {
            Uid = "C" + packet,
            Carrier = carrier,
            Began = CaptureTime.FromSeconds(packet - opened),
            OriginatorAddress = from.Length == 0 ? default : Ip(from),
            ResponderAddress = to.Length == 0 ? default : Ip(to),
            OriginatorPort = 40_000,
            ResponderPort = port,
            OriginatorMac = fromMac.Length == 0 ? default : Mac(fromMac),
            Vlan = vlan,
        };
        path.Take(new TransactionRow(log, Now, Now, flow, Encoding.UTF8.GetBytes(json)));
        return this;
    }

    public Scene Says(string log, FlowView flow, string json)
    {
        packet++;
        path.Take(new TransactionRow(log, Now, Now, flow, Encoding.UTF8.GetBytes(json)));
        return this;
    }

    public Scene Beacon(string bssid, string ssid)
    {
        packet++;
        path.Take(new TransactionRow("wlan", Now, Now, null, Encoding.UTF8.GetBytes($$"""{"kind":"beacon","sender":"{{bssid}}","bssid":"{{bssid}}","ssid":"{{ssid}}"}""")));
        return this;
    }

    public Scene Counts(params (string Name, long Value)[] counters)
    {
        packet++;
        path.Take(new SensorReport("eth1", Now, counters.ToDictionary(one => one.Name, one => one.Value)));
        return this;
    }

    public Scene Notices(TrustEventKind kind, string ip, long device = 17, string serial = "01", string seen = "5", string? expected = "6")
    {
        packet++;
        Assert.True(Address.TryParse(ip, out Address address));
        path.Take(new TrustEvent(kind, Now, new CertificateId("aa", serial), device, "key", address, seen, expected, "digest"));
        return this;
    }

    public Scene Reviewed()
    {
        packet++;
        path.Review(Now);
        return this;
    }

    public void IsSilent() => Assert.Empty(Findings);

    public Finding Fires(string type)
    {
        Finding finding = Assert.Single(Findings);
        Assert.Equal(type, finding.Type);
        Assert.InRange(finding.Confidence, 0.5, 1);
        Assert.NotEmpty(finding.Facts);
        Assert.All(finding.Facts, fact => Assert.DoesNotContain(" { ", fact.Observed, StringComparison.Ordinal));
        Assert.DoesNotContain("{", finding.Title.In(chinese: false), StringComparison.Ordinal);
        Assert.NotEqual(finding.Title.In(chinese: false), finding.Title.In(chinese: true));
        return finding;
    }

    private sealed class Register : IDeviceDirectory
    {
        public List<DeviceFacts> Devices { get; } = [];

        private readonly AddressBook book = new(LocalNetworks.Default);
        private readonly AddressMoveWatch watch;

        public Register() => watch = new AddressMoveWatch(book);

        public bool HasRegister { get; set; }

        public DeviceFacts? Of(Subject subject) => Devices.FirstOrDefault(device => subject.Ip.IsNone ? device.Subject.Mac == subject.Mac : device.Ips.Contains(subject.Ip));

        public bool AreOne(Subject one, Subject other) => Of(one) is { IsKnownToPeople: true } device && Of(other) == device;

        public IReadOnlyList<AddressMove> TakeMoves(CaptureTime now) => watch.Take(now);

        public void Hold(AddressMove move)
        {
            book.Restore(move.Ip, new AddressOwner(move.After, move.At, move.Before, move.LastBefore, default, false));
            watch.Hold(move);
        }

        public IEnumerable<DeviceFacts> All() => Devices;
    }
}
