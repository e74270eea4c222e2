using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Reach;

namespace Wardkeeper.Console.Pages.Device;

/// <summary>A reach as one sentence: how many devices in how many zones, and of which departments, the whole ones first.</summary>
internal static class ReachWords
{
    private const int Named = 5;

    /// <summary>The sentence.</summary>
    /// <param name="side">What is reached, or who reaches.</param>
    /// <param name="texts">Texts of the page.</param>
    /// <param name="words">Shared words.</param>
    /// <param name="key">Beginning of the keys.</param>
    public static string Of(ReachedSide side, IStringLocalizer texts, IStringLocalizer<Words> words, string key)
    {
        string outside = side.Outside > 0 ? texts[key + ".outside"] : "";
        if (side.Devices == 0) return texts[key + ".none"] + outside;
        ReachedGroup[] groups = [.. side.Departments.Where(group => group.Name is not null).OrderByDescending(group => group.IsWhole).ThenByDescending(group => group.Devices)];
        string named = string.Join(texts["reach.and"], groups.Take(Named).Select(group => (string)(group.IsWhole ? texts["reach.department.whole", Words.Of(words, "department", group.Name!)] : texts["reach.department", Words.Of(words, "department", group.Name!), group.Devices, group.Of])));
        if (groups.Length > Named) named += texts["reach.more", groups.Length - Named];
        return texts[key, Words.Counted(words, "devices", side.Devices), Words.Counted(words, "zones", side.Zones.Count)] + (named.Length == 0 ? "" : texts["reach.namely", named]) + texts["reach.stop"] + outside + (side.IsCut ? texts["reach.cut"] : "");
    }
}
