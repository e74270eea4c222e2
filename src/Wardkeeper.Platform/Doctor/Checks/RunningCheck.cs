using System.Runtime.CompilerServices;
using System.Text.Json;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>What the running program itself says is the matter: only it knows what its sensors hear and what its stores refuse.</summary>
internal sealed class RunningCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!context.IsRunning) yield break;
        (IReadOnlyList<HealthProblem> problems, string? silence) = await AskAsync(context, cancel);
        if (silence is not null) yield return new("running", Condition.Notice, "doctor-running-silent", silence);
        foreach (HealthProblem problem in problems)
        {
            // What another check has looked at itself is not said twice.
            bool isSaid = problem.Code.StartsWith("check-interface-", StringComparison.Ordinal) && problem.Code != "check-interface-silent" && context.Settings.Sensor.Interfaces.Contains(problem.Subject);
            if (!isSaid) yield return new ProblemDiagnosis(problem);
        }
        if (silence is null && problems.Count == 0) yield return new("running", Condition.Well, "doctor-running");
    }

    private static async Task<(IReadOnlyList<HealthProblem> Problems, string? Silence)> AskAsync(DoctorContext context, CancellationToken cancel)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(Patience);
        try
        {
            await using SocketControl control = new(context.Settings.Data);
            ControlAnswer answer = await control.RunAsync(new ControlRequest { Command = ProblemsReport.Command }, _ => { }, late.Token);
            if (answer.Mistakes is { Count: > 0 } mistakes) return ([], mistakes[0]);
            return (answer.Facts?.Deserialize<HealthProblem[]>() ?? [], null);
        }
        catch (UserError error)
        {
            return ([], error.Lines[0]);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ([], $"It did not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>A problem of the running program, which brings its own words.</summary>
    private sealed record ProblemDiagnosis(HealthProblem Found) : Diagnosis("running", Found.IsGrave ? Condition.Problem : Condition.Notice, Found.Code)
    {
        public override string What(bool chinese) => $"{Found.What.In(chinese)} {Found.Lost.In(chinese)}{(Found.Detail is null ? "" : $" ({Found.Detail})")}".TrimEnd();

        public override string? Cure(bool chinese) => Found.Mend.In(chinese) is { Length: > 0 } mend ? mend : null;
    }
}
