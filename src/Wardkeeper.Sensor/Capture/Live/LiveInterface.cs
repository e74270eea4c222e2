using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>
/// One interface that is listened to: opened as soon as it is there, watched while it runs, opened anew when it was gone. Frames
/// of a block of the ring are copied out at once and wait here in the order in which they were captured.
/// </summary>
internal sealed class LiveInterface(int source, string name, LiveOptions options, InterfaceQuery query, TimeProvider clock) : IDisposable
{
    private const int ChunkSize = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CaptureLog log = new(name, new ProblemList());
    private RawPacket[] queue = new RawPacket[64];
    private int head, count;
    private Chunk? chunk;
    private int filled;
    private PacketRing? ring;
    private int index, link, outages;
    private long careAt = long.MinValue, leaveAt = long.MaxValue, drops;
    private LiveInterfaceState state;
    private string detail = "";

    /// <summary>How it is doing; replaced now and then, so any thread may read it.</summary>
    public LiveInterfaceStatus Status { get; private set; } = new(name, LiveInterfaceState.Starting, "", 0, 0, 0, 0);

    /// <summary>What it gave so far.</summary>
    public CaptureInfo Info => new(name, "live", log.Packets, log.Bytes, log.First, log.Last);

    /// <summary>Whether it can give frames now.</summary>
    public bool IsOpen => ring is not null;

    /// <summary>The socket to wait on while it is open.</summary>
    public int Socket => ring!.Socket;

    /// <summary>Whether no frame waits.</summary>
    public bool IsEmpty => head == count;

    /// <summary>Whether so much waits in the ring that it has to be read now.</summary>
    public bool IsPressed => ring is { IsHalfFull: true };

    /// <summary>When the frame that waits was captured.</summary>
    public CaptureTime HeadAt => queue[head].At;

    /// <summary>When the frames that wait were taken out of the ring, by the clock's time stamp.</summary>
    public long TakenAt { get; private set; }

    /// <summary>Takes the next frame; there must be one.</summary>
    public void Take(out RawPacket packet)
    {
        packet = queue[head++];
        packet.Source = source;
        log.Count(ref packet, log.Bytes);
    }

    /// <summary>Takes the next block's frames out of the ring, if there is one. Only when no frame waits.</summary>
    public unsafe bool TryRefill(long now)
    {
        while (ring is not null)
        {
            byte* block = ring.Ready();
            if (block is null) return false;
            Make(room: RingBlock.Length(block));
            (count, filled) = RingBlock.Copy(block, chunk!, filled, link, options.IncludesOutgoing, ref queue);
            ring.GiveBack(block);
            (head, TakenAt) = (0, now);
            if (count > 0) return true;
        }
        return false;
    }

    /// <summary>Looks after it, if that is due: opens it, or sees whether it is still there and what the kernel dropped.</summary>
    public void Care(long now)
    {
        if (now < careAt) return;
        if (ring is null) Open();
        else Watch(now);
        // What begins to leave is looked at as soon as it has left.
        careAt = Math.Min(now + Stamps(ring is null ? Patience : options.Care), leaveAt);
        if (ring is not null) drops += ring.TakeDrops();
        Status = new LiveInterfaceStatus(name, state, detail, log.Packets, log.Bytes, drops, outages);
    }

    /// <summary>Waiting on its socket ended with an error: it went down or away.</summary>
    public void OnError()
    {
        ring?.TakeError();
        careAt = long.MinValue;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ring?.Dispose();
        ring = null;
        chunk?.Release();
        chunk = null;
    }

    private void Make(int room)
    {
        if (chunk is not null && filled + room <= chunk.Data.Length) return;
        chunk?.Release();
        chunk = Chunk.Rent(Math.Max(ChunkSize, room));
        filled = 0;
    }

    private void Open()
    {
        if (query.Index(name) is not { } found || query.Hardware(name) is not { } hardware)
        {
            Become(LiveInterfaceState.Missing);
            return;
        }
        if (LinkOf(hardware) is not { } kind)
        {
            Become(LiveInterfaceState.UnknownLink, "hardware type " + hardware.ToString(CultureInfo.InvariantCulture));
            return;
        }
        ring = PacketRing.TryOpen(found, options, out int error, out string said);
        (index, link) = (found, (int)kind);
        if (ring is not null) Watch(0);
        else Become(error switch { LibC.PermissionError => LiveInterfaceState.NotPermitted, LibC.NoDeviceError => LiveInterfaceState.Missing, _ => LiveInterfaceState.Failed }, said);
    }

    private void Watch(long now)
    {
        if (now >= leaveAt)
        {
            ring!.Dispose();
            ring = null;
            leaveAt = long.MaxValue;
        }
        else if (query.Index(name) != index || query.Flags(name) is not { } flags)
        {
            Become(LiveInterfaceState.Missing);
            // What arrived last is still in a block that the kernel hands over when its life ends.
            if (leaveAt == long.MaxValue) leaveAt = now + Stamps(options.BlockLife * 2);
        }
        else Become(!flags.IsUp ? LiveInterfaceState.Down : !flags.HasCarrier ? LiveInterfaceState.NoCarrier : LiveInterfaceState.Capturing);
    }

    private void Become(LiveInterfaceState next, string said = "")
    {
        if (state == LiveInterfaceState.Capturing && next != state) outages++;
        (state, detail) = (next, said);
    }

    private long Stamps(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Whether frames of a kind of hardware are understood, by its ARPHRD_ number.</summary>
    internal static bool Understands(int hardware) => LinkOf(hardware) is not null;

    /// <summary>What an interface's frames begin with, by its hardware (ARPHRD_ of linux/if_arp.h); null if that is not understood.</summary>
    private static LinkType? LinkOf(int hardware) => hardware switch
    {
        // Ethernet, and the loopback, which has Ethernet headers too.
        1 or 772 => LinkType.Ethernet,
        // PPP and tunnels without a header of their own.
        512 or 65_534 => LinkType.RawLinkType,
        801 => LinkType.Ieee80211,
        803 => LinkType.Ieee80211Radiotap,
        _ => null,
    };
}
