using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Tests;

/// <summary>
/// Two hosts in namespaces of their own with one cable between them: the smallest hospital. Tests that need it are skipped where
/// namespaces cannot be made; with CI=true they fail there.
/// </summary>
internal sealed class NetworkPair : IDisposable
{
    private static int made;
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-pair-").FullName;
    private readonly List<PairRecording> recordings = [];

    private NetworkPair(HospitalDevice left, HospitalDevice right)
    {
        int number = Interlocked.Increment(ref made);
        Left = new(left, $"wp{Environment.ProcessId}-{number}l");
        Right = new(right, $"wp{Environment.ProcessId}-{number}r");
        Site = new(folder, new(2026, 11, 23), [Left, Right]);
    }

    public HostNamespace Left { get; }

    public HostNamespace Right { get; }

    /// <summary>A hospital of the two.</summary>
    public HospitalSite Site { get; }

    /// <summary>Makes two hosts that reach each other; they are gone when this is disposed.</summary>
    public static NetworkPair Make(HospitalDevice left, HospitalDevice right)
    {
        Needs.Root();
        NetworkPair pair = new(left, right);
        try
        {
            pair.Build();
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>A device to play; what a test does not care about is filled in.</summary>
    public static HospitalDevice Device(string key, byte host) => new()
    {
        Key = key,
        Type = "device",
        Department = new("lab", "Laboratory", "检验科", 7),
        Vendor = "Vendor " + key,
        Model = "Model-" + key,
        SoftwareVersion = $"{host}.4.1",
        Serial = "SN" + key,
        AssetTag = "A" + host,
        Owner = "Owner",
        Contact = "100",
        Mac = new([0x00, 0x09, 0xFB, 0, 0, host]),
        Ip = new([10, 77, 7, host]),
        HostName = key,
    };

    /// <summary>Records what passes between the two from now on.</summary>
    public PairRecording Record()
    {
        Needs.Program("tcpdump");
        PairRecording recording = PairRecording.Start(Right.Name, Path.Combine(folder, $"{recordings.Count}.pcap"));
        recordings.Add(recording);
        return recording;
    }

    public void Dispose()
    {
        foreach (PairRecording recording in recordings) recording.Dispose();
        foreach (string name in (string[])[Left.Name, Right.Name])
        {
            if (File.Exists("/run/netns/" + name)) Tool.Run("ip", "netns", "del", name);
        }
        Directory.Delete(folder, recursive: true);
    }

    private void Build()
    {
        Tool.Run("ip", "netns", "add", Left.Name);
        Tool.Run("ip", "netns", "add", Right.Name);
        Tool.Run("ip", "link", "add", "eth0", "netns", Left.Name, "type", "veth", "peer", "name", "eth0", "netns", Right.Name);
        foreach (HostNamespace host in (HostNamespace[])[Left, Right])
        {
            Tool.Run("ip", "netns", "exec", host.Name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
            Tool.Run("ip", "-n", host.Name, "link", "set", "eth0", "address", string.Join(':', host.Device.Mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture))));
            Tool.Run("ip", "-n", host.Name, "addr", "add", host.Device.Ip + "/24", "broadcast", "+", "dev", "eth0");
            Tool.Run("ip", "-n", host.Name, "link", "set", "lo", "up");
            Tool.Run("ip", "-n", host.Name, "link", "set", "eth0", "up");
            Tool.Run("ip", "-n", host.Name, "route", "add", "239.0.0.0/8", "dev", "eth0");
        }
    }
}
