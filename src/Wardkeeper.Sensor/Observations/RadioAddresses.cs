using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Observations;

/// <summary>The addressing fields of a frame (IEEE 802.15.4, 7.2). Pure.</summary>
internal readonly record struct RadioAddresses
{
    /// <summary>As conversations keep it; for two bytes a local address made of PAN and address.</summary>
    public MacAddress Source { get; private init; }

    /// <inheritdoc cref="Source"/>
    public MacAddress Destination { get; private init; }

    /// <summary>Eight bytes of the source; 0 if it has not shown them.</summary>
    public ulong ExtendedSource { get; private init; }

    /// <inheritdoc cref="ExtendedSource"/>
    public ulong ExtendedDestination { get; private init; }

    /// <summary>Two bytes of the source; null if it has not shown them.</summary>
    public ushort? ShortSource { get; private init; }

    /// <inheritdoc cref="ShortSource"/>
    public ushort? ShortDestination { get; private init; }

    /// <summary>Number of the network, the destination's if both are there.</summary>
    public ushort? Pan { get; private init; }

    /// <summary>Length of the header up to here.</summary>
    public int Length { get; private init; }

    /// <summary>Whether the frame's content is protected at this layer.</summary>
    public bool IsSecured { get; private init; }

    private enum MacAddressKind
    {
        None = 0,
        Short = 2,
        Extended = 3,
    }

    /// <summary>Reads them; false if they do not fit, or the frame is of a version that is not read.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out RadioAddresses addresses)
    {
        addresses = default;
        if (frame.Length < 3) return false;
        int control = BinaryPrimitives.ReadUInt16LittleEndian(frame), at = 3;
        MacAddressKind to = (MacAddressKind)((control >> 10) & 3), from = (MacAddressKind)((control >> 14) & 3);
        // The version of 2015 may leave out sequence number and networks in more ways; ZigBee does not use it.
        if (((control >> 12) & 3) > 1 || (int)to == 1 || (int)from == 1 || (control & 7) > 3) return false;
        bool isOnePan = (control & 0x40) != 0 && to != MacAddressKind.None;
        ushort? pan = null, sourcePan = null, shortTo = null, shortFrom = null;
        ulong extendedTo = 0, extendedFrom = 0;
        if (to != MacAddressKind.None && (!TryTake16(frame, ref at, out pan) || !TryTake(frame, ref at, to, out shortTo, out extendedTo))) return false;
        if (from != MacAddressKind.None && ((!isOnePan && !TryTake16(frame, ref at, out sourcePan)) || !TryTake(frame, ref at, from, out shortFrom, out extendedFrom))) return false;
        addresses = new RadioAddresses
        {
            Pan = pan ?? sourcePan,
            ShortDestination = shortTo,
            ShortSource = shortFrom,
            ExtendedDestination = extendedTo,
            ExtendedSource = extendedFrom,
            Destination = Mac(pan, shortTo, extendedTo),
            Source = Mac(sourcePan ?? pan, shortFrom, extendedFrom),
            Length = at,
            IsSecured = (control & 8) != 0,
        };
        return true;
    }

    /// <summary>Six bytes for an address of eight.</summary>
    public static MacAddress Of(ulong extended) => new((extended >> 40 << 24) | (extended & 0xFF_FFFF));

    private static MacAddress Mac(ushort? pan, ushort? shortened, ulong extended)
    {
        if (extended != 0) return Of(extended);
        if (shortened is not { } number) return default;
        return number == 0xFFFF ? new MacAddress(0xFFFF_FFFF_FFFF) : new MacAddress(0x0215_0000_0000 | ((ulong)(pan ?? 0) << 16) | number);
    }

    private static bool TryTake16(ReadOnlySpan<byte> frame, ref int at, out ushort? value)
    {
        value = null;
        if (frame.Length < at + 2) return false;
        value = BinaryPrimitives.ReadUInt16LittleEndian(frame[at..]);
        at += 2;
        return true;
    }

    private static bool TryTake(ReadOnlySpan<byte> frame, ref int at, MacAddressKind kind, out ushort? shortened, out ulong extended)
    {
        extended = 0;
        shortened = null;
        if (kind == MacAddressKind.Short) return TryTake16(frame, ref at, out shortened);
        if (kind != MacAddressKind.Extended || frame.Length < at + 8) return false;
        extended = BinaryPrimitives.ReadUInt64LittleEndian(frame[at..]);
        at += 8;
        return true;
    }
}
