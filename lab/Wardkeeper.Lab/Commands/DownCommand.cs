using System.CommandLine;
using System.Diagnostics;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab down</c>: ends the lab that runs, and removes what one that was killed left behind.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Command command = new("down", "Ends the lab that runs, and removes what a killed one left behind.") { options.Name, options.Language };
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel => RunAsync(options.NameOf(parsed), options.IsChinese(parsed), cancel)));
        return command;
    }

    private static async Task<int> RunAsync(string name, bool chinese, CancellationToken cancel)
    {
        Doctor.Require([]);
        RunningLab? running = LabRegister.Find(name);
        if (running is not null)
        {
            Kernel.Terminate(running.Process);
            Stopwatch waited = Stopwatch.StartNew();
            while (LabRegister.Find(name) is not null && waited.Elapsed < Patience) await Task.Delay(100, cancel);
        }
        // Taken, so that no other lab of this name starts while its namespaces are removed.
        int left;
        using (LabRegister.Take(name)) left = await Laboratory.RemoveAsync(name, LabRegister.Leftover(name));
        Console.Out.WriteLine(Texts.Format(running is not null ? "down-ended" : left > 0 ? "down-removed" : "down-nothing", chinese, name, left));
        return 0;
    }
}
