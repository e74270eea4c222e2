using System.Buffers.Binary;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>
/// Bluetooth Low Energy: what devices advertise of themselves, who connects to whom, how they pair, whether they encrypt, and what a
/// device says of its maker, model and versions while it still speaks in clear. Kept per conversation are the attributes whose names
/// were asked for, the messages being put together, and the last few statements, so that an unchanged one is shown once in ten
/// minutes. Never read: measurements, and any other attribute's value.
/// </summary>
internal sealed class BtleAnalyser : IProtocol
{
    private const uint AdvertisingAccess = 0x8E89BED6;
    private const int Header = 6;
    private const ushort AttributeChannel = 4, SecurityChannel = 6;

    private readonly RecentStatements recent = new();
    private readonly AttributeReader attributes = new();
    private readonly PairingReader pairing = new();
    private readonly L2capMessage fromCentral = new(), fromPeripheral = new();
    private MacAddress central, peripheral;
    private string? centralKind, peripheralKind;
    private bool isEncrypting, isEncrypted, hasHeardPeripheral;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "btle",
        Title = "Bluetooth Low Energy",
        Standard = "Bluetooth Core 5.4, volumes 3 and 6; Core Specification Supplement 11",
        Carriers = Carrier.Link,
        EtherTypes = [RadioTypes.BluetoothLe],
        LookAhead = Header,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == RadioTypes.BluetoothLe && opening.Any.Length >= Header ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < Header || bytes[5] > bytes.Length - Header) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : BtleFaults.Header);
        ReadOnlySpan<byte> payload = bytes.Slice(Header, bytes[5]);
        Fault? fault = BinaryPrimitives.ReadUInt32LittleEndian(bytes) == AdvertisingAccess ? TakeAdvertising(bytes[4], payload, in segment, into) : TakeData(bytes[4], payload, in segment, into);
        return new Progress(bytes.Length, 0, fault);
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
        recent.Clear();
        Forget();
        central = peripheral = default;
        centralKind = peripheralKind = null;
    }

    private void Forget()
    {
        attributes.Clear();
        pairing.Clear();
        fromCentral.Clear();
        fromPeripheral.Clear();
        isEncrypting = isEncrypted = hasHeardPeripheral = false;
    }

    private Fault? TakeAdvertising(byte header, ReadOnlySpan<byte> payload, in Segment segment, ITransactionSink into)
    {
        int type = header & 15;
        // Who asks for more says nothing of itself.
        if (type is 3 or > 6) return null;
        if (payload.Length < 6) return BtleFaults.Header;
        MacAddress sender = Advertisement.Address(payload);
        BtleEvent said = New(in segment) with { Kind = Advertisement.KindOf(type), Sender = sender, AddressKind = Advertisement.AddressKind(sender, (header & 0x40) != 0) };
        if (type is 1 or 5)
        {
            if (payload.Length < 12) return BtleFaults.Header;
            said = said with { Receiver = Advertisement.Address(payload[6..]) };
        }
        if (type == 5)
        {
            Forget();
            (central, centralKind) = (sender, said.AddressKind);
            (peripheral, peripheralKind) = (said.Receiver, Advertisement.AddressKind(said.Receiver, (header & 0x80) != 0));
            Emit(said, segment.Side, payload[..12], in segment, into);
            return null;
        }
        Span<byte> stable = stackalloc byte[96];
        int length = Advertisement.Stable(header, payload, stable);
        if (recent.IsRepeat(segment.Side, stable[..length], segment.At)) return null;
        Fault? fault = type == 1 ? null : Advertisement.Read(payload[6..], ref said);
        into.Emit(said with { IsConnectable = type is 0 or 1 ? true : type is 2 or 6 ? false : null });
        return fault;
    }

    private Fault? TakeData(byte header, ReadOnlySpan<byte> payload, in Segment segment, ITransactionSink into)
    {
        if (isEncrypted || payload.IsEmpty) return null;
        // The conversation was forgotten while the connection went on.
        if (central.IsNone) (central, peripheral) = (segment.Flow.Client.Mac, segment.Flow.Server.Mac);
        bool isFromCentral = segment.Flow.At(segment.Side).Mac == central;
        hasHeardPeripheral |= !isFromCentral;
        if ((header & 3) == 3)
        {
            TakeControl(payload, in segment, into);
            return null;
        }
        if (isEncrypting || (header & 3) == 0) return null;
        L2capMessage message = isFromCentral ? fromCentral : fromPeripheral;
        if (!message.Add(payload, isStart: (header & 3) == 2, out ReadOnlySpan<byte> body, out ushort channel)) return null;
        // Where the radio cannot tell who sent a packet, all seem to come from the central; answers about a device do not.
        BtleEvent said = From(isFromCentral && (hasHeardPeripheral || channel != AttributeChannel), in segment);
        switch (channel)
        {
            case SecurityChannel when pairing.Take(body, ref said):
                Emit(said, segment.Side, body, in segment, into);
                break;
            case AttributeChannel:
                foreach (BtleEvent one in attributes.Take(body, said)) Emit(one, segment.Side, body, in segment, into);
                break;
            default:
                break;
        }
        return null;
    }

    /// <summary>The link's own messages. Volume 6, part B, 2.4.2.</summary>
    private void TakeControl(ReadOnlySpan<byte> payload, in Segment segment, ITransactionSink into)
    {
        BtleEvent said = From(segment.Flow.At(segment.Side).Mac == central, in segment);
        switch (payload[0])
        {
            case 0x02 when payload.Length >= 2 && !isEncrypting:
                Emit(said with { Kind = "disconnect", ReasonCode = payload[1] }, segment.Side, payload, in segment, into);
                break;
            case 0x03:
                isEncrypting = true;
                break;
            case 0x05 when isEncrypting:
                isEncrypted = true;
                Emit(said with { Kind = "encryption" }, segment.Side, payload, in segment, into);
                break;
            case 0x0C when payload.Length >= 6:
                int company = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
                Emit(said with { Kind = "version", Version = BtleNames.Version(payload[1]), CompanyId = company, Company = BtleNames.Company(company) }, segment.Side, payload, in segment, into);
                break;
            default:
                break;
        }
    }

    private void Emit(BtleEvent said, Side side, ReadOnlySpan<byte> statement, in Segment segment, ITransactionSink into)
    {
        if (!recent.IsRepeat(side, statement, segment.At)) into.Emit(said);
    }

    private BtleEvent From(bool isCentral, in Segment segment) => isCentral
        ? New(in segment) with { Sender = central, AddressKind = centralKind, Receiver = peripheral }
        : New(in segment) with { Sender = peripheral, AddressKind = peripheralKind, Receiver = central };

    private static BtleEvent New(in Segment segment) => new(segment.At, segment.Range(0, segment.Bytes.Length)) { Kind = "" };
}
