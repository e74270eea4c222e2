using System.Buffers.Binary;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// TCP reassembly of one flow, whose content goes to a recorder instead of an analyser. Records are segments; control bytes: side
/// (bit 0), a jump of the sequence number (bit 1) and whether the content is of no interest (bit 2 of the first record); TCP flags;
/// sequence number and acknowledgement relative to where the streams began (two bytes each); bytes that the capture cut off. A slow
/// second opinion checks every byte.
/// </summary>
internal sealed class ReassemblyTarget : IFuzzTarget
{
    private static readonly SensorLimits Limits = new() { PendingPerSide = 700, PendingPerShard = 1000, LetBugsThrough = true };
    private static readonly Recognition OnlyRecorder = new([Protocol.Of<Recorder>()]);
    private static readonly PatientMasker Masker = new();

    public string Name => "reassembly";

    public int Control => 7;

    public IEnumerable<byte[][]> Seeds()
    {
        byte[] open = [0, 2, 0xFF, 0xFF, 0, 0, 0], answer = [1, 18, 0xFF, 0xFF, 0, 0, 0];
        byte[] one = [0, 24, 0, 0, 0, 0, 0, .. "hello"u8], two = [0, 24, 0, 5, 0, 0, 0, .. " world"u8], three = [0, 24, 0, 11, 0, 0, 0, .. "!"u8];
        byte[] reply = [1, 24, 0, 0, 0, 11, 0, .. "yes"u8], end = [0, 17, 0, 12, 0, 3, 0], over = [0, 24, 0, 3, 0, 0, 0, .. "LO WOR"u8], cut = [0, 24, 0, 5, 0, 0, 9, .. " w"u8], reset = [1, 4, 0, 3, 0, 0, 0];
        yield return [open, answer, one, two, reply, three, end];
        yield return [open, answer, two, one, three, reply, end];
        yield return [one, three, over, two];
        yield return [open, three, two, over, reply, one, end];
        yield return [open, answer, one, cut, three, reply, reset];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        SensorCounters counters = new();
        ContentPath content = new(OnlyRecorder, Limits, counters, new ShardOutput(), Masker, new AnnouncedFlows());
        TcpReassembly reassembly = new(Limits, content, counters);
        ReassemblyModel model = new(Limits);
        Recorder.Model = model;
        Flow flow = new() { Kind = PacketKind.Tcp, IpProtocol = 6, FirstPacket = 1, Originator = Address.FromV4(0x0A000001), Responder = Address.FromV4(0x0A000002), OriginatorPort = 40000, ResponderPort = 40001 };
        if (records.Length > 0 && records[0].Length > 0 && (records[0][0] & 4) != 0) flow.Stage = RecognitionStage.Settled;
        long number = 0;
        Wardkeeper.Sensor.Capture.Chunk chunk = Wardkeeper.Sensor.Capture.Chunk.Rent(8192);
        foreach (byte[] record in records)
        {
            if (record.Length < 7) continue;
            bool fromOriginator = (record[0] & 1) == 0;
            Packet packet = Segment(record, chunk, ++number, fromOriginator);
            model.Arrives(in flow, fromOriginator, in packet);
            TcpStates.Move(ref flow, fromOriginator, in packet);
            reassembly.Take(ref flow, fromOriginator, in packet);
            model.Compare(in flow);
        }
        model.Ends();
        reassembly.Finish(ref flow);
        model.CompareEnd(in flow);
        content.End(ref flow, FlowEnd.CaptureEnd);
        chunk.Release();
    }

    private static Packet Segment(byte[] record, Wardkeeper.Sensor.Capture.Chunk chunk, long number, bool fromOriginator)
    {
        // Close to the wrap of the numbers, so that streams run over it.
        uint seq = 0xFFFF_FF00 + (uint)BinaryPrimitives.ReadInt16BigEndian(record.AsSpan(2)), ack = 0xFFFF_FF00 + (uint)BinaryPrimitives.ReadInt16BigEndian(record.AsSpan(4));
        if ((record[0] & 2) != 0) seq += (uint)record[6] << 24;
        int captured = Math.Min(record.Length - 7, 4096), cut = (record[0] & 2) != 0 ? 0 : record[6];
        record.AsSpan(7, captured).CopyTo(chunk.Data);
        return new Packet
        {
            Number = number,
            At = CaptureTime.FromSeconds(1_700_000_000, number * 1000),
            Chunk = chunk,
            CapturedEnd = captured,
            Kind = PacketKind.Tcp,
            IpProtocol = 6,
            TcpFlags = record[1],
            TcpWindow = 1000,
            Seq = seq,
            Ack = ack,
            SourcePort = fromOriginator ? (ushort)40000 : (ushort)40001,
            DestinationPort = fromOriginator ? (ushort)40001 : (ushort)40000,
            PayloadLength = captured + cut,
            PayloadCaptured = captured,
        };
    }

    /// <summary>Takes the place of an analyser and tells the model what it is shown.</summary>
    internal sealed class Recorder : IProtocol
    {
        [ThreadStatic]
        private static ReassemblyModel? model;

        public static ReassemblyModel Model
        {
            set => model = value;
        }

        public static ProtocolInfo Info { get; } = new() { Name = "recorder", Title = "recorder", Standard = "none", Carriers = Carrier.Tcp };

        public static Match Recognise(in Opening opening) => Match.Yes;

        public Progress Consume(in Segment segment, ITransactionSink into)
        {
            model!.Delivered(segment.Side == Side.Client, segment.Offset, segment.Bytes);
            return Progress.All(in segment);
        }

        public void Gap(Side side, long missing, ITransactionSink into) => model!.Missed(side == Side.Client, missing);

        public void End(FlowEnd how, ITransactionSink into)
        {
        }

        public void Reset()
        {
        }
    }
}
