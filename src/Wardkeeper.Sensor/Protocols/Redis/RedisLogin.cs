using System.Text;

namespace Wardkeeper.Sensor.Protocols.Redis;

/// <summary>
/// The words of a log-in, <c>AUTH [user] password</c> or <c>HELLO version AUTH user password</c>, as they come. Who logs in is kept, and of the
/// password the rule that it breaks; nothing else.
/// </summary>
internal struct RedisLogin
{
    private const int LongestWord = 512, LongestUser = 128, MostWords = 8;

    /// <summary>Words behind the command: those to come at all, those that came, and which of them is the user and the password; 0 for none or not known.</summary>
    private int all, seen, userAt, passwordAt;

    /// <summary>Who logs in; null when nobody is named.</summary>
    public string? User { get; private set; }

    /// <summary>The rule that the password breaks (<see cref="PasswordRules"/>); null when it breaks none, or when there is none.</summary>
    public string? PasswordRule { get; private set; }

    /// <summary>A command of so many words begins.</summary>
    public void Begin(string command, long words)
    {
        this = default;
        all = (int)Math.Clamp(words - 1, 0, MostWords);
        (userAt, passwordAt) = (command, all) switch { ("AUTH", 1) => (0, 1), ("AUTH", 2) => (1, 2), _ => (0, 0) };
        if (passwordAt == 0 && command != "HELLO") all = 0;
    }

    /// <summary>Whether the next word, of so many bytes, is to be read; one that is not counts as passed.</summary>
    public bool Wants(long size)
    {
        if (seen >= all) return false;
        if (size is >= 0 and <= LongestWord) return true;
        seen++;
        return false;
    }

    /// <summary>Takes the next word.</summary>
    public void Take(ReadOnlySpan<byte> word)
    {
        if (seen >= all) return;
        seen++;
        if (seen == userAt) User = ShortText.Of(word, LongestUser);
        else if (seen == passwordAt) PasswordRule = PasswordRules.Broken(User, word);
        else if (passwordAt == 0 && seen > 1 && Ascii.EqualsIgnoreCase(word, "AUTH")) (userAt, passwordAt) = (seen + 1, seen + 2);
    }
}
