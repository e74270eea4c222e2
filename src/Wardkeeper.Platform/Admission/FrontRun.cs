using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Admission;

/// <summary>
/// <c>wardkeeper admission run DIR</c>: runs FreeRADIUS over a folder that install wrote, and starts it anew when certificates, switches or segments in it change, or when it ends: FreeRADIUS reads all of
/// these at its start alone, and its HUP does not read certificates and lists again. A configuration that FreeRADIUS does not take is not changed to. The pause is that of its start, below the
/// time after which switches ask again, so that no request is lost. A signal to end ends FreeRADIUS first.
/// </summary>
internal static partial class FrontRun
{
    private const int Terminate = 15;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(3);
    private static readonly string[] Watched = ["radiusd.conf", "rest.conf", "clients.conf", "users", "access_reject.filter", "certs"];

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>Exit code: 0 when asked to stop, 1 when FreeRADIUS does not take the folder.</returns>
    public static async Task<int> RunAsync(string folder, TextWriter says, CancellationToken cancel)
    {
        if (AdmissionCheck.Program is not { } program) throw new UserError("FreeRADIUS is not installed. On Debian and openKylin: apt-get install freeradius freeradius-rest");
        if (!File.Exists(Path.Combine(folder, "radiusd.conf"))) throw new UserError($"{folder} holds no configuration of FreeRADIUS. 'wardkeeper admission install --out {folder}' writes one.");
        if (await AdmissionCheck.OwnAsync(folder, cancel) is { } mistake) throw new UserError(mistake);
        string running = Print(folder), refused = "";
        using StopSignals signals = new();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel, signals.Stopping);
        cancel = end.Token;
        Process? radius = Start(program, folder);
        try
        {
            using PeriodicTimer timer = new(Look);
            while (await timer.WaitForNextTickAsync(cancel))
            {
                bool hasEnded = radius.HasExited;
                string now = Print(folder);
                if (!hasEnded && (now == running || now == refused)) continue;
                if (await AdmissionCheck.OwnAsync(folder, cancel) is { } wrong)
                {
                    if (refused != now) await says.WriteLineAsync($"The change is not taken over: {wrong}");
                    refused = now;
                    if (!hasEnded) continue;
                }
                await says.WriteLineAsync(hasEnded ? string.Create(CultureInfo.InvariantCulture, $"FreeRADIUS ended ({radius.ExitCode}); it is started again.") : "Certificates or configuration changed; FreeRADIUS is started anew.");
                await StopAsync(radius);
                radius = null;
                if (hasEnded) await Task.Delay(Pause, cancel);
                radius = Start(program, folder);
                running = now;
            }
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        finally
        {
            if (radius is not null) await StopAsync(radius);
        }
        return 0;
    }

    /// <summary>What the folder holds, in short: another value means that something changed.</summary>
    internal static string Print(string folder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in Watched)
        {
            string path = Path.Combine(folder, name);
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path) : File.Exists(path) ? [path] : [];
            foreach (string file in files.Where(one => !one.EndsWith(".new", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(file));
                hash.AppendData(File.ReadAllBytes(file));
            }
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static Process Start(string program, string folder) => Process.Start(new ProcessStartInfo(program, ["-f", "-l", "stdout", "-d", folder, "-n", "radiusd"]))!;

    private static async Task StopAsync(Process process)
    {
        using (process)
        {
            if (process.HasExited) return;
            _ = Kill(process.Id, Terminate);
            using CancellationTokenSource late = new(Patience);
            try
            {
                await process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
