namespace Wardkeeper.Hub.Identification;

/// <summary>One fact: what it looks at, what that means, how sure that is, and who says so.</summary>
/// <param name="Id">Name of the entry, unique over all files.</param>
/// <param name="Trait">What it looks at.</param>
/// <param name="Pattern">What must be seen there.</param>
/// <param name="Conditions">What must hold besides.</param>
/// <param name="Sayings">What it says of the device.</param>
/// <param name="Maker">Kind of a maker, for entries on makers.</param>
/// <param name="Basis">How the source came to know: standard, registry, file, log, source, observed, document, memory, person.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Licence">Under which terms.</param>
/// <param name="Models">Labels of recorded devices it was written from; none for what public sources say.</param>
public sealed record KnowledgeEntry(string Id, Trait Trait, TraitPattern Pattern, IReadOnlyList<TraitCondition> Conditions, IReadOnlyList<Saying> Sayings, MakerKind Maker, string Basis, string Source, string Licence, IReadOnlyList<string> Models)
{
    /// <summary>Which voices it counts among.</summary>
    public EvidenceFamily Family => Trait switch
    {
        Trait.Maker or Trait.Mac => EvidenceFamily.Hardware,
        Trait.Named or Trait.AeTitle => EvidenceFamily.Names,
        Trait.Application => EvidenceFamily.Messages,
        Trait.ImplementationUid or Trait.ImplementationVersion or Trait.Association => EvidenceFamily.Dicom,
        Trait.Asks => EvidenceFamily.Cloud,
        Trait.DhcpOrder or Trait.DhcpClass => EvidenceFamily.Addressing,
        Trait.Ja3 or Trait.Ja4 or Trait.Stack => EvidenceFamily.Stack,
        Trait.Agent or Trait.Certificate or Trait.Announces or Trait.ObjectId or Trait.Says or Trait.System => EvidenceFamily.Words,
        Trait.Model or Trait.Type => EvidenceFamily.OwnWords,
        Trait.Fingerprint => EvidenceFamily.Site,
        _ => EvidenceFamily.Behaviour,
    };
}

/// <summary>What an entry says of one attribute.</summary>
/// <param name="Field">The attribute.</param>
/// <param name="Values">Its value, or several of which one is right.</param>
/// <param name="Sure">How often that is right when nothing else is known, above 0.5 and below 1.</param>
/// <param name="IsAgainst">Whether it says that the value is not so.</param>
public sealed record Saying(IdentityField Field, IReadOnlyList<string> Values, double Sure, bool IsAgainst)
{
    /// <summary>What it adds to the logarithm of the odds of each of its values.</summary>
    public double Weight => Math.Log(Sure / (1 - Sure)) - (IsAgainst ? 0 : Math.Log(Values.Count));
}

/// <summary>What else must be seen, or must not.</summary>
/// <param name="Trait">What is looked at.</param>
/// <param name="Pattern">What must be seen there.</param>
/// <param name="IsForbidden">Whether it must not be seen.</param>
public sealed record TraitCondition(Trait Trait, TraitPattern Pattern, bool IsForbidden);

/// <summary>What a maker makes, as far as its name on a device is concerned.</summary>
public enum MakerKind
{
    /// <summary>The entry is not about makers.</summary>
    None,

    /// <summary>Whole devices that bear its name.</summary>
    Devices,

    /// <summary>Network equipment.</summary>
    Network,

    /// <summary>Computers, which are also built into others' devices.</summary>
    Computers,

    /// <summary>Chips, boards, modules, serial servers: never the maker of a medical device.</summary>
    Parts,
}

/// <summary>A text that must be seen: <c>text</c> as a whole, <c>text*</c> at the beginning, <c>*text*</c> anywhere, <c>~text~</c> as a word.</summary>
/// <param name="Text">The text in lower case.</param>
/// <param name="Place">Where it must stand.</param>
public readonly record struct TraitPattern(string Text, PatternPlace Place)
{
    /// <summary>Reads a pattern; null when the text is none.</summary>
    /// <param name="text">As it is written in files.</param>
    /// <param name="problem">What is wrong with it, and what to write instead.</param>
    public static TraitPattern? Parse(string text, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool opens = text.StartsWith('*'), ends = text.EndsWith('*') && text.Length > 1, isWord = text.Length > 2 && text.StartsWith('~') && text.EndsWith('~');
        string inner = (isWord ? text[1..^1] : text[(opens ? 1 : 0)..^(ends ? 1 : 0)]).ToLowerInvariant();
        PatternPlace place = isWord ? PatternPlace.Word : opens && ends ? PatternPlace.Anywhere : ends ? PatternPlace.Beginning : opens ? PatternPlace.Nowhere : PatternPlace.Whole;
        // Such a star would be looked for as a letter, and the entry never speak.
        bool isMisplaced = inner.Contains('*') || inner.StartsWith('~') || inner.EndsWith('~');
        problem = inner.Trim('*', '~').Length == 0 ? "is no pattern; write text, text*, *text* or ~text~"
            : place == PatternPlace.Nowhere ? $"has a star in front only, where it means nothing; write *{inner}* for anywhere, or ~{inner}~ as a word"
            : isMisplaced ? "has a star or ~ where it means nothing, and would match nothing; write text*, *text* or ~text~, and a second piece as a condition in the column \"with\""
            : place != PatternPlace.Whole && inner.Length < KnowledgeIndex.Key ? "is no pattern; with a star or ~ it has at least 3 characters"
            : null;
        return problem is null ? new TraitPattern(inner, place) : null;
    }

    /// <summary>Whether a text shows it, in upper or lower case.</summary>
    public bool IsIn(ReadOnlySpan<char> text)
    {
        if (Place == PatternPlace.Whole) return text.Equals(Text, StringComparison.OrdinalIgnoreCase);
        for (int at = 0; at + Text.Length <= text.Length; at++)
        {
            int next = text[at..].IndexOf(Text, StringComparison.OrdinalIgnoreCase);
            if (next < 0) return false;
            at += next;
            if (IsPlace(text, at)) return true;
        }
        return false;
    }

    /// <summary>Whether it stands in a text in lower case at a place.</summary>
    internal bool Holds(ReadOnlySpan<char> text, int at) => text[at..].StartsWith(Text) && IsPlace(text, at);

    private bool IsPlace(ReadOnlySpan<char> text, int at) => Place switch
    {
        PatternPlace.Beginning => at == 0,
        PatternPlace.Word => (at == 0 || !char.IsLetter(text[at - 1])) && (at + Text.Length == text.Length || !char.IsLetter(text[at + Text.Length])),
        _ => true,
    };

    /// <summary>As it is written in files.</summary>
    public override string ToString() => Place switch
    {
        PatternPlace.Beginning => Text + "*",
        PatternPlace.Anywhere => $"*{Text}*",
        PatternPlace.Word => $"~{Text}~",
        _ => Text,
    };
}

/// <summary>Where a text must stand.</summary>
public enum PatternPlace
{
    /// <summary>It is all there is.</summary>
    Whole,

    /// <summary>At the beginning.</summary>
    Beginning,

    /// <summary>Anywhere.</summary>
    Anywhere,

    /// <summary>Anywhere, with no letter beside it.</summary>
    Word,

    /// <summary>Not a pattern.</summary>
    Nowhere,
}
