using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>What a switch's hardware notices at its ports: who sends, and whether the link is there. Tells the switch.</summary>
internal sealed class PortWatch : IAsyncDisposable
{
    private const int EtherAll = 3, PacketLevel = 263, IgnoreOutgoing = 23, SizeOfLinkAddress = 20;
    private readonly List<(Socket Socket, Task Reading)> listening = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Process monitor;
    private readonly Task monitoring;

    /// <summary>Watches from now on.</summary>
    public PortWatch(Ward ward, AccessSwitch told)
    {
        foreach (string port in ward.Ports)
        {
            Socket socket = NetworkThread.In(ward.Switch, () => Open(NumberOf(port)));
            listening.Add((socket, ListenAsync(socket, mac => told.Heard(port, mac))));
        }
        monitor = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", ward.Switch, "ip", "-o", "monitor", "link"]) { RedirectStandardOutput = true }) ?? throw new LabException("ip monitor could not be started");
        monitoring = MonitorAsync([.. ward.Ports], told);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (!monitor.HasExited) monitor.Kill(entireProcessTree: true);
        await monitoring;
        monitor.Dispose();
        foreach ((Socket socket, Task reading) in listening)
        {
            await reading;
            socket.Dispose();
        }
        stop.Dispose();
    }

    /// <summary>A packet socket on one card (packet(7)) that hears what comes in, not what goes out.</summary>
    internal static Socket Open(int card)
    {
        Socket socket = new(AddressFamily.Packet, SocketType.Raw, (ProtocolType)IPAddress.HostToNetworkOrder((short)EtherAll));
        socket.SetRawSocketOption(PacketLevel, IgnoreOutgoing, [1, 0, 0, 0]);
        socket.Bind(new LinkEndPoint(card));
        return socket;
    }

    private static int NumberOf(string card) => int.Parse(File.ReadLines("/proc/thread-self/net/dev_mcast").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).First(columns => columns[1] == card)[0], System.Globalization.CultureInfo.InvariantCulture);

    private async Task ListenAsync(Socket socket, Action<string> heard)
    {
        byte[] frame = new byte[64];
        while (true)
        {
            try
            {
                int length = await socket.ReceiveAsync(frame, SocketFlags.None, stop.Token);
                // A supplicant's frames (EAPOL, 0x888E) are its authenticator's.
                if (length >= 14 && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != 0x888E && (frame[6] & 1) == 0) heard(MacText.Hyphens(frame.AsSpan(6, 6)));
            }
            catch (SocketException)
            {
                // The link is down: nothing is heard until it is up again.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task MonitorAsync(HashSet<string> ports, AccessSwitch told)
    {
        HashSet<string> up = [];
        while (await monitor.StandardOutput.ReadLineAsync() is { } line)
        {
            // "5: p1@if6: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu …"
            string[] words = line.Split(' ', 4);
            if (words.Length < 3 || words[1].Split('@', ':')[0] is not { } port || !ports.Contains(port)) continue;
            bool isUp = words[2].Contains("LOWER_UP", StringComparison.Ordinal);
            if (isUp && up.Add(port)) told.LinkUp(port);
            else if (!isUp && up.Remove(port)) told.LinkDown(port);
        }
    }

    /// <summary>sockaddr_ll with protocol and card.</summary>
    private sealed class LinkEndPoint(int card) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            SocketAddress address = new(AddressFamily.Packet, SizeOfLinkAddress);
            (address[2], address[3]) = (0, EtherAll);
            for (int i = 0; i < 4; i++) address[4 + i] = (byte)(card >> (8 * i));
            return address;
        }
    }
}
