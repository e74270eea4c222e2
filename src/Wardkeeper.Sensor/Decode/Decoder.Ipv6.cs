using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>IPv6 (RFC 8200) and its extension headers.</summary>
internal sealed partial class Decoder
{
    private const int Ipv6Header = 40, MostExtensions = 16;
    private const byte HopByHop = 0, Routing = 43, FragmentHeader = 44, Authentication = 51, NoNextHeader = 59, DestinationOptions = 60, HomeAddressOption = 0xC9;

    private void Ipv6(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < Ipv6Header)
        {
            CountShort(ref envelope, "ipv6-malformed", DecoderEvents.Ipv6TooSmall);
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, Ipv6Header);
        if (header[0] >> 4 != 6)
        {
            counters.Count("ipv6-malformed", envelope.Number);
            Unreadable(ref envelope, DecoderEvents.Ipv6WrongVersion);
            return;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        // 0 stands for a jumbogram (RFC 2675) or comes from segmentation offloading.
        length = length == 0 && header[6] != NoNextHeader ? envelope.WireEnd - at : length + Ipv6Header;
        envelope.NetworkOffset = at;
        envelope.NetworkEnd = at + length;
        envelope.IpLength = length;
        if (envelope.NetworkEnd > envelope.WireEnd)
        {
            counters.Count("ip-length-beyond-frame", envelope.Number);
            envelope.Events |= DecoderEvents.Ipv6Truncated;
        }
        envelope.Source = new Address(BinaryPrimitives.ReadUInt64BigEndian(header[8..]), BinaryPrimitives.ReadUInt64BigEndian(header[16..]));
        envelope.Destination = new Address(BinaryPrimitives.ReadUInt64BigEndian(header[24..]), BinaryPrimitives.ReadUInt64BigEndian(header[32..]));
        if (envelope.Source.IsPlaceholder || envelope.Destination.IsPlaceholder)
        {
            // Nobody may send from or to these (RFC 6666, RFC 9780).
            counters.Count("ipv6-discard-address", envelope.Number);
            (envelope.Source, envelope.Destination) = (default, default);
            Unreadable(ref envelope, DecoderEvents.None);
            return;
        }
        envelope.Ttl = header[7];
        envelope.DontFragment = false;
        if ((envelope.Notes & PacketNotes.Reassembled) == 0) envelope.IpId = 0;
        envelope.HasFragmentHeader = false;
        if (envelope.Depth != 0) EnterInner(ref envelope, at);
        if (header[6] is 6 or 17) Transport(ref envelope, header[6], at + Ipv6Header);
        else Extensions(ref envelope, header[6], at + Ipv6Header);
    }

    /// <summary>Walks over extension headers to the transport.</summary>
    private void Extensions(ref Envelope envelope, byte next, int at)
    {
        int nextAt = envelope.NetworkOffset + 6;
        for (int count = 0; next is HopByHop or Routing or FragmentHeader or DestinationOptions; count++)
        {
            int available = envelope.CapturedNetworkEnd - at;
            int length = available < 8 ? 0 : next == FragmentHeader ? 8 : (envelope.Data[at + 1] + 1) * 8;
            if (length == 0 || length > available || count == MostExtensions)
            {
                CountShort(ref envelope, "ipv6-extension-malformed", DecoderEvents.Ipv6TruncatedExtension);
                return;
            }
            ReadOnlySpan<byte> extension = envelope.Data.AsSpan(at, length);
            at += length;
            if (next == FragmentHeader)
            {
                int fragment = BinaryPrimitives.ReadUInt16BigEndian(extension[2..]);
                uint id = BinaryPrimitives.ReadUInt32BigEndian(extension[4..]);
                envelope.IpId = (ushort)id;
                if (envelope.HasFragmentHeader) envelope.Events |= DecoderEvents.Ipv6SecondFragmentHeader;
                envelope.HasFragmentHeader = true;
                if ((fragment & 0xFFF9) == 0) envelope.Events |= DecoderEvents.Ipv6UselessFragmentHeader;
                // A lone fragment is whole (RFC 6946).
                if ((fragment & 0xFFF9) != 0)
                {
                    Fragment(ref envelope, new FragmentPart(at - length, nextAt, at, fragment & 0xFFF8, (fragment & 1) != 0, id, extension[0], IsV6: true));
                    return;
                }
            }
            else if (next == Routing)
            {
                Route(ref envelope, extension);
            }
            else if (next == DestinationOptions)
            {
                FindHome(ref envelope, extension);
                if (HasUnknownOption(extension)) envelope.Events |= DecoderEvents.Ipv6UnknownDestinationOption;
            }
            else if (HasUnknownOption(extension))
            {
                envelope.Events |= DecoderEvents.Ipv6UnknownHopOption;
            }
            next = extension[0];
            nextAt = at - length;
        }
        // Extension headers that nothing follows, though they name a transport.
        if (at == envelope.NetworkEnd && next != NoNextHeader) envelope.Events |= DecoderEvents.Ipv6TruncatedExtension;
        Transport(ref envelope, next, at);
    }

    /// <summary>Whether an option is none of those in common use: padding, router alert, jumbo payload, home address (RFC 8200, 2711, 2675, 6275).</summary>
    private static bool HasUnknownOption(ReadOnlySpan<byte> options)
    {
        for (int at = 2; at + 1 < options.Length; at += options[at] == 0 ? 1 : 2 + options[at + 1])
        {
            if (options[at] is not (0 or 1 or 5 or 0xC2 or HomeAddressOption)) return true;
        }
        return false;
    }

    /// <summary>While segments are left, the header names the next hop and the routing header the destination, which is the one that counts.</summary>
    private static void Route(ref Envelope envelope, ReadOnlySpan<byte> routing)
    {
        if (routing[3] == 0 || routing.Length < 24) return;
        // Segment routing lists its segments from the last one (RFC 8754).
        Address last = routing[2] switch { 0 or 2 => Address.Read(routing[^16..]), 4 => Address.Read(routing.Slice(8, 16)), _ => envelope.Destination };
        if (!last.IsPlaceholder) envelope.Destination = last;
    }

    /// <summary>A mobile node away from home names its home address in an option, which stands for the source (RFC 6275, section 6.3).</summary>
    private static void FindHome(ref Envelope envelope, ReadOnlySpan<byte> options)
    {
        for (int at = 2; at + 1 < options.Length;)
        {
            int length = options[at] == 0 ? -1 : options[at + 1];
            if (options[at] == HomeAddressOption && length == 16 && at + 18 <= options.Length && Address.Read(options.Slice(at + 2, 16)) is { IsPlaceholder: false } home) envelope.Source = home;
            at += 2 + length;
        }
    }
}
