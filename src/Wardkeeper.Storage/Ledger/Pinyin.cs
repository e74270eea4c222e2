using System.Text;

namespace Wardkeeper.Storage.Ledger;

/// <summary>
/// How Chinese characters are read, so that names sort as a reader expects and are found by the initials of their syllables. One
/// reading per character; names that read it otherwise are found by their characters.
/// </summary>
internal static class Pinyin
{
    private const char First = '\u4E00', Last = '\u9FFF';
    private static readonly (string[] Syllables, string Table) Data = Load();

    /// <summary>The syllable of a character, without tone; null when it is no Chinese character of the basic block.</summary>
    public static string? Of(char character)
    {
        if (character is < First or > Last) return null;
        int at = (character - First) * 2;
        int number = (Digit(Data.Table[at]) * 32) + Digit(Data.Table[at + 1]);
        return number == 0 ? null : Data.Syllables[number - 1];
    }

    /// <summary>The text with its Chinese characters as syllables, each followed by a space, in capitals.</summary>
    public static string Sortable(string text)
    {
        StringBuilder into = new(text.Length * 2);
        foreach (char character in text)
        {
            if (Of(character) is { } syllable) into.Append(syllable.ToUpperInvariant()).Append(' ');
            else into.Append(char.ToUpperInvariant(character));
        }
        return into.ToString();
    }

    /// <summary>The initials of a text's Chinese characters, other letters and digits as they are, lower case; null when it has no Chinese character.</summary>
    public static string? Initials(string text)
    {
        bool any = false;
        StringBuilder into = new(text.Length);
        foreach (char character in text)
        {
            if (Of(character) is { } syllable)
            {
                into.Append(syllable[0]);
                any = true;
            }
            else if (char.IsLetterOrDigit(character))
            {
                into.Append(char.ToLowerInvariant(character));
            }
        }
        return any ? into.ToString() : null;
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;

    private static (string[] Syllables, string Table) Load()
    {
        using StreamReader reader = new(typeof(Pinyin).Assembly.GetManifestResourceStream("pinyin.txt")!);
        reader.ReadLine();
        return (reader.ReadLine()!.Split(' '), reader.ReadLine()!);
    }
}
