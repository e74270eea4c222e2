using System.Diagnostics;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>Plays a scene of admission so that nothing is left behind: neither after an error nor after Ctrl-C, nor, thanks to a guardian, after <c>kill -9</c>.</summary>
internal static class WardSceneRun
{
    /// <summary>Plays once.</summary>
    /// <returns>Whether everything held.</returns>
    /// <exception cref="LabException">It could not be played.</exception>
    public static async Task<bool> PlayAsync(IWardScene scene, WardSettings settings, bool isProtected, TextWriter writer, CancellationToken cancel)
    {
        using LabRegister register = LabRegister.Take(settings.Name);
        await Laboratory.RemoveAsync(settings.Name, LabRegister.Leftover(settings.Name));
        string folder = Directory.CreateTempSubdirectory("wardkeeper-lab-").FullName;
        register.Announce(new RunningLab(Environment.ProcessId, new LabSettings
        {
            Seed = settings.Seed,
            Size = HospitalSize.Small,
            Date = DateOnly.FromDateTime(DateTime.Today),
            From = TimeSpan.Zero,
            Length = TimeSpan.FromHours(1),
            Speed = 1,
            Name = settings.Name,
        }, folder));
        using Process guardian = Guard(settings.Name);
        SceneTelling telling = new(writer, settings.IsChinese);
        try
        {
            await using SceneStand run = new(scene, settings, isProtected, folder, telling);
            telling.Say(isProtected ? "scene-protected" : "scene-unprotected", Texts.Get(scene.Protection, settings.IsChinese), settings.Seed);
            await scene.PlayAsync(run, cancel);
            return telling.Holds;
        }
        finally
        {
            await Laboratory.RemoveAsync(settings.Name, folder);
            await guardian.StandardInput.WriteLineAsync("done");
            guardian.StandardInput.Close();
            await guardian.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Starts a process that waits for this one's end: when that comes without a word, it clears away.</summary>
    private static Process Guard(string name)
    {
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(WardSceneRun).Assembly.Location] : [Environment.ProcessPath!];
        ProcessStartInfo start = new("setsid", ["sh", "-c", """read -r word; [ "$word" = done ] || exec "$@" """, "sh", .. own, "down", "--name", name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new LabException("the process that clears away after a kill could not be started");
    }
}
