using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>
/// DHCP for IPv6: every message becomes a row and claims about its client. Nothing is kept per flow. Relays' envelopes are opened
/// eight deep; not parsed are authentication and options that say nothing of a device or of the addresses it gets.
/// </summary>
internal sealed class Dhcpv6Analyser : IProtocol
{
    private const ushort ClientPort = 546, ServerPort = 547;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dhcpv6",
        Title = "Dynamic Host Configuration Protocol for IPv6",
        Standard = "RFC 8415, 4704, 4649, 6939, 8520",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of([.. Enumerable.Range(1, 21).Select(type => (byte)type)]),
        Ports = [ClientPort, ServerPort],
        LookAhead = 64,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;

        // Codes and lengths alone are too little to tell it from other binary protocols, and no implementation uses other ports.
        // One end listens on them (RFC 8415, 7.2); the other may send from any port but another service's.
        if (!opening.HasPort(ServerPort) && !opening.HasPort(ClientPort)) return Match.No;
        if (!MaySend(opening.ClientPort) || !MaySend(opening.ServerPort)) return Match.No;
        if (bytes.Length < 4 || bytes[0] == 0 || bytes[0] >= Dhcpv6Reader.KnownTypes) return Match.No;
        bool relayed = bytes[0] is Dhcpv6Reader.RelayForward or Dhcpv6Reader.RelayReply;
        if (relayed && (bytes.Length < Dhcpv6Reader.RelayHeader || bytes[1] > 32)) return Match.No;
        Dhcpv6Options options = new(bytes[(relayed ? Dhcpv6Reader.RelayHeader : 4)..]);
        int count = 0;
        while (options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            // A client's or server's identifier is a type and something behind it (RFC 8415, 11).
            if (code is 0 or > 1024 || (code is 1 or 2 && value.Length < 3)) return Match.No;
            count++;
        }
        if (count == 0 || (options.Truncated && !opening.Truncated)) return Match.No;
        bool isReply = bytes[0] is 2 or 7 or 10 or Dhcpv6Reader.RelayReply;
        return isReply == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        Dhcpv6Reader reader = new();
        Dhcpv6Message? message = reader.Read(segment);
        if (reader.Fault is not null && segment.Missing == 0) into.Report(reader.Fault);
        if (message is not null) into.Emit(message);
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

    private static bool MaySend(ushort port) => port is ServerPort or ClientPort or >= 1024 and not (5353 or 5355);
}
