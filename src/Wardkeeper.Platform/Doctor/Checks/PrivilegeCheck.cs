using System.Globalization;
using System.Runtime.CompilerServices;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether this user may listen at an interface (CAP_NET_RAW, capabilities(7)), if any is configured.</summary>
internal sealed class PrivilegeCheck : IDoctorCheck
{
    private const int NetRaw = 13;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        if (context.Settings.Sensor.Interfaces.Count == 0) yield return new("privileges", Condition.Well, "doctor-privileges-unneeded");
        // Under a service manager the running process has rights that this one need not have.
        else if (MayListen()) yield return new("privileges", Condition.Well, "doctor-privileges");
        else yield return new("privileges", context.IsRunning ? Condition.Notice : Condition.Problem, "doctor-privileges-missing", string.Join(", ", context.Settings.Sensor.Interfaces));
    }

    /// <summary>Whether this process may open packet sockets.</summary>
    public static bool MayListen()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal)) return (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> NetRaw & 1) == 1;
        }
        return false;
    }
}
