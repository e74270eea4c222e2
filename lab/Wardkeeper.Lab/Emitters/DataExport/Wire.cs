using System.Buffers.Binary;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Text;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>An attribute and its value as bytes. Programming guide, chapter 5, AVAType.</summary>
/// <param name="Id">Attribute.</param>
/// <param name="Value">Its value.</param>
internal sealed record ExportAttribute(ushort Id, byte[] Value);

/// <summary>The protocol's basic types as bytes, big endian. Programming guide, chapter 5, "Common Data Types".</summary>
internal static class Wire
{
    /// <summary>A time that the sender does not support.</summary>
    public static byte[] NoTime => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>Numbers of 16 bits, one after the other.</summary>
    public static byte[] Words(params ReadOnlySpan<ushort> values)
    {
        byte[] bytes = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), values[i]);
        return bytes;
    }

    /// <summary>Numbers of 32 bits, one after the other.</summary>
    public static byte[] Longs(params ReadOnlySpan<uint> values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), values[i]);
        return bytes;
    }

    /// <summary>What follows a length of 16 bits.</summary>
    public static byte[] Counted(byte[] content) => [.. Words(checked((ushort)content.Length)), .. content];

    /// <summary>Items after their number and their length together.</summary>
    public static byte[] List(params IReadOnlyCollection<byte[]> items) => [.. Words(checked((ushort)items.Count)), .. Counted([.. items.SelectMany(item => item)])];

    /// <summary>AttributeList.</summary>
    public static byte[] Attributes(params IReadOnlyCollection<ExportAttribute> attributes) => List([.. attributes.Select(attribute => (byte[])[.. Words(attribute.Id), .. Counted(attribute.Value)])]);

    /// <summary>String: UTF-16 with its final zero.</summary>
    public static byte[] Text(string text) => Counted(Encoding.BigEndianUnicode.GetBytes(text + "\0"));

    /// <summary>VariableLabel: one byte a character with its final zero, of even length.</summary>
    public static byte[] Label(string text) => Counted(Encoding.Latin1.GetBytes(text + (text.Length % 2 == 0 ? "\0\0" : "\0")));

    /// <summary>FLOAT-Type: an exponent to the base of ten in the upper byte, a mantissa in the others.</summary>
    /// <param name="value">Value; its digits are kept.</param>
    public static byte[] Float(decimal value)
    {
        int exponent = value.Scale;
        int mantissa = (int)(value * (decimal)Math.Pow(10, exponent));
        return Longs(((uint)(byte)-exponent << 24) | ((uint)mantissa & 0xFF_FFFF));
    }

    /// <summary>AbsoluteTime: century, year, month, day, hour, minute, second and their hundredth in binary coded decimals.</summary>
    public static byte[] Time(DateTime at) => Convert.FromHexString(at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "00");

    /// <summary>RelativeTime: ticks of 125 µs. The lab's monitors began to count at midnight of the planned day.</summary>
    public static uint Ticks(DateTime at) => (uint)(at.TimeOfDay.TotalSeconds * 8000);

    /// <summary>System id: the hardware address as an octet string.</summary>
    public static byte[] Address(PhysicalAddress address) => Counted(address.GetAddressBytes());
}
