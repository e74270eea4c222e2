using CsCheck;
using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Formats.Dicom;

/// <summary>A digest is the same for the same object however it travels, and another for another.</summary>
public sealed class ContentDigestTests
{
    private static readonly TransferSyntax Deflated = new(true, IsDeflated: true);

    private static readonly Node[] Image =
    [
        Node.Text(DicomTag.Modality, "CS", "CT"), Node.Text(0x0008_1030, "LO", "Head"), Node.Sequence(0x0008_1140, [Node.Text(0x0008_1155, "UI", "1.2.3")]), Node.Text(DicomTag.PatientId, "LO", "HL0007"),
        Node.Text(0x0018_0060, "DS", "120"), new Node(0x0028_1052, "DS", new byte[3000]), new Node(DicomTag.PixelData, "OW", new byte[5000]),
    ];

    private static readonly Gen<Node> Value =
        from tag in Gen.UInt[0x0008_0006, 0x0028_FFFF].Where(static tag => (tag & 0xFFFF) != 0 && !DicomTag.IsSequence(tag))
        from vr in Gen.OneOf("LO", "UI", "US", "UT", "PN", "DS")
        from bytes in Gen.Byte.Array[0, 1500]
        select new Node(tag, vr, bytes);

    [Fact]
    public void The_same_object_has_the_same_in_every_little_endian_syntax_and_however_it_is_cut() => Value.Array[1, 6].Holds(nodes =>
    {
        string? digest = Of(TransferSyntax.Explicit, nodes).Text;
        Assert.Equal(digest, Of(TransferSyntax.Implicit, nodes).Text);
        Assert.Equal(digest, Of(Deflated, nodes).Text);
        Assert.Equal(digest, Of(TransferSyntax.Implicit, nodes, piece: 1).Text);
    }, iter: 100);

    [Fact]
    public void Sequences_private_elements_and_pixels_are_left_out_and_pixels_are_measured()
    {
        ContentDigest whole = Of(TransferSyntax.Explicit, Image);
        Assert.Equal((16, 5000), (whole.Text!.Length, whole.PixelBytes));
        Assert.Equal(whole.Text, Of(TransferSyntax.Implicit, Image).Text);
        Assert.Equal(whole.Text, Of(TransferSyntax.Explicit, [.. Image.Where(node => node.Items is null), Node.Text(0x0029_1010, "LO", "private")]).Text);
        Assert.Equal(whole.Text, Of(TransferSyntax.Explicit, [.. Image[..^1], new Node(DicomTag.PixelData, "OW", new byte[6000])]).Text);
    }

    [Fact]
    public void A_compressed_object_has_that_of_the_plain_one() =>
        Assert.Equal(
            Of(TransferSyntax.Explicit, [.. Image[..5], Node.Text(0x0028_0004, "CS", "RGB"), new Node(0x0028_0006, "US", [0, 0]), .. Image[5..]]).Text,
            Of(TransferSyntax.Explicit, [.. Image[..2], Node.Text(0x0008_2111, "ST", "JPEG, ratio 2"), .. Image[2..5], Node.Text(0x0028_0004, "CS", "YBR_FULL_422"), Image[5], Node.Text(0x0028_2110, "CS", "01"), new Node(DicomTag.PixelData, "OB", []) { Fragments = [[], new byte[300]] }]).Text);

    [Fact]
    public void Another_value_another_length_and_another_element_show()
    {
        string?[] digests =
        [
            Of(TransferSyntax.Explicit, Image).Text,
            Of(TransferSyntax.Explicit, [.. Image[..3], Node.Text(DicomTag.PatientId, "LO", "HL0008"), .. Image[4..]]).Text,
            Of(TransferSyntax.Explicit, [.. Image[..5], new Node(0x0028_1052, "DS", new byte[3002]), Image[6]]).Text,
            Of(TransferSyntax.Explicit, Image[1..]).Text,
        ];
        Assert.Equal(4, digests.Distinct().Count());
        Assert.All(digests, Assert.NotNull);
    }

    [Fact]
    public void A_loss_in_what_counts_leaves_no_digest_and_one_in_pixels_does_no_harm()
    {
        byte[] bytes = DataSetWriter.Write(TransferSyntax.Explicit, Image);
        Assert.Equal(Of(TransferSyntax.Explicit, Image).Text, WithLoss(bytes, bytes.Length - 3000, 500));
        Assert.Null(WithLoss(bytes, 14, 2));
        Assert.Null(Of(TransferSyntax.Explicit, Image, most: bytes.Length - 6000).Text);
    }

    private static string? WithLoss(byte[] bytes, int at, int count)
    {
        DataSetReader reader = new(new DataSetFacts());
        reader.Begin(TransferSyntax.Explicit);
        reader.Push(bytes.AsSpan(0, at));
        reader.Lose(count);
        reader.Push(bytes.AsSpan(at + count));
        reader.End();
        return reader.Content.Text;
    }

    private static ContentDigest Of(TransferSyntax syntax, Node[] nodes, int piece = int.MaxValue, int most = int.MaxValue)
    {
        byte[] bytes = DataSetWriter.Write(syntax, nodes);
        bytes = bytes[..Math.Min(most, bytes.Length)];
        DataSetReader reader = new(new DataSetFacts());
        reader.Begin(syntax);
        for (int at = 0; at < bytes.Length; at += Math.Min(piece, bytes.Length)) reader.Push(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        reader.End();
        return reader.Content.Text is null && reader.Content.PixelBytes is null ? default : reader.Content;
    }
}
