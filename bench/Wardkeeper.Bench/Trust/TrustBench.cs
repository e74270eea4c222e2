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

    public static async Task<int> RunAsync(string home, string[] options)
    {
        if (RunningHub.Find(home, options) is not { } program) return 2;
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
        int port = RunningHub.FreePort();
        await using RunningHub hub = await RunningHub.StartAsync(program, Path.Combine(folder, "data"), ("WARDKEEPER_TRUST_PORT", RunningHub.Text(port)), ("WARDKEEPER_TRUST_HTTP_PORT", "0"), ("WARDKEEPER_TRUST_PER_MINUTE", "100000"));
        using DeviceMaker maker = new();
        X509Certificate2Collection roots = await TrustAsync(hub, folder, maker, count);
        EstDevice[] devices = [.. Enumerable.Range(1, count).Select(number => Serial(number)).Select(serial => new EstDevice(serial, maker.Bear(serial), roots, cancel => DialAsync(port, cancel)))];
        foreach (EstDevice one in devices)
        {
            if (await one.AskAsync(false, CancellationToken.None) is { } why) throw new InvalidOperationException($"{one.Serial} could not enrol: {why}");
        }
        // What is compiled on first use and again where it is often used, and the handshakes, come before.
        await RenewAsync(devices, each);
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

    /// <summary>Makes the hub's authorities and lets it trust the maker and expect the devices; the hospital's roots.</summary>
    private static async Task<X509Certificate2Collection> TrustAsync(RunningHub hub, string folder, DeviceMaker maker, int count)
    {
        string root = Path.Combine(folder, "maker.pem"), order = Path.Combine(folder, "order.tsv");
        await File.WriteAllTextAsync(root, maker.Root.ExportCertificatePem());
        await File.WriteAllLinesAsync(order, Enumerable.Range(1, count).Select(number => $"{Serial(number)}\tBench Pumps\tP-1"));
        await hub.MustAsync(Passphrase, "trust", "init", "--name", "Bench", "--root-key", Path.Combine(folder, "root.p8"));
        await hub.MustAsync(null, "trust", "import-root", root, "--name", "Bench Pumps");
        await hub.MustAsync(null, "trust", "expect", order, "--order", "PO-1");
        X509Certificate2Collection trusted = [];
        trusted.ImportFromPem(await hub.MustAsync(null, "trust", "crl", "--with-authorities"));
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

    private static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"BE-{number:0000}");
}
