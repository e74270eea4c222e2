using System.Buffers.Binary;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>
/// Parameters of LLRP 1.1, section 17.2: most have a type and a length (TLV: 6 reserved bits, type of 10 bits, length of 16 with
/// these four bytes); a few of fixed length have only a type below 128 with the highest bit set (TV).
/// </summary>
internal static class LlrpParameter
{
    public const int Uptime = 129, GeneralDeviceCapabilities = 137, ReceiveSensitivityTableEntry = 139, PerAntennaAirProtocol = 140, GpioCapabilities = 141;
    public const int RoSpec = 177, RoBoundarySpec = 178, RoSpecStartTrigger = 179, RoSpecStopTrigger = 182, AiSpec = 183, AiSpecStopTrigger = 184, InventoryParameterSpec = 186;
    public const int RoReportSpec = 237, TagReportContentSelector = 238, TagReportData = 240, ReaderEventNotificationData = 246, ConnectionAttemptEvent = 256, LlrpStatus = 287;
    public const int AntennaId = 1, FirstSeenUptime = 3, PeakRssi = 6, TagSeenCount = 8, Epc96 = 13;

    /// <summary>A parameter with a length.</summary>
    public static byte[] Tlv(int type, params IEnumerable<byte[]> parts)
    {
        byte[] value = Join(parts), parameter = new byte[4 + value.Length];
        BinaryPrimitives.WriteUInt16BigEndian(parameter, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(parameter.AsSpan(2), (ushort)parameter.Length);
        value.CopyTo(parameter, 4);
        return parameter;
    }

    /// <summary>A parameter whose type says its length.</summary>
    public static byte[] Tv(int type, byte[] value) => [(byte)(0x80 | type), .. value];

    /// <summary>Several one after another.</summary>
    public static byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    /// <summary>A number of 16 bits.</summary>
    public static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    /// <summary>A number of 32 bits.</summary>
    public static byte[] Int(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A number of 64 bits.</summary>
    public static byte[] Long(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Types and values of the parameters that stand one after another.</summary>
    /// <exception cref="InvalidDataException">A length does not fit, or a type says no length that is known here.</exception>
    public static IReadOnlyList<(int Type, byte[] Value)> Read(byte[] bytes)
    {
        List<(int, byte[])> parameters = [];
        int at = 0;
        while (at < bytes.Length)
        {
            bool isTv = (bytes[at] & 0x80) != 0;
            int type = isTv ? bytes[at] & 0x7f : NumberAt(bytes, at) & 0x3ff, length = isTv ? 1 + LengthOf(type) : NumberAt(bytes, at + 2), header = isTv ? 1 : 4;
            if (length < header || at + length > bytes.Length) throw new InvalidDataException($"the LLRP parameter {type} says that it has {length} bytes where {bytes.Length - at} are left");
            parameters.Add((type, bytes[(at + header)..(at + length)]));
            at += length;
        }
        return parameters;
    }

    /// <summary>The value of one parameter among several.</summary>
    /// <exception cref="InvalidDataException">It is not there.</exception>
    public static byte[] Of(byte[] bytes, int type)
    {
        foreach ((int found, byte[] value) in Read(bytes))
        {
            if (found == type) return value;
        }
        throw new InvalidDataException($"the LLRP parameter {type} is missing");
    }

    private static int NumberAt(byte[] bytes, int at) => at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : throw new InvalidDataException("an LLRP parameter is cut off");

    // Bytes after the type: section 17.2.7.3.
    private static int LengthOf(int type) => type switch
    {
        AntennaId or TagSeenCount => 2,
        FirstSeenUptime => 8,
        PeakRssi => 1,
        Epc96 => 12,
        _ => throw new InvalidDataException($"the LLRP parameter {type} is not expected"),
    };
}
