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
    public Option<double> Hours { get; } = new("--hours") { Description = "How many hours of the day are played; not beyond midnight", HelpName = "N" };

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
        return command;
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="LabException">A value lies outside its range.</exception>
    public LabSettings Of(ParseResult parsed)
    {
        double hours = parsed.GetValue(Hours), speed = parsed.GetValue(Speed);
        TimeSpan from = parsed.GetValue(From);
        // Whoever says when it begins and not how long gets the rest of the day.
        if (parsed.GetResult(Hours) is null or { Implicit: true }) hours = Math.Min(hours, 24 - from.TotalHours);
        if (hours is not (> 0 and <= 24)) throw new LabException("--hours must be more than 0 and at most 24");
        if (speed is not (>= 1 and <= FastestSpeed)) throw new LabException("--speed must be between 1 and 1000");
        if (from + TimeSpan.FromHours(hours) > TimeSpan.FromDays(1)) throw new LabException("--from and --hours reach beyond midnight, where a run ends at the latest; give fewer hours");
        return new LabSettings { Seed = parsed.GetValue(Seed), Size = parsed.GetValue(Size), Date = parsed.GetValue(Date), From = from, Length = TimeSpan.FromHours(hours), Speed = speed, Name = NameOf(parsed) };
    }

    /// <summary>Name of the lab.</summary>
    /// <exception cref="LabException">It is none.</exception>
    public string NameOf(ParseResult parsed)
    {
        string name = parsed.GetValue(Name)!;
        return name.Length is >= 1 and <= 4 && name.All(char.IsAsciiLetterOrDigit) ? name : throw new LabException($"--name {name} is no name for a lab; use 1 to 4 letters or digits");
    }

    /// <summary>Whether Chinese is wanted.</summary>
    /// <exception cref="LabException">The language is not known.</exception>
    public bool IsChinese(ParseResult parsed) => parsed.GetValue(Language) switch
    {
        null => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh",
        "zh" or "zh-CN" => true,
        "en" => false,
        string other => throw new LabException($"--lang {other} is not known; use zh or en"),
    };

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
