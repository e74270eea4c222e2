using Microsoft.Extensions.Logging.Console;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Up;

/// <summary>Where log entries go: to standard error, one line each, in the journal's form under systemd.</summary>
internal static class LogSetup
{
    /// <summary>Sets logging up; a changed level holds at once.</summary>
    public static void Configure(ILoggingBuilder logging, LiveSettings settings)
    {
        logging.ClearProviders();
        logging.AddFilter((category, level) => level >= Least(category, settings.Current.Log.Level));
        bool isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        if (settings.Current.Log.Json) logging.AddJsonConsole(options => options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffzzz");
        else if (isJournal) logging.AddSystemdConsole();
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss ";
                options.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>A factory for what runs outside of the host.</summary>
    public static ILoggerFactory Factory(LiveSettings settings) => LoggerFactory.Create(logging => Configure(logging, settings));

    // The frameworks log every request and every statement at Information: of no use to a hospital, and it would fill the disk.
    private static LogLevel Least(string? category, LogLevel wanted) =>
        category is not null && category.StartsWith("Wardkeeper", StringComparison.Ordinal) ? wanted : wanted < LogLevel.Warning ? LogLevel.Warning : wanted;
}
