using CsCheck;
using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Formats.Dicom;

public sealed class DataSetReaderTests
{
    private static readonly TransferSyntax Big = new(true, IsBigEndian: true), Deflated = new(true, IsDeflated: true);

    /// <summary>Sequences that an implicit data set of defined length shows to the reader, so that they may stand anywhere.</summary>
    private static readonly uint[] KnownSequences = [DicomTag.ReferencedSopSequence, DicomTag.ScheduledStepSequence, DicomTag.PerformedSeriesSequence];

    private static readonly Gen<Node> Value =
        from tag in Gen.UInt[0x0008_0006, 0x7FE0_000F].Where(static tag => (tag & 0xFFFF) != 0 && !DicomTag.IsSequence(tag))
        from vr in Gen.OneOf("LO", "UI", "US", "OB", "UN", "UT", "PN", "OW", "DS")
        from length in Gen.Frequency((8, Gen.Int[0, 40]), (1, Gen.Int[1000, 3000]))
        from bytes in Gen.Byte.Array[length]
        select new Node(tag, vr, bytes);

    private static readonly Gen<Node> Pixels =
        from fragments in Gen.Byte.Array[0, 200].Array[0, 4]
        select new Node(DicomTag.PixelData, "OB", []) { Fragments = fragments };

    private static readonly Gen<(TransferSyntax Syntax, Node[] Nodes)> DataSets =
        from syntax in Gen.OneOf(TransferSyntax.Implicit, TransferSyntax.Explicit, Big, Deflated)
        from nodes in Gen.Frequency((5, Value), (2, Sequences(3))).Array[0, 6]
        from pixels in Pixels.Array[0, 1]
        select (syntax, (Node[])[.. nodes, .. pixels]);

    [Fact]
    public void What_was_written_is_read_in_every_syntax() => DataSets.Holds((syntax, nodes) =>
    {
        (List<string> lines, DataSetFault fault) = Read(syntax, DataSetWriter.Write(syntax, nodes));
        Assert.True(EverythingConsumer.Expected(nodes).SequenceEqual(lines), $"{syntax} {fault} {Convert.ToHexString(DataSetWriter.Write(syntax, nodes))}\nexpected\n{string.Join('\n', EverythingConsumer.Expected(nodes))}\ngot\n{string.Join('\n', lines)}");
        Assert.Equal(DataSetFault.None, fault);
    }, iter: 400);

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => DataSets.Holds((syntax, nodes) =>
    {
        byte[] bytes = DataSetWriter.Write(syntax, nodes);
        List<string> whole = Read(syntax, bytes).Lines;
        Assert.Equal(whole, Read(syntax, bytes, [.. Enumerable.Range(0, bytes.Length)]).Lines);
        for (int cut = 1; cut < bytes.Length; cut += 1 + (bytes.Length / 100)) Assert.Equal(whole, Read(syntax, bytes, 0, cut).Lines);
    }, iter: 60);

    [Fact]
    public void A_syntax_that_nobody_told_shows_in_the_first_bytes() => DataSets.Holds((syntax, nodes) =>
    {
        if (syntax.IsDeflated) return;
        Node[] described = [Node.Text(DicomTag.SopClass, "UI", "1.2.3"), .. nodes];
        byte[] bytes = DataSetWriter.Write(syntax, described);
        Assert.Equal(EverythingConsumer.Expected(described), Read(null, bytes).Lines);
        Assert.Equal(EverythingConsumer.Expected(described), Read(null, bytes, [.. Enumerable.Range(0, bytes.Length)]).Lines);
    });

    [Fact]
    public void Garbage_and_damage_never_throw_and_cost_no_more_than_a_name() =>
        (from set in DataSets from at in Gen.Int[0, 10_000] from with in Gen.Byte.Array[1, 8] from end in Gen.Int[0, 10_000] select (set, at, with, end)).Holds((set, at, with, end) =>
        {
            byte[] bytes = DataSetWriter.Write(set.Syntax, set.Nodes);
            for (int i = 0; i < with.Length && bytes.Length > 0; i++) bytes[(at + i) % bytes.Length] = with[i];
            byte[] cut = bytes[..(bytes.Length == 0 ? 0 : end % bytes.Length)];
            (List<string> lines, DataSetFault fault) = Read(set.Syntax, cut);
            (List<string> bytewise, DataSetFault faultBytewise) = Read(set.Syntax, cut, [.. Enumerable.Range(0, cut.Length)]);
            Assert.Equal(lines, bytewise);
            Assert.Equal(fault, faultBytewise);
        }, iter: 600);

    [Fact]
    public void A_loss_inside_a_value_that_is_not_wanted_keeps_the_place()
    {
        byte[] before = DataSetWriter.Write(TransferSyntax.Explicit, Node.Text(DicomTag.Modality, "CS", "CT")), pixels = DataSetWriter.Write(TransferSyntax.Explicit, new Node(0x0009_1001, "OB", new byte[5000]));
        byte[] after = DataSetWriter.Write(TransferSyntax.Explicit, Node.Text(DicomTag.PatientId, "LO", "HL1"));
        DataSetFacts facts = new();
        DataSetReader reader = new(facts);
        reader.Begin(TransferSyntax.Explicit);
        reader.Push([.. before, .. pixels[..1000]]);
        reader.Lose(3000);
        reader.Push([.. pixels[4000..], .. after]);
        Assert.Equal((DataSetFault.None, "CT", "HL1"), (reader.End(), facts[DicomTag.Modality], facts[DicomTag.PatientId]));
        facts.Clear();
        reader.Begin(TransferSyntax.Explicit);
        reader.Push(before);
        reader.Lose(10);
        reader.Push(after);
        // Behind a loss of headers nothing is known, and that is no fault of the sender.
        Assert.Equal((DataSetFault.None, null), (reader.End(), facts[DicomTag.PatientId]));
    }

    [Theory]
    [InlineData("0800600043530400", DataSetFault.Truncated)]
    [InlineData("08006000435302", DataSetFault.Truncated)]
    [InlineData("0800600020200200435400100010", DataSetFault.UnknownVr)]
    [InlineData("080060005554 0000FFFFFFFF", DataSetFault.UndefinedLength)]
    [InlineData("080099115351 0000 10000000 FEFF00E0 FF000000 0000000000000000", DataSetFault.Overrun)]
    [InlineData("080099115351 0000 08000000 08006000 43530000", DataSetFault.ItemExpected)]
    [InlineData("FEFF0DE000000000", DataSetFault.Delimiter)]
    [InlineData("080099115351 0000 FFFFFFFF FEFF00E0 FFFFFFFF FEFFDDE000000000", DataSetFault.Delimiter)]
    [InlineData("0800600043530200435400000000000000000000", DataSetFault.None)]
    [InlineData("08006000435302004354FCFFFCFF4F420000040000000000 0000", DataSetFault.None)]
    internal void What_is_wrong_has_a_name(string hex, DataSetFault fault) =>
        Assert.Equal(fault, Read(TransferSyntax.Explicit, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))).Fault);

    [Fact]
    public void Depth_is_bounded()
    {
        byte[] deep = [.. Enumerable.Repeat<byte[]>([8, 0, 0x99, 0x11, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF], 1000).SelectMany(one => one)];
        Assert.Equal(DataSetFault.TooDeep, Read(TransferSyntax.Implicit, deep).Fault);
    }

    [Fact]
    public void A_deflated_bomb_costs_no_more_than_its_bound()
    {
        byte[] bomb = DataSetWriter.Write(Deflated, Node.Text(DicomTag.Modality, "CS", "CT"), new Node(DicomTag.PixelData, "OW", new byte[64 << 20]));
        DataSetFacts facts = new();
        DataSetReader reader = new(facts);
        reader.Begin(Deflated);
        reader.Push(bomb);
        Assert.Equal(DataSetFault.None, reader.End());
        Assert.Equal("CT", facts[DicomTag.Modality]);
        Assert.InRange(reader.Position, 1000, DeflatedBytes.MaxUnpacked + 8192);
        reader.Begin(Deflated);
        reader.Push([0xFF, 0xFF, 0xFF]);
        Assert.Equal(DataSetFault.Deflate, reader.End());
    }

    [Fact]
    public void Pixel_data_is_passed_over_without_an_allocation()
    {
        byte[] start = DataSetWriter.Write(TransferSyntax.Explicit, new Node(DicomTag.PixelData, "OW", new byte[8]))[..12];
        start[8..12].AsSpan().Clear();
        BitConverter.TryWriteBytes(start.AsSpan(8), int.MaxValue - 1);
        DataSetReader reader = new(new DataSetFacts());
        byte[] piece = new byte[16_384];
        reader.Begin(TransferSyntax.Explicit);
        reader.Push(start);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10_000; i++) reader.Push(piece);
        }));
        Assert.InRange(reader.Position, 10_000L * piece.Length, int.MaxValue);
    }

    [Fact]
    public void What_people_ask_for_is_told_apart_from_what_they_want_to_know()
    {
        DataSetFacts facts = Facts(
            Node.Text(DicomTag.AccessionNumber, "SH", ""), Node.Text(DicomTag.QueryLevel, "CS", "STUDY"), Node.Text(DicomTag.PatientName, "PN", "*"), Node.Text(DicomTag.PatientId, "LO", "HL1*"),
            Node.Sequence(DicomTag.ScheduledStepSequence, [Node.Text(DicomTag.Modality, "CS", "CT"), Node.Text(DicomTag.ScheduledStationAe, "AE", "CT01")]));
        Assert.Equal(["PatientID", "Modality", "ScheduledStationAETitle"], facts.MatchingKeys);
        Assert.Equal(("STUDY", "CT", "CT01"), (facts[DicomTag.QueryLevel], facts[DicomTag.Modality], facts[DicomTag.ScheduledStationAe]));
        Assert.Null(facts.Patient(new()));
    }

    [Fact]
    public void Steps_and_commitments_are_counted_and_timed()
    {
        DataSetFacts facts = Facts(
            Node.Sequence(DicomTag.FailedSopSequence, [Node.Text(DicomTag.ReferencedSopClass, "UI", "1.2"), new Node(DicomTag.FailureReason, "US", [0x12, 0x01])]),
            Node.Sequence(DicomTag.ReferencedSopSequence, [Node.Text(DicomTag.ReferencedSopClass, "UI", "1.2")], [Node.Text(DicomTag.ReferencedSopClass, "UI", "1.2")]),
            Node.Text(DicomTag.StepStartDate, "DA", "20260102"), Node.Text(DicomTag.StepStartTime, "TM", "081530.250"));
        Assert.Equal((2, 1, 0x112, "20260102081530"), (facts.ReferencedInstances, facts.FailedInstances, facts.FailureReason, facts.Moment(DicomTag.StepStartDate, DicomTag.StepStartTime)));
    }

    [Fact]
    public void What_is_no_uid_is_not_kept() => Assert.Null(Facts(Node.Text(DicomTag.StudyInstance, "UI", "1.2.MILLER^ANNA"))[DicomTag.StudyInstance]);

    private static DataSetFacts Facts(params Node[] nodes)
    {
        DataSetFacts facts = new();
        DataSetReader reader = new(facts);
        reader.Begin(TransferSyntax.Explicit);
        reader.Push(DataSetWriter.Write(TransferSyntax.Explicit, nodes));
        Assert.Equal(DataSetFault.None, reader.End());
        return facts;
    }

    private static Gen<Node> Sequences(int depth) =>
        from tag in Gen.OneOf(KnownSequences)
        from items in Gen.Frequency((4, Value), (depth > 0 ? 2 : 0, depth > 0 ? Gen.Const(0).SelectMany(_ => Sequences(depth - 1)) : Value)).Array[0, 3].Array[0, 3]
        from isUndefined in Gen.Bool
        from isUnknown in Gen.Int[0, 4]
        select new Node(tag, "SQ", []) { Items = items, IsUndefined = isUndefined, IsUnknown = isUnknown == 0 };

    private static (List<string> Lines, DataSetFault Fault) Read(TransferSyntax? syntax, byte[] bytes, params int[] cuts)
    {
        EverythingConsumer consumer = new();
        DataSetReader reader = new(consumer);
        reader.Begin(syntax);
        if (cuts.Length == 0) cuts = [0];
        for (int i = 0; i < cuts.Length; i++) reader.Push(bytes.AsSpan(cuts[i]..(i + 1 < cuts.Length ? cuts[i + 1] : bytes.Length)));
        return (consumer.Lines, reader.End());
    }
}
