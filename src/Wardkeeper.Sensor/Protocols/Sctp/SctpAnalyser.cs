using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sctp;

/// <summary>
/// SCTP's associations: which chunks were exchanged, what protocols the data is said to be, and the addresses of hosts with several.
/// Kept per flow are bounded lists and counts. The data itself is passed by.
/// </summary>
internal sealed class SctpAnalyser : IProtocol
{
    private const int Header = 12, ChunkHeader = 4, MostChunks = 128, MostTypes = 32, MostProtocols = 16, MostAddresses = 8;
    private const byte Data = 0, Init = 1, InitAck = 2, Abort = 6, InterleavedData = 64;
    private static readonly TimeSpan Due = TimeSpan.FromHours(1);

    private readonly List<byte> types = [];
    private readonly List<uint> protocols = [];
    private List<string>? clientAddresses, serverAddresses;
    private long clientData, serverData;
    private int? abort;
    private CaptureTime began, last;
    private ByteRange where;
    private bool isBegun;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "sctp",
        Title = "Stream Control Transmission Protocol",
        Standard = "RFC 9260, RFC 8260, RFC 5061",
        Carriers = Carrier.Sctp,
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier != Carrier.Sctp || bytes.Length < Header + ChunkHeader || Type(bytes[Header]) is null) return Match.No;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[(Header + 2)..]) < ChunkHeader) return Match.No;
        // The answer to the first request comes from the server.
        return (bytes[Header] == InitAck) != opening.Client.IsEmpty && bytes[Header] is Init or InitAck ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (isBegun && segment.At.Since(began) >= Due) End(FlowEnd.TimedOut, into);
        if (!isBegun) (isBegun, began, where) = (true, segment.At, segment.Range(0, segment.Bytes.Length));
        last = segment.At;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        Fault? fault = bytes.Length < Header ? SctpFaults.MalformedPacket : Chunks(segment.Side, bytes[Header..]);
        return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (!isBegun) return;
        into.Emit(new SctpAssociation(last, where)
        {
            Began = began,
            ChunkTypes = [.. types.Select(static type => Type(type) ?? "chunk-" + type.ToString(CultureInfo.InvariantCulture))],
            PayloadProtocols = protocols.Count == 0 ? null : [.. protocols.Select(Protocol)],
            ClientData = clientData,
            ServerData = serverData,
            ClientAddresses = clientAddresses,
            ServerAddresses = serverAddresses,
            Abort = abort,
        });
        Reset();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        types.Clear();
        protocols.Clear();
        clientAddresses = serverAddresses = null;
        clientData = serverData = 0;
        abort = null;
        isBegun = false;
        (began, last, where) = (default, default, default);
    }

    /// <summary>The chunks of a packet, each padded to four bytes. RFC 9260, 3.2.</summary>
    private Fault? Chunks(Side side, ReadOnlySpan<byte> bytes)
    {
        for (int count = 0; bytes.Length >= ChunkHeader && count < MostChunks; count++)
        {
            byte type = bytes[0];
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            if (length < ChunkHeader || length > bytes.Length) return SctpFaults.MalformedPacket;
            if (types.Count < MostTypes && !types.Contains(type)) types.Add(type);
            ReadOnlySpan<byte> value = bytes[ChunkHeader..length];
            switch (type)
            {
                case Data when value.Length >= 12:
                    Count(side, BinaryPrimitives.ReadUInt32BigEndian(value[8..]));
                    break;
                case InterleavedData when value.Length >= 16:
                    // Only a first fragment says what it is.
                    Count(side, (bytes[1] & 2) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(value[12..]) : 0);
                    break;
                case Init or InitAck when value.Length > 16:
                    Addresses(side, value[16..]);
                    break;
                case Abort:
                    abort ??= value.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0;
                    break;
            }
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }
        return null;
    }

    private void Count(Side side, uint protocol)
    {
        if (side == Side.Client) clientData++;
        else serverData++;
        if (protocol != 0 && protocols.Count < MostProtocols && !protocols.Contains(protocol)) protocols.Add(protocol);
    }

    /// <summary>Parameters 5 and 6 are addresses. RFC 9260, 3.3.2.1.</summary>
    private void Addresses(Side side, ReadOnlySpan<byte> parameters)
    {
        ref List<string>? list = ref clientAddresses;
        if (side == Side.Server) list = ref serverAddresses;
        while (parameters.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(parameters), length = BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
            if (length < 4 || length > parameters.Length) return;
            if (((type == 5 && length == 8) || (type == 6 && length == 20)) && (list?.Count ?? 0) < MostAddresses)
            {
                string address = Address.Read(parameters[4..length]).ToString();
                if (list?.Contains(address) != true) (list ??= []).Add(address);
            }
            parameters = parameters[Math.Min(parameters.Length, (length + 3) & ~3)..];
        }
    }

    private static string? Type(byte type) => type switch
    {
        0 => "DATA",
        1 => "INIT",
        2 => "INIT_ACK",
        3 => "SACK",
        4 => "HEARTBEAT",
        5 => "HEARTBEAT_ACK",
        6 => "ABORT",
        7 => "SHUTDOWN",
        8 => "SHUTDOWN_ACK",
        9 => "ERROR",
        10 => "COOKIE_ECHO",
        11 => "COOKIE_ACK",
        12 => "ECNE",
        13 => "CWR",
        14 => "SHUTDOWN_COMPLETE",
        15 => "AUTH",
        64 => "I_DATA",
        128 => "ASCONF_ACK",
        130 => "RE_CONFIG",
        132 => "PAD",
        192 => "FORWARD_TSN",
        193 => "ASCONF",
        194 => "I_FORWARD_TSN",
        _ => null,
    };

    private static string Protocol(uint number) => number switch
    {
        1 => "IUA",
        2 => "M2UA",
        3 => "M3UA",
        4 => "SUA",
        5 => "M2PA",
        6 => "V5UA",
        7 => "H.248",
        8 => "BICC",
        11 => "ASAP",
        12 => "ENRP",
        13 => "H.323",
        18 => "S1AP",
        27 => "X2AP",
        46 => "Diameter",
        47 => "Diameter-DTLS",
        60 => "NGAP",
        61 => "XnAP",
        _ => "payload-" + number.ToString(CultureInfo.InvariantCulture),
    };
}
