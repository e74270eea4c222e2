using System.Collections.Frozen;
using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Names that rules have for what is odd, beside the sensor's own.</summary>
internal static class EventNames
{
    /// <summary>A client of FTP that has the server send to somebody else (<c>ftpbounce</c>).</summary>
    public const string FtpBounce = "ftp.bounce";

    /// <summary>A request of HTTP/2 whose field Host names another than its authority.</summary>
    public const string AuthorityMismatch = "http2.authority_host_mismatch";

    /// <summary>A message of DNS over HTTP/2 that is longer than one can be (RFC 1035, section 4.2.2).</summary>
    public const string DnsRequestTooLong = "http2.dns_request_too_long", DnsResponseTooLong = "http2.dns_response_too_long";

    /// <summary>What analysers tell (<see cref="Buffers.IBufferSink.Event"/>).</summary>
    public static FrozenSet<string> Services { get; } = new[]
    {
        "http.double_encoded_uri", "http.uri_host_ambiguous", "dns.invalid_opcode", "dns.z_flag_set", "dns.name_too_long", "dns.infinite_loop", "llmnr.invalid_opcode", "mqtt.invalid_qos_level", "mqtt.unintroduced_message", "mqtt.missing_connect", "mqtt.missing_msg_id", "pgsql.malformed_request", "mqtt.double_connect", "mqtt.missing_publish", "mqtt.missing_subscribe", "mqtt.missing_unsubscribe", "mqtt.unassigned_msg_type", AuthorityMismatch, FtpBounce, DnsRequestTooLong, DnsResponseTooLong,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What the decoder tells (<see cref="Packet.Events"/>).</summary>
    public static FrozenDictionary<string, DecoderEvents> OfDecoder { get; } = new Dictionary<string, DecoderEvents>(StringComparer.Ordinal)
    {
        ["ipv4.pkt_too_small"] = DecoderEvents.Ipv4TooSmall,
        ["ipv4.wrong_ip_version"] = DecoderEvents.Ipv4WrongVersion,
        ["ipv4.hlen_too_small"] = DecoderEvents.Ipv4HeaderTooSmall,
        ["ipv4.iplen_smaller_than_hlen"] = DecoderEvents.Ipv4LengthBelowHeader,
        ["ipv4.trunc_pkt"] = DecoderEvents.Ipv4Truncated,
        ["ipv4.opt_invalid_len"] = DecoderEvents.Ipv4InvalidOption,
        ["ipv4.unknown_protocol"] = DecoderEvents.Ipv4UnknownProtocol,
        ["ipv4.frag_pkt_too_large"] = DecoderEvents.Ipv4FragmentTooLarge,
        ["ipv4.frag_overlap"] = DecoderEvents.Ipv4FragmentOverlap,
        ["ipv6.pkt_too_small"] = DecoderEvents.Ipv6TooSmall,
        ["ipv6.wrong_ip_version"] = DecoderEvents.Ipv6WrongVersion,
        ["ipv6.trunc_pkt"] = DecoderEvents.Ipv6Truncated,
        ["ipv6.trunc_exthdr"] = DecoderEvents.Ipv6TruncatedExtension,
        ["ipv6.exthdr_useless_fh"] = DecoderEvents.Ipv6UselessFragmentHeader,
        ["ipv6.exthdr_dupl_fh"] = DecoderEvents.Ipv6SecondFragmentHeader,
        ["ipv6.frag_pkt_too_large"] = DecoderEvents.Ipv6FragmentTooLarge,
        ["ipv6.frag_overlap"] = DecoderEvents.Ipv6FragmentOverlap,
        ["ipv6.frag_invalid_length"] = DecoderEvents.Ipv6FragmentLength,
        ["ipv6.dstopts_unknown_opt"] = DecoderEvents.Ipv6UnknownDestinationOption,
        ["ipv6.hopopts_unknown_opt"] = DecoderEvents.Ipv6UnknownHopOption,
        ["ipv6.ipv4_in_ipv6_wrong_version"] = DecoderEvents.Ipv4InIpv6WrongVersion,
        ["ipv6.ipv6_in_ipv6_wrong_version"] = DecoderEvents.Ipv6InIpv6WrongVersion,
        ["tcp.pkt_too_small"] = DecoderEvents.TcpTooSmall,
        ["tcp.hlen_too_small"] = DecoderEvents.TcpHeaderTooSmall,
        ["udp.pkt_too_small"] = DecoderEvents.UdpTooSmall,
        ["udp.hlen_too_small"] = DecoderEvents.UdpHeaderTooSmall,
        ["udp.len_invalid"] = DecoderEvents.UdpInvalidLength,
        ["icmpv4.pkt_too_small"] = DecoderEvents.IcmpTooSmall,
        ["icmpv6.pkt_too_small"] = DecoderEvents.Icmp6TooSmall,
        ["gre.pkt_too_small"] = DecoderEvents.GreTooSmall,
        ["sctp.pkt_too_small"] = DecoderEvents.SctpTooSmall,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names of <see cref="SensorCounters"/> and <see cref="StreamOddities"/> by those of stream events.</summary>
    public static FrozenDictionary<string, string> OfStreams { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["reassembly_overlap_different_data"] = "tcp-overlap-differs",
        ["pkt_invalid_timestamp"] = StreamOddities.UnaskedTimestamp,
        ["suspected_rst_inject"] = StreamOddities.DataAfterReset,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
