using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>Kinds of packets. RFC 9000, 17.</summary>
internal enum QuicPacketKind
{
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    VersionNegotiation,
    OneRtt,
}

/// <summary>One packet of a datagram, which may hold several (RFC 9000, 12.2): what its header says in clear. Pure.</summary>
internal readonly ref struct QuicPacket
{
    private const int LongestConnectionId = 20;

    public QuicPacketKind Kind { get; private init; }

    public QuicVersion Version { get; private init; }

    /// <summary>Connection id that the receiver chose (at first: that the client made up).</summary>
    public ReadOnlySpan<byte> Destination { get; private init; }

    /// <summary>Connection id that the sender chose for itself.</summary>
    public ReadOnlySpan<byte> Source { get; private init; }

    /// <summary>The packet from its first byte to its last, as far as it was captured.</summary>
    public ReadOnlySpan<byte> Bytes { get; private init; }

    /// <summary>Where the protected packet number begins in <see cref="Bytes"/>.</summary>
    public int NumberOffset { get; private init; }

    /// <summary>Whether the capture or the datagram ends before the packet does.</summary>
    public bool IsCut { get; private init; }

    /// <summary>Reads the packet at the beginning of <paramref name="datagram"/>; false if its header does not fit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out QuicPacket packet)
    {
        packet = default;
        if (datagram.IsEmpty) return false;
        if (datagram[0] < 0x80)
        {
            packet = new QuicPacket { Kind = QuicPacketKind.OneRtt, Bytes = datagram };
            return true;
        }
        SpanReader reader = new(datagram);
        byte first = reader.U8();
        QuicVersion version = new(reader.U32());
        ReadOnlySpan<byte> destination, source;
        if (version.IsOldGoogle)
        {
            byte lengths = reader.U8();
            destination = reader.Take(lengths >> 4 == 0 ? 0 : (lengths >> 4) + 3);
            source = reader.Take((lengths & 15) == 0 ? 0 : (lengths & 15) + 3);
        }
        else
        {
            destination = reader.Take(reader.U8());
            source = reader.Take(reader.U8());
        }
        if (reader.Failed || destination.Length > LongestConnectionId || source.Length > LongestConnectionId) return false;
        QuicPacketKind kind = version.Number == 0 ? QuicPacketKind.VersionNegotiation : KindOf(first, version);
        // A bit that is always set tells QUIC from others on the same port; a version negotiation need not set it.
        if ((first & 0x40) == 0 && kind != QuicPacketKind.VersionNegotiation) return false;
        int end = datagram.Length, number = reader.Position;
        bool isCut = false;
        if (!version.IsOldGoogle && kind is QuicPacketKind.Initial or QuicPacketKind.ZeroRtt or QuicPacketKind.Handshake)
        {
            if (kind == QuicPacketKind.Initial) reader.Skip(Length(ref reader, datagram.Length));
            ulong length = VariableLength(ref reader);
            if (reader.Failed || length < 4) return false;
            number = reader.Position;
            isCut = length > (ulong)(datagram.Length - number);
            end = isCut ? datagram.Length : number + (int)length;
        }
        packet = new QuicPacket { Kind = kind, Version = version, Destination = destination, Source = source, Bytes = datagram[..end], NumberOffset = number, IsCut = isCut };
        return true;
    }

    /// <summary>A number whose first two bits say how long it is. RFC 9000, 16.</summary>
    public static ulong VariableLength(ref SpanReader reader)
    {
        byte first = reader.U8();
        int more = (1 << (first >> 6)) - 1;
        ulong value = first & 0x3Fu;
        foreach (byte next in reader.Take(more)) value = (value << 8) | next;
        return value;
    }

    private static int Length(ref SpanReader reader, int most)
    {
        ulong length = VariableLength(ref reader);
        return length > (ulong)most ? -1 : (int)length;
    }

    private static QuicPacketKind KindOf(byte first, QuicVersion version)
    {
        int type = (first >> 4) & 3;
        // Google's last version before the standard numbered them from 3 downwards, its Initial being 3.
        if (version.IsOldGoogle) return type == 0 ? QuicPacketKind.Initial : QuicPacketKind.Handshake;
        return (QuicPacketKind)(version.IsV2 ? (type + 3) & 3 : type);
    }

    /// <summary>Versions that a server offers in a version negotiation. RFC 9000, 17.2.1.</summary>
    public bool OffersKnownVersion()
    {
        ReadOnlySpan<byte> list = Bytes[NumberOffset..];
        if (list.Length is 0 or > 256 || list.Length % 4 != 0) return false;
        for (; !list.IsEmpty; list = list[4..])
        {
            QuicVersion offered = new(BinaryPrimitives.ReadUInt32BigEndian(list));
            if (offered.IsKnown && !offered.IsReserved) return true;
        }
        return false;
    }
}
