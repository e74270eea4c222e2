using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>IPv4 (RFC 791).</summary>
internal sealed partial class Decoder
{
    private const int Ipv4Header = 20;

    /// <summary>Numbers above it were given to no protocol (IANA, protocol numbers: 146 and above).</summary>
    private const int LastAssignedProtocol = 145;

    private void Ipv4(ref Envelope envelope, int at)
    {
        int available = envelope.Available(at);
        if (available < Ipv4Header)
        {
            CountShort(ref envelope, "ipv4-malformed", DecoderEvents.Ipv4TooSmall);
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, Ipv4Header);
        int headerLength = (header[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        // Segmentation offloading leaves the length at 0 where 16 bits do not hold it.
        if (length == 0) length = envelope.WireEnd - at;
        if (header[0] >> 4 != 4 || headerLength < Ipv4Header || headerLength > length)
        {
            counters.Count("ipv4-malformed", envelope.Number);
            Unreadable(ref envelope, header[0] >> 4 != 4 ? DecoderEvents.Ipv4WrongVersion : headerLength < Ipv4Header ? DecoderEvents.Ipv4HeaderTooSmall : DecoderEvents.Ipv4LengthBelowHeader);
            return;
        }
        if (headerLength > available)
        {
            CountShort(ref envelope, "ipv4-malformed", DecoderEvents.Ipv4Truncated);
            return;
        }
        if (Checksums.Fold(headerLength == Ipv4Header ? Checksums.Sum(header) : Checksums.Sum(envelope.Data.AsSpan(at, headerLength))) != 0xFFFF) NoteIpChecksum(ref envelope, header);
        envelope.NetworkOffset = at;
        envelope.NetworkEnd = at + length;
        envelope.IpLength = length;
        if (envelope.NetworkEnd > envelope.WireEnd)
        {
            counters.Count("ip-length-beyond-frame", envelope.Number);
            envelope.Events |= DecoderEvents.Ipv4Truncated;
        }
        ulong addresses = BinaryPrimitives.ReadUInt64BigEndian(header[12..]);
        envelope.Source = Address.FromV4((uint)(addresses >> 32));
        envelope.Destination = Address.FromV4((uint)addresses);
        envelope.IpId = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
        envelope.DontFragment = (fragment & 0x4000) != 0;
        envelope.Ttl = header[8];
        if (headerLength > Ipv4Header && !AreOptionsRight(envelope.Data.AsSpan(at + Ipv4Header, headerLength - Ipv4Header)))
        {
            envelope.Notes |= PacketNotes.BadIpOptions;
            envelope.Events |= DecoderEvents.Ipv4InvalidOption;
        }
        if (envelope.Depth != 0)
        {
            // Only a tunnel of IP in IP ends where its packet does; others may be padded.
            if (envelope.IpProtocol == Ipv4InIp && (envelope.Notes & PacketNotes.Reassembled) != 0 && envelope.NetworkEnd != envelope.WireEnd) envelope.Notes |= PacketNotes.InnerLengthWrong;
            EnterInner(ref envelope, at);
        }
        if ((fragment & 0x3FFF) != 0)
        {
            Fragment(ref envelope, new FragmentPart(at + headerLength, 0, at + headerLength, (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0, envelope.IpId, header[9], IsV6: false));
            return;
        }
        if (header[9] > LastAssignedProtocol) envelope.Events |= DecoderEvents.Ipv4UnknownProtocol;
        Transport(ref envelope, header[9], at + headerLength);
    }

    /// <summary>Whether every option has a length within the header. RFC 791, section 3.1.</summary>
    private static bool AreOptionsRight(ReadOnlySpan<byte> options)
    {
        for (int at = 0; at < options.Length && options[at] != 0;)
        {
            if (options[at] != 1 && (at + 1 >= options.Length || options[at + 1] < 2 || at + options[at + 1] > options.Length)) return false;
            at += options[at] == 1 ? 1 : options[at + 1];
        }
        return true;
    }

    private void NoteIpChecksum(ref Envelope envelope, ReadOnlySpan<byte> header)
    {
        // Offloading to the network card leaves it at zero.
        if (header[10] == 0 && header[11] == 0) return;
        envelope.Notes |= PacketNotes.BadIpChecksum;
        counters.Count("ip-checksum-wrong", envelope.Number);
    }

    /// <summary>What came out of a tunnel begins with its IP header.</summary>
    private static void EnterInner(ref Envelope envelope, int at) => envelope.FrameOffset = at;
}
