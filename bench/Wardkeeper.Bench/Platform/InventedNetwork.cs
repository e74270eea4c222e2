using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench.Platform;

/// <summary>
/// An invented hospital network of any size: every number follows from the device's, so that runs are alike. Devices lie in one
/// wing of 10.0.0.0/8, 250 to a subnet, and talk to twenty servers.
/// </summary>
/// <param name="devices">How many devices there are, servers included.</param>
internal sealed class InventedNetwork(int devices)
{
    /// <summary>2026-11-01T00:00:00Z.</summary>
    public static readonly CaptureTime Start = CaptureTime.FromSeconds(1_793_491_200);

    private const int Servers = 20;
    private static readonly string[] Names = ["pump", "monitor", "ventilator", "ct", "mr", "ultrasound", "workstation", "printer"];
    private static readonly string[] Vendors = ["Mindray", "Siemens Healthineers", "GE HealthCare", "Philips", "B. Braun", "Dräger", "Fresenius Kabi", "联影"];
    private static readonly ClaimKind[] NewKinds = [ClaimKind.UserAgent, ClaimKind.Software, ClaimKind.FriendlyName, ClaimKind.Description];
    private static readonly (string Service, ushort Port, Carrier Carrier)[] Talk =
        [("dicom", 104, Carrier.Tcp), ("hl7", 2575, Carrier.Tcp), ("http", 80, Carrier.Tcp), ("dns", 53, Carrier.Udp), ("tls", 443, Carrier.Tcp), ("ntp", 123, Carrier.Udp)];

    private long packet;

    /// <summary>Who a device is on the wire.</summary>
    public static Subject Of(int device) => new(new MacAddress(0x0012_2100_0000UL + (ulong)device), Ip(device), (ushort)(10 + (device / 250 % 64)));

    /// <summary>A device's address.</summary>
    public static Address Ip(int device) => Address.FromV4(0x0A00_0001u + (uint)(device / 250 * 256) + (uint)(device % 250));

    /// <summary>What makes a device certain: its address is bound, it has a name, a maker, and offers something.</summary>
    public IEnumerable<Observation> Arrival(int device, CaptureTime at)
    {
        Subject who = Of(device);
        string name = Names[device % Names.Length];
        yield return new Claim(who, ClaimKind.AddressBinding, who.Ip.ToString(), "arp", at, null, ++packet, "reply");
        yield return new Claim(who, ClaimKind.HostName, string.Create(CultureInfo.InvariantCulture, $"{name}-{device:D6}"), "dhcp", at, Uid(device), ++packet, "option 12");
        yield return new Claim(who, ClaimKind.Vendor, Vendors[device / 7 % Vendors.Length], "snmp", at, Uid(device), ++packet, "sysDescr");
        (string service, ushort port, Carrier carrier) = Talk[device % Talk.Length];
        yield return new ServiceSighting(who, carrier, port, service, null, Of((device + 1) % devices), at, Uid(device), ++packet);
    }

    /// <summary>An observation of a stream in which one of ten is new and nine were made before.</summary>
    public Observation Observed(long number, CaptureTime at)
    {
        int device = (int)(number * 7919 % devices);
        if (number % 10 != 0) return Arrival(device, at).ElementAt((int)(number % 4));
        ClaimKind kind = NewKinds[number / 10 % NewKinds.Length];
        return new Claim(Of(device), kind, string.Create(CultureInfo.InvariantCulture, $"value {number}"), "http", at, Uid(number), ++packet, "header");
    }

    /// <summary>A flow of a device to one of the servers.</summary>
    public FlowRecord Flow(long number, CaptureTime at)
    {
        int from = (int)(number * 31 % devices), to = (int)(((from / 8) + (number % 3)) % Servers);
        (string service, ushort port, Carrier carrier) = Talk[(from + number) % Talk.Length];
        Subject originator = Of(from), responder = Of(to);
        string uid = Uid(number);
        return new FlowRecord
        {
            View = new FlowView
            {
                Uid = uid,
                Carrier = carrier,
                IpProtocol = (byte)(carrier == Carrier.Udp ? 17 : 6),
                Began = at,
                FirstPacket = ++packet,
                OriginatorAddress = originator.Ip,
                ResponderAddress = responder.Ip,
                OriginatorPort = (ushort)(32_768 + (number % 28_000)),
                ResponderPort = port,
                OriginatorMac = originator.Mac,
                ResponderMac = responder.Mac,
                Vlan = originator.Vlan,
            },
            Service = service,
            Duration = TimeSpan.FromMilliseconds(number % 5000),
            OriginatorBytes = 200 + (number % 1000),
            ResponderBytes = 500 + (number % 100_000),
            ConnState = "SF",
            History = "ShADadFf",
            OriginatorPackets = 4 + (number % 7),
            ResponderPackets = 4 + (number % 90),
            OriginatorIpBytes = 400 + (number % 1000),
            ResponderIpBytes = 700 + (number % 100_000),
            CommunityId = "1:" + uid + "invented00000000=",
        };
    }

    /// <summary>A question and its answer in a flow.</summary>
    public static TransactionRow Said(FlowRecord flow) =>
        new("dns", flow.View.Began, flow.View.Began, flow.View, Encoding.UTF8.GetBytes($$"""{"uid":"{{flow.View.Uid}}","query":"pacs.hospital.example","qtype_name":"A","rcode_name":"NOERROR"}"""));

    private static string Uid(long number) => string.Create(CultureInfo.InvariantCulture, $"C{number * 2_654_435_761L & 0xFFFF_FFFF_FFFF:x12}");
}
