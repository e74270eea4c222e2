using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Checks;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>The sensor's own checks of the configured interfaces: there, up, both directions seen, not sending.</summary>
internal sealed class InterfaceCheck : IDoctorCheck
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (context.Settings.Sensor.Interfaces.Count == 0) yield break;
        IReadOnlyDictionary<string, long> before = SensorFactsReader.Sent();
        await Task.Delay(Watch, context.Clock, cancel);
        foreach (SensorCheck check in SensorChecks.Run(SensorFactsReader.Read(context.Settings.Sensor.Interfaces, before, [])))
        {
            // What is heard, only the running program knows; it is asked as well.
            if (!context.IsRunning || check.Id is not ("mirror-both-directions" or "mirror-copies" or "clock")) yield return new SensorDiagnosis(check);
        }
    }

    /// <summary>A check of the sensor's, which brings its own words.</summary>
    private sealed record SensorDiagnosis(SensorCheck Found) : Diagnosis("interface", Found.State switch { SensorCheckState.Ok => Condition.Well, SensorCheckState.Failed => Condition.Problem, _ => Condition.Notice }, Found.Id)
    {
        public override string What(bool chinese) => $"{(Found.Subject.Length == 0 ? "" : Found.Subject + ": ")}{Found.Title(chinese)}: {Found.Found(chinese)} {Found.Meaning(chinese)}".TrimEnd();

        public override string? Cure(bool chinese) => Found.Mend(chinese) is { Length: > 0 } mend ? mend : null;
    }
}
