using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

/// <summary>Writes what PS3.7 and PS3.8 describe, so that tests need no captures.</summary>
internal static class DicomWriter
{
    public const string Verification = "1.2.840.10008.1.1", CtStorage = "1.2.840.10008.5.1.4.1.1.2", Worklist = "1.2.840.10008.5.1.4.31";
    public const string StudyFind = "1.2.840.10008.5.1.4.1.2.2.1", StudyMove = "1.2.840.10008.5.1.4.1.2.2.2", Mpps = "1.2.840.10008.3.1.2.3.3", Commitment = "1.2.840.10008.1.20.1";
    public const string Implicit = "1.2.840.10008.1.2", Explicit = "1.2.840.10008.1.2.1";

    public static readonly byte[] ReleaseRequest = Pdu(5, new byte[4]), ReleaseReply = Pdu(6, new byte[4]);

    public static byte[] Pdu(byte type, byte[] body) => [type, 0, .. Big32((uint)body.Length), .. body];

    public static byte[] Abort(byte source, byte reason) => Pdu(7, [0, 0, source, reason]);

    public static byte[] Reject(byte result, byte source, byte reason) => Pdu(3, [0, result, source, reason]);

    public static byte[] Associate(byte type, string called, string calling, params byte[][] items) =>
        Pdu(type, [0, 1, 0, 0, .. Title(called), .. Title(calling), .. new byte[32], .. items.SelectMany(item => item)]);

    public static byte[] Request(string called, string calling, params (byte Id, string Sop)[] contexts) =>
        Associate(1, called, calling, [Item(0x10, "1.2.840.10008.3.1.1.1"), .. contexts.Select(c => Context(c.Id, c.Sop, Implicit, Explicit)), User("1.2.3.4.5", "TEST_1", 16384)]);

    public static byte[] Accept(string called, string calling, params byte[] ids) =>
        Associate(2, called, calling, [Item(0x10, "1.2.840.10008.3.1.1.1"), .. ids.Select(id => Accepted(id, 0)), User("1.2.3.4.6", "PEER_2", 131072)]);

    public static byte[] Context(byte id, string sop, params string[] syntaxes) =>
        Item(0x20, [id, 0, 0, 0, .. Item(0x30, sop), .. syntaxes.SelectMany(syntax => Item(0x40, syntax))]);

    public static byte[] Accepted(byte id, byte result) => Item(0x21, [id, 0, result, 0, .. Item(0x40, result == 0 ? Implicit : "")]);

    public static byte[] User(string implementation, string version, uint most, params byte[][] more) =>
        Item(0x50, [.. Item(0x51, Big32(most)), .. Item(0x52, implementation), .. Item(0x55, version), .. more.SelectMany(item => item)]);

    public static byte[] Role(string sop, byte scu, byte scp) => Item(0x54, [.. Big16((ushort)sop.Length), .. Encoding.ASCII.GetBytes(sop), scu, scp]);

    public static byte[] Item(byte type, string text) => Item(type, Encoding.ASCII.GetBytes(text));

    public static byte[] Item(byte type, byte[] value) => [type, 0, .. Big16((ushort)value.Length), .. value];

    public static byte[] Pdv(byte context, bool command, bool last, byte[] payload) =>
        [.. Big32((uint)payload.Length + 2), context, (byte)((command ? 1 : 0) | (last ? 2 : 0)), .. payload];

    public static byte[] Data(params byte[][] pdvs) => Pdu(4, [.. pdvs.SelectMany(pdv => pdv)]);

    /// <summary>A command set in one PDU, its data set (if any) in PDUs of at most <paramref name="most"/> payload bytes.</summary>
    public static byte[] Message(byte context, byte[] command, int dataSet = -1, int most = 16000)
    {
        return Message(context, command, dataSet < 0 ? null : Pixels(dataSet), most);
    }

    /// <summary>A command set in one PDU and this data set behind it.</summary>
    public static byte[] Message(byte context, byte[] command, byte[]? dataSet, int most = 16000)
    {
        List<byte> bytes = [.. Data(Pdv(context, true, true, command))];
        for (int at = 0; at < dataSet?.Length; at += most)
        {
            int length = Math.Min(most, dataSet.Length - at);
            bytes.AddRange(Data(Pdv(context, false, at + length == dataSet.Length, dataSet[at..(at + length)])));
        }
        return [.. bytes];
    }

    /// <summary>A command set with its group length; values of an odd length are padded.</summary>
    public static byte[] Command(ushort field, params (ushort Element, object Value)[] elements)
    {
        List<byte> rest = [];
        foreach ((ushort element, object value) in elements.Append(((ushort)0x0100, field)).OrderBy(pair => pair.Item1))
            rest.AddRange(Element(element, value));
        return [.. Element(0x0000, (uint)rest.Count), .. rest];
    }

    public static byte[] Element(ushort element, object value)
    {
        byte[] bytes = value switch
        {
            ushort number => [(byte)number, (byte)(number >> 8)],
            int number => [(byte)number, (byte)(number >> 8)],
            uint number => [(byte)number, (byte)(number >> 8), (byte)(number >> 16), (byte)(number >> 24)],
            string text => Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + '\0'),
            _ => throw new ArgumentException("not an element value", nameof(value)),
        };
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return [0, 0, (byte)element, (byte)(element >> 8), .. length, .. bytes];
    }

    public static byte[] StoreCommand(int id, string instance, bool moved = false) => moved
        ? Command(0x0001, (0x0002, CtStorage), (0x0110, id), (0x0700, 0), (0x0800, 0), (0x1000, instance), (0x1030, "WS01"), (0x1031, 7))
        : Command(0x0001, (0x0002, CtStorage), (0x0110, id), (0x0700, 0), (0x0800, 0), (0x1000, instance));

    public static byte[] Reply(int field, string sop, int id, int status, bool dataSet = false, params (ushort Element, object Value)[] more) =>
        Command((ushort)(field | 0x8000), [(0x0002, sop), (0x0120, id), (0x0800, dataSet ? 0 : 0x0101), (0x0900, status), .. more]);

    /// <summary>An implicit data set of that many bytes that holds nothing but pixel data.</summary>
    public static byte[] Pixels(int length)
    {
        byte[] head = [0xE0, 0x7F, 0x10, 0, .. BitConverter.GetBytes(Math.Max(0, length - 8))];
        return length < 8 ? Pattern(length) : [.. head, .. Pattern(length - 8)];
    }

    /// <summary>Bytes that are not zero and hold what could be taken for headers.</summary>
    public static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)((i * 7 % 251) & (i % 5 == 0 ? 0x04 : 0xFF));
        return bytes;
    }

    private static byte[] Title(string title) => Encoding.Latin1.GetBytes(title.PadRight(16));

    private static byte[] Big16(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Big32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
