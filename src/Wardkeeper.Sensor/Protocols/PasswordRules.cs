using System.Collections.Frozen;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Which rule a password breaks that crossed the network readable. It is judged where it is read and nowhere kept: only the name of the rule
/// leaves. Passwords of people who have none (<c>anonymous</c>) are not judged.
/// Which of those that can be guessed it was (the user's own name, a maker's) is not told: beside the user's name that would tell the password.
/// </summary>
internal static class PasswordRules
{
    private const int Shortest = 8, LongestKnown = 32;

    private static readonly FrozenSet<string> Defaults = Known("password"), Communities = Known("community");

    /// <summary>The first rule that a password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; null when it breaks none, or when nobody is named.</summary>
    /// <param name="user">Who logs in, or null.</param>
    /// <param name="password">Bytes of the password.</param>
    public static string? Broken(string? user, ReadOnlySpan<byte> password)
    {
        if (user is "anonymous" or "ftp") return null;
        if (password.IsEmpty) return "empty";
        if ((user is { Length: > 0 } && (Ascii.EqualsIgnoreCase(password, user) || Ascii.EqualsIgnoreCase(password, NameIn(user)))) || IsIn(Defaults, password)) return "guessable";
        if (password.Length < Shortest) return "shorter-than-8";
        return password.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? null : "digits-only";
    }

    /// <summary>The rule that a community breaks (SNMP versions 1 and 2c): <c>guessable</c> or <c>shorter-than-8</c>; null when it breaks none.</summary>
    public static string? BrokenBy(ReadOnlySpan<byte> community) => IsIn(Communities, community) ? "guessable" : community.Length < Shortest ? "shorter-than-8" : null;

    /// <summary>States that a server took a weak password, and whose it is; nothing when no rule is broken.</summary>
    public static void WeakPassword(this ObservationBatch into, Subject server, string? user, string? rule, string origin)
    {
        if (rule is not null) into.Claim(server, ClaimKind.WeakPassword, $"{(string.IsNullOrEmpty(user) ? "-" : user)}: {rule}", origin);
    }

    /// <summary>The user's own name in one that says where she belongs: <c>zhang</c> of <c>CLINIC\zhang</c>, <c>zhang@clinic.example</c> and <c>cn=zhang,dc=clinic</c>.</summary>
    private static ReadOnlySpan<char> NameIn(string user)
    {
        ReadOnlySpan<char> name = user;
        int end = name.IndexOf(',');
        if (end > 0) name = name[..end];
        name = name[(name.LastIndexOfAny('\\', '=') + 1)..];
        end = name.IndexOf('@');
        return end > 0 ? name[..end] : name;
    }

    private static bool IsIn(FrozenSet<string> known, ReadOnlySpan<byte> secret)
    {
        if (secret.Length > LongestKnown) return false;
        Span<char> text = stackalloc char[LongestKnown];
        int length = Encoding.Latin1.GetChars(secret, text);
        bool isKnown = known.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..length]);
        text.Clear();
        return isKnown;
    }

    private static FrozenSet<string> Known(string kind)
    {
        using StreamReader reader = new(typeof(PasswordRules).Assembly.GetManifestResourceStream("default-passwords.tsv")!);
        List<string> known = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#' && line.Split('\t') is [var of, var secret, ..] && of == kind) known.Add(secret);
        }
        return known.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
