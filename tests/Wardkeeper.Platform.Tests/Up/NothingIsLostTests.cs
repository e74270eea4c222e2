using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Tests.Capture.Live;
using Wardkeeper.Storage.Tests;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary>The program is killed, its disk filled, its files damaged; afterwards everything that was accepted is there, once.</summary>
public sealed class NothingIsLostTests(PostgresServer postgres) : IDisposable
{
    private static readonly string Capture = Path.Combine(MirroredFrames.Checkout(), "samples", "demo", "hospital.pcap");
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") is { Length: > 0 };
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Killed_at_random_moments_it_stores_what_an_undisturbed_run_stores()
    {
        Random random = new(20261123);
        string data = folder["killed"];
        for (int kill = 0; kill < (IsLong ? 40 : 2); kill++)
        {
            using RunningProgram program = await RunningProgram.UpAsync(data, "--capture", Capture);
            await Task.Delay(random.Next(0, 700));
            program.Signal("KILL");
        }
        Assert.Equal(await CountsAsync(folder["whole"], []), await CountsAsync(data, []));
    }

    [Fact]
    public async Task On_PostgreSQL_it_reads_signs_in_is_killed_and_counts_exactly()
    {
        string connection = await postgres.NewDatabaseAsync(), data = folder["data"];
        (string, string)[] environment = [("WARDKEEPER_DATABASE_POSTGRES", connection)];
        using (RunningProgram program = await RunningProgram.UpAsync(data, [], environment, "--capture", Capture))
        {
            // A person signs in with the password that was printed, and is asked for another one.
            using Access.Browser browser = new(new Uri($"https://localhost:{program.Port}"), Certificate(data));
            string password = (await File.ReadAllTextAsync(Path.Combine(data, "initial-admin-password"))).Trim();
            using HttpResponseMessage signedIn = await browser.SignInAsync("admin", password);
            Assert.Equal("/start", signedIn.Headers.Location?.ToString());
            Assert.NotNull(browser.Session);
            program.Signal("KILL");
        }
        Assert.False(File.Exists(Path.Combine(data, "wardkeeper.db")), "it stored in the data folder what belongs into PostgreSQL");
        string counts = await CountsAsync(data, environment);
        Assert.Equal(counts, await CountsAsync(data, environment));
        Assert.Equal(await CountsAsync(folder["sqlite"], []), counts);
    }

    [Fact]
    public async Task A_full_disk_is_told_capture_goes_on_and_writing_resumes_by_itself()
    {
        using TestNetwork network = new();
        network.SensorIp("link", "set", "lo", "up");
        string data = folder["small"];
        Directory.CreateDirectory(data);
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={(DataFolder.LeastFree >> 20) + 96}m"), "wardkeeper-test", data);
        try
        {
            using (RunningProgram program = await RunningProgram.UpAsync(data, ["ip", "netns", "exec", network.Sensor], [], "--interface", "m0"))
            {
                using ProgramApi api = await InterfaceTests.ApiAsync(program, data, network);
                await api.UntilAsync("/health", InterfaceTests.Are("capturing"));
                network.Send("s0", Conversations(1, 100));
                await api.UntilAsync("/health", health => InterfaceTests.Packets(health) == 100);
                string filler = Path.Combine(data, "filler");
                Fill(filler);
                network.Send("s0", Conversations(101, 100));
                JsonElement health = await api.UntilAsync("/health", health => InterfaceTests.Packets(health) == 200 && health.GetProperty("problems").EnumerateArray().Any(IsOfDisk));
                Assert.Contains(health.GetProperty("problems").EnumerateArray(), problem => IsOfDisk(problem) && problem.GetProperty("mend").GetProperty("english").GetString()!.Length > 0);
                if (IsLong) await api.ProblemAsync("batches-dropped", "local");
                File.Delete(filler);
                await api.UntilAsync("/health", health => !health.GetProperty("problems").EnumerateArray().Any(IsOfDisk));
                network.Send("s0", Conversations(201, 100));
                await api.UntilAsync("/health", health => InterfaceTests.Packets(health) == 300);
                program.Signal("TERM");
                Assert.Equal(0, await program.EndAsync());
            }
            using RunningProgram again = await RunningProgram.UpAsync(data);
            using ProgramApi after = await ProgramApi.OfAsync(again, data);
            Assert.Equal(300, await after.TotalAsync("/flows"));
        }
        finally
        {
            Run("umount", "-l", data);
        }
    }

    [Fact]
    public async Task Damaged_files_are_found_at_start_and_it_is_said_what_to_do()
    {
        string data = folder["data"];
        using (RunningProgram program = await RunningProgram.UpAsync(data, "--capture", Capture))
        {
            await program.SaysAsync("was read");
            program.Signal("TERM");
            await program.EndAsync();
        }
        // A day of the history: it is put aside, the rest goes on, and health says so.
        string day = Directory.GetFiles(Path.Combine(data, "history"), "*.duckdb").Order(StringComparer.Ordinal).First();
        Damage(day);
        using (RunningProgram program = await RunningProgram.UpAsync(data))
        {
            using ProgramApi api = await ProgramApi.OfAsync(program, data);
            JsonElement health = await api.UntilAsync("/health", health => health.GetProperty("problems").EnumerateArray().Any(problem => problem.GetProperty("code").GetString() == "store.damaged"));
            Assert.Contains(Path.GetFileName(day), health.ToString(), StringComparison.Ordinal);
            Assert.True(await api.TotalAsync("/devices") > 50);
        }
        Damage(Path.Combine(data, "wardkeeper.db"));
        (int code, string said) = await RunningProgram.RunAsync("up", "--data", data, "--port", RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture));
        Assert.True(code == 2, said);
        Assert.Contains("wardkeeper.db is damaged", said, StringComparison.Ordinal);
        Assert.Contains("wardkeeper restore", said, StringComparison.Ordinal);
        Assert.False(said.Contains("   at ", StringComparison.Ordinal), said);
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate(string data) =>
        System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(ServerCertificate.PathIn(data));

    private static bool IsOfDisk(JsonElement problem) => problem.GetProperty("code").GetString() is { } code && (code.StartsWith("store.", StringComparison.Ordinal) || code == "sensor-trouble") && code != "store.retention-at-risk";

    private static IEnumerable<byte[]> Conversations(ushort first, ushort count) => Enumerable.Range(first, count).Select(number => MirroredFrames.OneSided((ushort)number, (ushort)(20_000 + number)));

    /// <summary>Writes until nothing more fits.</summary>
    private static void Fill(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            byte[] block = new byte[64 << 10];
            for (int size = block.Length; size > 0; size /= 2)
            {
                try
                {
                    while (true) file.Write(block.AsSpan(0, size));
                }
                catch (IOException)
                {
                    // Smaller pieces may still fit.
                }
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    private static void Damage(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Write(new byte[8192]);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Lets the program read the capture to its end and answers with what is stored.</summary>
    private static async Task<string> CountsAsync(string data, (string, string)[] environment)
    {
        using RunningProgram program = await RunningProgram.UpAsync(data, [], environment, "--capture", Capture);
        await program.SaysAsync("was read");
        using ProgramApi api = await ProgramApi.OfAsync(program, data);
        JsonElement activity = await api.GetAsync("/activity?bucket=86400");
        string counts = $"flows {await api.TotalAsync("/flows")}, transactions {await api.TotalAsync("/transactions")}, devices {await api.TotalAsync("/devices")}, activity {activity}";
        program.Signal("TERM");
        await program.EndAsync();
        return counts;
    }
}
