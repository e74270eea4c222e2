using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>A mirror shows frames twice; what is said is said once.</summary>
public partial class MirrorCopyTests
{
    public static TheoryData<string> Captures => ["dicom-day", "hl7-day", "dhcp", "dicomweb-day", "it-services", "databases"];

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_port_that_is_mirrored_in_both_directions_gives_everything_once(string name) =>
        Same(name, static (writer, packet) =>
        {
            writer.Frame(packet.At, packet.Bytes);
            writer.Frame(new CaptureTime(packet.At.Nanoseconds + 3_000), packet.Bytes);
        });

    [Theory]
    [MemberData(nameof(Captures))]
    public void Two_mirrored_vlans_give_everything_once(string name) =>
        Same(name, static (writer, packet) =>
        {
            writer.Frame(packet.At, Tagged(packet.Bytes, 10));
            writer.Frame(new CaptureTime(packet.At.Nanoseconds + 3_000), Tagged(packet.Bytes, 20));
        });

    private static byte[] Tagged(ReadOnlySpan<byte> frame, byte vlan) => [.. frame[..12], 0x81, 0, 0, vlan, .. frame[12..]];

    private static void Same(string name, Action<PcapWriter, RawPacket> write)
    {
        string original = SharedFiles.Path($"captures/lab/{name}.pcap");
        PcapWriter writer = new(magic: 0xA1B23C4D);
        using (ICaptureSource source = CaptureFiles.Open([original]))
        {
            while (source.TryRead(out RawPacket packet)) write(writer, packet);
        }
        string doubled = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(doubled, writer.ToArray());
            SensorRun once = SensorRun.Of([original]), twice = SensorRun.Of([doubled]);
            Assert.NotEmpty(once.Transactions);
            Assert.Equal(Bare(once.Transactions), Bare(twice.Transactions));
            Assert.Equal(once.Flows.Select(Counts).Order(StringComparer.Ordinal), twice.Flows.Select(Counts).Order(StringComparer.Ordinal));
            Assert.Equal(Claims(once), Claims(twice));
        }
        finally
        {
            File.Delete(doubled);
        }
    }

    /// <summary>Uids name a flow's first packet by its number, which copies move.</summary>
    private static IEnumerable<string> Bare(IEnumerable<Transaction> transactions) =>
        Protocols.Conversation.Render(transactions).Select(static line => Uid().Replace(line, "UID")).Order(StringComparer.Ordinal);

    [GeneratedRegex("\\bC[0-9A-Za-z]{17}\\b")]
    private static partial Regex Uid();

    private static string Counts(FlowRecord flow) => $"{flow.View.OriginatorAddress}:{flow.View.OriginatorPort} {flow.View.ResponderAddress}:{flow.View.ResponderPort} {flow.Service} {flow.ConnState} {flow.OriginatorPackets} {flow.OriginatorBytes} {flow.ResponderPackets} {flow.ResponderBytes}";

    private static IEnumerable<string> Claims(SensorRun run) => run.Observations.OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Subject.Ip} {claim.Kind} {claim.Value} {claim.Origin}").Distinct().Order(StringComparer.Ordinal);
}
