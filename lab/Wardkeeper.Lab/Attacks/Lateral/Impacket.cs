using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Lateral;

/// <summary>Programs of ours that use impacket, which speaks Windows' remote procedure calls at either end.</summary>
internal static class Impacket
{
    // Debian's own interpreter: only that knows the packages of Debian.
    private const string Python = "/usr/bin/python3", Server = "windows-machine.py", Client = "remote-execution.py";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>What they need.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new(Python, "python3"), new("/usr/lib/python3/dist-packages/impacket/smbserver.py", "python3-impacket")];

    /// <summary>Lets a host be a Windows machine: an administrative share, and services and tasks that can be made from afar.</summary>
    /// <exception cref="LabException">It does not start.</exception>
    public static async Task<RunningProgram> ServeAsync(SceneStage stage, HostNamespace host, CancellationToken cancel)
    {
        string folder = stage.Folder($"windows-{host.Device.Key}"), share = Directory.CreateDirectory(Path.Combine(folder, "admin")).FullName;
        return await ProgramRun.ServeUntilAsync(host, stage.Site.LogOf(host, "windows-machine"), Python, ["-u", Script(folder, Server), share], "ready", cancel);
    }

    /// <summary>Starts a command on another machine.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="from">Who does it.</param>
    /// <param name="to">On whom.</param>
    /// <param name="way"><c>service</c>, <c>job</c> or <c>task</c>.</param>
    /// <param name="login">User and password.</param>
    /// <param name="command">The command.</param>
    /// <param name="program">A file that is put into the administrative share first; null for none.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LabException">It was refused.</exception>
    public static async Task StartAsync(SceneStage stage, HostNamespace from, HostNamespace to, string way, (string User, string Password) login, string command, string? program, CancellationToken cancel)
    {
        string script = Script(stage.Folder($"from-{from.Device.Key}-{to.Device.Key}"), Client);
        ProgramResult result = await ProgramRun.MustRunAsync(from, stage.Site.LogOf(from, "remote-execution"), Python, [script, way, to.Device.Ip.ToString(), login.User, login.Password, command, program ?? ""], Patience, cancel);
        if (!result.Output.Contains("done", StringComparison.Ordinal)) throw new LabException($"{to.Device.Key} started nothing (log: {result.Log})");
    }

    private static string Script(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        using FileStream file = File.Create(path);
        using Stream script = typeof(Impacket).Assembly.GetManifestResourceStream(name)!;
        script.CopyTo(file);
        return path;
    }
}
