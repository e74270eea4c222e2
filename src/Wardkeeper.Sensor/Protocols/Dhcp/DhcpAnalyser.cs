using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>
/// DHCP for IPv4, and BOOTP on its ports: every message becomes a row and claims about the client's hardware address. Nothing is
/// kept per flow. Options are put together from all their parts; not parsed are options that say nothing of a device or of the
/// addresses it gets, and authentication (option 90).
/// </summary>
internal sealed class DhcpAnalyser : IProtocol
{
    private const int MaxHops = 16;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dhcp",
        Title = "Dynamic Host Configuration Protocol for IPv4",
        Standard = "RFC 2131, 2132, 3046, 3396, 3925, 4702, 8520",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(1, 2),
        Ports = [67, 68, 4011],
        LookAhead = BootpHeader.Length,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        bool usual = opening.HasPort(67) || opening.HasPort(68);
        scoped ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Truncated && usual) bytes = Whole(bytes, stackalloc byte[BootpHeader.FixedLength]);
        if (!BootpHeader.TryRead(bytes, out BootpHeader header) || !IsSane(header)) return Match.No;
        if (!header.HasCookie && !(usual && header.HardwareType == 1 && header.HardwareLength == 6)) return Match.No;
        return header.IsRequest == !opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        scoped ReadOnlySpan<byte> bytes = segment.Missing > 0 ? Whole(segment.Bytes, stackalloc byte[BootpHeader.FixedLength]) : segment.Bytes;
        if (!BootpHeader.TryRead(bytes, out BootpHeader header)) return new Progress(segment.Bytes.Length, 0, segment.Missing > 0 ? null : DhcpFaults.MessageTooShort);
        if (!header.IsRequest && !header.IsReply) return new Progress(segment.Bytes.Length, 0, DhcpFaults.OperationUnknown);
        if (header.HardwareLength > 16) return new Progress(segment.Bytes.Length, 0, DhcpFaults.HardwareAddressTooLong);
        DhcpOptions options = DhcpOptions.Read(header);
        Fault? fault = header.HasCookie ? options.Fault : DhcpFaults.CookieMissing;
        if (fault is not null && segment.Missing == 0) into.Report(fault);
        into.Emit(DhcpMessageReader.Read(header, options, segment));
        return Progress.All(segment);
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
    public void Reset()
    {
    }

    /// <summary>What a capture cut off after the addresses, with zeros for the rest; shorter is left as it is.</summary>
    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> bytes, Span<byte> padded)
    {
        if (bytes.Length is < BootpHeader.AddressesLength or >= BootpHeader.FixedLength) return bytes;
        padded.Clear();
        bytes.CopyTo(padded);
        return padded;
    }

    private static bool IsSane(in BootpHeader header) =>
        (header.IsRequest || header.IsReply) && header.HardwareType is > 0 and <= 40 && header.Hops <= MaxHops
        && (header.HardwareType == 1 ? header.HardwareLength is 6 or 0 : header.HardwareLength <= 16);
}
