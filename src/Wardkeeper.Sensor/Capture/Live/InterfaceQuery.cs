using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>
/// Asks the kernel about network interfaces: whether there is one of a name, whether it is on, what its frames are. Needs no
/// privileges. It asks in the network namespace it was made in.
/// </summary>
internal sealed unsafe class InterfaceQuery : IDisposable
{
    private const int NameSize = 16, RequestSize = 40;
    private const nuint GetFlags = 0x8913, GetAddress = 0x8915, GetMtu = 0x8921, GetHardware = 0x8927, GetIndex = 0x8933, EthernetTool = 0x8946;
    private const uint GetReceiveOffload = 0x2B, GetEthernetFlags = 0x25, LargeReceive = 1 << 15;
    private readonly int socket;

    /// <summary>Makes a socket to ask through.</summary>
    /// <exception cref="IOException">The system gives none.</exception>
    public InterfaceQuery()
    {
        socket = LibC.Socket(LibC.AfInet, LibC.SockDgram | LibC.CloseOnExec, 0);
        if (socket < 0) throw new IOException("A socket to ask about network interfaces could not be made: " + LastError());
    }

    /// <summary>The interface's number; null when there is none of this name.</summary>
    public int? Index(string name) => TryAsk(name, GetIndex, out Answer answer) ? answer.Integer : null;

    /// <summary>Whether it is switched on, whether it has a carrier, and whether it takes frames that are for others; null when there is no such interface.</summary>
    public (bool IsUp, bool HasCarrier, bool IsPromiscuous)? Flags(string name)
    {
        if (!TryAsk(name, GetFlags, out Answer answer)) return null;
        // net/if.h: IFF_UP, IFF_RUNNING, IFF_PROMISC.
        int flags = answer.Integer & 0xFFFF;
        return ((flags & 0x1) != 0, (flags & 0x40) != 0, (flags & 0x100) != 0);
    }

    /// <summary>What its hardware is, as ARPHRD_ of linux/if_arp.h; null when there is no such interface.</summary>
    public int? Hardware(string name) => TryAsk(name, GetHardware, out Answer answer) ? answer.Integer & 0xFFFF : null;

    /// <summary>Largest packet in bytes; null when there is no such interface.</summary>
    public int? Mtu(string name) => TryAsk(name, GetMtu, out Answer answer) ? answer.Integer : null;

    /// <summary>Its (first) IPv4 address; null when it has none.</summary>
    public Address? Address4(string name) =>
        TryAsk(name, GetAddress, out Answer answer) ? Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(answer.Bytes[4..])) : null;

    /// <summary>Whether the card or the kernel joins received packets into larger ones (GRO or LRO); null when it does not say.</summary>
    public bool? JoinsPackets(string name)
    {
        bool? generic = EthernetValue(name, GetReceiveOffload) is { } value ? value != 0 : null;
        bool? large = EthernetValue(name, GetEthernetFlags) is { } flags ? (flags & LargeReceive) != 0 : null;
        return generic is null && large is null ? null : generic == true || large == true;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(socket);

    /// <summary>What the last call of the C library failed with, in the system's words.</summary>
    internal static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private uint? EthernetValue(string name, uint command)
    {
        Span<byte> request = stackalloc byte[RequestSize];
        if (!TryName(name, request)) return null;
        // struct ethtool_value: the command and the value.
        uint* value = stackalloc uint[2] { command, 0 };
        *(void**)((byte*)Unsafe(request) + NameSize) = value;
        return LibC.Control(socket, EthernetTool, Unsafe(request)) == 0 ? value[1] : null;
    }

    private bool TryAsk(string name, nuint question, out Answer answer)
    {
        Span<byte> request = stackalloc byte[RequestSize];
        answer = default;
        if (!TryName(name, request) || LibC.Control(socket, question, Unsafe(request)) != 0) return false;
        request[NameSize..(NameSize + 8)].CopyTo(answer.Writable);
        return true;
    }

    // Always a span on the stack, which does not move.
    private static void* Unsafe(Span<byte> onStack) => System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(onStack));

    private static bool TryName(string name, Span<byte> request)
    {
        request.Clear();
        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) < NameSize && !name.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetBytes(name, request) > 0;
    }

    /// <summary>The first eight bytes of an answer.</summary>
    private struct Answer
    {
        private ulong raw;

        public readonly int Integer => (int)raw;

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public readonly ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in raw));

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public Span<byte> Writable => MemoryMarshal.AsBytes(new Span<ulong>(ref raw));
    }
}
