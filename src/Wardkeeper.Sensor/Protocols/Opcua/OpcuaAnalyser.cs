using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>
/// OPC UA's binary protocol: where clients connect, how channels are secured, which endpoints a server offers, sessions and users,
/// services with their status, and the server's build information. Channels that encrypt are passed by from there on. Kept per flow
/// are the requests that wait and the message of each side whose chunks still come, both bounded. Values and passwords are never kept.
/// </summary>
internal sealed class OpcuaAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 8, ShortestSized = 12, Longest = 64 * 1024, LargestChunk = 1 << 24, MostWaiting = 64;

    private readonly Waiting<uint, OpcuaExchange> waiting = new(MostWaiting);
    private readonly Dictionary<uint, int> services = [];
    private readonly OpcuaChunks fromClient = new(), fromServer = new();
    private OpcuaExchange? hello;
    private CaptureTime lastAt;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "opcua",
        Title = "OPC UA",
        Standard = "OPC 10000-4, OPC 10000-6 (IEC 62541)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'H', (byte)'A', (byte)'E', (byte)'R', (byte)'O', (byte)'M', (byte)'C'),
        Ports = [4840],
        LookAhead = 256,
        MaxHeld = Longest,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (Kind(bytes) is null) return bytes.Length < 4 && IsBegun(bytes) ? Match.NeedMore : Match.No;
        if (bytes.Length < ShortestSized) return Match.NeedMore;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), first = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (size is < ShortestSized or > LargestChunk) return Match.No;
        bool isAnswer = false;
        switch (bytes[0])
        {
            case (byte)'H' when first > 10 || size < 32 || size > 8192:
            case (byte)'A' when first > 10 || size != 28:
            // An error is a bad status.
            case (byte)'E' when (first & 0x8000_FFFF) != 0x8000_0000 || size > 8192:
                return Match.No;
            case (byte)'A' or (byte)'E':
                isAnswer = true;
                break;
            case (byte)'M' or (byte)'C':
                if (bytes.Length < 28) return Match.NeedMore;
                if (first == 0) return Match.No;
                int type = Type(bytes[24..], out _);
                isAnswer = OpcuaNames.Service(type) is null;
                if (isAnswer && type != OpcuaNames.ServiceFault && OpcuaNames.Service(type - OpcuaNames.ToResponse) is null) return Match.No;
                break;
            case (byte)'O':
                if (bytes.Length < 16 + 20) return Match.NeedMore;
                if (!bytes[16..].StartsWith("http://opcfoundation"u8)) return Match.No;
                // Only the server's side knows the channel's number at first.
                isAnswer = first != 0 && opening.FromStart;
                break;
        }
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void Gap(Side side, long missing, ITransactionSink into)
    {
        base.Gap(side, missing, into);
        Break(side, into);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        Break(Side.Client, into);
        Break(Side.Server, into);
        if (hello is not null) into.Emit(hello);
        hello = null;
        waiting.End(into);
        services.Clear();
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        services.Clear();
        hello = null;
        fromClient.Close();
        fromServer.Close();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return Kind(bytes) is null || size is < Header or > LargestChunk ? Measured.Wrong(OpcuaFaults.MalformedHeader) : new Measured(size, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        UaReader reader = new(bytes[Header..]);
        switch (Kind(bytes))
        {
            case "HEL":
                reader.Skip(20);
                hello = new OpcuaExchange(message.At, message.Range) { Service = "hello", PduType = "REQ", EndpointUrl = reader.Text() };
                return Continuation.Stay;
            case "RHE":
                reader.Bytes();
                into.Emit(new OpcuaExchange(message.At, message.Range) { Service = "reverse-hello", EndpointUrl = reader.Text() });
                return Continuation.Stay;
            case "ACK" or "ERR":
                string? status = bytes[0] == 'E' ? OpcuaNames.Status(reader.U32()) : null;
                into.Emit((hello ?? new OpcuaExchange(message.At, message.Range) { Service = bytes[0] == 'E' ? "error" : "hello" }) with { At = message.At, Began = hello?.At, PduType = hello is null ? "RESP" : null, Status = status });
                hello = null;
                return Continuation.Stay;
            case "OPN":
                return Channel(in message, ref reader, into);
            default:
                reader.Skip(12);
                Chunk(in message, reader.U32(), reader.Rest, into);
                return Continuation.Stay;
        }
    }

    /// <summary>A whole message in clear, or a part of one. OPC 10000-6, 6.7.2.2.</summary>
    private void Chunk(in Message message, uint id, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        OpcuaChunks chunks = ChunksOf(message.Side);
        byte kind = message.Bytes[3];
        bool isCut = message.Length > message.Bytes.Length;
        Said said = new(message.Side, message.At, message.Range, id);
        lastAt = message.At;
        if (kind == 'A')
        {
            chunks.Close();
            if (message.Side == Side.Server && body.Length >= 4) Abandoned(in said, BinaryPrimitives.ReadUInt32LittleEndian(body), into);
            return;
        }
        if (!chunks.IsOf(id))
        {
            Break(message.Side, into);
            if (kind == 'F')
            {
                if (!Body(said with { Body = message.Range.Of(message.Bytes, body) }, body, null, into) && !isCut) into.Report(OpcuaFaults.MalformedMessage);
                return;
            }
            chunks.Begin(id, message.Range);
        }
        bool wasFull = chunks.IsFull;
        chunks.Add(body, isCut);
        if (!wasFull && (kind == 'F' || chunks.IsFull) && !Body(said with { Where = chunks.Where }, chunks.Body, null, into) && !chunks.IsFull) into.Report(OpcuaFaults.MalformedMessage);
        if (kind == 'F') chunks.Close();
    }

    /// <summary>The rest of a message will not come: what was put together of it is read.</summary>
    private void Break(Side side, ITransactionSink into)
    {
        OpcuaChunks chunks = ChunksOf(side);
        if (chunks.IsWanted) Body(new Said(side, lastAt, chunks.Where, chunks.Id), chunks.Body, null, into);
        chunks.Close();
    }

    /// <summary>A server gave an answer up in its middle and says why. 6.7.3.</summary>
    private void Abandoned(in Said said, uint why, ITransactionSink into)
    {
        services.Remove(said.Id);
        if (waiting.Take(said.Id) is { } asked) into.Emit(asked with { At = said.At, Began = asked.At, PduType = null, Status = OpcuaNames.Status(why) });
    }

    private OpcuaChunks ChunksOf(Side side) => side == Side.Client ? fromClient : fromServer;

    /// <summary>A channel is asked for or opened: its policy shows, and where that is none the rest as well. OPC 10000-6, 6.7.2.3.</summary>
    private Continuation Channel(in Message message, ref UaReader reader, ITransactionSink into)
    {
        reader.Skip(4);
        string? policy = OpcuaNames.Policy(reader.Text());
        reader.Bytes();
        reader.Bytes();
        if (policy == "None")
        {
            reader.Skip(4);
            uint id = reader.U32();
            bool isWhole = Body(new Said(message.Side, message.At, message.Range, id) { Body = message.Range.Of(message.Bytes, reader.Rest) }, reader.Rest, policy, into);
            if (!isWhole && message.Length <= message.Bytes.Length) into.Report(OpcuaFaults.MalformedMessage);
            return Continuation.Stay;
        }
        if (message.Side == Side.Client) return Continuation.Stay;
        into.Emit(new OpcuaExchange(message.At, message.Range) { Service = "open-secure-channel", SecurityPolicy = policy });
        return Continuation.Done;
    }

    /// <summary>A message's body in clear; whether all of it was there that is read.</summary>
    private bool Body(in Said said, ReadOnlySpan<byte> body, string? policy, ITransactionSink into)
    {
        int type = Type(body, out int length);
        bool isWhole = true;
        if (length == 0) return false;
        if (said.Side == Side.Client && OpcuaNames.Service(type) is { } service)
        {
            if (type == OpcuaNames.Publish) return true;
            OpcuaExchange row = new(said.At, said.Where) { Service = service, PduType = "REQ", RequestId = said.Id, SecurityPolicy = policy, IsWrite = OpcuaNames.IsWrite(type) ? true : null };
            row = OpcuaServices.Request(row, type, body[length..], out isWhole);
            row = row with { Places = said.Find(null, body, row.ApplicationName) };
            // Nobody answers the end of a channel.
            if (type == OpcuaNames.CloseChannel) into.Emit(row);
            else
            {
                if (services.Count >= MostWaiting) services.Clear();
                services[said.Id] = type;
                waiting.Add(said.Id, row, into);
            }
        }
        else if (said.Side == Side.Server)
        {
            OpcuaExchange? asked = waiting.Take(said.Id);
            int kind = services.Remove(said.Id, out int known) ? known : type - OpcuaNames.ToResponse;
            if (kind == OpcuaNames.Publish || (asked is null && OpcuaNames.Service(kind) is null)) return true;
            OpcuaExchange row = (asked ?? new OpcuaExchange(said.At, said.Where) { Service = OpcuaNames.Service(kind)!, RequestId = said.Id, SecurityPolicy = policy }) with { At = said.At, Began = asked?.At, PduType = asked is null ? "RESP" : null };
            row = OpcuaServices.Response(row, type == OpcuaNames.ServiceFault ? 0 : kind, body[length..], out isWhole);
            into.Emit(row with { Places = said.Find(row.Places, body, row.ServerProductUri, row.Manufacturer, row.ProductName, row.SoftwareVersion) });
        }
        return isWhole;
    }

    /// <summary>Number of a message's type, which lies in the standard's own namespace; 0 for others.</summary>
    private static int Type(ReadOnlySpan<byte> body, out int length)
    {
        bool isKnown = body.Length >= 4 && body[0] == 1 && body[1] == 0;
        length = isKnown ? 4 : 0;
        return isKnown ? BinaryPrimitives.ReadUInt16LittleEndian(body[2..]) : 0;
    }

    private static bool IsBegun(ReadOnlySpan<byte> bytes) =>
        "HELF"u8.StartsWith(bytes) || "ACKF"u8.StartsWith(bytes) || "ERRF"u8.StartsWith(bytes) || "RHEF"u8.StartsWith(bytes) || "OPNF"u8.StartsWith(bytes) || "MSGF"u8.StartsWith(bytes) || "MSGC"u8.StartsWith(bytes) || "CLOF"u8.StartsWith(bytes);

    private static string? Kind(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return null;
        ReadOnlySpan<byte> kind = bytes[..4];
        if (kind.SequenceEqual("MSGF"u8) || kind.SequenceEqual("MSGC"u8) || kind.SequenceEqual("MSGA"u8)) return "MSG";
        return kind.SequenceEqual("HELF"u8) ? "HEL" : kind.SequenceEqual("ACKF"u8) ? "ACK" : kind.SequenceEqual("ERRF"u8) ? "ERR" : kind.SequenceEqual("RHEF"u8) ? "RHE" : kind.SequenceEqual("OPNF"u8) ? "OPN" : kind.SequenceEqual("CLOF"u8) ? "CLO" : null;
    }

    /// <summary>Who said something, when, where it lies, and which request it belongs to.</summary>
    private readonly record struct Said(Side Side, CaptureTime At, ByteRange Where, uint Id)
    {
        /// <summary>Where its body lies; null where it came in several chunks.</summary>
        public ByteRange? Body { get; init; }

        /// <summary>Where texts of its body stand.</summary>
        public TextPlace? Find(TextPlace? before, ReadOnlySpan<byte> body, params ReadOnlySpan<string?> texts) => Body is { } at ? TextPlace.Of(before, body, at, texts) : before;
    }
}
