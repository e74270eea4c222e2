using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>
/// BACnet over IP, as heating, ventilation, room pressure and fire panels speak it: discovery, properties read and written, commands
/// to devices, errors, and the tables of broadcast managers. Kept per flow are the requests that wait, a bounded number. Not read:
/// segments behind the first, the contents of files and logs. Never kept: passwords.
/// </summary>
internal sealed class BacnetAnalyser : IProtocol
{
    private const int Header = 4, MostWaiting = 32, MostListed = 64;
    private const byte BvlcType = 0x81, Result = 0, WriteTable = 1, ReadTableAck = 3, Forwarded = 4, RegisterForeign = 5, ReadForeignAck = 7, Distribute = 9, Unicast = 10, Broadcast = 11, LastFunction = 12;

    private readonly Waiting<(Side, byte), BacnetMessage> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "bacnet",
        Title = "BACnet, building automation",
        Standard = "ANSI/ASHRAE 135-2020 (ISO 16484-5), Annex J",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(BvlcType),
        Ports = [47808],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Header || bytes[0] != BvlcType || bytes[1] > LastFunction) return Match.No;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length != bytes.Length && !(opening.Truncated && length > bytes.Length)) return Match.No;
        int npdu = bytes[1] switch { Forwarded => 10, Distribute or Unicast or Broadcast => 4, _ => 0 };
        if (npdu == 0) return IsTableOf(bytes[1], length) ? Match.Yes : Match.No;
        if (bytes.Length < npdu + 2 || bytes[npdu] != 1 || (bytes[npdu + 1] & 0x50) != 0) return Match.No;
        // An answer comes from the protocol's server.
        ReadOnlySpan<byte> apdu = Network(bytes[npdu..], default, out Fault? fault, out BacnetNetwork network);
        bool isAnswer = fault is null && !network.IsMessage && !apdu.IsEmpty && apdu[0] >> 4 is 2 or 3 or >= 5;
        return isAnswer && !opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < Header || bytes[0] != BvlcType || bytes[1] > LastFunction || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) < Header) return new Progress(bytes.Length, 0, BacnetFaults.MalformedLink);
        bytes = bytes[..Math.Min(bytes.Length, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]))];
        Fault? fault = bytes[1] switch
        {
            Forwarded when bytes.Length < 10 => BacnetFaults.MalformedLink,
            Forwarded => Npdu(in segment, bytes[10..], Address.Read(bytes[4..8]), into),
            Distribute or Unicast or Broadcast => Npdu(in segment, bytes[Header..], default, into),
            _ => Link(in segment, bytes, into),
        };
        return new Progress(segment.Bytes.Length, 0, segment.Missing > 0 ? null : fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public void Reset() => waiting.Clear();

    /// <summary>Whether a message of the virtual link has the length that its function asks for.</summary>
    private static bool IsTableOf(byte function, int length) => function switch
    {
        Result or RegisterForeign => length == 6,
        WriteTable or ReadTableAck or ReadForeignAck => (length - Header) % 10 == 0,
        2 or 6 => length == Header,
        8 => length == 10,
        _ => false,
    };

    private static BacnetMessage Row(in Segment segment, string type, Address origin = default) => new(segment.At, segment.Range(0, segment.Bytes.Length))
    {
        IsOrig = segment.Side == Side.Client != segment.Flow.ClientIsResponder,
        BvlcFunction = BacnetNames.Functions.Of(segment.Bytes[1]),
        PduType = type,
        Origin = origin,
        Speaker = segment.Side,
    };

    /// <summary>What broadcast managers and foreign devices say to each other. Annex J.2.</summary>
    private static Fault? Link(in Segment segment, ReadOnlySpan<byte> bytes, ITransactionSink into)
    {
        byte function = bytes[1];
        if (!IsTableOf(function, bytes.Length)) return BacnetFaults.MalformedLink;
        BacnetMessage row = Row(in segment, "link") with { PduService = BacnetNames.Functions.Of(function) };
        if (function == Result) row = row with { Result = BacnetNames.LinkResult(BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..])) };
        if (function == RegisterForeign) row = row with { TimeToLive = BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]) };
        if (function is WriteTable or ReadTableAck or ReadForeignAck)
        {
            List<string> table = [];
            for (int at = Header; at + 10 <= bytes.Length && table.Count < MostListed; at += 10) table.Add($"{Address.Read(bytes.Slice(at, 4))}:{BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 4)..])}");
            row = row with { Table = table };
        }
        into.Emit(row);
        return null;
    }

    /// <summary>The network layer. Clause 6.2.</summary>
    private Fault? Npdu(in Segment segment, ReadOnlySpan<byte> npdu, Address origin, ITransactionSink into)
    {
        ReadOnlySpan<byte> rest = Network(npdu, origin, out Fault? fault, out BacnetNetwork network);
        if (fault is not null) return fault;
        if (!network.IsMessage) return rest.IsEmpty ? BacnetFaults.MalformedMessage : Apdu(in segment, rest, in network, into);
        if (rest.IsEmpty) return BacnetFaults.MalformedNetwork;
        List<long>? networks = null;
        for (int at = 1; rest[0] <= 5 && at + 2 <= rest.Length && at < 2 * MostListed; at += 2) (networks ??= []).Add(BinaryPrimitives.ReadUInt16BigEndian(rest[at..]));
        into.Emit(network.Of(Row(in segment, "network", origin)) with { PduService = BacnetNames.NetworkMessages.Of(rest[0]), Networks = rest[0] is 3 ? null : networks });
        return null;
    }

    private static ReadOnlySpan<byte> Network(ReadOnlySpan<byte> npdu, Address origin, out Fault? fault, out BacnetNetwork network)
    {
        SpanReader reader = new(npdu);
        byte version = reader.U8(), control = reader.U8();
        int? from = null, to = null;
        if ((control & 0x20) != 0)
        {
            to = reader.U16();
            reader.Skip(reader.U8());
        }
        if ((control & 0x08) != 0)
        {
            from = reader.U16();
            reader.Skip(reader.U8());
        }
        if (to is not null) reader.Skip(1);
        fault = reader.Failed || version != 1 ? BacnetFaults.MalformedNetwork : null;
        network = new BacnetNetwork((control & 0x80) != 0, from, to, origin);
        return reader.Rest;
    }

    /// <summary>The application's message. Clause 20.1.</summary>
    private Fault? Apdu(in Segment segment, ReadOnlySpan<byte> apdu, in BacnetNetwork network, ITransactionSink into)
    {
        int type = apdu[0] >> 4;
        bool isSegmented = type is 0 or 3 && (apdu[0] & 8) != 0;
        SpanReader reader = new(apdu);
        reader.Skip(type == 0 ? 2 : 1);
        byte invoke = type == 1 ? (byte)0 : reader.U8();
        int sequence = isSegmented ? reader.U16() >> 8 : 0;
        // A segment's acknowledgement says nothing of the service.
        if (type is 4 or > 7 || sequence > 0) return reader.Failed ? BacnetFaults.MalformedMessage : null;
        byte service = reader.U8();
        if (reader.Failed) return BacnetFaults.MalformedMessage;
        Fault? fault;
        if (type == 1)
        {
            BacnetMessage said = network.Of(Row(in segment, "unconfirmed-request", network.Origin)) with { PduService = BacnetNames.Unconfirmed.Of(service) };
            into.Emit(BacnetServices.Unconfirmed(said, service, reader.Rest, out fault));
            return fault;
        }
        if (type == 0)
        {
            BacnetMessage asked = network.Of(Row(in segment, "confirmed-request", network.Origin)) with { PduService = BacnetNames.Confirmed.Of(service), InvokeId = invoke, Segmented = isSegmented ? true : null };
            waiting.Add((segment.Side, invoke), BacnetServices.Request(asked, service, reader.Rest, out fault), into);
            return isSegmented ? null : fault;
        }
        BacnetMessage? request = waiting.Take((segment.Side == Side.Client ? Side.Server : Side.Client, invoke));
        BacnetMessage row = request ?? Row(in segment, Kind(type), network.Origin) with { InvokeId = invoke, PduService = type is 2 or 3 or 5 ? BacnetNames.Confirmed.Of(service) : null };
        row = row with { Began = request?.At, At = segment.At, Result = Kind(type), Speaker = segment.Side, SourceNetwork = network.From ?? row.SourceNetwork, Segmented = isSegmented ? true : row.Segmented };
        fault = null;
        row = type switch
        {
            3 => BacnetServices.Answer(row, service, reader.Rest, out fault),
            5 => row with { Reason = BacnetServices.Error(reader.Rest) },
            6 => row with { Reason = BacnetNames.Rejects.Of(service) },
            7 => row with { Reason = BacnetNames.Aborts.Of(service) },
            _ => row,
        };
        into.Emit(row);
        return isSegmented ? null : fault;
    }

    private static string Kind(int type) => type switch { 2 => "simple-ack", 3 => "complex-ack", 5 => "error", 6 => "reject", _ => "abort" };

    /// <summary>What the network layer says of a message.</summary>
    private readonly record struct BacnetNetwork(bool IsMessage, int? From, int? To, Address Origin)
    {
        /// <summary>The row with it.</summary>
        public BacnetMessage Of(BacnetMessage row) => row with { SourceNetwork = From, DestinationNetwork = To };
    }
}
