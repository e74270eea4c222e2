using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>
/// Very many devices behind one cable, played by one process: each has a card's address of its own and sends the server a datagram again and again. They are frames on a wire and
/// nothing more: no system, no answer.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource stop = new();
    private readonly Socket socket;
    private readonly Task sending;

    /// <summary>Sends from now on.</summary>
    /// <param name="from">Where the cable is.</param>
    /// <param name="ward">The ward; its server is sent to.</param>
    /// <param name="macs">The devices.</param>
    /// <param name="every">How often each sends.</param>
    /// <param name="begins">When each begins, counted from now, in the order of the devices.</param>
    public Crowd(HostNamespace from, Ward ward, IReadOnlyList<string> macs, TimeSpan every, IReadOnlyList<TimeSpan> begins)
    {
        socket = NetworkThread.In(from.Name, () => PortWatch.Open(PortWatch.NumberOf("eth0")));
        byte[][] frames = [.. macs.Select((mac, number) => FrameOf(mac, number, ward))];
        sending = Task.Run(() => SendAsync(frames, every, begins));
    }

    /// <summary>Addresses of cards, below a maker's prefix.</summary>
    public static IReadOnlyList<string> Macs(Dice dice, int count)
    {
        byte[] offset = dice.Bytes(1);
        return [.. Enumerable.Range(0, count).Select(number => MacText.Hyphens([0x00, 0x0F, 0x14, offset[0], (byte)(number >> 8), (byte)number]))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task SendAsync(byte[][] frames, TimeSpan every, IReadOnlyList<TimeSpan> begins)
    {
        TimeSpan[] next = [.. begins];
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                for (int i = 0; i < frames.Length; i++)
                {
                    if (clock.Elapsed < next[i]) continue;
                    next[i] += every;
                    try
                    {
                        await socket.SendAsync(frames[i], SocketFlags.None, stop.Token);
                    }
                    catch (SocketException)
                    {
                        // The card's queue is full: the device's next one goes.
                    }
                }
                await Task.Delay(Tick, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The power is off.
        }
    }

    /// <summary>An Ethernet frame with IPv4 and UDP (RFC 791, 768) to the server.</summary>
    private static byte[] FrameOf(string mac, int number, Ward ward)
    {
        const int Ip = 14, Udp = 34, Length = 64;
        byte[] frame = new byte[Length];
        ward.Server.Device.Mac.GetAddressBytes().CopyTo(frame, 0);
        Convert.FromHexString(mac.Replace("-", "", StringComparison.Ordinal)).CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        frame[Ip] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 2), Length - Ip);
        (frame[Ip + 8], frame[Ip + 9]) = (64, 17);
        byte[] server = ward.Server.Device.Ip.GetAddressBytes();
        new byte[] { 10, 90, (byte)(number / 250), (byte)((number % 250) + 1) }.CopyTo(frame, Ip + 12);
        server.CopyTo(frame, Ip + 16);
        uint sum = 0;
        for (int at = Ip; at < Udp; at += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 10), (ushort)~sum);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Udp), Beat.Port);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Udp + 2), Beat.Port);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Udp + 4), Length - Udp);
        return frame;
    }
}
