using MudBlazor;

namespace Wardkeeper.Console.Layout;

/// <summary>What the component library is told of our look. Colours are not here: <c>tokens.css</c> maps the library's own variables to ours, so that light, dark and system need no round trip.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "4px" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".875rem", LineHeight = "1.43" } },
    };
}
