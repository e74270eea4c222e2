using System.Diagnostics;
using System.Text.Json.Nodes;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>The program as it goes onto a device: machine code, small and quick, and the chip, TLS and settings work in it too.</summary>
public class NativeTests(ITestOutputHelper output)
{
    private const long MostResidentKiB = 30 << 10;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Compiled_ahead_it_does_the_same_in_30_MB_and_starts_within_100_ms()
    {
        Programs.Need("/usr/bin/gcc");
        string published = Directory.CreateTempSubdirectory("wardkeeper-native-").FullName;
        try
        {
            (int built, string said, string errors) = await PublishAsync(published);
            Assert.True(built == 0, said + errors);
            string program = Path.Combine(published, "out", "wardkeeper-agent");
            TimeSpan start = TimeSpan.MaxValue;
            for (int i = 0; i < 7; i++)
            {
                long began = Stopwatch.GetTimestamp();
                Assert.Equal(0, (await Programs.RunAsync(program, [], "", "--help")).Code);
                TimeSpan took = Stopwatch.GetElapsedTime(began);
                if (took < start) start = took;
            }
            Assert.InRange(start, TimeSpan.Zero, LongestStart);

            await using TestChip chip = await TestChip.MakeAsync("softhsm");
            await using TestHub hub = await TestHub.StartAsync();
            using TestAgent agent = new() { Program = program };
            // With SM, which brings a library of its own: the other suite holds less.
            hub.Service.Suite = SmSuite.Instance;
            AgentSettings settings = TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 });
            await agent.InitAsync(settings with { Hub = settings.Hub with { Suite = "sm" } });
            Assert.Equal("enrolled", (string?)(await agent.DoneAsync("enrol"))["state"]);
            using Process running = agent.Start("run");
            for (int i = 1; i <= 20; i++)
            {
                await running.StandardInput.WriteAsync($"{{\"n\":{i}}}\n");
                await running.StandardInput.FlushAsync();
                int expected = i;
                await Programs.UntilAsync(() => hub.Service.Stored.Values.Sum(text => text.Count(letter => letter == '\n')) == expected, "a measurement does not arrive");
            }
            long resident = Resident(running.Id);
            running.StandardInput.Close();
            string result = await running.StandardOutput.ReadToEndAsync();
            await running.WaitForExitAsync();
            Assert.Equal((0, 20), (running.ExitCode, (int)JsonNode.Parse(result)!["telemetry"]!["lines"]!));
            output.WriteLine($"start {start.TotalMilliseconds:F1} ms, resident {resident} KiB, program {new FileInfo(program).Length >> 10} KiB");
            Assert.InRange(resident, 1, MostResidentKiB);
        }
        finally
        {
            Directory.Delete(published, true);
        }
    }

    private static Task<(int, string, string)> PublishAsync(string into)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root)!;
        return Programs.RunAsync("dotnet", [], "", "publish", Path.Combine(root, "src/Wardkeeper.DeviceAgent"), "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-p:CppCompilerAndLinker=gcc", "-p:RunAnalyzers=false", "-p:NuGetAudit=false",
            "--artifacts-path", Path.Combine(into, "artifacts"), "-o", Path.Combine(into, "out"), "--nologo", "-v", "q");
    }

    private static long Resident(int process) => long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
