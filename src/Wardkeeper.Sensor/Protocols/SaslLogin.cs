using System.Buffers;
using System.Buffers.Text;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// A log-in whose secrets travel as lines in base64, by the mechanisms PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195). Who logs in is read, and
/// of a readable password the rule that it breaks; nothing else is kept.
/// </summary>
internal sealed class SaslLogin
{
    private const int LongestSecret = 1024, LongestUser = 512;

    private string? mechanism;
    private int secrets;

    /// <summary>Who logs in, where the mechanism shows it; null before.</summary>
    public string? User { get; private set; }

    /// <summary>The rule that the password breaks (<see cref="PasswordRules"/>); null when it breaks none, or was not seen.</summary>
    public string? PasswordRule { get; private set; }

    /// <summary>Whether the mechanism shows a password to whoever reads along.</summary>
    public bool IsReadable => mechanism is "PLAIN" or "LOGIN";

    /// <summary>A log-in begins.</summary>
    /// <param name="by">Its mechanism, in capitals.</param>
    public void Begin(string? by)
    {
        (mechanism, secrets) = (by, 0);
        (User, PasswordRule) = (null, null);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset() => Begin(null);

    /// <summary>Takes what the client answers; <c>*</c> gives the log-in up, <c>=</c> is nothing (RFC 4954, section 4).</summary>
    public void Take(ReadOnlySpan<byte> text)
    {
        int number = ++secrets;
        if (mechanism is not ("PLAIN" or "LOGIN" or "CRAM-MD5") || text.Length > LongestSecret || text is [(byte)'*']) return;
        Span<byte> clear = stackalloc byte[LongestSecret];
        int length = 0;
        if (text is not [(byte)'='] && Base64.DecodeFromUtf8(text, clear, out _, out length) != OperationStatus.Done) return;
        Read(clear[..length], number);
        clear[..length].Clear();
    }

    private void Read(ReadOnlySpan<byte> clear, int number)
    {
        switch (mechanism)
        {
            case "LOGIN" when number == 1:
                User = Text(clear);
                break;
            case "LOGIN" when number == 2:
                PasswordRule = PasswordRules.Broken(User, clear);
                break;
            case "PLAIN" when number == 1:
                (User, _, PasswordRule) = SaslCredentials.Of(mechanism, clear);
                break;
            case "CRAM-MD5" when number == 1 && clear.IndexOf((byte)' ') is > 0 and int space:
                User = Text(clear[..space]);
                break;
        }
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestUser);
}

/// <summary>What a mechanism's first answer shows to whoever reads along.</summary>
/// <param name="User">Who logs in, or null.</param>
/// <param name="HasPassword">Whether a password stands in it.</param>
/// <param name="PasswordRule">The rule that the password breaks, or null.</param>
internal readonly record struct SaslCredentials(string? User, bool HasPassword, string? PasswordRule)
{
    private const int LongestUser = 128;

    /// <summary>Reads the answers of PLAIN (RFC 4616) and AMQPLAIN; others show nothing.</summary>
    public static SaslCredentials Of(string? mechanism, ReadOnlySpan<byte> response)
    {
        switch (mechanism)
        {
            case "PLAIN":
                // Who he acts for, the user, the password, with zeros between them.
                SpanReader parts = new(response);
                parts.UntilZero();
                string? user = ShortText.Of(parts.UntilZero(), LongestUser);
                ReadOnlySpan<byte> rest = parts.Rest;
                return new(user, !rest.IsEmpty, user is null || response.Count((byte)0) < 2 ? null : PasswordRules.Broken(user, rest));
            case "AMQPLAIN":
                string? name = ShortText.Of(Field(response, "LOGINS"u8), LongestUser);
                ReadOnlySpan<byte> password = Field(response, "PASSWORDS"u8);
                return new(name, response.IndexOf("PASSWORDS"u8) >= 0, name is null ? null : PasswordRules.Broken(name, password));
            default:
                return default;
        }
    }

    /// <summary>A long string of a table, by its name and type.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> table, ReadOnlySpan<byte> name)
    {
        int at = table.IndexOf(name);
        if (at < 0) return default;
        SpanReader value = new(table[(at + name.Length)..]);
        return value.Take((int)Math.Min(value.U32(), int.MaxValue));
    }
}
