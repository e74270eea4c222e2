using System.Globalization;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads the transformations that take values.</summary>
internal static class TransformKeywords
{
    /// <summary><c>xor:"0d0ac8ff"</c>, or <c>xor:offset 1,extract 4 0</c>, which takes the key from the bytes themselves.</summary>
    public static Transform Xor(string? value)
    {
        string text = RuleText.Unquote(value ?? "", out _);
        int offset = 0;
        foreach (string word in ContentKeywords.Words(text))
        {
            string[] parts = word.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is ["offset", _]) offset = Math.Max(0, Whole("xor", parts[1]));
            else if (parts is ["extract", _, _])
            {
                (int count, int at, int from) = (Whole("xor", parts[1]), Whole("xor", parts[2]), offset);
                if (count is < 1 or > 255 || at < 0) throw new RefusedException("xor", "a key has 1 to 255 bytes");
                return bytes => at > bytes.Length - count ? bytes.ToArray() : Transforms.Xor(bytes.Slice(at, count).ToArray(), from)(bytes);
            }
            else if (word.Length is > 0 and <= 512 && word.Length % 2 == 0 && word.All(char.IsAsciiHexDigit)) return Transforms.Xor(Convert.FromHexString(word), offset);
        }
        throw new RefusedException("xor", "the key is written in hexadecimal digits");
    }

    /// <summary><c>gunzip: max-size 1024</c></summary>
    public static Transform Gunzip(string? value)
    {
        if (value is null) return Transforms.Gunzip;
        string[] pair = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (pair is not ["max-size", _]) throw new RefusedException("gunzip", $"{value} is not known");
        int most = Math.Max(0, Whole("gunzip", pair[1]));
        return bytes =>
        {
            byte[] all = Transforms.Gunzip(bytes);
            return all[..Math.Min(all.Length, most)];
        };
    }

    /// <summary><c>from_base64: bytes 18, offset 1, mode rfc4648</c></summary>
    public static Transform FromBase64(string? value)
    {
        int count = 0, offset = 0;
        bool lenient = false, strict = false;
        foreach (string word in ContentKeywords.Words(value))
        {
            string[] pair = word.Split([' ', ':'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (pair.Length == 0) continue;
            if (pair is ["bytes", _]) count = Whole("from_base64", pair[1]);
            else if (pair is ["offset", _]) offset = Math.Max(0, Whole("from_base64", pair[1]));
            else if (pair is ["mode", "rfc2045"]) lenient = true;
            else if (pair is ["mode", "strict"]) strict = true;
            else if (pair is not ["mode", "rfc4648"]) throw new RefusedException("from_base64", $"{word} is not known");
        }
        return bytes =>
        {
            if (offset > bytes.Length) return [];
            ReadOnlySpan<byte> text = bytes[offset..];
            if (count > 0) text = text[..Math.Min(count, text.Length)];
            byte[] decoded = Transforms.FromBase64(text, lenient);
            return strict && decoded.Length * 4 / 3 < text.TrimEnd((byte)'=').Length - 1 ? [] : decoded;
        };
    }

    /// <summary><c>subslice: 4, 10, truncate</c></summary>
    public static Transform Subslice(string? value)
    {
        string[] words = ContentKeywords.Words(value);
        bool truncate = words[^1] == "truncate";
        if (truncate) words = words[..^1];
        if (words.Length is 0 or > 2) throw new RefusedException("subslice", "an offset and perhaps a length are needed");
        return Transforms.Subslice(Whole("subslice", words[0]), words.Length > 1 ? Whole("subslice", words[1]) : null, truncate);
    }

    private static int Whole(string keyword, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw new RefusedException(keyword, $"{text} is no number");
}
