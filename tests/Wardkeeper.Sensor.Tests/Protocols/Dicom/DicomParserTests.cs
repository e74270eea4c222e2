using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dicom;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomConversations;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

public sealed class DicomParserTests
{
    private static readonly Gen<string> Uids = Gen.Int[0, 99999].Array[1, 8].Select(parts => "1.2." + string.Join('.', parts));
    private static readonly Gen<string> Titles = Gen.String[Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"], 1, 16];

    [Fact]
    public void What_is_written_into_an_association_is_read_out_of_it() =>
        Gen.Select(Titles, Titles, Uids.Array[1, 20], Gen.UInt, Uids, Titles).Holds((called, calling, classes, most, implementation, version) =>
        {
            byte[] pdu = Associate(1, called, calling, [Item(0x10, "1.2.840.10008.3.1.1.1"), .. classes.Select((sop, i) => Context((byte)((2 * i) + 1), sop, Implicit)), User(implementation, version, most)]);
            AssociatePdu read = AssociatePdu.Read(pdu.AsSpan(6), false, default, out Fault? fault);
            return fault is null && read.CalledAe == called && read.CallingAe == calling && read.MaxPdu == most && read.ImplementationUid == implementation
                && read.ImplementationVersion == version && classes.SequenceEqual(read.Contexts.Select(context => context.AbstractSyntax));
        }, iter: 300);

    [Fact]
    public void What_is_written_into_a_command_is_read_out_of_it() =>
        Gen.Select(Uids, Uids, Gen.UShort, Gen.UShort, Gen.UShort[0, 2], Titles).Holds((sop, instance, id, originator, priority, title) =>
        {
            byte[] written = Command(0x0001, (0x0002, sop), (0x0110, id), (0x0700, priority), (0x0800, 1), (0x1000, instance), (0x1030, title), (0x1031, originator));
            if (!CommandSet.TryRead(written, out CommandSet command, out Fault? fault) || fault is not null) return false;
            DicomText.TryUid(command.SopClass, out string? readClass);
            DicomText.TryUid(command.SopInstance, out string? readInstance);
            return readClass == sop && readInstance == instance && command.MessageId == id && command.Priority == priority && command.HasDataSet
                && command.MoveOriginatorMessageId == originator && DicomText.Title(command.MoveOriginator) == title;
        }, iter: 300);

    [Fact]
    public void A_command_cut_anywhere_is_refused_and_never_throws()
    {
        byte[] whole = StoreCommand(1, "1.2.3");
        for (int length = 0; length < whole.Length; length++)
        {
            bool good = CommandSet.TryRead(whole.AsSpan(0, length), out _, out Fault? fault);
            Assert.False(good && fault is null);
        }
    }

    [Fact]
    public void An_association_cut_anywhere_never_throws()
    {
        byte[] whole = FullRequest;
        for (int length = 74; length < whole.Length; length++) AssociatePdu.Read(whole.AsSpan(6, length - 6), false, default, out _);
    }

    [Theory]
    [InlineData(0x0000, "success")]
    [InlineData(0xFF01, "pending")]
    [InlineData(0xFE00, "cancel")]
    [InlineData(0xB000, "warning")]
    [InlineData(0x0107, "warning")]
    [InlineData(0xA700, "failure")]
    [InlineData(0x0122, "failure")]
    [InlineData(0xC123, "failure")]
    public void Statuses_have_the_classes_of_the_standard(int status, string expected) => Assert.Equal(expected, Dimse.StatusClass((ushort)status));

    [Fact]
    public void Tables_name_what_everybody_uses()
    {
        Assert.Equal("CT Image Storage", DicomTables.Name(CtStorage));
        Assert.Equal("CT", DicomTables.Modality(CtStorage));
        Assert.Null(DicomTables.Modality("1.2.840.10008.5.1.4.1.1.7"));
        Assert.Equal("Move destination unknown", DicomTables.Status("C-MOVE", 0xA801));
        Assert.Equal("Cannot understand", DicomTables.Status("C-STORE", 0xC0FE));
        Assert.Equal("Success", DicomTables.Status("N-SET", 0));
        Assert.Null(DicomTables.Status("C-ECHO", 0xA801));
    }

    [Fact]
    public void A_hundred_megabytes_of_images_are_counted_without_allocation()
    {
        Sink sink = new();
        DicomAnalyser analyser = new();
        FlowView view = Conversation.View();
        Push(FullRequest, Side.Client);
        Push(FullAccept, Side.Server);
        Push(Message(1, StoreCommand(1, "1.2.3.9")), Side.Client);
        byte[] part = Data(Pdv(1, false, false, DicomWriter.Pattern(16372)));
        Push(part, Side.Client);
        int parts = 1;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 6400; i++, parts++)
            {
                for (int at = 0; at < part.Length; at += 1460) analyser.Consume(Of(part.AsSpan(at, Math.Min(1460, part.Length - at)), Side.Client), sink);
            }
        }));
        Push(Data(Pdv(1, false, true, [1, 2])), Side.Client);
        Push(Message(1, Reply(1, CtStorage, 1, 0)), Side.Server);
        Assert.Equal((16372L * parts) + 2, Assert.IsType<DimseExchange>(sink.Last).RequestBytes);

        void Push(byte[] bytes, Side side) => Assert.Equal(bytes.Length, analyser.Consume(Of(bytes, side), sink).Consumed);

        Segment Of(ReadOnlySpan<byte> bytes, Side side) => new() { Side = side, Bytes = bytes, At = default, Flow = view };
    }

    private sealed class Sink : ITransactionSink
    {
        public Transaction? Last { get; private set; }

        public PatientMasker Masker { get; } = new();

        public void Emit(Transaction transaction) => Last = transaction;

        public void Report(Fault fault)
        {
        }

        public void Expect(in ExpectedFlow expected)
        {
        }
    }
}
