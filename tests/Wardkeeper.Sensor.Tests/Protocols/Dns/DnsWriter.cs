using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Dns;

/// <summary>Writes DNS messages for tests; sections must be written in their order.</summary>
internal sealed class DnsWriter
{
    private readonly List<byte> bytes = [];

    public DnsWriter(ushort id, ushort flags)
    {
        U16(id);
        U16(flags);
        for (int i = 0; i < 4; i++) U16(0);
    }

    public int Position => bytes.Count;

    public byte[] Bytes => [.. bytes];

    /// <summary>The message with the length that goes before it in a stream.</summary>
    public byte[] Framed => [(byte)(bytes.Count >> 8), (byte)bytes.Count, .. bytes];

    public DnsWriter Question(string name, ushort type, ushort @class = 1)
    {
        Count(4);
        Name(name);
        U16(type);
        U16(@class);
        return this;
    }

    public DnsWriter Answer(string name, ushort type, byte[] data, uint ttl = 300, ushort @class = 1) => Record(6, name, type, data, ttl, @class);

    public DnsWriter Authority(string name, ushort type, byte[] data, uint ttl = 300, ushort @class = 1) => Record(8, name, type, data, ttl, @class);

    public DnsWriter Additional(string name, ushort type, byte[] data, uint ttl = 300, ushort @class = 1) => Record(10, name, type, data, ttl, @class);

    public DnsWriter Raw(params byte[] more)
    {
        bytes.AddRange(more);
        return this;
    }

    public DnsWriter Count(int at, int by = 1)
    {
        int value = ((bytes[at] << 8) | bytes[at + 1]) + by;
        (bytes[at], bytes[at + 1]) = ((byte)(value >> 8), (byte)value);
        return this;
    }

    public static byte[] V4(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes();

    public static byte[] Encode(string name)
    {
        List<byte> into = [];
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] text = Encoding.UTF8.GetBytes(label.Replace('\u2024', '.'));
            into.Add((byte)text.Length);
            into.AddRange(text);
        }
        into.Add(0);
        return [.. into];
    }

    public static byte[] Texts(params string[] texts) => [.. texts.SelectMany(text => (byte[])[(byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)])];

    public static byte[] U16s(params ushort[] values)
    {
        byte[] into = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(into.AsSpan(2 * i), values[i]);
        return into;
    }

    /// <summary>A NetBIOS name in its 32 letters.</summary>
    public static string NetBios(string name, byte suffix)
    {
        byte[] padded = [.. Encoding.ASCII.GetBytes(name.PadRight(15)), suffix];
        return string.Concat(padded.Select(b => $"{(char)('A' + (b >> 4))}{(char)('A' + (b & 15))}"));
    }

    private DnsWriter Record(int count, string name, ushort type, byte[] data, uint ttl, ushort @class)
    {
        Count(count);
        Name(name);
        U16(type);
        U16(@class);
        U16((ushort)(ttl >> 16));
        U16((ushort)ttl);
        U16((ushort)data.Length);
        bytes.AddRange(data);
        return this;
    }

    /// <summary>A name; <c>@12</c> writes a pointer.</summary>
    private void Name(string name)
    {
        if (name.StartsWith('@')) U16((ushort)(0xC000 | int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)));
        else bytes.AddRange(Encode(name));
    }

    private void U16(ushort value) => bytes.AddRange([(byte)(value >> 8), (byte)value]);
}
