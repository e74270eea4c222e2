using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Wardkeeper.Bench.Platform;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Bench.Admission;

/// <summary>
/// <c>./wardkeeper bench admission [--seconds N] [--devices N] [--handshakes N] [--program FILE]</c>: the running program behind a real FreeRADIUS with the configuration that it wrote. How many decisions
/// by MAC address come a second, how long one takes at 500 a second while as many accounting messages are stored, what an EAP-TLS handshake costs the hub. At the end the hub is killed, and what it said to
/// have stored is counted in its database. Ends with 1 when a bar is missed.
/// </summary>
internal static class AdmissionBench
{
    private const int PerSecond = 500, UnderWay = 64, AtOnce = 4;
    private const string Passphrase = "the passphrase of a bench's root";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Rest = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string home, string[] options)
    {
        if (RunningHub.Find(home, options) is not { } program) return 2;
        if (!Number(options, "--seconds", 60, 3600, out int seconds) || !Number(options, "--devices", 2000, 65_536, out int devices) || !Number(options, "--handshakes", 1000, 100_000, out int handshakes)) return 2;
        string folder = Directory.CreateTempSubdirectory("wardkeeper-bench-").FullName;
        Figures figures = new();
        handshakes = Math.Max(1, handshakes / AtOnce) * AtOnce;
        try
        {
            await MeasureAsync(program, folder, TimeSpan.FromSeconds(seconds), devices, handshakes, figures);
        }
        catch (Win32Exception e)
        {
            return Program.Refuse($"freeradius, freeradius-rest and eapoltest are needed: {e.Message}");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
        return figures.Missed == 0 ? 0 : 1;
    }

    private static async Task MeasureAsync(string program, string folder, TimeSpan lasts, int devices, int handshakes, Figures figures)
    {
        await using RunningHub hub = await RunningHub.StartAsync(program, Path.Combine(folder, "data"), ("WARDKEEPER_ADMISSION_PORT", RunningHub.Text(RunningHub.FreePort())), ("WARDKEEPER_TRUST_PORT", "0"), ("WARDKEEPER_TRUST_HTTP_PORT", "0"));
        await hub.MustAsync(Passphrase, "trust", "init", "--name", "Bench", "--root-key", Path.Combine(folder, "root.p8"));
        string register = Path.Combine(folder, "register.csv");
        await File.WriteAllLinesAsync(register, Enumerable.Range(0, devices).Select(number => string.Create(CultureInfo.InvariantCulture, $"Pump {number},infusion-pump,Ward 3,{Switchful.Mac(number)},P{number:00000},in use")).Prepend("device name,device type,department,mac,serial number,status"));
        await hub.MustAsync(null, "import", register, "--skip-mistakes");
        await using RadiusServer radius = await RadiusServer.StartAsync(hub, folder);
        Switchful full = new(devices);
        await using RadiusClient asks = radius.Authentication(Patience), tells = radius.Accounting(Patience);
        // What is compiled on first use comes before, and each device is known by its last answer.
        await full.FloodAsync(asks, UnderWay, TimeSpan.FromSeconds(Math.Min(15, lasts.TotalSeconds)));
        double used = ProcessFigures.CpuSeconds(hub.Id), front = ProcessFigures.CpuSeconds(radius.Id);
        Load flood = await full.FloodAsync(asks, UnderWay, lasts);
        figures.AtLeast($"decisions by MAC address a second, end to end, over {lasts.TotalSeconds:0} s", flood.Decided / flood.Seconds, 1000, "a second");
        figures.AtMost("questions among them that the hub did not decide", flood.Otherwise, 0, "");
        figures.Say("CPU of the hub per decision", (ProcessFigures.CpuSeconds(hub.Id) - used) * 1000 / flood.Decided, "ms");
        figures.Say("CPU of FreeRADIUS per decision", (ProcessFigures.CpuSeconds(radius.Id) - front) * 1000 / flood.Decided, "ms");
        Load pace = await full.PaceAsync(asks, tells, PerSecond, lasts);
        figures.AtLeast("decisions a second while it was paced, each with an accounting message", pace.Decided / lasts.TotalSeconds, PerSecond * 0.99, "a second");
        figures.AtMost("a decision at that pace, 99 of 100 within", Figures.Quantile(pace.DecisionMilliseconds, 0.99), 30, "ms");
        figures.AtMost("an accounting message, committed before it is answered, 99 of 100 within", Figures.Quantile(pace.AccountingMilliseconds, 0.99), 30, "ms");
        figures.Say("the median of both", (Figures.Quantile(pace.DecisionMilliseconds, 0.5) + Figures.Quantile(pace.AccountingMilliseconds, 0.5)) / 2, "ms");
        TlsDevice device = await TlsDevice.MakeAsync(hub, folder, 1, Switchful.Mac(0));
        await HandshakesAsync(device, radius, Math.Max(AtOnce * 10, handshakes / 2));
        double idle = await IdleAsync(hub.Id);
        long began = Stopwatch.GetTimestamp();
        used = ProcessFigures.CpuSeconds(hub.Id);
        await HandshakesAsync(device, radius, handshakes);
        double spent = ProcessFigures.CpuSeconds(hub.Id) - used - (idle * Stopwatch.GetElapsedTime(began).TotalSeconds);
        figures.AtMost("CPU of the hub per EAP-TLS handshake, without what it uses with nobody asking", spent * 1000 / handshakes, 3, "ms");
        figures.Say("CPU of the hub with nobody asking", idle * 1000, "ms each second");
        figures.Say("resident memory of the hub at its peak", ProcessFigures.Megabytes(hub.Id, "VmHWM:"), "MB");
        await hub.KillAsync();
        figures.AtLeast("accounting messages found in the database after the hub was killed", Sessions(hub.Data), pace.Accounted, "");
    }

    private static Task HandshakesAsync(TlsDevice device, RadiusServer radius, int times) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => device.ProveAsync(radius, times / AtOnce)));

    /// <summary>CPU seconds a second while nobody asks.</summary>
    private static async Task<double> IdleAsync(int process)
    {
        double before = ProcessFigures.CpuSeconds(process);
        await Task.Delay(Rest);
        return (ProcessFigures.CpuSeconds(process) - before) / Rest.TotalSeconds;
    }

    /// <summary>Sessions in the hub's database.</summary>
    private static long Sessions(string data)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "wardkeeper.db"), Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM admission_sessions";
        return (long)command.ExecuteScalar()!;
    }

    private static bool Number(string[] options, string name, int otherwise, int most, out int value)
    {
        if (int.TryParse(Program.Option(options, name) ?? RunningHub.Text(otherwise), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= most) return true;
        Program.Refuse($"{name} takes a number from 1 to {most}");
        return false;
    }
}
