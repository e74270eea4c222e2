using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Tests.Capture.Live;

/// <summary>
/// Two network namespaces and cables between them: frames that one sends arrive at the other. Needs root; where it cannot be made,
/// the test is skipped. Everything is removed at the end.
/// </summary>
internal sealed partial class TestNetwork : IDisposable
{
    private static int made;
    private readonly string sender, sensor;

    /// <summary>Makes the namespaces and a cable with the ends <c>s0</c> and <c>m0</c>.</summary>
    public TestNetwork()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip") | File.Exists("/sbin/ip"), "network namespaces need Linux, root and the program ip");
        string unique = $"wkl{Environment.ProcessId:x}{Interlocked.Increment(ref made):x}";
        (sender, sensor) = (unique + "s", unique + "m");
        Assert.SkipUnless(TryIp(out string why, "netns", "add", sender), "a network namespace cannot be made here: " + why);
        Ip("netns", "add", sensor);
        // The kernel itself would send, to find out about IPv6.
        foreach (string name in (string[])[sender, sensor]) In(name, () => { File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"); return 0; });
        Cable("s0", "m0");
    }

    /// <summary>Name of the namespace in which the sensor runs.</summary>
    public string Sensor => sensor;

    /// <summary>Lays a cable and switches both ends on.</summary>
    public void Cable(string sends, string hears)
    {
        Ip("link", "add", sends, "netns", sender, "type", "veth", "peer", "name", hears, "netns", sensor);
        Ip("-n", sender, "link", "set", sends, "up");
        Ip("-n", sensor, "link", "set", hears, "up");
    }

    /// <summary>Runs the program ip in the sender's namespace.</summary>
    public void SenderIp(params string[] arguments) => Ip(["-n", sender, .. arguments]);

    /// <summary>Runs the program ip in the sensor's namespace.</summary>
    public void SensorIp(params string[] arguments) => Ip(["-n", sensor, .. arguments]);

    /// <summary>What the program ip says in the sensor's namespace.</summary>
    public string AskSensor(params string[] arguments) => TryIp(out string said, ["-n", sensor, .. arguments]) ? said : "";

    /// <summary>Does something in the sensor's namespace, on a thread of its own.</summary>
    public T AtSensor<T>(Func<T> work) => In(sensor, work);

    /// <summary>Does something in the sender's namespace, on a thread of its own.</summary>
    public T AtSender<T>(Func<T> work) => In(sender, work);

    /// <summary>Sends whole frames into a cable, as fast as it takes them.</summary>
    public void Send(string from, params IEnumerable<byte[]> frames) => AtSender(() => Transmit(from, frames));

    /// <summary>
    /// Sends each frame into one cable and its copy into another, ahead of everybody else on the machine as far as that is allowed.
    /// Answers with the longest time that passed between a frame and its copy, or between two pairs.
    /// </summary>
    public TimeSpan SendPairs(string from, string copiesFrom, IEnumerable<(byte[] Frame, byte[] Copy)> pairs) => AtSender(() =>
    {
        const int FirstInFirstOut = 1, Lowest = 1;
        _ = SetScheduler(0, FirstInFirstOut, Lowest);
        using Socket first = new(AddressFamily.Packet, SocketType.Raw, 0), second = new(AddressFamily.Packet, SocketType.Raw, 0);
        first.Bind(new PacketEndPoint(from));
        second.Bind(new PacketEndPoint(copiesFrom));
        TimeSpan longest = TimeSpan.Zero;
        long before = Stopwatch.GetTimestamp();
        foreach ((byte[] frame, byte[] copy) in pairs)
        {
            first.Send(frame);
            second.Send(copy);
            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, now) is var took && took > longest) longest = took;
            before = now;
        }
        return longest;
    });

    /// <summary>Sends frames from the sensor's end, as the machine it runs on would.</summary>
    public void SendFromSensor(string from, params IEnumerable<byte[]> frames) => AtSensor(() => Transmit(from, frames));

    /// <summary>Packets that an interface of the sensor has sent.</summary>
    public long SentBySensor(string name) => AtSensor(() => long.Parse(
        File.ReadLines("/proc/thread-self/net/dev").Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)).Single(cells => cells[0] == name)[10],
        System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public void Dispose()
    {
        TryIp(out _, "netns", "del", sender);
        TryIp(out _, "netns", "del", sensor);
    }

    private static int Transmit(string from, IEnumerable<byte[]> frames)
    {
        using Socket socket = new(AddressFamily.Packet, SocketType.Raw, 0);
        socket.Bind(new PacketEndPoint(from));
        foreach (byte[] frame in frames) socket.Send(frame);
        return 0;
    }

    private static void Ip(params string[] arguments) => Assert.True(TryIp(out string said, arguments), $"ip {string.Join(' ', arguments)}: {said}");

    private static bool TryIp(out string said, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        said = process.StandardOutput.ReadToEnd() + errors;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static T In<T>(string name, Func<T> work)
    {
        const int NetworkNamespace = 0x4000_0000;
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle("/run/netns/" + name);
                if (SetNamespace(handle, NetworkNamespace) != 0) throw new IOException("setns: " + Marshal.GetLastPInvokeErrorMessage());
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(Microsoft.Win32.SafeHandles.SafeFileHandle handle, int kind);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial uint IndexOf(string name);

    /// <summary>struct sockaddr_ll with nothing but the interface: what is bound so can only send.</summary>
    private sealed class PacketEndPoint(string name) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            SocketAddress address = new(AddressFamily.Packet, 20);
            byte[] index = BitConverter.GetBytes(IndexOf(name));
            for (int i = 0; i < index.Length; i++) address[4 + i] = index[i];
            return address;
        }
    }
}
