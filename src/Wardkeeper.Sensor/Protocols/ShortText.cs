using System.Text;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Texts that peers send and rows keep, cut to a length.</summary>
internal static class ShortText
{
    /// <summary>The first <paramref name="longest"/> bytes as UTF-8; null when there are none.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes, int longest) => bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, longest)]);
}
