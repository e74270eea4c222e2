using System.Runtime.CompilerServices;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the console can be reached, or its port be opened.</summary>
internal sealed class PortCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (context.Mistakes.Count > 0) yield break;
        string address = Greeting.Address(context.Settings.Web);
        if (context.IsRunning)
        {
            string? trouble = await AskAsync(address, cancel);
            yield return trouble is null ? new("port", Condition.Well, "doctor-port-answers", address) : new("port", Condition.Problem, "doctor-port-silent", address, trouble);
            yield break;
        }
        bool any = false;
        foreach (string obstacle in KestrelSetup.Obstacles(context.Settings.Web))
        {
            any = true;
            yield return new("port", Condition.Problem, "doctor-port-taken", obstacle);
        }
        if (!any) yield return new("port", Condition.Well, "doctor-port", address);
    }

    private static async Task<string?> AskAsync(string address, CancellationToken cancel)
    {
        try
        {
            // It is our own machine's answer that counts here; who it is, the owner of the data folder, is known.
            using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator, UseProxy = false };
            using HttpClient client = new(handler) { Timeout = TimeSpan.FromSeconds(5) };
            using HttpResponseMessage answer = await client.GetAsync(address + ReadinessGate.HealthPath, cancel);
            return answer.IsSuccessStatusCode ? null : $"HTTP {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return e.Message;
        }
    }
}
