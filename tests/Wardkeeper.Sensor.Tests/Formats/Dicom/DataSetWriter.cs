using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Formats.Dicom;

/// <summary>One element to be written: a value, a sequence of items, or pixel data in fragments.</summary>
internal sealed record Node(uint Tag, string Vr, byte[] Value)
{
    public Node[][]? Items { get; init; }

    public byte[][]? Fragments { get; init; }

    /// <summary>Whether sequence and items end with delimiters.</summary>
    public bool IsUndefined { get; init; }

    /// <summary>Whether the sequence says that its representation is unknown, so that it is implicit inside.</summary>
    public bool IsUnknown { get; init; }

    public static Node Text(uint tag, string vr, string text) => new(tag, vr, Encoding.Latin1.GetBytes(text.Length % 2 == 0 ? text : text + (vr == "UI" ? '\0' : ' ')));

    public static Node Sequence(uint tag, params Node[][] items) => new(tag, "SQ", []) { Items = items };
}

/// <summary>Writes data sets as PS3.5 describes them, so that the reader can be tried on what it must read.</summary>
internal static class DataSetWriter
{
    private static readonly string[] Long = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

    public static byte[] Write(TransferSyntax syntax, params Node[] nodes)
    {
        MemoryStream into = new();
        foreach (Node node in nodes) Write(into, syntax, node);
        byte[] plain = into.ToArray();
        if (!syntax.IsDeflated) return plain;
        MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Optimal)) deflate.Write(plain);
        return packed.ToArray();
    }

    /// <summary>A whole file.</summary>
    public static byte[] File(string syntax, byte[] preamble, params Node[] nodes)
    {
        byte[] meta = Write(TransferSyntax.Explicit, Node.Text(DicomTag.MediaSopClass, "UI", "1.2.840.10008.5.1.4.1.1.2"), Node.Text(DicomTag.MediaTransferSyntax, "UI", syntax), Node.Text(DicomTag.SourceAe, "AE", "CT01"));
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, meta.Length);
        return [.. preamble, .. new byte[128 - preamble.Length], .. "DICM"u8, .. Write(TransferSyntax.Explicit, new Node(0x0002_0000, "UL", length)), .. meta, .. Write(TransferSyntax.Of(syntax)!.Value, nodes)];
    }

    private static void Write(MemoryStream into, TransferSyntax syntax, Node node)
    {
        if (node.Items is null && node.Fragments is null)
        {
            Header(into, syntax, node.Tag, node.Vr, (uint)node.Value.Length);
            into.Write(node.Value);
            return;
        }
        if (node.Fragments is not null)
        {
            Header(into, syntax, node.Tag, "OB", uint.MaxValue);
            foreach (byte[] fragment in node.Fragments)
            {
                Delimiter(into, syntax, DicomTag.Item, (uint)fragment.Length);
                into.Write(fragment);
            }
            Delimiter(into, syntax, DicomTag.SequenceDelimiter, 0);
            return;
        }
        TransferSyntax inside = node.IsUnknown ? TransferSyntax.Implicit : syntax with { IsDeflated = false };
        MemoryStream items = new();
        foreach (Node[] item in node.Items!)
        {
            byte[] content = Write(inside, item);
            Delimiter(items, inside, DicomTag.Item, node.IsUndefined ? uint.MaxValue : (uint)content.Length);
            items.Write(content);
            if (node.IsUndefined) Delimiter(items, inside, DicomTag.ItemDelimiter, 0);
        }
        Header(into, syntax, node.Tag, node.IsUnknown ? "UN" : "SQ", node.IsUndefined ? uint.MaxValue : (uint)items.Length);
        items.WriteTo(into);
        if (node.IsUndefined) Delimiter(into, inside, DicomTag.SequenceDelimiter, 0);
    }

    private static void Header(MemoryStream into, TransferSyntax syntax, uint tag, string vr, uint length)
    {
        Tag(into, syntax, tag);
        if (!syntax.IsExplicit)
        {
            Number(into, syntax, length, 4);
            return;
        }
        into.Write(Encoding.ASCII.GetBytes(vr));
        if (!Long.Contains(vr))
        {
            Number(into, syntax, length, 2);
            return;
        }
        into.Write([0, 0]);
        Number(into, syntax, length, 4);
    }

    private static void Delimiter(MemoryStream into, TransferSyntax syntax, uint tag, uint length)
    {
        Tag(into, syntax, tag);
        Number(into, syntax, length, 4);
    }

    private static void Tag(MemoryStream into, TransferSyntax syntax, uint tag)
    {
        Number(into, syntax, tag >> 16, 2);
        Number(into, syntax, tag & 0xFFFF, 2);
    }

    private static void Number(MemoryStream into, TransferSyntax syntax, uint value, int bytes)
    {
        for (int i = 0; i < bytes; i++) into.WriteByte((byte)(value >> (8 * (syntax.IsBigEndian ? bytes - 1 - i : i))));
    }
}

/// <summary>Wants everything and writes it down.</summary>
internal sealed class EverythingConsumer : IDataSetConsumer
{
    public List<string> Lines { get; } = [];

    public bool Wants(uint tag, uint sequence, int depth) => true;

    public void Take(in DataElement element) => Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{element.Depth} {element.Sequence:X8} {element.Tag:X8} {Convert.ToHexString(element.Value)}{(element.IsCut ? " cut" : "")}"));

    public void BeginItem(uint sequence, int depth) => Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{depth} {sequence:X8} item"));

    /// <summary>What must be written down of these nodes.</summary>
    public static IEnumerable<string> Expected(IEnumerable<Node> nodes, uint sequence = 0, int depth = 0)
    {
        foreach (Node node in nodes)
        {
            if (node.Fragments is not null) continue;
            if (node.Items is null)
            {
                int kept = Math.Min(node.Value.Length, DataSetReader.MaxValue);
                yield return string.Create(CultureInfo.InvariantCulture, $"{depth} {sequence:X8} {node.Tag:X8} {Convert.ToHexString(node.Value.AsSpan(0, kept))}{(node.Value.Length > kept ? " cut" : "")}");
                continue;
            }
            foreach (Node[] item in node.Items)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{depth} {node.Tag:X8} item");
                foreach (string line in Expected(item, node.Tag, depth + 1)) yield return line;
            }
        }
    }
}
