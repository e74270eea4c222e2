using System.Diagnostics;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>The laboratory's switch as an 802.1X authenticator, between wpa_supplicant and FreeRADIUS.</summary>
public sealed class SupplicantTests
{
    private const string Pump = "02-00-00-00-00-21", Plain = "02-00-00-00-00-22", Forger = "02-00-00-00-00-23";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LabFact("freeradius radclient wpa_supplicant nft tcpdump ethtool")]
    public async Task A_port_opens_by_the_supplicants_certificate_asks_again_and_closes_and_who_has_none_is_asked_for_by_its_address()
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName, prefix = TestHospital.NextPrefix();
        WardMachine[] machines = [WardMachine.Of("pump", "p1", "infusion-pump", new([2, 0, 0, 0, 0, 0x21]), 20, 21, "pump"), WardMachine.Of("plain", "p2", "server", new([2, 0, 0, 0, 0, 0x22]), 20, 22, "plain"), WardMachine.Of("forger", "p3", "server", new([2, 0, 0, 0, 0, 0x23]), 20, 23, "forger")];
        await using (Ward ward = await Ward.BuildAsync(prefix, folder, new WardVlans(), ["p1", "p2", "p3"], machines, Cancel))
        {
            await using EapFront front = await EapFront.StartAsync(ward, folder + "/radius", Cancel);
            await using AccessSwitch access = new(new SwitchSettings
            {
                Name = "ward3-sw1",
                Address = Ward.SwitchAddress,
                Authentication = new(Ward.HubAddress, EapFront.Port),
                Accounting = new(Ward.HubAddress, EapFront.Port + 1),
                Secret = EapFront.Secret,
                ChangeSecret = "changing123",
                ChangeClient = Ward.HubAddress,
                PortVlan = "20",
                Quiet = TimeSpan.FromSeconds(2),
                SupplicantPatience = TimeSpan.FromMilliseconds(700),
                SupplicantTries = 2,
            }, new BridgeWires(ward, new Dictionary<string, string>()), ward.SwitchSocket);
            await using PortWatch watch = new(ward, access);
            await using ServerCapture capture = await ServerCapture.StartAsync(ward, "server", Cancel);
            foreach (WardMachine machine in machines) await ward.SwitchOnAsync(machine.Key, Cancel);
            await using RunningProgram pump = await SupplicateAsync(ward, "pump", front.Supplicant("pump")), forger = await SupplicateAsync(ward, "forger", front.Supplicant("forged"));
            await using Beat one = new(ward["pump"], ward.Server.Device.Ip), two = new(ward["plain"], ward.Server.Device.Ip), three = new(ward["forger"], ward.Server.Device.Ip);

            // Each session is confirmed when its two seconds are over, the pump's by a whole exchange with its supplicant.
            await UntilAsync(access, () => access.Events.Any(what => what is { Kind: SwitchEventKind.Confirmed, Mac: Pump }) && access.Events.Any(what => what is { Kind: SwitchEventKind.Confirmed, Mac: Plain }) && Of(access, Forger).Any());
            Assert.Equal([("p1", "20", "pump-7"), ("p2", "30", null)], access.Sessions.OrderBy(session => session.Port).Select(session => (session.Port, session.Session.Vlan, session.Session.Name)));
            Assert.All(Of(access, Forger), what => Assert.Equal(SwitchEventKind.Refused, what.Kind));

            // Put out, it proves itself again without anybody's help.
            int before = access.Events.Count;
            await File.WriteAllTextAsync(folder + "/ask", $"Calling-Station-Id={Pump}\n", Cancel);
            (_, string said) = await Shell.RunAsync("ip", ["netns", "exec", ward.Hub.Name, "radclient", "-x", "-r", "1", "-t", "2", "-f", folder + "/ask", $"{Ward.SwitchAddress}:3799", "disconnect", "changing123"], Cancel);
            Assert.Contains("Disconnect-ACK", said, StringComparison.Ordinal);
            await UntilAsync(access, () => access.Events.Skip(before).Any(what => what is { Kind: SwitchEventKind.Admitted, Mac: Pump }));
            Assert.Contains(access.Events.Skip(before), what => what is { Kind: SwitchEventKind.Disconnected, Mac: Pump });

            // Its supplicant ends: when the session is over nobody proves it any more, and its address alone opens nothing.
            using (Process supplicant = Process.GetProcessById(pump.Id)) supplicant.Kill(entireProcessTree: true);
            await UntilAsync(access, () => access.Sessions.All(session => session.Port != "p1"));
            ServerFrames frames = await capture.StopAsync();
            DateTimeOffset admitted = access.Events.First(what => what is { Kind: SwitchEventKind.Admitted, Mac: Pump }).At, begun = DateTimeOffset.UnixEpoch;
            Assert.Empty(frames.From(Plain, begun));
            Assert.Empty(frames.From(Forger, begun));
            Assert.NotEmpty(frames.From(Pump, admitted));
            Assert.DoesNotContain(frames.From(Pump, begun), frame => ServerFrames.Time(frame.At) < admitted - TimeSpan.FromMilliseconds(100));
            await UntilAsync(access, () => access.Reports.Open == 0);
            Assert.Contains($"pump-7 {Pump} Start", front.Accounting, StringComparison.Ordinal);
            Assert.Contains($"pump-7 {Pump} Stop Admin-Reset", front.Accounting, StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("0180C2000003 020000000021 888E 02 01 0000", "Start")]
    [InlineData("0180C2000003 020000000021 888E 01 02 0000 0000", "Logoff")]
    [InlineData("0180C2000003 020000000021 888E 02 00 0009 0207000901 70756D70 0000", "Eap 7 pump")]
    [InlineData("0180C2000003 020000000021 888E 02 00 000A 0207000901 70756D70", null)]
    [InlineData("0180C2000003 020000000021 888E 02 00 0009 0207000A01 70756D70", null)]
    [InlineData("0180C2000003 020000000021 888E 02 00 0009 0107000901 70756D70", null)]
    [InlineData("0180C2000003 020000000021 888E 02 00 0004 02070004", null)]
    [InlineData("0180C2000003 030000000021 888E 02 01 0000", null)]
    [InlineData("0180C2000003 020000000021 0800 02 01 0000", null)]
    [InlineData("0180C2000003 020000000021 888E 02 01 00", null)]
    [InlineData("0180C2000003 020000000021 888E 02 03 0000", null)]
    public void A_frame_is_a_supplicants_only_when_it_is_whole(string hex, string? shown)
    {
        Eapol? frame = Eapol.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(shown, frame is null ? null : frame.Kind == EapolKind.Eap ? $"Eap {frame.Number} {frame.Name}" : frame.Kind.ToString());
        if (frame is not null) Assert.Equal(Pump, frame.Mac);
    }

    private static IEnumerable<SwitchEvent> Of(AccessSwitch access, string mac) => access.Events.Where(what => what.Mac == mac);

    private static Task<RunningProgram> SupplicateAsync(Ward ward, string key, string configuration) =>
        ProgramRun.ServeAsync(ward[key], ward.Site.LogOf(ward[key], "wpa_supplicant"), "wpa_supplicant", ["-D", "wired", "-i", "eth0", "-c", configuration], [], Cancel);

    private static async Task UntilAsync(AccessSwitch access, Func<bool> holds)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(40), "waited in vain: " + string.Join('\n', access.Events));
            await Task.Delay(50, Cancel);
        }
    }
}
