using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Wardkeeper.Platform.Trust;

/// <summary>
/// Learns why connections end in TLS, for example because a client's certificate was not signed by who it names. The server keeps the reason to itself but for its log, which is
/// listened to here; each connection's own flow tells whose reason it is.
/// </summary>
/// <param name="ended">Who is told: the address, and the reason in words, without anything of what was sent.</param>
internal sealed class TlsEnds(Action<IPAddress?, string> ended) : ILoggerProvider
{
    private const string Source = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";
    private readonly AsyncLocal<IPAddress?> current = new();

    /// <summary>Listens to the server's log, whatever of it is written elsewhere.</summary>
    public void AddTo(ILoggingBuilder logging)
    {
        logging.AddProvider(this);
        logging.AddFilter<TlsEnds>(static (category, level) => category == Source && level >= LogLevel.Debug);
    }

    /// <summary>Before TLS: keeps the address of the connection for its flow.</summary>
    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        current.Value = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        await next(connection);
    };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Listener(this, categoryName == Source);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private void Tell(string why) => ended(current.Value, why);

    private sealed class Listener(TlsEnds owner, bool isSource) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isSource;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!isSource || logLevel < LogLevel.Debug || (exception is null && !IsTimeout(eventId))) return;
            Exception? cause = exception;
            while (cause?.InnerException is { } inner) cause = inner;
            owner.Tell("The connection ended in TLS: " + (cause?.Message ?? "the client did not finish the handshake in time."));
        }

        private static bool IsTimeout(EventId id) => id.Name == "AuthenticationTimedOut";
    }
}
