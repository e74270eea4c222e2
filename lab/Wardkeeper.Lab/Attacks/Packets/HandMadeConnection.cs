using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Packets;

/// <summary>
/// A TCP connection whose every segment is made by hand over raw sockets: in any order, again, with other content, in fragments, or such that it dies on the way. The server is a real one. What it
/// says is taken and acknowledged. The host's own kernel, which knows nothing of the connection, is kept from refusing it.
/// </summary>
internal sealed class HandMadeConnection : IAsyncDisposable
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Push = 8, Ack = 16;
    private const int Unit = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Again = TimeSpan.FromMilliseconds(20);
    private readonly HostNamespace host;
    private readonly IPAddress server;
    private readonly (int From, int To) ports;
    private readonly uint first;
    private readonly Socket sending, receiving;
    private readonly CancellationTokenSource over = new();
    private readonly MemoryStream said = new();
    private readonly Lock turn = new();
    private Task reading = Task.CompletedTask;
    private uint expected, acknowledged;
    private ushort number;
    private bool isOpen, isClosed;

    private HandMadeConnection(HostNamespace host, IPAddress server, (int From, int To) ports, uint first)
    {
        (this.host, this.server, this.ports, this.first, number) = (host, server, ports, first, (ushort)first);
        sending = host.Socket(SocketType.Raw, ProtocolType.Raw);
        receiving = host.Socket(SocketType.Raw, ProtocolType.Tcp);
    }

    /// <summary>The program that keeps the kernel quiet.</summary>
    public static Requirement Needs { get; } = new("nft", "nftables");

    /// <summary>Keeps a host's kernel from refusing what comes for connections of hand, from a range of ports, until the scene is over.</summary>
    public static async Task QuietAsync(SceneStage stage, HostNamespace host, int lowest, int highest, CancellationToken cancel)
    {
        // The kernel hands out no port of these either: it would take its own connection for ours.
        stage.Afterwards(() => IpTool.ShellAsync(host.Name, "nft delete table ip handmade; sysctl -qw net.ipv4.ip_local_reserved_ports=", CancellationToken.None));
        await IpTool.ShellAsync(host.Name, $"nft -f - <<'RULES'\ntable ip handmade {{\nchain out {{\ntype filter hook output priority 0;\ntcp sport {lowest}-{highest} tcp flags & (rst | ack) == rst drop\n}}\n}}\nRULES\nsysctl -qw net.ipv4.ip_local_reserved_ports={lowest}-{highest}", cancel);
    }

    /// <summary>Opens one.</summary>
    /// <exception cref="LabException">Nobody answers.</exception>
    public static async Task<HandMadeConnection> OpenAsync(HostNamespace host, IPAddress server, int fromPort, int toPort, uint first, CancellationToken cancel)
    {
        HandMadeConnection connection = new(host, server, (fromPort, toPort), first);
        connection.reading = Task.Run(connection.ReadAsync, CancellationToken.None);
        // The largest segment, and that acknowledgements may be selective, as every system offers them.
        await connection.PutSegmentAsync(connection.Segment(0, Syn, [2, 4, 0x05, 0xB4, 1, 1, 4, 2], [], isFirst: true), cancel);
        await connection.AwaitAsync(() => connection.isOpen, "answer", cancel);
        await connection.PutSegmentAsync(connection.Segment(0, Ack, [], []), cancel);
        return connection;
    }

    /// <summary>Sends bytes of the stream.</summary>
    /// <param name="at">Their place in it.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <param name="timeToLive">How many hops the segment lives.</param>
    public Task SendAsync(int at, ReadOnlySpan<byte> data, CancellationToken cancel, byte timeToLive = RawPacket.TimeToLive) =>
        PutSegmentAsync(Segment(at, Push | Ack, [], data), cancel, timeToLive);

    /// <summary>Sends bytes of the stream as one segment in IP fragments.</summary>
    /// <param name="at">Their place in it.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="cut">Where the second fragment begins, in units of eight bytes.</param>
    /// <param name="other">What the middle fragment says instead, from that place on; null sends no fragment in the middle.</param>
    /// <param name="isTurned">Whether the second comes before the first.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task SendInFragmentsAsync(int at, byte[] data, int cut, byte[]? other, bool isTurned, CancellationToken cancel)
    {
        byte[] whole = Segment(at, Push | Ack, [], data);
        ushort same = ++number;
        byte[] one = Part(0, cut * Unit, RawPacket.MoreFragments), two = Part(cut * Unit, whole.Length, 0);
        if (isTurned) (one, two) = (two, one);
        await PutAsync(one, cancel);
        // It covers the end of the first with other bytes.
        if (other is not null) await PutAsync(RawPacket.Ip(host.Device.Ip, server, ProtocolType.Tcp, same, RawPacket.MoreFragments | (cut - (other.Length / Unit)), other), cancel);
        await PutAsync(two, cancel);

        byte[] Part(int from, int to, int flags) => RawPacket.Ip(host.Device.Ip, server, ProtocolType.Tcp, same, flags | (from / Unit), whole.AsSpan(from, to - from));
    }

    /// <summary>Waits until the server has taken so many bytes.</summary>
    /// <exception cref="LabException">It does not.</exception>
    public Task TakenAsync(int bytes, CancellationToken cancel) => AwaitAsync(() => unchecked((int)(acknowledged - first - 1)) >= bytes, $"acknowledgement of {bytes} bytes", cancel);

    /// <summary>Waits until the server has said something that holds a text.</summary>
    /// <exception cref="LabException">It does not.</exception>
    public Task HearsAsync(string text, CancellationToken cancel) => AwaitAsync(() => System.Text.Encoding.Latin1.GetString(said.ToArray()).Contains(text, StringComparison.Ordinal), $"'{text}'", cancel);

    /// <summary>Ends the connection at once.</summary>
    /// <param name="at">How many bytes were sent.</param>
    /// <param name="cancel">Breaks it off.</param>
    public Task EndAsync(int at, CancellationToken cancel) => PutSegmentAsync(Segment(at, Rst | Ack, [], []), cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        receiving.Dispose();
        await reading;
        sending.Dispose();
        over.Dispose();
    }

    private byte[] Segment(int at, byte flags, ReadOnlySpan<byte> options, ReadOnlySpan<byte> data, bool isFirst = false)
    {
        lock (turn) return RawPacket.Tcp(host.Device.Ip, server, ports, unchecked(first + (isFirst ? 0u : 1u) + (uint)at), isFirst ? 0 : expected, flags, options, data);
    }

    private Task PutSegmentAsync(byte[] segment, CancellationToken cancel, byte timeToLive = RawPacket.TimeToLive) =>
        PutAsync(RawPacket.Ip(host.Device.Ip, server, ProtocolType.Tcp, ++number, 0, segment, timeToLive), cancel);

    private async Task PutAsync(byte[] packet, CancellationToken cancel) => await sending.SendToAsync(packet, SocketFlags.None, new IPEndPoint(server, 0), cancel);

    private async Task AwaitAsync(Func<bool> isThere, string what, CancellationToken cancel)
    {
        for (long begin = Environment.TickCount64; ; await Task.Delay(Again, cancel))
        {
            lock (turn)
            {
                if (isThere()) return;
            }
            if (reading.IsFaulted) await reading;
            if (isClosed || Environment.TickCount64 - begin > Patience.TotalMilliseconds) throw new LabException($"no {what} of {server}:{ports.To} to {host.Device.Key}");
        }
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[65_536];
        while (!over.IsCancellationRequested)
        {
            int length;
            try
            {
                length = await receiving.ReceiveAsync(buffer, SocketFlags.None, over.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            if (Takes(buffer.AsSpan(0, length))) await PutSegmentAsync(Segment(unchecked((int)(acknowledged - first - 1)), Ack, [], []), CancellationToken.None);
        }
    }

    /// <summary>Takes a segment of the server's.</summary>
    /// <returns>Whether it is to be acknowledged.</returns>
    private bool Takes(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> segment = packet[((packet[0] & 0xF) * 4)..];
        if (!new IPAddress(packet.Slice(12, 4)).Equals(server)) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(segment) != ports.To || BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) != ports.From) return false;
        byte flags = segment[13];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]);
        ReadOnlySpan<byte> data = segment[((segment[12] >> 4) * 4)..];
        lock (turn)
        {
            if ((flags & Ack) != 0) acknowledged = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]);
            if ((flags & Rst) != 0) isClosed = true;
            if ((flags & Syn) != 0) (expected, isOpen) = (sequence + 1, true);
            else if (sequence == expected)
            {
                said.Write(data);
                expected += (uint)data.Length + ((flags & Fin) != 0 ? 1u : 0u);
            }
        }
        return (flags & (Syn | Rst)) == 0 && (data.Length > 0 || (flags & Fin) != 0);
    }
}
