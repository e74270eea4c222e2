namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Every mistake in file, environment and flags.</summary>
internal sealed class ConfigurationCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (string mistake in context.Mistakes) yield return new("configuration", Condition.Problem, "doctor-configuration-wrong", mistake);
        if (context.Mistakes.Count > 0) yield break;
        yield return context.ConfigurationFile is { } file ? new("configuration", Condition.Well, "doctor-configuration-file", file) : new("configuration", Condition.Well, "doctor-configuration-none");
    }
}
