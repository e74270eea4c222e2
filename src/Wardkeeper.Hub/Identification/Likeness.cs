using System.Globalization;

namespace Wardkeeper.Hub.Identification;

/// <summary>Compares names, and makes texts of strangers fit to be shown.</summary>
internal static class Likeness
{
    /// <summary>Longest text that is shown.</summary>
    public const int LongestShown = 128;

    /// <summary>Whether one says the same as the other or more: the shorter stands in the longer with no letter or digit beside it.</summary>
    public static bool Agree(string left, string right)
    {
        if (left.Length > right.Length) (left, right) = (right, left);
        if (left.Length == 0) return false;
        if (left.Length == right.Length) return left.Equals(right, StringComparison.OrdinalIgnoreCase);
        for (int from = 0; from + left.Length <= right.Length; from++)
        {
            int at = right.IndexOf(left, from, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return false;
            if ((at == 0 || !char.IsLetterOrDigit(right[at - 1])) && (at + left.Length == right.Length || !char.IsLetterOrDigit(right[at + left.Length]))) return true;
            from = at;
        }
        return false;
    }

    /// <summary>A text without control characters and marks of direction, cut to what can be read.</summary>
    public static string Clean(string text)
    {
        bool isClean = text.Length <= LongestShown;
        for (int i = 0; isClean && i < text.Length; i++) isClean = text[i] is >= ' ' and < '\u007F';
        if (isClean) return text;
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, LongestShown));
        if (shown.Length > 0 && char.IsHighSurrogate(shown[^1])) shown = shown[..^1];
        Span<char> clean = stackalloc char[LongestShown + 1];
        int length = 0;
        foreach (char c in shown)
        {
            UnicodeCategory category = char.GetUnicodeCategory(c);
            clean[length++] = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse ? '\uFFFD' : c;
        }
        if (shown.Length < text.Length) clean[length++] = '…';
        return clean[..length].ToString();
    }
}
