using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// IEEE 802.11 data and management frames, with and without a header of the capturing station (radiotap.org, Prism, AVS). Control
/// frames, and data that is encrypted or fragmented below IP, are only counted.
/// </summary>
internal sealed partial class Decoder
{
    private const int RadiotapHeader = 8, Ieee80211Header = 24, MostSubframes = 64, FrameCheckSequence = 4;

    private void Radiotap(ref Envelope envelope, int at)
    {
        int available = envelope.Available(at);
        int length = available < RadiotapHeader ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(envelope.Data.AsSpan(at + 2));
        if (length < RadiotapHeader || length > available || envelope.Data[at] != 0)
        {
            CountShort(ref envelope, "radiotap-malformed");
            return;
        }
        byte flags = RadiotapFlags(envelope.Data.AsSpan(at, length));
        if ((flags & 0x40) != 0)
        {
            counters.Count("ieee80211-damaged", envelope.Number);
            return;
        }
        if ((flags & 0x10) != 0)
        {
            envelope.WireEnd = Math.Max(at + length, envelope.WireEnd - FrameCheckSequence);
            envelope.End = Math.Min(envelope.End, envelope.WireEnd);
        }
        Ieee80211(ref envelope, at + length, isPadded: (flags & 0x20) != 0);
    }

    /// <summary>The flags field: bit 4 a frame check sequence follows, bit 5 padding before the body, bit 6 the check failed; 0 if there is no such field.</summary>
    private static byte RadiotapFlags(ReadOnlySpan<byte> header)
    {
        uint present = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]), word = present;
        int at = RadiotapHeader;
        for (; (word & 0x8000_0000) != 0 && at + 4 <= header.Length; at += 4) word = BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
        if ((present & 2) == 0) return 0;
        // The time stamp before it is aligned to its size.
        if ((present & 1) != 0) at = ((at + 7) & ~7) + 8;
        return at < header.Length ? header[at] : (byte)0;
    }

    /// <summary>A frame from its control field, whose two bytes some of Cisco's access points send in the other order.</summary>
    private void Ieee80211(ref Envelope envelope, int at, bool isPadded, bool isSwapped = false)
    {
        if (envelope.Available(at) < 2)
        {
            CountShort(ref envelope, "ieee80211-malformed");
            return;
        }
        byte control = envelope.Data[isSwapped ? at + 1 : at], flags = envelope.Data[isSwapped ? at : at + 1];
        if ((control & 0x0F) != 0x08)
        {
            if ((control & 0x0F) == 0) Management(ref envelope, at, isPadded, isSwapped);
            else counters.Count("ieee80211-control", envelope.Number);
            return;
        }
        bool isQos = (control & 0x80) != 0, hasFourth = (flags & 3) == 3;
        int body = at + Ieee80211Header + (hasFourth ? 6 : 0), qos = body;
        if (isQos) body += (flags & 0x80) != 0 ? 6 : 2;
        if (isPadded) body = at + ((body - at + 3) & ~3);
        if ((control & 0x40) != 0) counters.Count("ieee80211-no-data", envelope.Number);
        else if ((flags & 0x40) != 0) counters.Count("ieee80211-encrypted", envelope.Number);
        else if (envelope.Available(body) <= 0) CountShort(ref envelope, "ieee80211-malformed");
        else if ((flags & 4) != 0 || (envelope.Data[at + (isSwapped ? 23 : 22)] & 15) != 0) counters.Count("ieee80211-fragments", envelope.Number);
        else
        {
            ReadStations(ref envelope, at, flags & 3);
            if (isQos && (envelope.Data[qos] & 0x80) != 0) Subframes(ref envelope, body);
            else Llc(ref envelope, body);
        }
    }

    /// <summary>
    /// Whether the control field of a frame out of a cable has its bytes in the other order. Both ways may be right for management
    /// frames; one whose flags say no more than that the station saves power is believed rather than a request with odd flags, and
    /// a request to associate names a network with an access point in its first bit.
    /// </summary>
    private static bool IsSwapped(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < Ieee80211Header) return false;
        byte first = frame[0], second = frame[1];
        if ((first & 0x0F) == 8) return false;
        if ((second & 0x0F) == 8) return true;
        if (first == 0 && second == 0) return frame.Length > Ieee80211Header + 1 && (frame[Ieee80211Header] & 1) == 0 && (frame[Ieee80211Header + 1] & 1) != 0;
        return (first & 0xEF) == 0 && (second & 0x0F) == 0 && second != 0;
    }

    /// <summary>A management frame, for its analyser, from its first byte: its fixed header says what it is.</summary>
    private void Management(ref Envelope envelope, int at, bool isPadded, bool isSwapped)
    {
        if (envelope.Available(at) < Ieee80211Header || (isPadded && (envelope.Data[at + 1] & 0x80) != 0))
        {
            CountShort(ref envelope, "ieee80211-malformed");
            return;
        }
        envelope.DestinationMac = MacAddress.Read(envelope.Data.AsSpan(at + 4, 6));
        envelope.SourceMac = MacAddress.Read(envelope.Data.AsSpan(at + 10, 6));
        Link(ref envelope, isSwapped ? RadioTypes.WlanSwapped : RadioTypes.Wlan, at, envelope.WireEnd);
    }

    /// <summary>The headers that went before radiotap: Prism's, whose length is in the machine's byte order, and AVS'.</summary>
    private void Prism(ref Envelope envelope, int at)
    {
        const uint avs = 0x80211001;
        int available = envelope.Available(at);
        ReadOnlySpan<byte> header = available < 8 ? default : envelope.Data.AsSpan(at, 8);
        uint length = header.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header) == avs ? BinaryPrimitives.ReadUInt32BigEndian(header[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (length < 8 || length > available) CountShort(ref envelope, "prism-malformed");
        else Ieee80211(ref envelope, at + (int)length, isPadded: false);
    }

    /// <summary>Which of the addresses are sender and receiver depends on where the access point is (IEEE 802.11, table of address fields).</summary>
    private static void ReadStations(ref Envelope envelope, int at, int direction)
    {
        (int destination, int source) = direction switch { 0 => (4, 10), 1 => (16, 10), 2 => (4, 16), _ => (16, 24) };
        envelope.DestinationMac = MacAddress.Read(envelope.Data.AsSpan(at + destination, 6));
        envelope.SourceMac = MacAddress.Read(envelope.Data.AsSpan(at + source, 6));
    }

    /// <summary>An aggregate: each subframe is an Ethernet frame with a length, padded to four bytes.</summary>
    private void Subframes(ref Envelope envelope, int at)
    {
        for (int count = 0; count < MostSubframes && envelope.Available(at) > EthernetHeader; count++)
        {
            ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, EthernetHeader);
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[12..]), end = at + EthernetHeader + length;
            if (end > envelope.WireEnd)
            {
                counters.Count("ieee80211-malformed", envelope.Number);
                return;
            }
            Envelope subframe = envelope;
            subframe.DestinationMac = MacAddress.Read(header);
            subframe.SourceMac = MacAddress.Read(header[6..]);
            subframe.WireEnd = end;
            subframe.End = Math.Min(envelope.End, end);
            Llc(ref subframe, at + EthernetHeader);
            at += (EthernetHeader + length + 3) & ~3;
        }
    }
}
