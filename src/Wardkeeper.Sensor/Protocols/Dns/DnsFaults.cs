namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Every way in which a DNS message (or mDNS, LLMNR, NetBIOS name service) can be wrong.</summary>
internal static class DnsFaults
{
    public static readonly Fault HeaderTooShort = new("dns.header-too-short", "RFC 1035 4.1.1");
    public static readonly Fault FrameTooShort = new("dns.frame-too-short", "RFC 1035 4.2.2");
    public static readonly Fault NotDns = new("dns.not-dns", "RFC 1035 4.1");
    public static readonly Fault NameTruncated = new("dns.name-truncated", "RFC 1035 4.1.4");
    public static readonly Fault NameTooLong = new("dns.name-too-long", "RFC 1035 3.1") { Event = "dns.name_too_long" };
    public static readonly Fault LabelReserved = new("dns.label-type-reserved", "RFC 1035 4.1.4");
    public static readonly Fault PointerNotBackward = new("dns.pointer-not-backward", "RFC 1035 4.1.4") { Event = "dns.infinite_loop" };
    public static readonly Fault PointerChainTooLong = new("dns.pointer-chain-too-long", "RFC 1035 4.1.4") { Event = "dns.infinite_loop" };
    public static readonly Fault QuestionTruncated = new("dns.question-truncated", "RFC 1035 4.1.2");
    public static readonly Fault RecordTruncated = new("dns.record-truncated", "RFC 1035 4.1.3");
    public static readonly Fault RecordDataMalformed = new("dns.record-data-malformed", "RFC 1035 3.3");
}
