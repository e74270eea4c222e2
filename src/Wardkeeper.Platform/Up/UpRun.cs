using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Up;

/// <summary>
/// One run of <c>wardkeeper up</c>, from the command line to the last byte stored: configuration, data folder, certificate, control
/// socket, then the platform itself; signals; and the drain at the end.
/// </summary>
/// <param name="loader">Reads the configuration, also again.</param>
/// <param name="isDemo">Whether the sample hospital is replayed.</param>
/// <param name="clock">Wall clock.</param>
/// <param name="text">Where people read how it goes.</param>
internal sealed partial class UpRun(ConfigurationLoader loader, bool isDemo, TimeProvider clock, TextWriter text)
{
    private readonly bool chinese = Texts.IsChinese;

    /// <summary>Runs until a signal ends it; returns the exit code.</summary>
    /// <exception cref="UserError">It cannot start; holds everything that stands in the way.</exception>
    public async Task<int> RunAsync()
    {
        if (isDemo) (loader.Below, loader.SiteOfSample) = ("demo", DemoHospital.Site());
        PlatformSettings settings = loader.Load();
        using DataFolder folder = TakeFolder(settings);
        ServerCertificate certificate = new(folder, clock);
        certificate.Load(settings.Web);
        LiveSettings live = new(loader, settings);
        using StopSignals signals = new();
        using ILoggerFactory logs = LogSetup.Factory(live);
        ILogger log = logs.CreateLogger("Wardkeeper.Platform");
        await using ControlServer control = ControlServer.Start(folder, log);
        signals.OnHangUp = () => Reload(live, certificate, log);
        while (true)
        {
            RestartRequest restart = new();
            PlatformOptions options = new() { Settings = live, Folder = folder, Certificate = certificate, IsDemo = isDemo, Clock = clock, Restart = restart };
            await RunOnceAsync(options, control, signals, log);
            if (restart.BetweenRuns is not { } work || signals.IsStopping) return 0;
            await work();
        }
    }

    /// <summary>Takes the data folder, unless something stands in the way; then everything that does is said.</summary>
    private DataFolder TakeFolder(PlatformSettings settings)
    {
        List<string> obstacles = [];
        DataFolder? folder = null;
        try
        {
            folder = DataFolder.Take(settings.Data, isDemo ? "wardkeeper up --demo" : "wardkeeper up", clock.GetUtcNow());
        }
        catch (UserError error)
        {
            obstacles.AddRange(error.Lines);
        }
        obstacles.AddRange(StartChecks.Obstacles(settings, isDemo));
        if (obstacles.Count == 0) return folder!;
        folder?.Dispose();
        throw new UserError(obstacles);
    }

    /// <summary>One life of the platform: built, started, served, drained.</summary>
    private async Task RunOnceAsync(PlatformOptions options, ControlServer control, StopSignals signals, ILogger log)
    {
        WebApplication app = PlatformHost.Build(options);
        Readiness readiness = app.Services.GetRequiredService<Readiness>();
        try
        {
            await app.StartAsync(signals.Stopping);
            await readiness.FirstReady.WaitAsync(signals.Stopping);
            control.Serve(app.Services.GetRequiredService<ControlDispatcher>());
            Greeting.Write(text, options, app.Services, chinese);
            ServiceNotice.Ready();
            await Task.WhenAny(Task.Delay(Timeout.Infinite, signals.Stopping), options.Restart.Requested);
        }
        catch (OperationCanceledException) when (signals.IsStopping)
        {
            // Asked to end before it had started.
        }
        catch (OperationCanceledException) when (readiness.FirstReady.IsFaulted)
        {
            await readiness.FirstReady;
        }
        if (signals.IsStopping) ServiceNotice.Stopping();
        LogStopping(log);
        readiness.Wait("stop");
        control.Serve(null);
        await Shutdown.DrainAsync(app);
        LogStopped(log);
    }

    private static void Reload(LiveSettings live, ServerCertificate certificate, ILogger log)
    {
        ServiceNotice.Reloading();
        ReloadResult result = live.Reload();
        try
        {
            if (result.Mistakes.Count == 0) certificate.Load(live.Current.Web);
        }
        catch (UserError error)
        {
            result = result with { Mistakes = error.Lines };
        }
        foreach (string mistake in result.Mistakes) LogReloadMistake(log, mistake);
        if (result.Mistakes.Count == 0) LogReloaded(log, result.Changed.Count == 0 ? "-" : string.Join(", ", result.Changed), result.NeedRestart.Count == 0 ? "-" : string.Join(", ", result.NeedRestart));
        ServiceNotice.Ready();
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Stopping: what is under way is stored.")]
    private static partial void LogStopping(ILogger log);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Stopped.")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Configuration read again. Changed at once: {Changed}. Changed after a restart: {Waiting}.")]
    private static partial void LogReloaded(ILogger log, string changed, string waiting);

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "Configuration stays as it was: {Mistake}")]
    private static partial void LogReloadMistake(ILogger log, string mistake);
}
