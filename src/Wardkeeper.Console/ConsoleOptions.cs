namespace Wardkeeper.Console;

/// <summary>What the console says of the site it stands in.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Name of the hospital or campus, shown in the top bar; empty shows none.</summary>
    public string HospitalName { get; set; } = "";

    /// <summary>Whether what is shown is the recorded sample hospital, which every page says.</summary>
    public bool IsDemo { get; set; }

    /// <summary>Language of a person who chose none and whose browser asks for none of ours.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary>Time zone of a person who chose none, IANA name.</summary>
    public string Zone { get; set; } = Session.ViewerSettings.DefaultZone;
}
