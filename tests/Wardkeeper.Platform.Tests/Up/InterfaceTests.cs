using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Wardkeeper.Sensor.Tests.Capture.Live;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary><c>up --interface</c> at the end of cables whose other ends are ours.</summary>
public sealed class InterfaceTests : IDisposable
{
    private const int Frames = 1500;

    /// <summary>Longest time from a packet to its copy behind the router that still makes it one, and between pairs, with a margin to the sensor's own 20 ms.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(12);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_mirror_ports_give_what_analyze_finds_and_each_packet_counts_once()
    {
        byte[][] frames = [.. MirroredFrames.OfHospital(Frames)];
        (byte[], byte[])[] pairs = [.. frames.Select(frame => (frame, MirroredFrames.BehindRouter(frame)))];
        for (int attempt = 1; ; attempt++)
        {
            using TestNetwork network = Network();
            string data = folder["live" + attempt];
            using (RunningProgram program = await UpAsync(network, data, "--interface", "m0", "--interface", "m1"))
            {
                using ProgramApi api = await ApiAsync(program, data, network);
                await api.UntilAsync("/health", Are("capturing", "capturing"));
                await GoesDownAndUpAsync(network, api);
                // A machine too busy to send a packet and its copy within some milliseconds shows nothing.
                if (network.SendPairs("s0", "s1", pairs) > Soon && attempt < 4) continue;
                await api.UntilAsync("/health", health => Packets(health) == Frames * 2);
                Assert.Equal(0, network.SentBySensor("m0"));
                Assert.Equal(0, network.SentBySensor("m1"));
                JsonElement sensor = (await api.GetAsync("/health")).GetProperty("sensors")[0];
                Assert.Equal(0, sensor.GetProperty("dropped").GetInt64());
                Assert.All(sensor.GetProperty("interfaces").EnumerateArray(), one => Assert.Equal(0, one.GetProperty("dropped").GetInt64()));
                await api.UntilAsync("/devices?pageSize=1", devices => devices.GetProperty("total").GetInt64() > 10);
                program.Signal("TERM");
                Assert.Equal(0, await program.EndAsync());
            }
            await ComparesAsync(data, frames);
            return;
        }
    }

    [Fact]
    public async Task Interfaces_are_chosen_while_it_runs_and_doctor_tells_what_is_wrong_with_the_mirror()
    {
        using TestNetwork network = Network();
        string data = folder["data"];
        using RunningProgram program = await UpAsync(network, data);
        using ProgramApi api = await ApiAsync(program, data, network);
        (int status, string answer) = await api.SendAsync(HttpMethod.Patch, "/settings", """{"values":{"sensor.interfaces":"m0, m7"}}""");
        Assert.Equal(400, status);
        Assert.Contains("There is no interface m7. This machine has: lo, m0, m1.", answer, StringComparison.Ordinal);
        (status, answer) = await api.SendAsync(HttpMethod.Patch, "/settings", """{"values":{"sensor.interfaces":"m0, m1"}}""");
        Assert.True(status == 200, answer);
        Assert.Contains("interfaces: ['m0', 'm1']", await File.ReadAllTextAsync(Path.Combine(data, "console.yaml")), StringComparison.Ordinal);
        await api.UntilAsync("/health", health => health.GetProperty("sensors").GetArrayLength() == 1);
        Assert.Contains("sensor.interfaces", (await api.GetAsync("/audit?pageSize=5")).ToString(), StringComparison.Ordinal);
        await api.UntilAsync("/health", Are("capturing", "capturing"));
        byte[][] shown = [.. OneSidedConversations()];
        network.Send("s0", shown.SelectMany(frame => (byte[][])[frame, frame]));
        network.SensorIp("link", "set", "m1", "down");
        network.SendFromSensor("m0", MirroredFrames.OneSided(9999, 7));
        await api.ProblemAsync("interface-state", "m1");
        await api.ProblemAsync("check-interface-silent", "m0");
        await api.ProblemAsync("check-mirror-both-directions", "");
        await api.ProblemAsync("check-mirror-copies", "");
        (int code, string said) = await RunningProgram.RunAsync("doctor", "--data", data, "--lang", "en");
        Assert.Equal(1, code);
        foreach (string told in (string[])["m1", "only one side is seen", "are copies of others", "m0 sent 1 packets"]) Assert.Contains(told, said, StringComparison.OrdinalIgnoreCase);
        network.SensorIp("link", "set", "m1", "up");
        await api.ProblemAsync("interface-state", "m1", isThere: false);
    }

    private static IEnumerable<byte[]> OneSidedConversations()
    {
        ushort number = 0;
        for (ushort port = 20_000; port < 20_040; port++)
        {
            yield return MirroredFrames.OneSided(++number, port, 0x18, 1);
            yield return MirroredFrames.OneSided(++number, port, 0x14, 17);
        }
        while (number < 600) yield return MirroredFrames.OneSided(++number, 30_000);
    }

    private static TestNetwork Network()
    {
        TestNetwork network = new();
        network.Cable("s1", "m1");
        network.SensorIp("link", "set", "lo", "up");
        return network;
    }

    private static Task<RunningProgram> UpAsync(TestNetwork network, string data, params string[] more) =>
        RunningProgram.UpAsync(data, ["ip", "netns", "exec", network.Sensor], [], more);

    internal static Task<ProgramApi> ApiAsync(RunningProgram program, string data, TestNetwork network) => ProgramApi.OfAsync(program, data, port => network.AtSensor(() =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }));

    private static async Task GoesDownAndUpAsync(TestNetwork network, ProgramApi api)
    {
        network.SensorIp("link", "set", "m0", "down");
        JsonElement health = await api.ProblemAsync("interface-state", "m0");
        Assert.True(Are("down", "capturing")(health), health.ToString());
        network.SensorIp("link", "set", "m0", "up");
        health = await api.UntilAsync("/health", Are("capturing", "capturing"));
        Assert.Equal(1, health.GetProperty("sensors")[0].GetProperty("interfaces")[0].GetProperty("outages").GetInt32());
        await api.ProblemAsync("interface-state", "m0", isThere: false);
    }

    /// <summary>What is stored is what <c>analyze</c> finds in a capture of the same packets, each once.</summary>
    private async Task ComparesAsync(string data, byte[][] frames)
    {
        string capture = folder["once.pcap"], output = folder["out"];
        MirroredFrames.Write(capture, frames.SelectMany(frame => (byte[][])[frame, MirroredFrames.BehindRouter(frame)]), DateTimeOffset.UtcNow);
        using (Process analyze = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wardkeeper"), ["analyze", capture, "--out", output]) { RedirectStandardOutput = true })!)
        {
            await analyze.StandardOutput.ReadToEndAsync();
            await analyze.WaitForExitAsync();
            Assert.Equal(0, analyze.ExitCode);
        }
        using JsonDocument found = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(output, "summary.json")));
        JsonElement summary = found.RootElement;
        using RunningProgram program = await RunningProgram.UpAsync(data);
        using ProgramApi api = await ProgramApi.OfAsync(program, data);
        Assert.Equal(summary.GetProperty("flows").GetInt64(), await api.TotalAsync("/flows"));
        foreach (JsonElement log in summary.GetProperty("transactions").EnumerateArray())
        {
            string name = log.GetProperty("log").GetString()!;
            Assert.Equal((name, log.GetProperty("rows").GetInt64()), (name, await api.TotalAsync("/transactions?log=" + name)));
        }
        // The router that these frames invent is known by one sign alone: for the ledger a candidate, not a device.
        Assert.Equal(summary.GetProperty("devices").EnumerateArray().Count(device => device.GetProperty("ips").GetArrayLength() > 0), await api.TotalAsync("/devices"));
    }

    internal static long Packets(JsonElement health) => health.GetProperty("sensors")[0].GetProperty("packets").GetInt64();

    internal static Func<JsonElement, bool> Are(params string[] states) => health =>
        health.GetProperty("sensors")[0].GetProperty("interfaces").EnumerateArray().Select(one => one.GetProperty("state").GetString()).SequenceEqual(states);
}
