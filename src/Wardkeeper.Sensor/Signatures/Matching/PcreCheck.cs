using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>
/// <c>pcre</c>: made when it is first needed, since most of thousands of rules never are. It does not backtrack unless it looks around or back; then
/// time ends it, and the rule counts as cut off.
/// </summary>
internal sealed class PcreCheck(string pattern, RegexOptions options, bool negated) : BufferCheck
{
    /// <summary>Time after which an expression that backtracks is cut off.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    private Regex? regex;

    /// <summary>Whether it begins its search at the end of the last match.</summary>
    public bool IsRelative => DependsOnBefore;

    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        int from = IsRelative ? at.Position : 0, before = at.Position;
        if (from > at.Buffer.Length || from < 0) return false;
        ReadOnlySpan<char> text = at.Characters()[from..];
        Regex expression = regex ??= Make(pattern, options);
        try
        {
            if (negated) return !expression.IsMatch(text) && at.Next(index);
            foreach (ValueMatch match in expression.EnumerateMatches(text))
            {
                at.Position = from + match.Index + match.Length;
                if (at.Next(index)) return true;
                at.Position = before;
                if (!IsDependedOn || at.IsCutOff) return false;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            at.Scratch.CutOff++;
        }
        return false;
    }

    /// <summary>Reads an expression's syntax, so that a wrong one is refused when rules are loaded.</summary>
    /// <exception cref="RefusedException">It is not understood.</exception>
    public static void Verify(string pattern, RegexOptions options)
    {
        try
        {
            _ = new Regex(pattern, options, Limit);
        }
        catch (ArgumentException e)
        {
            throw new RefusedException("pcre", e.Message.Replace(pattern, "…", StringComparison.Ordinal));
        }
    }

    private static Regex Make(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options, Limit);
        }
    }
}
