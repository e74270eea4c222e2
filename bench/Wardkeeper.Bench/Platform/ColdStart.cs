using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Bench.Platform;

/// <summary>The published program as somebody starts it: until the first page is there, and what it takes when nothing happens.</summary>
internal static class ColdStart
{
    private const int Starts = 3, PageRounds = 20;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30), Idle = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromMinutes(2);

    /// <summary>Starts it on an empty folder, then, when there is one, on a folder with a month's data.</summary>
    public static async Task RunAsync(string program, string empty, string? month, Figures figures)
    {
        double[] first = new double[Starts];
        for (int i = 0; i < Starts; i++)
        {
            // Each start is a first one: certificate, tables and administrator are made.
            if (Directory.Exists(empty)) Directory.Delete(empty, true);
            await using Started up = await Started.OnAsync(program, empty);
            first[i] = up.SecondsToPage;
            if (i < Starts - 1) continue;
            await Task.Delay(Settle);
            double before = ProcessFigures.CpuSeconds(up.Id);
            await Task.Delay(Idle);
            figures.AtMost("CPU without traffic and pages", (ProcessFigures.CpuSeconds(up.Id) - before) / Idle.TotalSeconds * 100, 1, "%");
            figures.Say("resident memory of an empty platform", ProcessFigures.Megabytes(up.Id, "VmRSS:"), "MB");
        }
        figures.AtMost("first start until the first page, best of three", first.Min(), 4, "s");
        if (month is null) return;
        await using Started full = await Started.OnAsync(program, month);
        figures.AtMost("start with a month's data until the first page", full.SecondsToPage, 4, "s");
        for (int i = 0; i < PageRounds; i++) await full.PageAsync();
        figures.AtMost("resident memory with a month's data, pages served, at its peak", ProcessFigures.Megabytes(full.Id, "VmHWM:"), 1024, "MB");
    }

    /// <summary>A running platform; disposing of it asks it to stop.</summary>
    private sealed class Started : IAsyncDisposable
    {
        private readonly Process process;
        private readonly HttpClient client;

        private Started(Process process, HttpClient client) => (this.process, this.client) = (process, client);

        public int Id => process.Id;

        public double SecondsToPage { get; private init; }

        public static async Task<Started> OnAsync(string program, string folder)
        {
            int port = FreePort();
            ProcessStartInfo start = new(program, ["up", "--data", folder, "--port", port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
            long began = Stopwatch.GetTimestamp();
            Process process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, line) =>
            {
                if (line.Data is not null) Console.Error.WriteLine("bench: up says: " + line.Data);
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
#pragma warning disable CA5400, CA5399, S4830 // the certificate was made a moment ago by the program that was started
            HttpClient client = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true }) { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}/")) };
#pragma warning restore CA5400, CA5399, S4830 // as above
            while (!await IsThereAsync(client))
            {
                if (process.HasExited) throw new InvalidOperationException($"{program} ended with {process.ExitCode} before it served a page");
                if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"{program} served no page within {Patience.TotalMinutes} minutes");
                await Task.Delay(20);
            }
            return new Started(process, client) { SecondsToPage = Stopwatch.GetElapsedTime(began).TotalSeconds };
        }

        public Task<string> PageAsync() => client.GetStringAsync(new Uri("/", UriKind.Relative));

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            if (!process.HasExited)
            {
                using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await process.WaitForExitAsync();
            }
            process.Dispose();
        }

        private static async Task<bool> IsThereAsync(HttpClient client)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri("/", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
                return false;
            }
        }

        private static int FreePort()
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
