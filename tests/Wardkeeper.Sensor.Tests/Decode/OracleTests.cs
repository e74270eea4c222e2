using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Decode;

/// <summary>Compares the innermost tuple, lengths and checksums of every packet with tshark's, over a fixed sample of real captures.</summary>
public sealed class OracleTests
{
    private static readonly string[] Fields =
    [
        "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "tcp.len", "udp.length", "tcp.seq_raw",
        "icmp.type", "icmpv6.type", "tcp.checksum.status", "udp.checksum.status",
    ];

    /// <summary>Packets that are meant to differ, and why.</summary>
    private static readonly Dictionary<string, (int Packets, string Why)> Meant = new(StringComparer.Ordinal)
    {
        ["ndpi/telnet.pcap"] = (5, "IP lengths beyond their frames: tshark believes the frame, we note the truncation"),
        ["pcapplusplus/Packet++Test/PacketExamples/ipv6_options.pcap"] = (2, "routing headers with segments left: we show the final destination, as Zeek does"),
        ["tcpdump/bigtcp-ipv4-geneve-ipv4.pcap"] = (1, "a UDP length of 0 for more than 65,535 bytes: tshark stops there"),
        ["zeek/ipv6_zero_len_ah.pcap"] = (1, "an authentication header shorter than its fixed fields is not passed over"),
    };

    public static TheoryData<string> Sample => [.. File.ReadLines(Path.Combine(SharedFiles.Project, "tests/Wardkeeper.Sensor.Tests/Decode/oracle-captures.txt"))];

    [Theory]
    [MemberData(nameof(Sample))]
    public void Packets_are_what_tshark_sees(string capture)
    {
        string path = SharedFiles.Path("captures/" + capture);
        IReadOnlyList<string[]> theirs = Tshark.EveryPacket(path, Fields);
        List<string> differences = [];
        Decoder decoder = new(new SensorCounters());
        PacketBatch batch = new();
        using ICaptureSource source = CaptureFiles.Open([path]);
        int number = 0;
        for (; source.TryRead(out RawPacket raw); number++)
        {
            batch.Clear();
            decoder.Decode(in raw, batch);
            string expected = Expected(new Answer(theirs[number])), actual = Innermost(batch);
            if (expected.Length > 0 && actual.Length > 0 && expected != actual) differences.Add($"#{number + 1} tshark: {expected}, decoder: {actual} ({theirs[number][0]})");
        }
        Assert.Equal(theirs.Count, number);
        int meant = Meant.TryGetValue(capture, out (int Packets, string Why) known) ? known.Packets : 0;
        Assert.True(differences.Count == meant, $"{meant} differences are meant ({known.Why}), {differences.Count} found:\n{string.Join('\n', differences.Take(10))}");
    }

    /// <summary>The innermost transport that tshark names; for ICMP the message, not what it quotes. Empty where it names none.</summary>
    private static string Expected(Answer answer)
    {
        string[] protocols = answer.All("frame.protocols", ':');
        int at = Array.FindIndex(protocols, protocol => protocol is "icmp" or "icmpv6");
        if (at < 0) at = Array.FindLastIndex(protocols, protocol => protocol is "tcp" or "udp");
        if (at < 0) return "";
        bool isV4 = Array.LastIndexOf(protocols, "ip", at) > Array.LastIndexOf(protocols, "ipv6", at);
        string network = isV4 ? "ip" : "ipv6";
        int nth = protocols.Take(at).Count(protocol => protocol == network) - 1;
        string tuple = $"{protocols[at]} {answer.Nth(network + ".src", nth)} {answer.Nth(network + ".dst", nth)}".Replace(" ::ffff:", " ", StringComparison.Ordinal);
        return protocols[at] switch
        {
            "tcp" => $"{tuple} {answer.Last("tcp.srcport")} {answer.Last("tcp.dstport")} {answer.Last("tcp.len")} {answer.Last("tcp.seq_raw")} {Wrong(answer.Last("tcp.checksum.status"), answer.Last("tcp.len"))}",
            "udp" => $"{tuple} {answer.Last("udp.srcport")} {answer.Last("udp.dstport")} {answer.Last("udp.length")} {Wrong(answer.Last("udp.checksum.status"), answer.Last("udp.length"))}",
            _ => $"{tuple} {answer.Nth(protocols[at] + ".type", 0)}",
        };
    }

    /// <summary>Larger segments than a frame holds are not checked: a network card cuts them and fills the checksum in.</summary>
    private static string Wrong(string status, string length) => status == "0" && int.TryParse(length, out int bytes) && bytes < 1480 ? "wrong" : "";

    /// <summary>The innermost packet as tshark's line would say it. Empty where a tunnel carried something without a transport.</summary>
    private static string Innermost(PacketBatch batch)
    {
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            ref Packet packet = ref batch.At(i);
            if (packet.Kind == PacketKind.IcmpError) continue;
            string tuple = $"{packet.Source} {packet.Destination}", wrong = (packet.Notes & PacketNotes.BadTransportChecksum) != 0 && packet.PayloadLength < 1480 ? "wrong" : "";
            return packet.Kind switch
            {
                PacketKind.Tcp => $"tcp {tuple} {packet.SourcePort} {packet.DestinationPort} {packet.PayloadLength} {packet.Seq} {wrong}",
                PacketKind.Udp => $"udp {tuple} {packet.SourcePort} {packet.DestinationPort} {packet.PayloadLength + 8} {wrong}",
                PacketKind.Icmp => $"icmp {tuple} {packet.SourcePort}",
                PacketKind.Icmp6 => $"icmpv6 {tuple} {packet.SourcePort}",
                _ when i > 0 => "",
                _ => packet.Kind.ToString(),
            };
        }
        return "nothing";
    }

    private readonly record struct Answer(string[] Line)
    {
        public string[] All(string field, char separator = ',')
        {
            int index = Array.IndexOf(Fields, field);
            return index < Line.Length ? Line[index].Split(separator) : [""];
        }

        public string Nth(string field, int nth) => All(field).ElementAtOrDefault(nth) ?? "?";

        public string Last(string field) => All(field)[^1];
    }
}
