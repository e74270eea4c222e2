using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>In real captures, the bytes that claims of makers, models and versions name are what they say. Streams are put together by <see cref="SentBytes"/>.</summary>
public sealed class VersionPlaceCaptureTests
{
    /// <summary>Claims of numbers that no protocol writes as text: their bytes are the number's.</summary>
    private static readonly string[] Numbers = ["s7comm Firmware system status list 0011"];

    private static readonly HashSet<ClaimKind> Versions =
    [
        ClaimKind.Software, ClaimKind.Firmware, ClaimKind.OperatingSystem, ClaimKind.HardwareVersion, ClaimKind.ImplementationVersion,
        ClaimKind.UserAgent, ClaimKind.Description, ClaimKind.Model, ClaimKind.Vendor,
    ];

    /// <summary>A capture, a protocol, and how many of its claims name their bytes at least.</summary>
    public static TheoryData<string, string, int> Captures => new()
    {
        { "captures/ndpi/capwap.pcap", "cdp", 8 },
        { "captures/tapirx/dicom_arq_1_find_testclient.pcap", "dicom", 1 },
        { "captures/iot-sentinel/HueBridge/Setup-C-9-STA.pcap", "dns", 12 },
        { "captures/ja4/http-empty-useragent.pcap", "elasticsearch", 1 },
        { "captures/ics-security-tools/openics/EIP-RebootorRestart.pcap", "enip", 8 },
        { "captures/suricata-verify/ftp/ftp-ippair-leak-5204/input.pcap", "ftp", 10 },
        { "captures/suricata-verify/detect-ftp/ftp-passive-dynamic_port-02/ftp-passive-dynamic_port.pcap", "ftp", 1 },
        { "captures/arkime/arkime_synthetic.pcap", "http", 20 },
        { "captures/corelight-caldera/ragdoll.pcap", "http", 20 },
        { "captures/ndpi/irc.pcap", "irc", 1 },
        { "captures/ndpi/kafka.pcapng", "kafka", 1 },
        { "captures/ics-security-tools/profinet/Profinet_Failed.pcap", "lldp", 2 },
        { "captures/ndpi/memcached.cap", "memcache", 1 },
        { "captures/arkime/modbus.pcap", "modbus", 2 },
        { "captures/icsnpp-modbus/modbus_example.pcap", "modbus", 3 },
        { "captures/ndpi/mongodb.pcap", "mongodb", 4 },
        { "captures/zeek/mysql/auth.pcap", "mysql", 10 },
        { "captures/ndpi/mysql.pcapng", "mysql", 2 },
        { "captures/ics-security-tools/beckoff/addroute1.pcapng", "nbdgm", 2 },
        { "captures/ndpi/fins.pcap", "omron", 14 },
        { "captures/icsnpp-opcua/pcaps/open62541_browse_has_server_idx.pcap", "opcua", 3 },
        { "captures/ics-security-tools/OPC/opc-ua-ap-method-wireshark-freeze.pcap", "opcua", 2 },
        { "captures/ndpi/pop3.pcap", "pop3", 5 },
        { "captures/arkime/postgres-good.pcap", "postgresql", 2 },
        { "captures/suricata-verify/sip-method/sip.pcap", "rtp", 1 },
        { "captures/suricata-verify/sip-method/sip.pcap", "sip", 40 },
        { "captures/icsnpp-s7comm/s7ident.pcap", "s7comm", 2 },
        { "captures/ics-security-tools/s7/tia_s300_goOnline.pcapng", "s7comm", 6 },
        { "captures/ics-security-tools/s7/V13_1200_TP1200sim_MW100_Int_SPS_5s_MW102_Int_SPS_10s_MW102_ab_1000_Timer_sync.pcapng", "s7comm-plus", 4 },
        { "captures/ics-security-tools/IEC61850/Sample_File_MMS_and_GOOSE.pcap", "smb", 8 },
        { "captures/ivre/ntlm-smb.pcap", "smb", 5 },
        { "captures/suricata-verify/smtp-errors/smtperr.pcap", "smtp", 2 },
        { "captures/ndpi/srvloc-v1.pcapng", "srvloc", 2 },
        { "captures/iot-sentinel/D-LinkCam/Setup-B-2-STA.pcap", "ssdp", 60 },
        { "captures/zeek/ssh/ssh.client-side-half-duplex.pcap", "ssh", 20 },
        { "captures/iot-sentinel/WeMoLink/Setup-A-15-STA.pcap", "stun", 6 },
        { "samples/hospital-day/hospital.pcap", "astm", 70 },
        { "samples/hospital-day/hospital.pcap", "data-export", 290 },
        { "samples/hospital-day/hospital.pcap", "hl7", 40 },
        { "samples/hospital-day/hospital.pcap", "jetdirect", 10 },
        { "samples/hospital-day/hospital.pcap", "poct1a", 15 },
        { "samples/hospital-day/hospital.pcap", "rtsp", 40 },
        { "samples/hospital-day/hospital.pcap", "snmp", 20 },
    };

    [Theory]
    [MemberData(nameof(Captures))]
    public void The_bytes_that_a_claim_names_are_what_it_says(string capture, string protocol, int least)
    {
        string path = capture.StartsWith("samples/", StringComparison.Ordinal) ? Path.Combine(SharedFiles.Project, capture) : SharedFiles.Path(capture);
        SensorRun run = SensorRun.Of([path]);
        SentBytes sent = new(path);
        Dictionary<string, FlowView> flows = run.Transactions.Select(row => row.Flow!).DistinctBy(flow => flow.Uid).ToDictionary(flow => flow.Uid);
        int placed = 0;
        foreach (Claim claim in run.Observations.OfType<Claim>().Where(claim => Versions.Contains(claim.Kind) && claim.Bytes is not null))
        {
            if (Numbers.Contains($"{claim.Protocol} {claim.Kind} {claim.Origin}")) continue;
            byte[]? bytes = sent.Of(flows[claim.Uid!], claim.Bytes!.Value);
            Assert.True(bytes is not null, $"{claim} lies nowhere");
            Assert.True(Says(TextOf(bytes), claim), $"{claim} was not read in '{TextOf(bytes)}'");
            if (claim.Protocol == protocol) placed++;
        }
        Assert.InRange(placed, least, int.MaxValue);
    }

    /// <summary>What the fuzzer begins with, as either side says it.</summary>
    [Fact]
    public void The_bytes_that_claims_from_seeds_name_are_what_they_say()
    {
        HashSet<string> placed = [];
        foreach ((string owner, string seed, byte[] bytes) in Seeds.All())
        {
            Protocol protocol = ProtocolRegistry.All.First(one => one.Info.Name == owner);
            Carrier carrier = Enum.GetValues<Carrier>().First(one => one != Carrier.None && protocol.Info.Carriers.HasFlag(one));
            foreach (Side side in Enum.GetValues<Side>())
            {
                Conversation played = Conversation.Of(protocol, [new Said(side, bytes)], Conversation.View(carrier));
                foreach (Claim claim in played.Observe().OfType<Claim>().Where(claim => Versions.Contains(claim.Kind) && claim.Bytes is not null))
                {
                    string said = TextOf(bytes[(int)claim.Bytes!.Value.Start..(int)(claim.Bytes.Value.Start + claim.Bytes.Value.Length)]);
                    Assert.True(Says(said, claim), $"{owner}/{seed}: {claim} was not read in '{said}'");
                    placed.Add(owner);
                }
            }
        }
        Assert.InRange(placed.Count, 10, int.MaxValue);
    }

    /// <summary>
    /// The bytes are the value; or the end of it, where the product's name is the protocol's own; or the words that it was read from: a whole greeting, an
    /// identification, a list of products.
    /// </summary>
    private static bool Says(string said, Claim claim) =>
        said == claim.Value || claim.Value.EndsWith(said, StringComparison.Ordinal)
        || (claim.Origin is "greeting" or "identification" or "SERVER" && claim.Value.Split(' ').All(word => said.Contains(word, StringComparison.Ordinal)));

    /// <summary>As claims write it: control characters are blanks.</summary>
    private static string TextOf(byte[] bytes)
    {
        string text = bytes.Length > 1 && bytes[1] == 0 ? Encoding.Unicode.GetString(bytes) : Encoding.UTF8.GetString(bytes);
        return new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
    }
}
