using Microsoft.Extensions.Localization;

namespace Wardkeeper.Console.Texts;

/// <summary>Words that more than one page uses, in both languages: names of pages, states, departments, fields. Marks the resource of the same name.</summary>
public sealed class Words
{
    private Words()
    {
    }

    /// <summary>The word for a value of the ledger, such as a department or a state; the value itself when a person entered a word of his own.</summary>
    /// <param name="words">The resource.</param>
    /// <param name="group">Group of keys, for example <c>department</c>.</param>
    /// <param name="value">The value.</param>
    public static string Of(IStringLocalizer words, string group, string value)
    {
        ArgumentNullException.ThrowIfNull(words);
        LocalizedString found = words[$"{group}.{value}"];
        return found.ResourceNotFound ? value : found.Value;
    }

    /// <summary>A number of things, of which there may be one.</summary>
    /// <param name="words">The resource.</param>
    /// <param name="things">What they are: the keys are <c>counted.devices</c> and <c>counted.devices.one</c>.</param>
    /// <param name="count">How many.</param>
    public static string Counted(IStringLocalizer words, string things, long count)
    {
        ArgumentNullException.ThrowIfNull(words);
        return count == 1 ? words[$"counted.{things}.one"] : words[$"counted.{things}", Formats.Count(count)];
    }
}
