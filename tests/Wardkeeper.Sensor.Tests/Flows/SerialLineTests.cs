using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Decode;
using Wardkeeper.Sensor.Tests.Protocols;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>Whose words pass through the ports of a serial device server: not its own.</summary>
public sealed class SerialLineTests
{
    private static readonly Address Server = Address.Read(Frames.B4);

    // How an NPort answers a search: kind, status, length, number; family, model, hardware address; IP address.
    private static readonly byte[] Found = [0x81, 0, 0, 24, 0, 0, 0, 1, 0, 0x80, 0, 0x80, 0x10, 0x51, 0, 0x90, 0xE8, 0x1A, 0x85, 0x5B, .. Frames.B4];

    [Fact]
    public void What_is_said_at_a_known_servers_port_is_said_by_the_machine_behind_it()
    {
        Claim[] claims = [.. Claims(isFound: true)];
        Address machine = Address.Behind(Server, 4001);
        Assert.Contains(claims, claim => claim.Protocol == "moxa" && claim.Subject.Ip == Server);
        Claim[] said = [.. claims.Where(claim => claim.Protocol == "astm" && claim.Subject.Ip != Address.Read(Frames.A4))];
        Assert.NotEmpty(said);
        Assert.All(said, claim => Assert.Equal((machine, true), (claim.Subject.Ip, claim.Subject.Mac.IsNone)));
        Assert.Contains(said, claim => claim is { Kind: ClaimKind.Model });
        Assert.Contains(said, claim => claim is { Kind: ClaimKind.SwitchPort, Value: "10.0.0.2 port 4001" });
    }

    [Fact]
    public void At_any_other_machine_it_is_said_by_the_machine_itself() =>
        Assert.Contains(Claims(isFound: false), claim => claim.Protocol == "astm" && claim.Kind == ClaimKind.Model && claim.Subject.Ip == Server);

    private static IEnumerable<Claim> Claims(bool isFound)
    {
        PcapWriter capture = new(magic: 0xA1B23C4D);
        long second = 1_700_000_000;
        if (isFound) Put(17, Frames.Udp(Found, 4800, 4800, Frames.B4, Frames.A4), Frames.B4, Frames.A4);
        // What one flow says of others counts from the next batch on.
        second += 60;
        Put(6, Frames.Tcp([], 40000, 4001, 0x02, Frames.A4, Frames.B4, seq: 100), Frames.A4, Frames.B4);
        Put(6, Frames.Tcp([], 4001, 40000, 0x12, Frames.B4, Frames.A4, seq: 200), Frames.B4, Frames.A4);
        Put(6, Frames.Tcp(Seeds.Read("astm", "transfer"), 4001, 40000, 0x18, Frames.B4, Frames.A4, seq: 201), Frames.B4, Frames.A4);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, capture.ToArray());
            return [.. SensorRun.Of([path]).Observations.OfType<Claim>()];
        }
        finally
        {
            File.Delete(path);
        }

        void Put(byte protocol, byte[] segment, byte[] source, byte[] destination) =>
            capture.Frame(new CaptureTime(second++ * CaptureTime.PerSecond), Frames.Ethernet(Frames.Ipv4(protocol, segment, source, destination)));
    }
}
