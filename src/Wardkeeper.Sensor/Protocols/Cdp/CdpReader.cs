using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Cdp;

/// <summary>Makes a neighbour out of the elements of one CDP frame.</summary>
internal static class CdpReader
{
    private const int HeaderLength = 4, MaxElements = 128, MaxAddresses = 16;
    private static readonly string[] CapabilityNames =
        ["router", "transparent-bridge", "source-route-bridge", "switch", "host", "igmp", "repeater", "telephone", "remotely-managed", "cast", "two-port-mac-relay"];

    /// <summary>What makes of the platform a model.</summary>
    private static ReadOnlySpan<byte> Maker => "cisco "u8;

    /// <summary>Whether a frame begins as CDP: its version, and the device identifier among elements that lie one after the other.</summary>
    public static bool BeginsRight(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderLength + 4 || frame[0] is not (1 or 2)) return false;
        ReadOnlySpan<byte> rest = frame[HeaderLength..];
        return Next(ref rest, out ushort type, out _) && type is >= 1 and <= 0x1F;
    }

    /// <summary>Reads one frame whose beginning was found right; <paramref name="fault"/> says what is wrong with the rest of it.</summary>
    public static CdpNeighbour Read(ReadOnlySpan<byte> frame, CaptureTime at, ByteRange range, out Fault? fault)
    {
        CdpNeighbour found = new(at, range) { Version = frame[0], TimeToLive = frame[1] };
        ReadOnlySpan<byte> rest = frame[HeaderLength..];
        fault = null;
        TextPlace? places = null;
        for (int i = 0; i < MaxElements && Next(ref rest, out ushort type, out ReadOnlySpan<byte> value); i++)
        {
            fault = Add(found, type, value) ?? fault;
            if (type is 5 or 6) places = new TextPlace(Text(value), range.Of(frame, value.TrimEnd((byte)0)), places);
            if (type == 6 && value.StartsWith(Maker)) places = new TextPlace(Text(value[Maker.Length..]), range.Of(frame, value[Maker.Length..].TrimEnd((byte)0)), places);
        }
        // One byte is left where the sender padded to an even length for the checksum.
        if (rest.Length > 1) fault ??= CdpFaults.ElementLength;
        return found with { Places = places };
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < 4) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < 4 || length > rest.Length) return false;
        type = BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest[4..length];
        rest = rest[length..];
        return true;
    }

    private static Fault? Add(CdpNeighbour into, ushort type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case 1:
                into.DeviceId = Text(value);
                break;
            case 2:
            case 0x16:
                return AddAddresses(into, value);
            case 3:
                into.PortId = Text(value);
                break;
            case 4 when value.Length >= 4:
                into.Capabilities = Capabilities(BinaryPrimitives.ReadUInt32BigEndian(value));
                break;
            case 5:
                into.SoftwareVersion = Text(value);
                break;
            case 6:
                into.Platform = Text(value);
                break;
            case 9:
                into.VtpDomain = Text(value);
                break;
            case 0xA when value.Length >= 2:
                into.NativeVlan = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case 0xB when value.Length >= 1:
                into.IsFullDuplex = value[0] != 0;
                break;
            case 0xE when value.Length >= 3:
                into.VoiceVlan = BinaryPrimitives.ReadUInt16BigEndian(value[1..]);
                break;
            case 0x14:
                into.SystemName = Text(value);
                break;
            case 0x17 when value.Length > 1:
                into.Location = Text(value[1..]);
                break;
            case 4 or 0xA or 0xB:
                return CdpFaults.ElementLength;
        }
        return null;
    }

    private static Fault? AddAddresses(CdpNeighbour into, ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        uint count = reader.U32();
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            reader.U8();
            ReadOnlySpan<byte> protocol = reader.Take(reader.U8()), address = reader.Take(reader.U16());
            bool v4 = protocol is [0xCC] && address.Length == 4, v6 = protocol is [0xAA, 0xAA, 3, 0, 0, 0, 0x86, 0xDD] && address.Length == 16;
            if (!v4 && !v6) continue;
            Address read = Address.Read(address);
            if (into.Found.Count < MaxAddresses && !into.Found.Contains(read)) into.Found.Add(read);
        }
        return reader.Failed ? CdpFaults.Addresses : null;
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value.TrimEnd((byte)0));

    private static List<string> Capabilities(uint bits)
    {
        List<string> names = [];
        for (int i = 0; i < CapabilityNames.Length; i++)
        {
            if ((bits & (1u << i)) != 0) names.Add(CapabilityNames[i]);
        }
        return names;
    }
}
