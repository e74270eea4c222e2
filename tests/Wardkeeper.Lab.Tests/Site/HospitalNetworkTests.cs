using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Site;

public class HospitalNetworkTests
{
    private static readonly Department Icu = new("icu", "ICU", "重症医学科", 30), Radiology = new("rad", "radiology", "放射科", 10);

    private static HospitalDevice Device(string key, Department department, int host) => new()
    {
        Key = key,
        Type = "server",
        Department = department,
        Vendor = "V",
        Model = "M",
        SoftwareVersion = "1",
        Serial = "S",
        AssetTag = "A",
        Owner = "O",
        Contact = "C",
        Mac = PhysicalAddress.Parse($"9C7BEF{department.Vlan:X2}00{host:X2}"),
        Ip = IPAddress.Parse($"10.77.{department.Vlan}.{host}"),
        HostName = key + "-host",
    };

    [LabFact("tcpdump ethtool tshark")]
    public async Task Two_departments_talk_through_the_router_and_the_mirror_sees_it_on_both_networks()
    {
        string prefix = TestHospital.NextPrefix();
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        try
        {
            HospitalDevice[] devices = [Device(HospitalNetwork.Router, Radiology, 1), Device("ct1", Radiology, 21), Device("mon1", Icu, 31)];
            await using HospitalNetwork network = await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), devices, cancel);
            Recorder recorder = await Recorder.StartAsync(network, Path.Combine(folder, "raw"), cancel);
            using Socket listener = network.Site["ct1"].Listen(7000);
            Task<string> received = ReceiveAsync(listener, cancel);
            await using (NetworkStream stream = await network.Site["mon1"].ConnectAsync(devices[1].Ip, 7000, cancel)) await stream.WriteAsync("hello"u8.ToArray(), cancel);
            Assert.Equal("hello", await received);

            string capture = Path.Combine(folder, "joined.pcap");
            IReadOnlyList<(Department, string)> parts = await recorder.StopAsync();
            SceneMark scene = new("s", true, 0, long.MaxValue, [new SceneTraffic(devices[2].Ip, devices[2].Mac, null, 7000)]);
            (long packets, IReadOnlyList<ScenePackets> scenes) = JoinedCapture.Write(capture, parts, new TimeWarp(0, 0, 1), [scene]);
            Assert.True(packets >= 16, $"{packets} packets");
            // Handshake, data, both ends: seven segments or more, each seen on both networks.
            Assert.InRange(scenes[0].Numbers.Count, 12, 20);

            (int code, string shown) = await Shell.RunAsync("tshark", ["-r", capture, "-Y", "tcp.len==5", "-T", "fields", "-e", "vlan.id", "-e", "eth.src", "-e", "ip.src"], cancel);
            Assert.Equal(0, code);
            Assert.Contains("30\t9c:7b:ef:1e:00:1f\t10.77.30.31", shown, StringComparison.Ordinal);
            Assert.Contains("10\t9c:7b:ef:0a:00:01\t10.77.30.31", shown, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Assert.Empty(HospitalNetwork.Existing(prefix));
        Assert.False(Directory.Exists($"/etc/netns/{prefix}-ct1"));
    }

    [LabFact("ethtool sleep")]
    public async Task A_killed_lab_leaves_what_the_next_removes_with_its_programs()
    {
        string prefix = TestHospital.NextPrefix();
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        HospitalDevice[] devices = [Device(HospitalNetwork.Router, Radiology, 1), Device("ct1", Radiology, 21)];
        HospitalNetwork forgotten = await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), devices, cancel);
        RunningProgram program = await ProgramRun.ServeAsync(forgotten.Site["ct1"], Path.Combine(folder, "log"), "sleep", ["600"], [], cancel);
        while (NamespacePrograms.Running(new HashSet<string> { prefix + "-ct1" }).Count == 0) await Task.Delay(10, cancel);
        int process = NamespacePrograms.Running(new HashSet<string> { prefix + "-ct1" })[0];

        await using (await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), devices, cancel))
        {
            Assert.Empty(NamespacePrograms.Running(new HashSet<string> { prefix + "-ct1" }));
            // Gone, or ended and not yet asked for by who started it.
            string state = LogFile.OfProcess(process, "stat");
            Assert.True(state.Length == 0 || state.Contains(" Z ", StringComparison.Ordinal), state);
        }
        await program.DisposeAsync();
        Assert.Empty(HospitalNetwork.Existing(prefix));
        Directory.Delete(folder, recursive: true);
    }

    [LabFact("ethtool sh")]
    public async Task What_a_server_prints_on_both_streams_is_all_in_its_log()
    {
        string prefix = TestHospital.NextPrefix();
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName, log = Path.Combine(folder, "log");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        HospitalDevice[] devices = [Device(HospitalNetwork.Router, Radiology, 1), Device("ct1", Radiology, 21)];
        await using (HospitalNetwork network = await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), devices, cancel))
        {
            await File.WriteAllTextAsync(log, "before ready\n", cancel);
            await using RunningProgram program = await ProgramRun.ServeUntilAsync(network.Site["ct1"], log, "sh",
                ["-c", "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; sleep 0.02; echo err $i >&2; sleep 0.02; done; echo I am ready; sleep 600"], "ready", cancel);
            string[] lines = await File.ReadAllLinesAsync(log, cancel);
            // Each stream keeps its order; two streams overtake each other on a busy machine.
            Assert.Equal("before ready", lines[0]);
            Assert.Equal([.. Enumerable.Range(1, 9).Select(i => $"out {i}"), "I am ready"], lines[1..].Where(line => !line.StartsWith("err ", StringComparison.Ordinal)));
            Assert.Equal(Enumerable.Range(1, 9).Select(i => $"err {i}"), lines.Where(line => line.StartsWith("err ", StringComparison.Ordinal)));
        }
        Directory.Delete(folder, recursive: true);
    }

    [LabFact("ethtool hostname unshare")]
    public async Task A_program_takes_the_devices_host_name_for_its_own_and_not_that_of_the_machine()
    {
        string prefix = TestHospital.NextPrefix();
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName, log = Path.Combine(folder, "log");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        HospitalDevice[] devices = [Device(HospitalNetwork.Router, Radiology, 1), Device("ct1", Radiology, 21)];
        await using (HospitalNetwork network = await HospitalNetwork.BuildAsync(prefix, folder, new DateOnly(2026, 11, 23), devices, cancel))
        {
            ProgramResult named = await ProgramRun.MustRunAsync(network.Site["ct1"], log, "hostname", [], TimeSpan.FromSeconds(60), cancel);
            Assert.Equal(devices[1].HostName, named.Output.Trim());
            Assert.NotEqual(devices[1].HostName, Environment.MachineName);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> ReceiveAsync(Socket listener, CancellationToken cancel)
    {
        using Socket socket = await listener.AcceptAsync(cancel);
        byte[] buffer = new byte[64];
        int read = await socket.ReceiveAsync(buffer, cancel);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
