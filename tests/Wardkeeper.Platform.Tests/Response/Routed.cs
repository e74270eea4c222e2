using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>A kiosk (k), a scanner (s) and a central monitor (c) around a router (r), each in a network namespace. The monitor answers what it is told. Needs root, iproute2 and nftables.</summary>
internal sealed partial class Routed : IAsyncDisposable
{
    private const int NetworkNamespace = 0x4000_0000;
    private static readonly IPEndPoint Central = new(IPAddress.Parse("10.81.2.2"), 7000);
    private static int made;
    private readonly string unique = $"wkn{Environment.ProcessId:x}{Interlocked.Increment(ref made):x}";
    private readonly CancellationTokenSource stop = new();
    private Socket listener = null!, datagrams = null!;

    /// <summary>Name of the router's namespace.</summary>
    public string Router => unique + "r";

    public static async Task<Routed> BuildAsync()
    {
        bool isPossible = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "nft"))) && Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "ip")));
        Assert.SkipUnless(isPossible || Environment.GetEnvironmentVariable("CI") == "true", "network namespaces with a packet filter need Linux, root, iproute2 and nftables");
        Routed net = new();
        await net.AskAsync("ip", "netns", "add", net.Router);
        foreach ((string host, int network) in new[] { ("k", 1), ("c", 2), ("s", 3) })
        {
            await net.AskAsync("ip", "netns", "add", net.unique + host);
            await net.AskAsync("ip", "link", "add", "e0", "netns", net.unique + host, "type", "veth", "peer", "name", host + "0", "netns", net.Router);
            await net.AskAsync("ip", "-n", net.unique + host, "addr", "add", $"10.81.{network}.2/24", "dev", "e0");
            await net.AskAsync("ip", "-n", net.Router, "addr", "add", $"10.81.{network}.1/24", "dev", host + "0");
            await net.AskAsync("ip", "-n", net.unique + host, "link", "set", "e0", "up");
            await net.AskAsync("ip", "-n", net.Router, "link", "set", host + "0", "up");
            await net.AskAsync("ip", "-n", net.unique + host, "route", "add", "default", "via", $"10.81.{network}.1");
        }
        await net.RunAsync("r", "sysctl", "-qw", "net.ipv4.ip_forward=1");
        await net.RunAsync("r", "nft", "add", "table", "inet", "site");
        net.listener = net.In("c", () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        net.listener.Bind(Central);
        net.listener.Listen();
        net.datagrams = net.In("c", () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        net.datagrams.ReceiveBufferSize = 4_000_000;
        net.datagrams.Bind(Central);
        _ = net.ServeAsync();
        return net;
    }

    /// <summary>Whether a host can open a connection to the central monitor and is answered.</summary>
    public async Task<bool> ReachesAsync(string host)
    {
        using Talk talk = Talk(host);
        return await talk.EchoesAsync();
    }

    /// <summary>A connection of a host to the central monitor.</summary>
    public Talk Talk(string host) => new(In(host, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)), Central);

    /// <summary>How many of a hundred datagrams of 1,400 bytes, sent at once, arrive.</summary>
    public async Task<int> FloodAsync(string host)
    {
        using Socket from = In(host, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        byte[] bytes = new byte[1400];
        for (int i = 0; i < 100; i++) await from.SendToAsync(bytes, Central);
        int arrived = 0;
        using CancellationTokenSource quiet = new();
        try
        {
            while (true)
            {
                quiet.CancelAfter(TimeSpan.FromMilliseconds(500));
                await datagrams.ReceiveFromAsync(bytes, new IPEndPoint(IPAddress.Any, 0), quiet.Token);
                arrived++;
            }
        }
        catch (OperationCanceledException)
        {
            return arrived;
        }
    }

    /// <summary>Runs a program in a host's namespace; what it says.</summary>
    public Task<string> RunAsync(string host, params string[] command) => AskAsync("ip", ["netns", "exec", unique + host, .. command]);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        datagrams.Dispose();
        foreach (string host in (string[])["k", "c", "s", "r"]) await AskAsync("ip", "netns", "del", unique + host);
        stop.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(Microsoft.Win32.SafeHandles.SafeFileHandle handle, int kind);

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = EchoAsync(await listener.AcceptAsync(stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket peer)
    {
        using (peer)
        {
            byte[] bytes = new byte[64];
            try
            {
                while (await peer.ReceiveAsync(bytes, stop.Token) is > 0 and int count) await peer.SendAsync(bytes.AsMemory(0, count), stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The other side is gone.
            }
        }
    }

    private async Task<string> AskAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string said = await process.StandardOutput.ReadToEndAsync(), wrong = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {wrong}");
        return said;
    }

    /// <summary>Does something in a host's namespace, on a thread of its own; a socket stays in the namespace that it was made in.</summary>
    private T In<T>(string host, Func<T> work)
    {
        T? result = default;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle($"/run/netns/{unique}{host}");
                Assert.Equal(0, SetNamespace(handle, NetworkNamespace));
                result = work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(host, failure);
    }
}

/// <summary>A connection that tells whether what it says comes back.</summary>
internal sealed class Talk(Socket socket, IPEndPoint to) : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(700);

    /// <summary>Whether a byte comes back in time; connects first when it is not connected.</summary>
    public async Task<bool> EchoesAsync()
    {
        using CancellationTokenSource bound = new(Most);
        try
        {
            if (!socket.Connected) await socket.ConnectAsync(to, bound.Token);
            await socket.SendAsync(new byte[] { 7 }, bound.Token);
            return await socket.ReceiveAsync(new byte[1], bound.Token) == 1;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return false;
        }
    }

    public void Dispose() => socket.Dispose();
}
