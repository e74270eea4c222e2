using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>Names what needs a person now. Every registered source is asked; a source with nothing to say says nothing.</summary>
public interface IAttentionSource
{
    /// <summary>What needs this person, gravest first.</summary>
    /// <param name="person">Who looks; what she may not see is not named.</param>
    /// <param name="cancel">Cancelled when the page is left.</param>
    Task<IReadOnlyList<AttentionItem>> ForAsync(Actor person, CancellationToken cancel);
}

/// <summary>Something that needs a person.</summary>
/// <param name="Severity">API value; null for a task.</param>
/// <param name="Text">What, in one sentence in the language of the page.</param>
/// <param name="Detail">Where, since when, who has it.</param>
/// <param name="Href">Where it is dealt with.</param>
/// <param name="Next">Name of the step, on the link.</param>
public sealed record AttentionItem(string? Severity, string Text, string? Detail, string Href, string Next);
