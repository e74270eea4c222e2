using System.Buffers;
using System.Collections.Immutable;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>
/// What passes over a serial line that is reached through Telnet: messages of HL7, ASTM and POCT1-A are read as if they came over a
/// connection of their own; of anything else only the kind of its first bytes is told. Ranges of rows count data bytes, without the
/// commands of Telnet. Held per side are 256 bytes until it is known, then what a message needs.
/// </summary>
internal sealed class SerialPayload
{
    private const int Undecided = 256, MostHeld = 128 * 1024, First = 8;

    private static readonly ImmutableArray<Protocol> Readable = [Protocol.Of<Hl7.Hl7Analyser>(), Protocol.Of<Astm.AstmAnalyser>(), Protocol.Of<Poct1a.PoctAnalyser>()];
    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. "\t\r\n"u8, .. Enumerable.Range(0x20, 0x5F).Select(static one => (byte)one)]);

    private readonly LineSink line = new();
    private readonly byte[] client = new byte[Undecided], server = new byte[Undecided];
    private readonly List<(Side Side, int From, int Length)> pieces = [];
    private int clientCount, serverCount;
    private InnerStream? stream;
    private string? name;
    private bool isDecided, isLost;

    /// <summary>Name of the protocol, or <c>text</c> or <c>binary</c>; null when nothing passed. Machines speak; who reads them sends little more than an enquiry.</summary>
    public string? Kind => name ?? KindOf(serverCount > 0 ? server.AsSpan(0, Math.Min(serverCount, First)) : client.AsSpan(0, Math.Min(clientCount, First)));

    /// <summary>Whether a protocol is one of those that are read of serial lines.</summary>
    public static bool Reads(string protocol)
    {
        foreach (Protocol one in Readable)
        {
            if (one.Info.Name == protocol) return true;
        }
        return false;
    }

    /// <summary>Takes data of one side.</summary>
    public void Take(ReadOnlySpan<byte> data, in Segment segment, ITransactionSink sink)
    {
        ITransactionSink into = line.To(sink);
        if (!isDecided)
        {
            ref int count = ref segment.Side == Side.Client ? ref clientCount : ref serverCount;
            int room = Math.Min(data.Length, Undecided - count);
            data[..room].CopyTo(Of(segment.Side).AsSpan(count));
            pieces.Add((segment.Side, count, room));
            count += room;
            data = data[room..];
            Decide(in segment, isLast: !data.IsEmpty);
            // In the order in which it came: each side answers what it has heard.
            foreach ((Side side, int from, int length) in pieces) stream?.Push(side, Of(side).AsSpan(from, length), segment.At, segment.Flow, into);
            if (isDecided) pieces.Clear();
        }
        else if (name is null && !isLost)
        {
            Remember(data, segment.Side);
        }
        stream?.Push(segment.Side, data, segment.At, segment.Flow, into);
    }

    public void Gap(Side side, long missing, ITransactionSink into)
    {
        isDecided = isLost = true;
        stream?.Lose(side, missing, line.To(into));
    }

    public void End(FlowEnd how, ITransactionSink into) => stream?.End(how, line.To(into));

    public void Reset()
    {
        pieces.Clear();
        clientCount = serverCount = 0;
        stream = null;
        name = null;
        isDecided = isLost = false;
    }

    /// <summary>The first bytes tell the kind, in however many pieces they come.</summary>
    private void Remember(ReadOnlySpan<byte> data, Side side)
    {
        ref int count = ref side == Side.Client ? ref clientCount : ref serverCount;
        int room = Math.Clamp(First - count, 0, data.Length);
        data[..room].CopyTo(Of(side).AsSpan(count));
        count += room;
    }

    private byte[] Of(Side side) => side == Side.Client ? client : server;

    private void Decide(in Segment segment, bool isLast)
    {
        Opening opening = new()
        {
            Carrier = Carrier.Tcp,
            Client = client.AsSpan(0, clientCount),
            Server = server.AsSpan(0, serverCount),
            ClientPort = segment.Flow.ClientPort,
            ServerPort = segment.Flow.ServerPort,
            FromStart = true,
        };
        bool mayBe = false;
        foreach (Protocol protocol in Readable)
        {
            Match match = Begins(protocol, opening.Client) || Begins(protocol, opening.Server) ? protocol.Recognise(in opening) : Match.No;
            mayBe |= match == Match.NeedMore;
            if (match is not (Match.Yes or Match.YesReversed)) continue;
            (stream, name, isDecided) = (new InnerStream(protocol.Create(), MostHeld), protocol.Info.Name, true);
            return;
        }
        isDecided = !mayBe || isLast;
    }

    private static bool Begins(Protocol protocol, ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && protocol.Info.FirstBytes.Contains(bytes[0]);

    private static string? KindOf(ReadOnlySpan<byte> first) =>
        first.IsEmpty ? null : first.TrimStart("\u0005\u0002\u0006\r\n"u8).IndexOfAnyExcept(Printable) < 0 ? "text" : "binary";

    /// <summary>Marks what was said over the line, so that it counts for the machine at its other end.</summary>
    private sealed class LineSink : ITransactionSink
    {
        private ITransactionSink sink = null!;

        public PatientMasker Masker => sink.Masker;

        public LineSink To(ITransactionSink into)
        {
            sink = into;
            return this;
        }

        public void Emit(Transaction transaction) => sink.Emit(transaction with { IsOfSerialLine = true });

        public void Report(Fault fault) => sink.Report(fault);

        public void Expect(in ExpectedFlow expected) => sink.Expect(in expected);
    }
}
