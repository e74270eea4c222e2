using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>Types of an element (TLV). IEEE 802.1AB-2016, table 8-1.</summary>
internal enum LldpType : byte
{
    End = 0,
    ChassisId = 1,
    PortId = 2,
    TimeToLive = 3,
    PortDescription = 4,
    SystemName = 5,
    SystemDescription = 6,
    SystemCapabilities = 7,
    ManagementAddress = 8,
    OrganizationSpecific = 127,
}

/// <summary>Walks the elements of one frame without ever running beyond it.</summary>
internal ref struct LldpElements(ReadOnlySpan<byte> frame)
{
    /// <summary>Elements that are looked at in one frame.</summary>
    public const int Max = 256;

    private ReadOnlySpan<byte> rest = frame;
    private int count;

    /// <summary>What stopped the walk, if it was not the end.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>Type of the current element.</summary>
    public LldpType Type { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Takes the next element; false at the end of the frame or at a fault.</summary>
    public bool MoveNext()
    {
        // Without an end element the frame's own end counts; many senders leave it out.
        if (rest.Length < 2) return false;
        ushort header = BinaryPrimitives.ReadUInt16BigEndian(rest);
        int length = header & 0x1FF;
        Type = (LldpType)(header >> 9);
        if (Type == LldpType.End) return false;
        if (length > rest.Length - 2)
        {
            Fault = LldpFaults.TooLong;
            return false;
        }
        if (++count > Max)
        {
            Fault = LldpFaults.TooMany;
            return false;
        }
        Value = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }

    /// <summary>Whether the frame begins as each must: chassis ID, port ID, time to live.</summary>
    public static bool BeginsRight(ReadOnlySpan<byte> frame)
    {
        LldpElements elements = new(frame);
        return elements.MoveNext() && elements.Type == LldpType.ChassisId && elements.Value.Length is >= 2 and <= 256
            && elements.MoveNext() && elements.Type == LldpType.PortId && elements.Value.Length is >= 2 and <= 256
            && elements.MoveNext() && elements.Type == LldpType.TimeToLive && elements.Value.Length >= 2;
    }
}
