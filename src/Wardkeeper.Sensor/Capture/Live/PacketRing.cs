using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>
/// A packet socket that only listens, with the ring (TPACKET_V3, Linux' Documentation/networking/packet_mmap.rst) that the kernel
/// writes frames into, block by block. The interface is set to take frames that are for others as long as the ring lives; the
/// kernel undoes that when the socket closes, however the process ends. Nothing is ever written to the socket.
/// </summary>
internal sealed unsafe class PacketRing : IDisposable
{
    private const int AddMembership = 1, ReceiveRing = 5, Statistics = 6, Version = 10, IgnoreOutgoing = 23, SocketError = 4;
    private const int ThirdVersion = 2, Promiscuous = 1, ReadWrite = 3, Shared = 1;
    private const ushort EveryProtocol = 3;

    private readonly int socket;
    private readonly int blockSize, blocks;
    private byte* memory;
    private int next;

    private PacketRing(int socket, LiveOptions options) => (this.socket, blockSize, blocks) = (socket, options.BlockSize, options.Blocks);

    /// <summary>The socket, to wait on.</summary>
    public int Socket => socket;

    /// <summary>Begins to listen. Null if the system refuses: <paramref name="error"/> is then its error number and <paramref name="detail"/> its words.</summary>
    /// <param name="index">The interface's number.</param>
    /// <param name="options">Sizes and what to take.</param>
    public static PacketRing? TryOpen(int index, LiveOptions options, out int error, out string detail)
    {
        (error, detail) = (0, "");
        int socket = LibC.Socket(LibC.AfPacket, LibC.SockRaw | LibC.CloseOnExec, 0);
        PacketRing? ring = socket < 0 ? null : new PacketRing(socket, options);
        if (ring is not null && ring.TrySetUp(index, options)) return ring;
        error = Marshal.GetLastPInvokeError();
        detail = InterfaceQuery.LastError();
        ring?.Dispose();
        return null;
    }

    /// <summary>The oldest block that is full or whose life is over; null if there is none. Give it back soon.</summary>
    public byte* Ready()
    {
        byte* block = memory + ((nint)next * blockSize);
        return (Volatile.Read(ref *(uint*)(block + RingBlock.Status)) & RingBlock.IsOurs) != 0 ? block : null;
    }

    /// <summary>Whether half of the ring waits to be read.</summary>
    public bool IsHalfFull => (Volatile.Read(ref *(uint*)(memory + ((nint)((next + (blocks / 2)) % blocks) * blockSize) + RingBlock.Status)) & RingBlock.IsOurs) != 0;

    /// <summary>Gives the block back to the kernel.</summary>
    public void GiveBack(byte* block)
    {
        Volatile.Write(ref *(uint*)(block + RingBlock.Status), 0);
        if (++next == blocks) next = 0;
    }

    /// <summary>Frames that the kernel had no room for since the last time this was asked.</summary>
    public long TakeDrops()
    {
        uint* counts = stackalloc uint[3];
        uint length = 12;
        return LibC.GetOption(socket, LibC.SolPacket, Statistics, counts, &length) == 0 && length >= 8 ? counts[1] : 0;
    }

    /// <summary>Reads and so clears the socket's error; otherwise waiting on it would return at once for ever.</summary>
    public void TakeError()
    {
        int value = 0;
        uint length = sizeof(int);
        _ = LibC.GetOption(socket, LibC.SolSocket, SocketError, &value, &length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (memory is not null) _ = LibC.Unmap(memory, (nuint)blockSize * (nuint)blocks);
        memory = null;
        _ = LibC.Close(socket);
    }

    private bool TrySetUp(int index, LiveOptions options)
    {
        const uint FrameSize = 2048;
        if (!TrySet(Version, ThirdVersion)) return false;
        // Kernels before 4.20 do not know it; what is left is passed over frame by frame.
        if (!options.IncludesOutgoing) _ = TrySet(IgnoreOutgoing, 1);
        // struct tpacket_req3: block size, blocks, frame size, frames, life of a block in ms, private bytes, features.
        uint* request = stackalloc uint[7] { (uint)blockSize, (uint)blocks, FrameSize, (uint)blockSize / FrameSize * (uint)blocks, (uint)options.BlockLife.TotalMilliseconds, 0, 0 };
        if (LibC.SetOption(socket, LibC.SolPacket, ReceiveRing, request, 28) != 0) return false;
        void* mapped = LibC.Map(null, (nuint)blockSize * (nuint)blocks, ReadWrite, Shared, socket, 0);
        if ((nint)mapped == -1) return false;
        memory = (byte*)mapped;
        // struct packet_mreq: interface, type, length and bytes of an address.
        uint* membership = stackalloc uint[4] { (uint)index, Promiscuous, 0, 0 };
        return TryBind(index) && LibC.SetOption(socket, LibC.SolPacket, AddMembership, membership, 16) == 0;
    }

    private bool TrySet(int option, int value) => LibC.SetOption(socket, LibC.SolPacket, option, &value, sizeof(int)) == 0;

    private bool TryBind(int index)
    {
        // struct sockaddr_ll: family, protocol (big endian), interface; the rest is not used here.
        byte* address = stackalloc byte[20];
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = LibC.AfPacket;
        *(ushort*)(address + 2) = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(EveryProtocol) : EveryProtocol;
        *(int*)(address + 4) = index;
        return LibC.Bind(socket, address, 20) == 0;
    }
}
