using System.Buffers.Binary;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Wpan;

/// <summary>
/// Small radio networks (IEEE 802.15.4) and ZigBee in them: which networks there are and whether one may join, who joins whom, which
/// devices speak with and without protection, and when a key goes through the air. Kept per conversation are the last few
/// statements, so that an unchanged one is shown once in ten minutes. Not read: routing, what is encrypted, what devices measure,
/// and never a key.
/// </summary>
internal sealed class WpanAnalyser : IProtocol
{
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "wpan",
        Title = "Small radio networks (802.15.4, ZigBee)",
        Standard = "IEEE 802.15.4-2015 7, ZigBee 05-3474",
        Carriers = Carrier.Link,
        EtherTypes = [RadioTypes.Ieee802154],
        LookAhead = 3,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == RadioTypes.Ieee802154 && RadioAddresses.TryRead(opening.Any, out _) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> frame = segment.Bytes;
        if (!RadioAddresses.TryRead(frame, out RadioAddresses addresses)) return new Progress(frame.Length, 0, WpanFaults.Header);
        WpanEvent said = new(segment.At, segment.Range(0, frame.Length))
        {
            Kind = "",
            Pan = addresses.Pan,
            SenderShort = addresses.ShortSource,
            ReceiverShort = addresses.ShortDestination,
            SenderExtended = addresses.ExtendedSource,
            ReceiverExtended = addresses.ExtendedDestination,
        };
        ReadOnlySpan<byte> body = frame[addresses.Length..];
        Fault? fault = null;
        if (addresses.IsSecured) said = said with { Kind = "traffic", IsLinkSecured = true };
        else
        {
            fault = (frame[0] & 7) switch
            {
                0 => MacReader.Beacon(body, ref said),
                3 => MacReader.Command(body, ref said),
                1 => ZigbeeReader.Read(body, ref said),
                _ => null,
            };
        }
        if (segment.Missing > 0) fault = null;
        if (said.Kind.Length > 0 && !IsRepeat(segment.Side, said, segment.At)) into.Emit(said);
        return new Progress(frame.Length, 0, fault);
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

    /// <summary>What is stated, without sequence numbers and counters.</summary>
    private bool IsRepeat(Side side, WpanEvent said, CaptureTime at)
    {
        Span<byte> statement = stackalloc byte[32];
        statement.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(statement, said.SenderExtended);
        BinaryPrimitives.WriteUInt64LittleEndian(statement[8..], said.ReceiverExtended ^ said.ExtendedPan);
        BinaryPrimitives.WriteUInt16LittleEndian(statement[16..], said.SenderShort ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(statement[18..], said.NetworkSource ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(statement[20..], said.AssignedAddress ?? 0);
        statement[22] = (byte)((said.IsLinkSecured is true ? 1 : 0) | (said.IsNetworkSecured is true ? 2 : 0) | (said.IsApplicationSecured is true ? 4 : 0) | (said.IsJoiningPermitted is true ? 8 : 0) | (said.IsCleartext is true ? 16 : 0));
        statement[23] = (byte)(said.StatusCode ?? 0);
        statement[24] = (byte)said.Kind.Length;
        statement[25] = (byte)said.Kind[0];
        statement[26] = (byte)said.Kind[^1];
        return recent.IsRepeat(side, statement, at);
    }
}
