using System.Diagnostics;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Site;

public class MountNamespaceTests
{
    [LabFact("sleep sh")]
    public async Task What_a_program_left_behind_is_killed_and_a_stranger_with_its_old_number_is_not()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9));
        HostNamespace pc = hospital.Site["pc"];
        RunningProgram first = await StartAsync("sleep 600 & wait");
        HashSet<string> names = [pc.Name];
        await UntilAsync("sh sleep");
        first.Remember();
        foreach (int process in NamespacePrograms.Running(names)) Process.GetProcessById(process).Kill();
        while (!first.HasEnded || NamespacePrograms.Running(names).Count > 0) await Task.Delay(10, TestHospital.Cancel);

        // The kernel gives the lowest free number to the next namespace.
        RunningProgram[] strangers = [await StartAsync("exec sleep 601"), await StartAsync("exec sleep 601"), await StartAsync("sleep 602 & wait")];
        await UntilAsync("sh sleep sleep sleep");
        await first.DisposeAsync();
        Assert.Equal("sh sleep sleep sleep", Programs());

        // The last one's shell ends at once; its child, which knows nothing of that, ends with it.
        await strangers[2].DisposeAsync();
        await UntilAsync("sleep sleep");
        Assert.All(strangers[..2], stranger => Assert.False(stranger.HasEnded));
        foreach (RunningProgram stranger in strangers[..2]) await stranger.DisposeAsync();

        string Programs() => string.Join(' ', NamespacePrograms.Running(names).Select(process => LogFile.OfProcess(process, "comm")).Order(StringComparer.Ordinal));

        // What starts a program runs there for a moment as well: told apart by name.
        async Task UntilAsync(string programs)
        {
            for (Stopwatch waited = Stopwatch.StartNew(); Programs() != programs; await Task.Delay(10, TestHospital.Cancel)) Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), Programs());
        }

        Task<RunningProgram> StartAsync(string script) => ProgramRun.ServeAsync(pc, hospital.Site.LogOf(pc, "sleep"), "sh", ["-c", script], [], TestHospital.Cancel);
    }
}
