using System.Text.Json;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Control;

/// <summary>From a command line to an answer on the screen: finds who can carry the command out, asks, prints.</summary>
internal static class ControlCall
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Runs a command; returns the exit code.</summary>
    /// <param name="loader">Reads the configuration.</param>
    /// <param name="request">The command.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="mayStart">Whether a data folder that does not exist yet is made.</param>
    public static async Task<int> RunAsync(ConfigurationLoader loader, ControlRequest request, bool json, CancellationToken cancel, bool mayStart = false)
    {
        PlatformSettings settings = loader.Load();
        await using IControl control = LocalControl.TryOpen(loader, settings, TimeProvider.System, mayStart) ?? (IControl)new SocketControl(settings.Data);
        return Print(await control.RunAsync(request, line => System.Console.Error.WriteLine(line), cancel), json);
    }

    /// <summary>Asks for the status, and takes nothing for it: whoever starts meanwhile finds the data folder free.</summary>
    public static async Task<int> LookAsync(ConfigurationLoader loader, bool json, CancellationToken cancel)
    {
        PlatformSettings settings = loader.Load();
        LocalControl.MustExist(settings);
        if (!DataFolder.IsTaken(settings.Data)) return Print(StatusReport.Of("not running", settings.Web, settings.Data, isDemo: false), json);
        await using SocketControl control = new(settings.Data);
        return Print(await control.RunAsync(new ControlRequest { Command = "status" }, line => System.Console.Error.WriteLine(line), cancel), json);
    }

    private static int Print(ControlAnswer answer, bool json)
    {
        if (answer.Mistakes is { Count: > 0 } mistakes) throw new UserError(mistakes);
        if (json) System.Console.Out.WriteLine(answer.Facts is { } facts ? JsonSerializer.Serialize(facts, Indented) : "{}");
        else foreach (string line in answer.Lines ?? []) System.Console.Out.WriteLine(line);
        return answer.ExitCode;
    }
}
