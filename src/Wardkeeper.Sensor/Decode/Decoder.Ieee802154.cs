using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// IEEE 802.15.4, which ZigBee and others use. Its addresses have eight bytes or, within a network (PAN), two; conversations are
/// kept by addresses of six. Of eight the maker's three and the last three are taken; of two a local address is made with the PAN.
/// </summary>
internal sealed partial class Decoder
{
    private const int TapHeader = 4, SmallestRadioFrame = 3, RadioCheck = 2;

    private void Ieee802154(ref Envelope envelope, int link, int at)
    {
        int check = link == (int)LinkType.Ieee802154 ? RadioCheck : 0;
        if (link == (int)LinkType.Ieee802154Tap)
        {
            int available = envelope.Available(at), length = available < TapHeader ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(envelope.Data.AsSpan(at + 2));
            if (length < TapHeader || length > available || envelope.Data[at] != 0)
            {
                CountShort(ref envelope, "ieee802154-malformed");
                return;
            }
            check = CheckLength(envelope.Data.AsSpan(at + TapHeader, length - TapHeader));
            at += length;
        }
        envelope.WireEnd = Math.Max(at, envelope.WireEnd - check);
        envelope.End = Math.Min(envelope.End, envelope.WireEnd);
        if (envelope.Available(at) < SmallestRadioFrame)
        {
            CountShort(ref envelope, "ieee802154-malformed");
            return;
        }
        ReadOnlySpan<byte> frame = envelope.Data.AsSpan(at, envelope.Available(at));
        if ((frame[0] & 7) == 2)
        {
            counters.Count("ieee802154-acknowledgement", envelope.Number);
            return;
        }
        // The version of 2015, which ZigBee does not use, may leave out fields in more ways.
        if ((frame[1] & 0x30) > 0x10)
        {
            counters.Count("ieee802154-2015", envelope.Number);
            return;
        }
        if (!RadioAddresses.TryRead(frame, out RadioAddresses addresses))
        {
            counters.Count("ieee802154-malformed", envelope.Number);
            return;
        }
        envelope.SourceMac = addresses.Source;
        envelope.DestinationMac = addresses.Destination;
        ref Packet packet = ref Link(ref envelope, RadioTypes.Ieee802154, at, envelope.WireEnd);
        if (addresses.ExtendedSource != 0) packet.Source = Address.OfRadio(addresses.ExtendedSource);
        if (addresses.ExtendedDestination != 0) packet.Destination = Address.OfRadio(addresses.ExtendedDestination);
    }

    /// <summary>The first element (type 0) of a TAP header says which check follows the frame: none, two bytes or four.</summary>
    private static int CheckLength(ReadOnlySpan<byte> elements)
    {
        while (elements.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(elements[2..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(elements) == 0 && length >= 1 && elements.Length > 4) return elements[4] switch { 1 => 2, 2 => 4, _ => 0 };
            int whole = (4 + length + 3) & ~3;
            if (whole > elements.Length) break;
            elements = elements[whole..];
        }
        return 0;
    }
}
