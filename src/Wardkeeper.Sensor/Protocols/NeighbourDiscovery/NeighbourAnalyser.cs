using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

/// <summary>
/// Reads IPv6 neighbour discovery: solicitations, advertisements and redirects of hosts and routers. Every message is taken by
/// itself. Kept per conversation: the last few statements, so that a repeated one is shown once in ten minutes. Not parsed: secure
/// neighbour discovery (RFC 3971), mobility options; the hop limit, which must be 255, is not visible here.
/// </summary>
internal sealed class NeighbourAnalyser : IProtocol
{
    private const byte SourceLinkAddress = 1, TargetLinkAddress = 2, Icmp6 = 58;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "nd",
        Title = "IPv6 neighbour discovery",
        Standard = "RFC 4861, RFC 4862, RFC 8106",
        Carriers = Carrier.Icmp,
        FirstBytes = FirstBytes.Of(133, 134, 135, 136, 137),
        LookAhead = 48,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        // Options are not looked at: a message with broken ones is an attack on its readers, so it is told as what it wants to be.
        opening.Carrier == Carrier.Icmp && NeighbourMessage.Read(opening.Any, out _) is null ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        Fault? fault = segment.Flow.IpProtocol is Icmp6 or 0 ? NeighbourMessage.Read(bytes, out NeighbourMessage message) : Refuse(out message);
        if (fault is not null) return new Progress(bytes.Length, 0, fault);
        // Without the checksum, which differs for each destination.
        if (!recent.IsRepeat(segment.Side, bytes[4..], segment.At)) into.Emit(Describe(in message, in segment));
        return new Progress(bytes.Length, 0, message.CheckOptions(segment.Missing > 0));
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset() => recent.Clear();

    private static Fault Refuse(out NeighbourMessage message)
    {
        message = default;
        return NeighbourFaults.UnknownType;
    }

    private static NeighbourStatement Describe(in NeighbourMessage message, in Segment segment)
    {
        Subject sender = segment.Flow.At(segment.Side);
        ByteRange range = segment.Range(0, segment.Bytes.Length);
        if (message.Type == NeighbourType.RouterAdvertisement) return Router(in message, sender, segment.At, range);
        bool isAdvertisement = message.Type == NeighbourType.NeighbourAdvertisement;
        MacAddress link = message.LinkAddress(isAdvertisement || message.Type == NeighbourType.Redirect ? TargetLinkAddress : SourceLinkAddress);
        byte flags = isAdvertisement ? message.Body[0] : (byte)0;
        return new NeighbourStatement(segment.At, range)
        {
            Operation = message.Type switch
            {
                NeighbourType.RouterSolicitation => "router-solicitation",
                NeighbourType.NeighbourAdvertisement => "neighbour-advertisement",
                NeighbourType.Redirect => "redirect",
                _ when sender.Ip.IsUnspecified => "probe",
                _ => "neighbour-solicitation",
            },
            Target = message.Target,
            Destination = message.Destination,
            LinkAddress = link,
            IsRouter = isAdvertisement ? (flags & 0x80) != 0 : null,
            IsSolicited = isAdvertisement ? (flags & 0x40) != 0 : null,
            Overrides = isAdvertisement ? (flags & 0x20) != 0 : null,
            SourceMismatch = message.Type != NeighbourType.Redirect && Differ(link, sender.Mac),
        };
    }

    private static NeighbourStatement Router(in NeighbourMessage message, Subject sender, CaptureTime at, ByteRange range)
    {
        RouterOptions options = RouterOptions.Read(in message);
        MacAddress link = message.LinkAddress(SourceLinkAddress);
        return new NeighbourStatement(at, range)
        {
            Operation = "router-advertisement",
            LinkAddress = link,
            SourceMismatch = Differ(link, sender.Mac),
            HopLimit = message.Body[0],
            IsManaged = (message.Body[1] & 0x80) != 0,
            HasOtherConfiguration = (message.Body[1] & 0x40) != 0,
            RouterLifetime = message.U16(2),
            Mtu = options.Mtu,
            Prefixes = options.Prefixes,
            DnsServers = options.DnsServers,
            SearchDomains = options.SearchDomains,
        };
    }

    private static bool Differ(MacAddress stated, MacAddress seen) => !stated.IsNone && !seen.IsNone && stated != seen;
}
