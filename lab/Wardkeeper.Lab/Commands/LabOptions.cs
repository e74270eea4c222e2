using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;

namespace Wardkeeper.Lab.Commands;

/// <summary>Options that several commands of the lab share.</summary>
internal sealed class LabOptions
{
    private const double FastestSpeed = 1000;
    private static readonly string[] Clocks = [@"h\:mm", @"hh\:mm"];

    /// <summary>The seed.</summary>
    public Option<int> Seed { get; } = new("--seed") { Description = "Decides the hospital, its day and its scenes: the same seed, the same facts", HelpName = "N", DefaultValueFactory = _ => 1 };

    /// <summary>How big.</summary>
    public Option<HospitalSize> Size { get; } = new("--size") { Description = "A small hospital (about 22 devices) or a full one (about 60)", HelpName = "small|full", DefaultValueFactory = _ => HospitalSize.Full };

    /// <summary>The day.</summary>
    public Option<DateOnly> Date { get; } = new("--date") { Description = "The day that is played", HelpName = "YYYY-MM-DD", DefaultValueFactory = _ => new DateOnly(2026, 11, 23), CustomParser = DateOf };

    /// <summary>Begin.</summary>
    public Option<TimeSpan> From { get; } = new("--from") { Description = "Time of the day at which it begins", HelpName = "HH:MM", CustomParser = ClockOf };

    /// <summary>Length.</summary>
    public Option<double> Hours { get; } = new("--hours") { Description = "How many hours of the day are played", HelpName = "N" };

    /// <summary>Pace.</summary>
    public Option<double> Speed { get; } = new("--speed") { Description = "How much faster than the day itself", HelpName = "N" };

    /// <summary>Name of the lab.</summary>
    public Option<string> Name { get; } = new("--name") { Description = "Name of the lab, 1 to 4 letters or digits: labs of other names run side by side", HelpName = "NAME", DefaultValueFactory = _ => "wk" };

    /// <summary>Language.</summary>
    public Option<string?> Language { get; } = new("--lang") { Description = "Language of the text: zh or en", HelpName = "zh|en" };

    /// <summary>All of them, with their checks, for a command that plays a hospital.</summary>
    public Command AddTo(Command command, double hours, double speed, TimeSpan from)
    {
        Hours.DefaultValueFactory = _ => hours;
        Speed.DefaultValueFactory = _ => speed;
        From.DefaultValueFactory = _ => from;
        foreach (Option option in (Option[])[Seed, Size, Date, From, Hours, Speed, Name, Language]) command.Options.Add(option);
        command.Validators.Add(Validate);
        return command;
    }

    /// <summary>What was asked for.</summary>
    public LabSettings Of(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(Seed),
        Size = parsed.GetValue(Size),
        Date = parsed.GetValue(Date),
        From = parsed.GetValue(From),
        Length = TimeSpan.FromHours(parsed.GetValue(Hours)),
        Speed = parsed.GetValue(Speed),
        Name = parsed.GetValue(Name)!,
    };

    /// <summary>Whether Chinese is wanted.</summary>
    public bool IsChinese(ParseResult parsed) => parsed.GetValue(Language) is { } language ? language.StartsWith("zh", StringComparison.Ordinal) : CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    /// <summary>Checks the language.</summary>
    public void ValidateLanguage(CommandResult result)
    {
        if (result.GetValue(Language) is { } language && language is not ("zh" or "en" or "zh-CN")) result.AddError($"--lang {language} is not known; use zh or en.");
    }

    /// <summary>Checks the name.</summary>
    public void ValidateName(CommandResult result)
    {
        if (result.GetValue(Name) is not { Length: >= 1 and <= 4 } name || !name.All(char.IsAsciiLetterOrDigit)) result.AddError($"--name {result.GetValue(Name)} is no name for a lab; use 1 to 4 letters or digits.");
    }

    private void Validate(CommandResult result)
    {
        ValidateName(result);
        ValidateLanguage(result);
        if (result.GetResult(Hours)?.Errors.Any() != true && result.GetValue(Hours) is not (> 0 and <= 24)) result.AddError("--hours must be more than 0 and at most 24.");
        if (result.GetResult(Speed)?.Errors.Any() != true && result.GetValue(Speed) is not (>= 1 and <= FastestSpeed)) result.AddError("--speed must be between 1 and 1000.");
        bool isReadable = result.GetResult(From)?.Errors.Any() != true && result.GetResult(Hours)?.Errors.Any() != true;
        if (isReadable && result.GetValue(From) + TimeSpan.FromHours(result.GetValue(Hours)) > TimeSpan.FromDays(1)) result.AddError("--from and --hours reach beyond midnight; a run ends at midnight at the latest.");
    }

    private static TimeSpan ClockOf(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TimeSpan.TryParseExact(text, Clocks, CultureInfo.InvariantCulture, out TimeSpan clock) && clock < TimeSpan.FromDays(1)) return clock;
        result.AddError($"--from {text} is no time of the day; write it as 09:30.");
        return default;
    }

    private static DateOnly DateOf(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) && date.Year is >= 2020 and <= 2100) return date;
        result.AddError($"--date {text} is no day between 2020 and 2100; write it as 2026-11-23.");
        return default;
    }
}
