namespace Wardkeeper.Platform;

/// <summary>A person's mistake: what, where, what to do. All mistakes of one call are reported together; exit code 2, no stack trace.</summary>
/// <param name="lines">One sentence per mistake.</param>
internal sealed class UserError(params IReadOnlyList<string> lines) : Exception(string.Join(Environment.NewLine, lines))
{
    /// <summary>One sentence per mistake.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;
}
