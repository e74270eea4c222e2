namespace Wardkeeper.Hub.Changes;

/// <summary>One mistake in what a person asked for.</summary>
/// <param name="Field">API name of the field it is about; empty when it is about the whole.</param>
/// <param name="Code">Stable word in kebab case, from which pages make the text in the person's language.</param>
/// <param name="Message">What is wrong and what to do, in English.</param>
public sealed record Mistake(string Field, string Code, string Message);

/// <summary>Why a change was not made.</summary>
public enum Refusal
{
    /// <summary>What was sent is wrong; every mistake is named.</summary>
    Invalid,

    /// <summary>There is no such thing, or the person may not know of it.</summary>
    NotFound,

    /// <summary>A rule forbids it to this person.</summary>
    Forbidden,

    /// <summary>It was changed by somebody else in the meantime.</summary>
    Stale,

    /// <summary>It contradicts the present state, for example a name already taken.</summary>
    Conflict,
}

/// <summary>A change that was refused, with all reasons at once; nothing was stored. Never a defect of the program.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Refused for several reasons.</summary>
    public RefusedException(Refusal kind, IReadOnlyList<Mistake> mistakes) : base(string.Join(" ", mistakes.Select(mistake => mistake.Message))) => (Kind, Mistakes) = (kind, mistakes);

    /// <summary>Refused for one reason.</summary>
    public RefusedException(Refusal kind, string field, string code, string message) : this(kind, [new(field, code, message)]) { }

    /// <summary>Which kind of refusal.</summary>
    public Refusal Kind { get; }

    /// <summary>Every mistake.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; }
}

/// <summary>Gathers mistakes, so that all are told at once.</summary>
public sealed class Mistakes
{
    private readonly List<Mistake> found = [];

    /// <summary>How many so far.</summary>
    public int Count => found.Count;

    /// <summary>Notes one.</summary>
    public void Add(string field, string code, string message) => found.Add(new(field, code, message));

    /// <summary>Notes one when something does not hold.</summary>
    public void Require(bool holds, string field, string code, string message)
    {
        if (!holds) Add(field, code, message);
    }

    /// <summary>Refuses when there is any.</summary>
    /// <exception cref="RefusedException">There is at least one.</exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0) throw new RefusedException(Refusal.Invalid, [.. found]);
    }
}
