using System.Text;

namespace Wardkeeper.Sensor.Observations;

/// <summary>A text that a transaction states, and the bytes of the stream in which it stands; with those read before it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Bytes">Where it stands.</param>
/// <param name="Before">What was read before, or null.</param>
internal sealed record TextPlace(string Text, ByteRange Bytes, TextPlace? Before)
{
    private const int Longest = 512;

    /// <summary>
    /// The places of texts within a message. One that does not stand in it as it is (it was packed, escaped or put together), or more than once, has none: then
    /// nobody can say which bytes were meant.
    /// </summary>
    /// <param name="before">Places that are known already, or null.</param>
    /// <param name="bytes">The message.</param>
    /// <param name="at">Where the message lies.</param>
    /// <param name="texts">The texts; null and empty ones are passed over.</param>
    public static TextPlace? Of(TextPlace? before, ReadOnlySpan<byte> bytes, ByteRange at, params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (string.IsNullOrWhiteSpace(text)) continue;
            string part = text;
            ReadOnlySpan<byte> found = Find(bytes, part);
            // A name that was read elsewhere, or is the protocol's own, stands before the version.
            if (found.IsEmpty && text.LastIndexOf(' ') is > 0 and int blank && text.AsSpan(blank).ContainsAnyInRange('0', '9')) found = Find(bytes, part = text[(blank + 1)..]);
            if (!found.IsEmpty) before = new TextPlace(part, at.Of(bytes, found), before);
        }
        return before;
    }

    /// <summary>
    /// Where a value was read, or null: its own text, or else the end of it, since a version follows the product's name that its protocol does not say.
    /// </summary>
    public static ByteRange? Of(TextPlace? places, string value)
    {
        ByteRange? end = null;
        for (TextPlace? place = places; place is not null; place = place.Before)
        {
            if (place.Text == value) return place.Bytes;
            if (end is null && value.EndsWith(place.Text, StringComparison.Ordinal)) end = place.Bytes;
        }
        return end;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text)
    {
        if (text.Length > Longest) text = text[..Longest];
        Span<byte> wanted = stackalloc byte[Longest * 3];
        ReadOnlySpan<byte> found = Only(bytes, wanted[..Encoding.UTF8.GetBytes(text, wanted)]);
        return found.IsEmpty ? Only(bytes, wanted[..Encoding.Unicode.GetBytes(text, wanted)]) : found;
    }

    /// <summary>The only place where they stand; nothing when there is none, or another.</summary>
    private static ReadOnlySpan<byte> Only(ReadOnlySpan<byte> bytes, scoped ReadOnlySpan<byte> wanted)
    {
        int first = bytes.IndexOf(wanted);
        return first < 0 || bytes[(first + 1)..].IndexOf(wanted) >= 0 ? default : bytes.Slice(first, wanted.Length);
    }
}
