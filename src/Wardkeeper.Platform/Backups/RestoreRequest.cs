using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Platform.Control;
using Wardkeeper.Storage.Backups;

namespace Wardkeeper.Platform.Backups;

/// <summary>
/// Puts a backup back. A running platform closes everything, lets the backup take the place of what was there, and opens everything
/// again, in the same process: sensors' batches that the backup does not have come again from their spools.
/// </summary>
internal sealed class RestoreRequest(PlatformOptions options, IServiceProvider services) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "restore";

    /// <inheritdoc/>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        string folder = request.Required("folder");
        if (!options.IsRunning) return await PutBackAsync(folder, cancel);
        await CheckAsync(folder, cancel);
        await services.GetRequiredService<IAuditLog>().AppendAsync(new Actor("local:" + request.Person, new HashSet<Role> { Role.Administrator }), "backup-restored", folder, cancel: cancel);
        progress("Closing; the console is away for a few seconds.");
        TaskCompletionSource<ControlAnswer> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isFirst = options.Restart.TryAsk(async () =>
        {
            try
            {
                done.TrySetResult(await PutBackAsync(folder, CancellationToken.None));
            }
            catch (UserError error)
            {
                done.TrySetException(error);
            }
        });
        if (!isFirst) throw new UserError("A backup is being put back just now. Wait until it is done.");
        return await done.Task.WaitAsync(cancel);
    }

    private static async Task CheckAsync(string folder, CancellationToken cancel)
    {
        try
        {
            await BackupManifest.VerifyAsync(folder, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserError($"Nothing was changed: {e.Message}");
        }
    }

    private async Task<ControlAnswer> PutBackAsync(string folder, CancellationToken cancel)
    {
        try
        {
            string? aside = await Restore.RunAsync(folder, options.Folder.Path, cancel);
            return new ControlAnswer { Lines = [$"{folder} was put back.{(aside is null ? "" : $" What was there before is in {Path.Combine(options.Folder.Path, aside)}.")}"], Facts = JsonSerializer.SerializeToElement(new { folder, aside }) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserError($"The backup was not put back: {e.Message}");
        }
    }
}
