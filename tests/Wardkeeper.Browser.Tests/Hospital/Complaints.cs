using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>Keeps what the console logs as errors.</summary>
internal sealed class Complaints : ILoggerProvider, ILogger
{
    /// <summary>The errors so far.</summary>
    public ConcurrentQueue<string> All { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) All.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
