using System.CommandLine;
using System.Diagnostics;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab doctor</c>: says what the lab needs of this machine and what is missing; installs it when asked to.</summary>
internal static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Option<bool> install = new("--install") { Description = "Install the missing Debian packages" };
        Command command = new("doctor", "Says what the lab needs of this machine and what is missing; installs nothing unasked.") { install, options.Language };
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel => RunAsync(parsed.GetValue(install), options.IsChinese(parsed), cancel)));
        return command;
    }

    private static async Task<int> RunAsync(bool install, bool chinese, CancellationToken cancel)
    {
        Requirement[] missing = Missing();
        if (install && missing.Length > 0)
        {
            await InstallAsync([.. missing.Select(need => need.Package).Distinct()], cancel);
            missing = Missing();
        }
        foreach (Requirement need in Doctor.All) Console.Out.WriteLine($"{(Doctor.Find(need) is null ? "✗" : "✓")} {need.Program}{(Doctor.Find(need) is null ? "  " + Texts.Format("doctor-missing", chinese, need.Package) : "")}");
        IReadOnlyList<(string Key, bool Met)> conditions = await Doctor.ConditionsAsync(cancel);
        foreach ((string key, bool met) in conditions) Console.Out.WriteLine($"{(met ? "✓" : "✗")} {Texts.Get(met ? key : key + "-missing", chinese)}");
        if (missing.Length > 0) Console.Out.WriteLine(Texts.Format("doctor-install", chinese, string.Join(' ', missing.Select(need => need.Package).Distinct().Order(StringComparer.Ordinal))));
        bool isWell = missing.Length == 0 && conditions.All(condition => condition.Met);
        if (isWell) Console.Out.WriteLine(Texts.Get("doctor-well", chinese));
        return isWell ? 0 : 1;
    }

    private static Requirement[] Missing() => [.. Doctor.All.Where(need => Doctor.Find(need) is null)];

    private static async Task InstallAsync(string[] packages, CancellationToken cancel)
    {
        foreach (string[] arguments in (string[][])[["update", "-qq"], ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=400", .. packages]])
        {
            ProcessStartInfo start = new("apt-get", arguments);
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            try
            {
                using Process apt = Process.Start(start) ?? throw new LabException("apt-get could not be started");
                await apt.WaitForExitAsync(cancel);
                if (apt.ExitCode != 0) throw new LabException($"apt-get {arguments[0]} ended with {apt.ExitCode}; its message is above");
            }
            catch (System.ComponentModel.Win32Exception)
            {
                throw new LabException($"this machine has no apt-get; install by its own means what Debian calls {string.Join(' ', packages)}");
            }
        }
    }
}
