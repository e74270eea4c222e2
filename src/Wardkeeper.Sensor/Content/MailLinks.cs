using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Content;

/// <summary>Offers the links of a mail's text to signatures: in lower case, without their scheme, each once.</summary>
internal static class MailLinks
{
    private const int MostLinks = 64, LongestLink = 2048;
    private static readonly System.Buffers.SearchValues<byte> Ends = System.Buffers.SearchValues.Create("\r\n\t \"'<>()[]{}|\\^`"u8);

    /// <summary>Offers what links stand in a text.</summary>
    /// <param name="text">The text, as far as it was kept.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="into">Where links go.</param>
    public static void Offer(ReadOnlySpan<byte> text, Side side, IBufferSink into)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (seen.Count < MostLinks && text.IndexOf("://"u8) is >= 0 and var at)
        {
            ReadOnlySpan<byte> before = text[..at];
            text = text[(at + 3)..];
            if (!EndsWith(before, "http"u8) && !EndsWith(before, "https"u8) && !EndsWith(before, "ftp"u8)) continue;
            int end = text.IndexOfAny(Ends);
            ReadOnlySpan<byte> link = end < 0 ? text : text[..end];
            if (link.IsEmpty || link.Length > LongestLink) continue;
            string lower = System.Text.Encoding.Latin1.GetString(link).ToLowerInvariant();
            if (seen.Add(lower)) into.Offer(BufferName.MailUrl, side, System.Text.Encoding.Latin1.GetBytes(lower));
        }
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme) => text.Length >= scheme.Length && System.Text.Ascii.EqualsIgnoreCase(text[^scheme.Length..], scheme);
}
