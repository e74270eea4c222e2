using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Attacks.Outside;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Web;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Kiosks;

/// <summary>What a self-service machine does all day: it asks for its address, looks its server up and shows patients pages of it, under the name of its browser and with the network stack of its system.</summary>
/// <param name="stage">The stage.</param>
/// <param name="server">Its server.</param>
internal sealed class KioskLife(SceneStage stage, HospitalDevice server)
{
    private const int HopsOfWindows = 128, HopsOfLinux = 64;

    /// <summary>The browser of a kiosk of the hospital's.</summary>
    public const string Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36 Kiosk/2.4";

    /// <summary>Programs that it runs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [DhcpClient.Needs, CardTool.Announcing, new("curl", "curl")];

    /// <summary>A kiosk's server: one that shows pages with and without encryption.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static KioskLife Of(SceneStage stage) => new(stage, stage.Dice.Of(Cast.Some(Cast.Offering(stage.Site, "http").Where(device => WebServer.IsServer(device) && device.Offers.Contains("https")), "no server of this hospital shows pages over HTTP and HTTPS")));

    /// <summary>The server.</summary>
    public HospitalDevice Server => server;

    /// <summary>A kiosk's system is not Linux: its packets begin with more hops, and it offers no time stamps. Undone when the scene is over.</summary>
    public async Task DressAsync(HostNamespace kiosk, CancellationToken cancel)
    {
        stage.Afterwards(() => StackAsync(kiosk, HopsOfLinux, hasTimestamps: true, CancellationToken.None));
        await StackAsync(kiosk, HopsOfWindows, hasTimestamps: false, cancel);
    }

    /// <summary>What a copy of a kiosk's stack shows: nothing, its hops, or all of it.</summary>
    public static Task CopyStackAsync(HostNamespace rogue, string copied, CancellationToken cancel) =>
        StackAsync(rogue, copied == "nothing" ? HopsOfLinux : HopsOfWindows, hasTimestamps: copied != "stack", cancel);

    /// <summary>The week before, on earlier days: the kiosks ask for their addresses and show pages.</summary>
    public Task WeekAsync(IReadOnlyList<HostNamespace> kiosks, CancellationToken cancel) =>
        stage.EarlierAsync([.. kiosks.Select(kiosk => new SceneTraffic(kiosk.Device.Ip, kiosk.Device.Mac))], () => Task.WhenAll(kiosks.Select(async kiosk =>
        {
            await DhcpClient.AskAsync(stage, kiosk, kiosk.Device.HostName, 3, cancel);
            await LookUpAsync(kiosk, HostFiles.NameOf(server), cancel);
            foreach (bool isSecure in (bool[])[false, true]) await ShowAsync(kiosk, isSecure, cancel);
        })));

    /// <summary>Shows a page of the server.</summary>
    /// <exception cref="LabException">It does not come.</exception>
    public Task ShowAsync(HostNamespace kiosk, bool isSecure, CancellationToken cancel) =>
        stage.MustRunAsync(kiosk, "curl", ["-q", "-sS", "-k", "--max-time", "5", "-A", Agent, "-o", "/dev/null", $"{(isSecure ? "https" : "http")}://{server.Ip}/register"], cancel);

    /// <summary>Looks a name up where the hospital has a name server.</summary>
    public async Task LookUpAsync(HostNamespace host, string name, CancellationToken cancel)
    {
        if (stage.Site[HospitalNetwork.Router].Device.Offers.Contains("dns")) await DnsQuestion.AskAsync(host, HospitalNetwork.RouterOf(host.Device), name, (ushort)stage.Dice.Between(1, ushort.MaxValue), cancel);
    }

    private static Task StackAsync(HostNamespace host, int hops, bool hasTimestamps, CancellationToken cancel) =>
        IpTool.ShellAsync(host.Name, $"sysctl -qw net.ipv4.ip_default_ttl={SceneStage.Text(hops)} net.ipv4.tcp_timestamps={(hasTimestamps ? 1 : 0)}", cancel);
}
