using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Mongodb;

/// <summary>
/// MongoDB: each command with its reply, of either generation of the wire protocol, and what drivers and servers say of themselves.
/// Kept per flow are the commands that wait, a bounded number. Of a message its first 2 kB are read; compressed ones are counted.
/// </summary>
internal sealed class MongodbAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 16, MostShown = 2048, MostWaiting = 32, LongestName = 128;
    private const int Reply = 1, Query = 2004, Compressed = 2012, Sections = 2013;
    private const uint KnownFlags = 0x10003;

    private readonly Waiting<int, MongodbCommand> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "mongodb",
        Title = "MongoDB",
        Standard = "MongoDB Wire Protocol, BSON 1.1",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Any,
        Ports = [27017],
        LookAhead = 32,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        // The operation, the top bytes of two lengths and what follows are 30 bits that nothing else has there.
        if (bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is < Header + 5 or > Bson.Limit) return Match.No;
        if (bytes.Length >= Header && Operation(bytes) is not (Reply or Query or Sections)) return Match.No;
        if (bytes.Length < Header + 9) return Match.NeedMore;
        int operation = Operation(bytes);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Header..]);
        // Old drivers write -1 where nothing is answered.
        bool isAnswer = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) is not (0 or -1);
        bool isOne = operation switch
        {
            Sections => (flags & ~KnownFlags) == 0 && bytes[Header + 4] == 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Header + 5)..]) is >= 5 and <= Bson.Limit,
            Query => !isAnswer && (flags & ~0xFFu) == 0 && char.IsAsciiLetter((char)bytes[Header + 4]),
            _ => isAnswer && (flags & ~0xFu) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) >= Header + 20,
        };
        if (!isOne) return Match.No;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length is < Header or > Bson.Limit || Operation(bytes) is not (Reply or >= 1000 and <= 2013) ? Measured.Wrong(MongodbFaults.MalformedHeader) : new Measured(length, MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        int id = BinaryPrimitives.ReadInt32LittleEndian(message.Bytes[4..]), answered = BinaryPrimitives.ReadInt32LittleEndian(message.Bytes[8..]);
        if (message.Side == Side.Client)
        {
            MongodbCommand command = new(message.At, message.Range) { Began = message.At, Command = "compressed" };
            Ask(in message, ref command, into);
            waiting.Add(id, command with { Places = TextPlace.Of(null, message.Bytes, message.Range, command.Driver, command.System) }, into);
            return Continuation.Stay;
        }
        if (waiting.Take(answered) is not { } asked) return Continuation.Stay;
        MongodbCommand done = asked with { At = message.At, ReplyBytes = message.Length };
        Answer(in message, ref done, into);
        into.Emit(done with { Places = TextPlace.Of(done.Places, message.Bytes, message.Range, done.ServerVersion) });
        return Continuation.Stay;
    }

    private static int Operation(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);

    private static void Ask(in Message message, ref MongodbCommand command, ITransactionSink into)
    {
        ReadOnlySpan<byte> content = message.Bytes[Header..];
        if (Operation(message.Bytes) == Query && content.Length > 4)
        {
            int end = content[4..].IndexOf((byte)0);
            if (end is < 1 or > LongestName) return;
            string name = Encoding.UTF8.GetString(content.Slice(4, end));
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            command = command with { Command = "query", Database = dot < 0 ? name : name[..dot], Collection = dot < 0 ? null : name[(dot + 1)..] };
            // A command of the old kind is a question to the collection $cmd.
            if (command.Collection == "$cmd" && content.Length > end + 13) Read(content[(end + 13)..], ref command, into);
        }
        else if (Operation(message.Bytes) == Sections && content.Length > 5 && content[4] == 0)
        {
            Read(content[5..], ref command, into);
        }
    }

    /// <summary>The first element names the command, and mostly its collection; <c>$db</c> and <c>client</c> come among the others.</summary>
    private static void Read(ReadOnlySpan<byte> document, ref MongodbCommand command, ITransactionSink into)
    {
        Bson elements = new(document);
        bool isFirst = true;
        while (elements.Next())
        {
            if (isFirst && elements.Name.Length <= LongestName) command = command with { Command = Encoding.UTF8.GetString(elements.Name), Collection = elements.Text };
            else if (elements.Name.SequenceEqual("$db"u8)) command = command with { Database = elements.Text };
            else if (elements.Name.SequenceEqual("client"u8) && elements.Kind == 3) Metadata(elements.Value, ref command);
            isFirst = false;
        }
        if (elements.IsWrong) into.Report(MongodbFaults.MalformedDocument);
    }

    private static void Metadata(ReadOnlySpan<byte> document, ref MongodbCommand command)
    {
        Bson parts = new(document);
        while (parts.Next())
        {
            if (parts.Kind != 3) continue;
            (string? name, string? version) = (null, null);
            Bson fields = new(parts.Value);
            while (fields.Next())
            {
                if (fields.Name.SequenceEqual("name"u8) || (name is null && fields.Name.SequenceEqual("type"u8))) name = fields.Text;
                else if (fields.Name.SequenceEqual("version"u8)) version = fields.Text;
            }
            string? both = version is null ? name : name is null ? null : $"{name} {version}";
            if (parts.Name.SequenceEqual("driver"u8)) command = command with { Driver = both };
            else if (parts.Name.SequenceEqual("os"u8)) command = command with { System = both };
            else if (parts.Name.SequenceEqual("application"u8)) command = command with { Application = name };
        }
    }

    private static void Answer(in Message message, ref MongodbCommand done, ITransactionSink into)
    {
        ReadOnlySpan<byte> content = message.Bytes[Header..];
        int from = Operation(message.Bytes) switch { Sections when content.Length > 5 && content[4] == 0 => 5, Reply when content.Length > 20 => 20, _ => -1 };
        if (from < 0) return;
        Bson elements = new(content[from..]);
        while (elements.Next())
        {
            if (elements.Name.SequenceEqual("ok"u8)) done = done with { Success = elements.Number == 1 };
            else if (elements.Name.SequenceEqual("code"u8)) done = done with { Error = (int?)Math.Clamp(elements.Number ?? 0, int.MinValue, int.MaxValue) };
            else if (elements.Name.SequenceEqual("n"u8)) done = done with { Documents = elements.Number };
            else if (elements.Name.SequenceEqual("version"u8)) done = done with { ServerVersion = elements.Text };
        }
        if (elements.IsWrong) into.Report(MongodbFaults.MalformedDocument);
    }
}
