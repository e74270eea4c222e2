using System.CommandLine;
using Wardkeeper.Console;

namespace Wardkeeper.Platform.Up;

/// <summary>The command line of <c>wardkeeper up</c>.</summary>
internal static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "Port of the console and the API", HelpName = "PORT", DefaultValueFactory = _ => 8443 };
        Command command = new("up", "Runs sensors, hub, storage and console in one process.") { port };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(port), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int port, CancellationToken cancel)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddWardkeeperConsole();
        builder.Services.AddAuthorization();
        await using WebApplication app = builder.Build();
        app.MapWardkeeperConsole();
        await app.RunAsync(cancel);
        return 0;
    }
}
