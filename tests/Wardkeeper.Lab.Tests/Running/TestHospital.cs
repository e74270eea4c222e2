using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Tests.Running;

/// <summary>A few devices in a network of their own, with a router: for tests of one service, actor or scene. Needs root.</summary>
internal sealed class TestHospital : IAsyncDisposable
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static readonly (char Digit, FileStream Lock) Own = TakeDigit();
    private static int made;
    private readonly List<IAsyncDisposable> running = [];
    private readonly HospitalNetwork network;
    private readonly string folder;
    private int recordings;

    private TestHospital(HospitalNetwork network, string folder) => (this.network, this.folder) = (network, folder);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public HospitalSite Site => network.Site;

    public HospitalNetwork Network => network;

    /// <summary>A begin of names that no other network of this process has, nor one of another test run on this machine.</summary>
    public static string NextPrefix()
    {
        int next = Interlocked.Increment(ref made) % (Digits.Length * Digits.Length);
        return new(['t', Own.Digit, Digits[next / Digits.Length], Digits[next % Digits.Length]]);
    }

    /// <summary>A device; what a test does not care about is filled in. Its address is 10.77.VLAN.NUMBER.</summary>
    public static HospitalDevice Device(string key, int number, string type = "server", int vlan = 10, string? aeTitle = null, params string[] offers) => new()
    {
        Key = key,
        Type = type,
        Department = new Department("d" + vlan, "Department " + vlan, "科室" + vlan, vlan),
        Vendor = "Vendor",
        Model = "Model",
        SoftwareVersion = "VB20A",
        Serial = "SN" + number,
        AssetTag = "A" + number,
        Owner = "Owner",
        Contact = "100",
        Mac = new PhysicalAddress([0x20, 0xE7, 0x91, 0x00, (byte)vlan, (byte)number]),
        Ip = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.77.{vlan}.{number}")),
        HostName = key + "-" + type,
        AeTitle = aeTitle,
        Offers = offers,
    };

    /// <summary>Builds the network with a router in virtual LAN 10 and starts what the devices offer, in the order given.</summary>
    public static async Task<TestHospital> StartAsync(params HospitalDevice[] devices)
    {
        string prefix = NextPrefix();
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        // Servers that give up their rights must still reach their files.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        HospitalDevice[] all = devices.Any(device => device.Key == HospitalNetwork.Router) ? devices : [Device(HospitalNetwork.Router, 1, "router"), .. devices];
        TestHospital hospital = new(await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), all, Cancel), folder);
        try
        {
            foreach (HospitalDevice device in all)
            {
                foreach (string word in device.Offers) hospital.running.Add(await ServiceRegistry.Of(word).StartAsync(hospital.Site[device.Key], hospital.Site, Cancel));
            }
            return hospital;
        }
        catch
        {
            await hospital.DisposeAsync();
            throw;
        }
    }

    /// <summary>Records all virtual LANs while something is done. A routed packet is in it twice, once per virtual LAN.</summary>
    public async Task<Capture> RecordAsync(Func<Task> what)
    {
        string raw = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"raw{++recordings}"));
        await using Recorder recorder = await Recorder.StartAsync(network, raw, Cancel);
        await what();
        string path = raw + ".pcap";
        JoinedCapture.Write(path, await recorder.StopAsync(), new TimeWarp(0, 0, 1), []);
        return new Capture(path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable service in Enumerable.Reverse(running)) await service.DisposeAsync();
        await network.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A digit that this process has alone, as long as it runs.</summary>
    private static (char, FileStream) TakeDigit()
    {
        foreach (char digit in Digits)
        {
            try
            {
                return (digit, new FileStream(Path.Combine(Path.GetTempPath(), $"wardkeeper-lab-tests-{digit}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                // Another test run has it.
            }
        }
        throw new InvalidOperationException($"{Digits.Length} test runs of the laboratory go on at once on this machine");
    }
}
