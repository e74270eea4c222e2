using Microsoft.Extensions.Localization;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Console.Pages.Response;

/// <summary>Words for where actions stand.</summary>
internal static class ActionWords
{
    /// <summary>Where an action stands: in force unseen and seen are two things, and an end says which.</summary>
    public static string State(IStringLocalizer<ResponsePage> words, ResponseAction action) =>
        action.End is { } end ? words[(action.State == ActionState.Undoing ? "undoing." : "end.") + KebabWord.Of(end)]
        : action.State == ActionState.InForce ? words[action.Verified is null ? "state.applied" : "state.verified"]
        : words["state." + KebabWord.Of(action.State)];
}
