using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Sensor.Observations;

/// <summary>Makes <see cref="MaskedText"/> from what was on the wire: identifying spans become keyed hashes (HMAC-SHA-256, cut to 128 bits).</summary>
/// <remarks>Thread-safe: it holds nothing but the key.</remarks>
public sealed class PatientMasker
{
    private readonly byte[] key;

    /// <summary>Makes a masker.</summary>
    /// <param name="key">The site's secret. Without one, a fixed key is used, and <see cref="PatientNames"/> then shows numbers instead of hashes.</param>
    public PatientMasker(byte[]? key = null) => this.key = key ?? "wardkeeper: patients are numbered, not hashed"u8.ToArray();

    /// <summary>A patient's identifier (PID-3, (0010,0020), FHIR Patient id). Blanks around it and letter case do not make another patient.</summary>
    public MaskedText Identifier(ReadOnlySpan<char> identifier) => new(Token(identifier));

    /// <summary>Text that by its definition holds no patient data; private-use marks are removed from it.</summary>
    public static MaskedText Plain(string text) =>
        new(text.AsSpan().IndexOfAny(MaskedText.Open, MaskedText.Close) < 0 ? text : text.Replace("\uE000", "", StringComparison.Ordinal).Replace("\uE001", "", StringComparison.Ordinal));

    /// <summary>
    /// Text in which each of these identifiers or names is masked, longest first, whatever its letter case; the rest stays. One of
    /// two or three characters is masked only where it stands alone, one of a single character not at all.
    /// </summary>
    public MaskedText Within(string text, IReadOnlyList<string> identifiers)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(identifiers);
        string plain = Plain(text).Value;
        StringBuilder? into = null;
        int copied = 0;
        for (int at = 0; at < plain.Length; at++)
        {
            int length = 0;
            foreach (string identifier in identifiers)
            {
                if (identifier.Length > length && StandsAt(plain, at, identifier)) length = identifier.Length;
            }
            if (length == 0) continue;
            into ??= new StringBuilder();
            into.Append(plain, copied, at - copied).Append(Token(plain.AsSpan(at, length)));
            copied = at + length;
            at = copied - 1;
        }
        return new(into is null ? plain : into.Append(plain, copied, plain.Length - copied).ToString());
    }

    /// <summary>The token that stands for an identifying span inside a longer text.</summary>
    internal string Token(ReadOnlySpan<char> span)
    {
        string normal = span.Trim().ToString().ToUpperInvariant();
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(normal), hash);
        return MaskedText.Open + Convert.ToHexStringLower(hash[..16]) + MaskedText.Close;
    }

    private static bool StandsAt(string text, int at, string identifier)
    {
        int end = at + identifier.Length;
        if (identifier.Length < 2 || end > text.Length) return false;
        if (!text.AsSpan(at, identifier.Length).Equals(identifier, StringComparison.OrdinalIgnoreCase)) return false;
        if (identifier.Length > 3) return true;
        return (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
    }
}
