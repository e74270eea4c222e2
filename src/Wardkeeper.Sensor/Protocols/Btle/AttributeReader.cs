using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>
/// Follows the attribute protocol (Bluetooth Core, volume 3, part F): learns which handle is which characteristic while a client
/// discovers them, and gives the texts of the device's own description (Device Information Service 1.1) and its name. Values of
/// anything else are not looked at: they may be a patient's.
/// </summary>
internal sealed class AttributeReader
{
    private const byte ReadByTypeRequest = 0x08, ReadByTypeResponse = 0x09, ReadRequest = 0x0A, ReadResponse = 0x0B, GroupResponse = 0x11;
    private const ushort Declaration = 0x2803;
    private const int MostHandles = 64, MostServices = 16, LongestText = 64;

    private readonly Dictionary<ushort, ushort> characteristics = [];
    private readonly List<string> services = [];
    private ushort askedType, askedHandle;

    /// <summary>Takes a message and gives what it tells of the device that sent it, if anything.</summary>
    public IReadOnlyList<BtleEvent> Take(ReadOnlySpan<byte> message, BtleEvent said)
    {
        SpanReader reader = new(message);
        switch (reader.U8())
        {
            case ReadByTypeRequest:
                reader.Skip(4);
                askedType = reader.Remaining == 2 ? reader.U16Little() : (ushort)0;
                break;
            case ReadByTypeResponse:
                return TakeTypes(ref reader, said);
            case ReadRequest:
                askedHandle = reader.U16Little();
                break;
            case ReadResponse when askedHandle != 0:
                characteristics.TryGetValue(askedHandle, out ushort characteristic);
                askedHandle = 0;
                return Tell(characteristic, reader.Rest, said);
            case GroupResponse:
                return TakeServices(ref reader, said);
            default:
                break;
        }
        return [];
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        characteristics.Clear();
        services.Clear();
        askedType = askedHandle = 0;
    }

    /// <summary>Declarations of characteristics, or values that were asked for by their kind.</summary>
    private IReadOnlyList<BtleEvent> TakeTypes(ref SpanReader reader, BtleEvent said)
    {
        int length = reader.U8();
        if (askedType == Declaration)
        {
            while (length >= 7 && reader.Remaining >= length)
            {
                ReadOnlySpan<byte> one = reader.Take(length);
                if (length == 7 && characteristics.Count < MostHandles) characteristics[BinaryPrimitives.ReadUInt16LittleEndian(one[3..])] = BinaryPrimitives.ReadUInt16LittleEndian(one[5..]);
            }
            return [];
        }
        ReadOnlySpan<byte> first = length > 2 ? reader.Take(Math.Min(length, reader.Remaining)) : default;
        return first.Length > 2 ? Tell(askedType, first[2..], said) : [];
    }

    private List<BtleEvent> TakeServices(ref SpanReader reader, BtleEvent said)
    {
        int length = reader.U8();
        if (length != 6) return [];
        while (reader.Remaining >= length)
        {
            reader.Skip(4);
            string service = BtleNames.Service(reader.U16Little());
            if (services.Count < MostServices && !services.Contains(service)) services.Add(service);
        }
        return [said with { Kind = "services", Services = [.. services] }];
    }

    private static IReadOnlyList<BtleEvent> Tell(ushort characteristic, ReadOnlySpan<byte> value, BtleEvent said)
    {
        if (BtleNames.DeviceText(characteristic) is not { } name || ShortText.Of(value.TrimEnd((byte)0), LongestText) is not { } text) return [];
        return [said with { Kind = "device-information", Attribute = name, Value = text }];
    }
}
