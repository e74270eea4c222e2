using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Doctor;

/// <summary>How bad it is.</summary>
internal enum Condition
{
    /// <summary>As it should be.</summary>
    Well,

    /// <summary>Works, but a person should know.</summary>
    Notice,

    /// <summary>Does not work, or will soon not.</summary>
    Problem,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">Which check, in kebab case: <c>disk</c>, <c>port</c> …</param>
/// <param name="Condition">How bad it is.</param>
/// <param name="Key">What was found: the key of its text; the cure's text has <c>-cure</c> behind it and is there unless all is well.</param>
/// <param name="Values">What stands in the places of both texts.</param>
internal record Diagnosis(string Check, Condition Condition, string Key, params object[] Values)
{
    /// <summary>What was found.</summary>
    public virtual string What(bool chinese) => Texts.Format(Key, chinese, Values);

    /// <summary>What to do; null when all is well.</summary>
    public virtual string? Cure(bool chinese) => Condition == Condition.Well ? null : Texts.Format(Key + "-cure", chinese, Values);
}

/// <summary>Looks at one thing. It changes nothing and never fails: what cannot be looked at is itself a diagnosis.</summary>
internal interface IDoctorCheck
{
    /// <summary>Looks.</summary>
    IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, CancellationToken cancel);
}

/// <summary>What is looked at.</summary>
/// <param name="Settings">The settings as far as they could be read.</param>
/// <param name="Mistakes">What is wrong in the configuration.</param>
/// <param name="ConfigurationFile">The file read; null when there is none.</param>
/// <param name="IsRunning">Whether a process owns the data folder.</param>
/// <param name="Clock">Wall clock.</param>
internal sealed record DoctorContext(PlatformSettings Settings, IReadOnlyList<string> Mistakes, string? ConfigurationFile, bool IsRunning, TimeProvider Clock);
