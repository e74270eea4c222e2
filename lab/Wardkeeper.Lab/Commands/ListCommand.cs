using System.CommandLine;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab list</c>: the devices of the lab that runs, or of a seed's hospital; with <c>--attacks</c> the scenes.</summary>
internal static class ListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Option<bool> attacks = new("--attacks") { Description = "The scenes that 'lab attack' and 'lab record --attack' know" };
        Command command = new("list", "Lists the devices of the lab that runs, or of the hospital of a seed.") { attacks, options.Seed, options.Size, options.Name, options.Language };
        command.SetAction((parsed, _) => LabCommand.GuardAsync(_ =>
        {
            bool chinese = options.IsChinese(parsed), ofSeed = parsed.GetResult(options.Seed) is { Implicit: false };
            if (parsed.GetValue(attacks)) Scenes(chinese);
            else Devices(options.NameOf(parsed), ofSeed, parsed.GetValue(options.Seed), parsed.GetValue(options.Size), chinese);
            return Task.FromResult(0);
        }));
        return command;
    }

    private static void Scenes(bool chinese)
    {
        foreach (IScene scene in SceneRegistry.All)
        {
            string kind = scene.IsAttack ? string.Join(' ', scene.Techniques) : Texts.Get("benign", chinese);
            Console.Out.WriteLine($"{scene.Name,-24} {kind,-22} {(chinese ? scene.Chinese : scene.English)}");
        }
    }

    private static void Devices(string name, bool ofSeed, int seed, HospitalSize size, bool chinese)
    {
        RunningLab? running = ofSeed ? null : LabRegister.Find(name);
        HospitalPlan plan = running is null ? HospitalPlan.FromSeed(seed, size) : HospitalPlan.FromSeed(running.Settings.Seed, running.Settings.Size);
        Console.Out.Write(DeviceTable.Text(plan, name, chinese));
        Console.Out.WriteLine(running is null
            ? Texts.Format("list-of-seed", chinese, plan.Devices.Count, seed)
            : Texts.Format("list-running", chinese, plan.Devices.Count, running.Settings.Seed, running.Process, running.Folder));
    }
}
