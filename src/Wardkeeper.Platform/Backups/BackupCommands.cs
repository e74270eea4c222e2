using System.CommandLine;
using System.Text.Json;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Backups;
using Wardkeeper.Storage.Cases;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Backups;

/// <summary><c>wardkeeper backup</c> and <c>restore</c>: the command lines, and what the owner of the data folder does for them.</summary>
internal static class BackupCommands
{
    /// <summary>What beside the stores makes a data folder whole; anchors and secrets above all.</summary>
    private static readonly string[] Besides = ["audit-anchors", "access.key", ConfigurationLoader.FileName];

    /// <summary>Makes <c>backup</c>.</summary>
    public static Command Backup() => Make("backup", "Folder for the backup; it must not exist yet, or be empty");

    /// <summary>Makes <c>restore</c>.</summary>
    public static Command Restore() => Make("restore", "Folder of the backup. What is in the data folder now is moved aside, not deleted");

    /// <summary>Files of a folder of the data folder, seen from there; what is just being written apart.</summary>
    private static IEnumerable<string> In(DataFolder data, string folder) =>
        Directory.Exists(Path.Combine(data.Path, folder)) ? Directory.EnumerateFiles(Path.Combine(data.Path, folder)).Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Select(name => $"{folder}/{name}") : [];

    /// <summary>Registers what the owner does.</summary>
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton(provider => new Backup(provider.GetRequiredService<StoreFactory>(), provider.GetRequiredService<HubPath>(), provider.GetRequiredService<HistoryStore>(), provider.GetRequiredService<TimeProvider>(), new CaseCopies(provider.GetRequiredService<CasePool>())));
        services.AddSingleton<IControlCommand>(provider => new ControlHandler("backup", provider.GetRequiredService<PlatformOptions>(), provider, async (all, who, request, cancel) =>
        {
            string folder = request.Required("folder");
            DataFolder data = all.GetRequiredService<DataFolder>();
            IEnumerable<string> names = Besides.Concat(In(data, "keys")).Concat(In(data, Intelligence.IntelligenceStore.Folder)).Concat(In(data, Signatures.SignatureStore.Folder));
            try
            {
                // Whoever may not look into the data folder may not look into its copy.
                if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, DataFolder.OnlyOwner);
                BackupManifest manifest = await all.GetRequiredService<JobBoard>().RunAsync(
                    who, JobKind.Backup, folder,
                    async job =>
                    {
                        BackupManifest made = await all.GetRequiredService<Backup>().WriteAsync(folder, [.. names.Where(name => File.Exists(Path.Combine(data.Path, name))).Select(name => (Path.Combine(data.Path, name), name))], job, job.Stop);
                        await all.GetRequiredService<IAuditLog>().AppendAsync(who, "backup-made", folder, cancel: cancel);
                        return made;
                    },
                    _ => "/audit?action=backup-made",
                    cancel: cancel);
                return new ControlAnswer { Lines = [$"Backed up {manifest.Files.Count} files, {manifest.Files.Sum(file => file.Length) / 1e6:F1} MB, {manifest.Cases} captures among them, into {folder}."], Facts = JsonSerializer.SerializeToElement(new { folder, files = manifest.Files.Count, captures = manifest.Cases }) };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new UserError($"The backup was not made: {e.Message}");
            }
        }));
        services.AddSingleton<IControlCommand>(provider => new RestoreRequest(provider.GetRequiredService<PlatformOptions>(), provider));
    }

    private static Command Make(string name, string meaning)
    {
        Command command = new(name, PlatformCommands.Describe(name));
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Argument<string> folder = new("FOLDER") { Description = meaning };
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        command.Add(folder);
        command.Add(json);
        // The process that carries it out may stand elsewhere.
        command.SetAction((parsed, cancel) => ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = name, Arguments = new Dictionary<string, string> { ["folder"] = Path.GetFullPath(parsed.GetValue(folder)!) } }, parsed.GetValue(json), cancel, mayStart: name == "restore"));
        return command;
    }
}
