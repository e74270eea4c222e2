using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Bench.Platform;
using Wardkeeper.Lab.Admission.Life;

namespace Wardkeeper.Bench.Trust;

/// <summary>
/// <c>./wardkeeper bench trust [--devices N] [--each N] [--program FILE]</c>: what a certificate by EST costs the hub. Devices with a maker's certificate enrol, then renew over kept
/// connections of mutual TLS; the hub's CPU is read from the kernel, and the devices' own work (keys, requests) is not in it. Ends with 1 when the bar is missed.
/// </summary>
internal static class TrustBench
{
    private const double Bar = 4;
    private const string Passphrase = "the passphrase of a bench's root";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string home, string[] options)
    {
        string program = Program.Option(options, "--program") ?? Path.Combine(home, ".build/platform/wardkeeper-platform");
        if (!File.Exists(program)) return Program.Refuse($"{program} is not there; start ./wardkeeper status once, or name it with --program FILE");
        if (!int.TryParse(Program.Option(options, "--devices") ?? "8", NumberStyles.None, CultureInfo.InvariantCulture, out int devices) || devices is 0 or > 1000) return Program.Refuse("--devices takes a number from 1 to 1000");
        if (!int.TryParse(Program.Option(options, "--each") ?? "250", NumberStyles.None, CultureInfo.InvariantCulture, out int each) || each is < 10 or > 100_000) return Program.Refuse("--each takes a number from 10 to 100000");
        string folder = Directory.CreateTempSubdirectory("wardkeeper-bench-").FullName;
        Figures figures = new();
        try
        {
            await MeasureAsync(program, folder, devices, each, figures);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
        return figures.Missed == 0 ? 0 : 1;
    }

    private static async Task MeasureAsync(string program, string folder, int count, int each, Figures figures)
    {
        int port = FreePort();
        string data = Path.Combine(folder, "data");
        using Process hub = Start(program, ["up", "--data", data, "--port", Text(FreePort())], [("WARDKEEPER_TRUST_PORT", Text(port)), ("WARDKEEPER_TRUST_HTTP_PORT", "0"), ("WARDKEEPER_TRUST_PER_MINUTE", "100000")]);
        Task<string> said = hub.StandardOutput.ReadToEndAsync(), complained = hub.StandardError.ReadToEndAsync();
        hub.StandardInput.Close();
        try
        {
            long began = Stopwatch.GetTimestamp();
            while (!(await TryAsync(program, null, "status", "--data", data)).Said.Contains("state: ready", StringComparison.Ordinal))
            {
                if (hub.HasExited) throw new InvalidOperationException($"{program} ended with {hub.ExitCode}: {await said}{await complained}");
                if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"{program} was not ready within {Patience.TotalMinutes} minutes");
                await Task.Delay(1000);
            }
            using DeviceMaker maker = new();
            X509Certificate2Collection roots = await TrustAsync(program, folder, data, maker, count);
            EstDevice[] devices = [.. Enumerable.Range(1, count).Select(number => Serial(number)).Select(serial => new EstDevice(serial, maker.Bear(serial), roots, cancel => DialAsync(port, cancel)))];
            foreach (EstDevice one in devices)
            {
                if (await one.AskAsync(false, CancellationToken.None) is { } why) throw new InvalidOperationException($"{one.Serial} could not enrol: {why}");
            }
            // What is compiled on first use, and the handshakes, come before.
            await RenewAsync(devices, Math.Max(each / 5, 10));
            byte[][][] requests = [.. devices.Select(one => Requests(one, each))];
            double before = ProcessFigures.CpuSeconds(hub.Id);
            long from = Stopwatch.GetTimestamp();
            await Task.WhenAll(devices.Select((one, at) => one.RenewKeptAsync(requests[at], CancellationToken.None)));
            double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds, cpu = ProcessFigures.CpuSeconds(hub.Id) - before;
            figures.AtMost("CPU of the hub per P-256 enrolment by EST, over kept connections of mutual TLS", cpu * 1000 / (count * each), Bar, "ms");
            figures.Say("enrolments a second", count * each / seconds, "a second");
            figures.Say("resident memory of the hub at its peak", ProcessFigures.Megabytes(hub.Id, "VmHWM:"), "MB");
            foreach (EstDevice one in devices) one.Dispose();
        }
        finally
        {
            if (!hub.HasExited)
            {
                using Process kill = Process.Start("kill", ["-TERM", Text(hub.Id)]);
                await hub.WaitForExitAsync();
            }
        }
    }

    /// <summary>Makes the hub's authorities and lets it trust the maker and expect the devices; the hospital's roots.</summary>
    private static async Task<X509Certificate2Collection> TrustAsync(string program, string folder, string data, DeviceMaker maker, int count)
    {
        string root = Path.Combine(folder, "maker.pem"), order = Path.Combine(folder, "order.tsv");
        await File.WriteAllTextAsync(root, maker.Root.ExportCertificatePem());
        await File.WriteAllLinesAsync(order, Enumerable.Range(1, count).Select(number => $"{Serial(number)}\tBench Pumps\tP-1"));
        await MustAsync(program, Passphrase, "trust", "init", "--name", "Bench", "--root-key", Path.Combine(folder, "root.p8"), "--data", data);
        await MustAsync(program, null, "trust", "import-root", root, "--name", "Bench Pumps", "--data", data);
        await MustAsync(program, null, "trust", "expect", order, "--order", "PO-1", "--data", data);
        X509Certificate2Collection trusted = [];
        trusted.ImportFromPem(await MustAsync(program, null, "trust", "crl", "--with-authorities", "--data", data));
        return [.. trusted.Where(one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))];
    }

    private static Task RenewAsync(EstDevice[] devices, int each) => Task.WhenAll(devices.Select(one => one.RenewKeptAsync(Requests(one, each), CancellationToken.None)));

    /// <summary>Requests with a key each, made before the clock runs.</summary>
    private static byte[][] Requests(EstDevice device, int each) => [.. Enumerable.Range(0, each).Select(_ =>
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return device.Request(key);
    })];

    private static async ValueTask<Stream> DialAsync(int port, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        return new NetworkStream(socket, true);
    }

    private static async Task<string> MustAsync(string program, string? input, params string[] arguments)
    {
        (int code, string said) = await TryAsync(program, input, arguments);
        return code == 0 ? said : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {code}: {said}");
    }

    private static async Task<(int Code, string Said)> TryAsync(string program, string? input, params string[] arguments)
    {
        using Process process = Start(program, arguments, []);
        if (input is not null) await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }

    private static Process Start(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"BE-{number:0000}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
