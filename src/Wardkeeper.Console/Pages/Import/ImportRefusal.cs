using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Import;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Console.Pages.Import;

/// <summary>Why a file, or what was asked of an import, was not taken: said to people in one place.</summary>
internal sealed class ImportRefusal(IStringLocalizer<ImportPage> page, IStringLocalizer<Words> words, Formats formats)
{
    private const int Most = 5;

    /// <summary>Does something, and gathers why it was refused.</summary>
    /// <param name="work">What is done.</param>
    /// <returns>What is wrong, for people, empty when it was done; and the failure when the fault is ours.</returns>
    public async Task<(string[] Problems, Exception? Failure)> TryAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work();
            return ([], null);
        }
        catch (TableFileException wrong)
        {
            return ([page[$"file.{wrong.Code}", wrong.Detail]], null);
        }
        catch (RefusedException refused)
        {
            return ([.. refused.Mistakes.Select(Text).Distinct().Take(Most)], null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ([], e);
        }
    }

    private string Text(Mistake mistake) => page[$"refused.{mistake.Code}"] is { ResourceNotFound: false } text ? text : formats.IsChinese ? words["refused.invalid"] : mistake.Message;
}
