using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Wardkeeper.Console.Parts;

/// <summary>Writes failures of ours to the log under a short number, which is all a person is shown.</summary>
internal sealed partial class Failures(ILogger<Failures> log)
{
    private static int last;

    /// <summary>Records it and returns its number.</summary>
    public string Record(Exception failure)
    {
        string number = "C-" + Interlocked.Increment(ref last).ToString("0000", CultureInfo.InvariantCulture);
        Failed(log, number, failure);
        return number;
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "Page failed, shown to the person as {Number}")]
    private static partial void Failed(ILogger log, string number, Exception failure);
}
