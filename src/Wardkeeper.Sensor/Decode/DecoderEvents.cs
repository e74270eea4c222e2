using System.Numerics;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// What is wrong with the headers of a packet, by the names that rules ask for (<c>decode-event</c>). Beside <see cref="PacketNotes"/>, which say what the
/// sensor itself goes by.
/// </summary>
[Flags]
internal enum DecoderEvents : uint
{
    None = 0,
    Ipv4TooSmall = 1 << 0,
    Ipv4WrongVersion = 1 << 1,
    Ipv4HeaderTooSmall = 1 << 2,
    Ipv4LengthBelowHeader = 1 << 3,
    Ipv4Truncated = 1 << 4,
    Ipv4InvalidOption = 1 << 5,
    Ipv4UnknownProtocol = 1 << 6,
    Ipv4FragmentTooLarge = 1 << 7,
    Ipv4FragmentOverlap = 1 << 8,
    Ipv6TooSmall = 1 << 9,
    Ipv6WrongVersion = 1 << 10,
    Ipv6Truncated = 1 << 11,
    Ipv6TruncatedExtension = 1 << 12,
    Ipv6UselessFragmentHeader = 1 << 13,
    Ipv6SecondFragmentHeader = 1 << 14,
    Ipv6FragmentTooLarge = 1 << 15,
    Ipv6FragmentOverlap = 1 << 16,
    Ipv6FragmentLength = 1 << 17,
    Ipv6UnknownDestinationOption = 1 << 18,
    Ipv6UnknownHopOption = 1 << 19,
    Ipv4InIpv6WrongVersion = 1 << 20,
    Ipv6InIpv6WrongVersion = 1 << 21,
    TcpTooSmall = 1 << 22,
    TcpHeaderTooSmall = 1 << 23,
    UdpTooSmall = 1 << 24,
    UdpHeaderTooSmall = 1 << 25,
    UdpInvalidLength = 1 << 26,
    IcmpTooSmall = 1 << 27,
    Icmp6TooSmall = 1 << 28,
    GreTooSmall = 1 << 29,
    SctpTooSmall = 1 << 30,
}

/// <summary>The events one by one.</summary>
internal static class DecoderEventList
{
    /// <summary>Takes the first event out of a set that is not empty.</summary>
    public static DecoderEvents TakeFirst(ref DecoderEvents events)
    {
        DecoderEvents first = (DecoderEvents)(1u << BitOperations.TrailingZeroCount((uint)events));
        events &= ~first;
        return first;
    }
}
