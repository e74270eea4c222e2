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

    private readonly Hold client = new(), server = new();
    private readonly List<(Side Side, int Length)> pieces = [];
    private IAnalyser? analyser;
    private string? kind;
    private bool isDecided;

    /// <summary>Name of the protocol, or <c>text</c> or <c>binary</c>; null when nothing passed. Machines speak; who reads them sends little more than an enquiry.</summary>
    public string? Kind => kind ?? KindOf(server.Beginning.IsEmpty ? client.Beginning : server.Beginning);

    /// <summary>Takes data of one side.</summary>
    public void Take(ReadOnlySpan<byte> data, in Segment segment, ITransactionSink into)
    {
        Hold hold = Of(segment.Side);
        hold.Begin(data);
        if (isDecided && analyser is null) return;
        hold.Add(data);
        if (analyser is not null)
        {
            Feed(hold, data.Length, in segment, segment.Side, into);
            return;
        }
        pieces.Add((segment.Side, data.Length));
        Decide(in segment);
        if (analyser is null) return;
        // In the order in which it came: each side answers what it has heard.
        hold.Given = server.Given = client.Given = 0;
        foreach ((Side side, int length) in pieces) Feed(Of(side), length, in segment, side, into);
        pieces.Clear();
    }

    public void Gap(Side side, long missing, ITransactionSink into)
    {
        Of(side).Clear();
        if (!isDecided) pieces.RemoveAll(piece => piece.Side == side);
        analyser?.Gap(side, missing, into);
    }

    public void End(FlowEnd how, ITransactionSink into) => analyser?.End(how, into);

    public void Reset()
    {
        client.Reset();
        server.Reset();
        pieces.Clear();
        analyser = null;
        kind = null;
        isDecided = false;
    }

    private Hold Of(Side side) => side == Side.Client ? client : server;

    private void Decide(in Segment segment)
    {
        Opening opening = new() { Carrier = Carrier.Tcp, Client = client.Bytes, Server = server.Bytes, ClientPort = segment.Flow.ClientPort, ServerPort = segment.Flow.ServerPort, FromStart = true };
        bool mayBe = false;
        foreach (Protocol protocol in Readable)
        {
            bool isAsked = (!opening.Client.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Client[0])) || (!opening.Server.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Server[0]));
            Match match = isAsked ? protocol.Recognise(in opening) : Match.No;
            mayBe |= match == Match.NeedMore;
            if (match is not (Match.Yes or Match.YesReversed)) continue;
            (analyser, kind, isDecided) = (protocol.Create(), protocol.Info.Name, true);
            return;
        }
        isDecided = !mayBe || Math.Max(client.Bytes.Length, server.Bytes.Length) > Undecided;
        if (!isDecided) return;
        client.Clear();
        server.Clear();
        pieces.Clear();
    }

    /// <summary>Shows the analyser so many bytes more of a side.</summary>
    private void Feed(Hold hold, int length, in Segment segment, Side side, ITransactionSink into)
    {
        hold.Given += length;
        while (analyser is not null && hold.Given > 0 && hold.Given >= hold.Need)
        {
            Segment part = new() { Side = side, Bytes = hold.Bytes[..hold.Given], At = segment.At, Offset = hold.Offset, Flow = segment.Flow };
            Progress progress = analyser.Consume(in part, into);
            if (progress.Fault is not null) into.Report(progress.Fault);
            hold.Drop(progress.Consumed, progress.Need);
            if (progress.Then != Continuation.Stay || hold.Given > MostHeld) analyser = null;
            if (progress.Consumed == 0) break;
        }
    }

    private static string? KindOf(ReadOnlySpan<byte> first) =>
        first.IsEmpty ? null : first.TrimStart("\u0005\u0002\u0006\r\n"u8).IndexOfAnyExcept(Printable) < 0 ? "text" : "binary";

    /// <summary>Data of one side that wait.</summary>
    private sealed class Hold
    {
        private readonly byte[] first = new byte[First];
        private byte[] held = [];
        private int begun, count;

        /// <summary>The side's first bytes.</summary>
        public ReadOnlySpan<byte> Beginning => first.AsSpan(0, begun);

        public ReadOnlySpan<byte> Bytes => held.AsSpan(0, count);

        /// <summary>Bytes of these that the analyser may see.</summary>
        public int Given { get; set; }

        /// <summary>Bytes that it wants to see together.</summary>
        public int Need { get; private set; }

        /// <summary>Offset of the first in the side's data.</summary>
        public long Offset { get; private set; }

        public void Begin(ReadOnlySpan<byte> data)
        {
            int room = Math.Min(data.Length, First - begun);
            data[..room].CopyTo(first.AsSpan(begun));
            begun += room;
        }

        public void Add(ReadOnlySpan<byte> data)
        {
            if (held.Length - count < data.Length) Array.Resize(ref held, Math.Max(256, 2 * (count + data.Length)));
            data.CopyTo(held.AsSpan(count));
            count += data.Length;
        }

        public void Drop(int consumed, int need)
        {
            held.AsSpan(consumed, count - consumed).CopyTo(held);
            (count, Given, Need) = (count - consumed, Given - consumed, need);
            Offset += consumed;
        }

        public void Clear()
        {
            Offset += count;
            (count, Given, Need) = (0, 0, 0);
        }

        public void Reset()
        {
            (begun, count, Given, Need, Offset) = (0, 0, 0, 0, 0);
            if (held.Length > 4096) held = [];
        }
    }
}
