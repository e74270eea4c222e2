namespace Wardkeeper.Console.Parts;

/// <summary>Ways in which a value can be absent. Zero is a value and not among them.</summary>
public enum NothingKind
{
    /// <summary>Does not apply, or nobody entered it: a dash.</summary>
    NotEntered,

    /// <summary>We looked and could not tell.</summary>
    Unknown,

    /// <summary>We cannot see: no sensor, one direction only, encrypted, or no right; with the reason.</summary>
    Blind,
}
