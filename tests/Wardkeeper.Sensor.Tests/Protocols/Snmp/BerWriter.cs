using System.Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Snmp;

/// <summary>Writes SNMP messages for tests.</summary>
internal static class BerWriter
{
    public static byte[] Element(byte tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        byte[] length = content.Length < 128 ? [(byte)content.Length] : [0x82, (byte)(content.Length >> 8), (byte)content.Length];
        return [tag, .. length, .. content];
    }

    public static byte[] Integer(long value)
    {
        List<byte> bytes = [];
        do
        {
            bytes.Insert(0, (byte)value);
            value >>= 8;
        }
        while (value is not (0 or -1) || (bytes[0] & 0x80) != (value < 0 ? 0x80 : 0));
        return Element(0x02, [.. bytes]);
    }

    public static byte[] Text(string text) => Element(0x04, Encoding.Latin1.GetBytes(text));

    public static byte[] Oid(params uint[] arcs)
    {
        List<byte> bytes = [];
        foreach (uint arc in (uint[])[(arcs[0] * 40) + arcs[1], .. arcs[2..]])
        {
            for (int shift = 28; shift > 0; shift -= 7)
            {
                if (arc >> shift != 0) bytes.Add((byte)(0x80 | (arc >> shift)));
            }
            bytes.Add((byte)(arc & 0x7F));
        }
        return Element(0x06, [.. bytes]);
    }

    public static byte[] Binding(byte[] oid, byte[] value) => Element(0x30, oid, value);

    public static byte[] Pdu(byte tag, params byte[][] bindings) => Element(tag, Integer(4711), Integer(0), Integer(0), Element(0x30, bindings));

    public static byte[] Message(int version, string community, byte[] pdu) => Element(0x30, Integer(version), Text(community), pdu);
}
