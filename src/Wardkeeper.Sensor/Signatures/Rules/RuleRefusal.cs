namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>A rule that is not run, and why.</summary>
/// <param name="File">The file it stands in.</param>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Keyword">The keyword that was not understood; <c>header</c> for what stands before the options.</param>
/// <param name="Reason">What is wrong with it, or that it is not supported.</param>
/// <param name="Sid">The rule's number, 0 if it could not be read.</param>
public sealed record RuleRefusal(string File, int Line, string Keyword, string Reason, long Sid)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}: {Keyword}: {Reason}");
}

/// <summary>Thrown within the reading of one rule, and caught by its reader: the rule cannot be run.</summary>
internal sealed class RefusedException(string keyword, string reason) : Exception(reason)
{
    /// <summary>The keyword it is about.</summary>
    public string Keyword { get; } = keyword;
}
