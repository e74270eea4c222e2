using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Hub.Access;
using Wardkeeper.Platform.Tests.Up;
using Wardkeeper.Sensor.Tests.Capture.Live;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The first start as an administrator does it: choosing, in the browser, the interface that hears the network. The program runs at the end of a cable whose other end is ours.</summary>
public sealed partial class ListenTests(Chromium chromium)
{
    private const string Password = "Blue-Horse-stable-42x";
    private const int Frames = 40;

    [Fact]
    public async Task An_interface_is_listened_to_by_one_click_and_its_packets_are_counted_at_once()
    {
        using TestNetwork network = new();
        network.SensorIp("link", "set", "lo", "up");
        string data = Directory.CreateTempSubdirectory("wardkeeper-listen-").FullName;
        try
        {
            using RunningProgram program = await RunningProgram.UpAsync(data, ["ip", "netns", "exec", network.Sensor], [("WARDKEEPER_HOSPITAL_LANGUAGE", "en")]);
            using Door door = new(program.Port, network);
            await using Visit visit = await Visit.OpenAsync(chromium.Browser, $"https://localhost:{program.Port}", "en");
            IPage page = visit.Page;
            await page.GotoAsync(visit.Address + "/sign-in");
            await page.FillAsync("#user", FirstPassword.UserName);
            string first = Told().Match(program.Output).Groups[1].Value;
            await page.FillAsync("#password", first);
            await page.ClickAsync("button[type=submit]");
            await page.AtAsync("**/start");
            await page.FillAsync("#password", first);
            await page.FillAsync("#newPassword", Password);
            await page.FillAsync("#again", Password);
            await page.ClickAsync("button[type=submit]");
            await page.AtAsync("**/start/site");
            await page.ClickAsync("a[href='/start/source']");
            await page.AtAsync("**/start/source");
            await Assertions.Expect(page.Locator("[data-packets]")).ToHaveCountAsync(0);
            // By the keyboard, as by a click.
            await page.GetByRole(AriaRole.Button, new() { Name = "Listen to m0" }).PressAsync("Enter");
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop listening to m0" })).ToBeVisibleAsync();
            Assert.Empty(await visit.BarriersAsync());
            network.Send("s0", Enumerable.Range(1, Frames).Select(Announcement));
            await Assertions.Expect(page.Locator("[data-packets]")).ToHaveTextAsync($"{Frames}");
            await Assertions.Expect(page.Locator(".wk-sensors")).ToContainTextAsync("1/1");
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop listening to m0" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Listen to m0" })).ToBeVisibleAsync();
            Assert.Empty(visit.Wrong);
        }
        finally
        {
            Directory.Delete(data, true);
        }
    }

    /// <summary>A host says which address is its own (RFC 5227, section 2.3).</summary>
    private static byte[] Announcement(int host)
    {
        byte number = (byte)host;
        byte[] mac = [0x00, 0x1B, 0x21, 0x77, 0x00, number], ip = [192, 168, 8, number];
        return [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. mac, 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1, .. mac, .. ip, 0, 0, 0, 0, 0, 0, .. ip, .. new byte[18]];
    }

    [GeneratedRegex(@"password ([A-Za-z0-9-]+)")]
    private static partial Regex Told();

    /// <summary>Leads connections from this network's loopback to the one where the program runs, at the same port: a browser has no way of its own into it.</summary>
    private sealed class Door : IDisposable
    {
        private readonly CancellationTokenSource closed = new();
        private readonly TcpListener listener;
        private readonly TestNetwork network;
        private readonly int port;

        public Door(int port, TestNetwork network)
        {
            (this.port, this.network, listener) = (port, network, new TcpListener(IPAddress.Loopback, port));
            listener.Start();
            _ = AcceptAsync();
        }

        public void Dispose()
        {
            closed.Cancel();
            listener.Dispose();
            closed.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = LeadAsync(await listener.AcceptTcpClientAsync(closed.Token), closed.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The door is shut.
            }
        }

        private async Task LeadAsync(TcpClient here, CancellationToken cancel)
        {
            try
            {
                using (here)
                {
                    using Socket there = network.AtSensor(() =>
                    {
                        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
                        return socket;
                    });
                    await using NetworkStream near = here.GetStream(), far = new(there, false);
                    await Task.WhenAny(near.CopyToAsync(far, cancel), far.CopyToAsync(near, cancel));
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // One of the two hung up.
            }
        }
    }
}
