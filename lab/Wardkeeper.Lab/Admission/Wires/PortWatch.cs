using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>What a switch's hardware notices at its ports: who sends, and whether the link is there. Tells the switch.</summary>
internal sealed partial class PortWatch : IAsyncDisposable
{
    private const int EtherAll = 3, PacketLevel = 263, IgnoreOutgoing = 23, SizeOfLinkAddress = 20;
    private readonly List<(Socket Socket, Task Reading)> listening = [];
    private readonly Dictionary<string, Socket> cards = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Process monitor;
    private readonly Task monitoring;

    /// <summary>Watches from now on.</summary>
    /// <param name="ward">The wires.</param>
    /// <param name="told">Who is told.</param>
    /// <param name="portOf">The port that a sender is at, where one cable stands for many ports: from cable and address; null where each cable is a port.</param>
    public PortWatch(Ward ward, AccessSwitch told, Func<string, string, string>? portOf = null)
    {
        foreach (string port in ward.Ports)
        {
            Socket socket = NetworkThread.In(ward.Switch, () => Open(NumberOf(port)));
            if (portOf is null) cards[port] = socket;
            listening.Add((socket, ListenAsync(socket, mac => told.Heard(portOf is null ? port : portOf(port, mac), mac), frame => told.Heard(port, frame))));
        }
        // Where one cable stands for many ports there are no supplicants.
        if (portOf is null) told.Authenticator.Send = Send;
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

    /// <summary>Number of a card in the calling thread's namespace.</summary>
    internal static int NumberOf(string card)
    {
        uint number = CardNumber(card);
        return number != 0 ? (int)number : throw new LabException($"there is no card {card} here");
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint CardNumber(string card);

    private void Send(string port, byte[] frame)
    {
        try
        {
            if (cards.TryGetValue(port, out Socket? socket)) socket.Send(frame);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The link is down: the supplicant is asked again.
        }
    }

    private async Task ListenAsync(Socket socket, Action<string> heard, Action<Eapol> supplicant)
    {
        byte[] frame = new byte[2048];
        while (true)
        {
            try
            {
                int length = await socket.ReceiveAsync(frame, SocketFlags.None, stop.Token);
                if (length < 14 || (frame[6] & 1) != 0) continue;
                if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != Eapol.EtherType) heard(MacText.Hyphens(frame.AsSpan(6, 6)));
                else if (Eapol.Parse(frame.AsSpan(0, length)) is { } eapol) supplicant(eapol);
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
        Dictionary<string, bool> seen = new(StringComparer.Ordinal);
        while (await monitor.StandardOutput.ReadLineAsync() is { } line)
        {
            // "5: p1@if6: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu …"
            string[] words = line.Split(' ', 4);
            if (words.Length < 3 || words[1].Split('@', ':')[0] is not { } port || !ports.Contains(port)) continue;
            bool isUp = words[2].Contains("LOWER_UP", StringComparison.Ordinal);
            if (seen.TryGetValue(port, out bool before) && before == isUp) continue;
            seen[port] = isUp;
            if (isUp) told.LinkUp(port);
            else told.LinkDown(port);
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
