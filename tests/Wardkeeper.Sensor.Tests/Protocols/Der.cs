using System.Text;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>Writes elements of X.690 for hand-made messages.</summary>
internal static class Der
{
    /// <summary>An element of any tag around others.</summary>
    public static byte[] Of(byte tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(static part => part)];
        return content.Length switch
        {
            < 128 => [tag, (byte)content.Length, .. content],
            < 256 => [tag, 0x81, (byte)content.Length, .. content],
            _ => [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content],
        };
    }

    public static byte[] Sequence(params byte[][] parts) => Of(0x30, parts);

    public static byte[] Number(long value) => value < 128 ? Of(2, [(byte)value]) : Of(2, [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    public static byte[] Text(byte tag, string text) => Of(tag, Encoding.UTF8.GetBytes(text));
}
