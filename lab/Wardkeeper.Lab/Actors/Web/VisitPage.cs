using System.Globalization;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Web;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Web;

/// <summary>Visits a page (curl) under the name of a browser. Servers are called by name, devices by address, as people do. A refusal or a missing page is an answer too.</summary>
internal sealed class VisitPage : IActor<PageVisited>
{
    private static readonly string[] Answers = ["200", "401", "404"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task ActAsync(PageVisited what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace visitor = site[what.Actor];
        HospitalDevice server = site[what.Server].Device;
        string name = WebServer.IsServer(server) ? HostFiles.NameOf(server) : server.Ip.ToString();
        string address = string.Create(CultureInfo.InvariantCulture, $"{(what.Tls ? "https" : "http")}://{name}{(what.Port == (what.Tls ? 443 : 80) ? "" : $":{what.Port}")}{what.Path}");
        // -k: nobody can check a certificate that a device signed itself.
        ProgramResult result = await ProgramRun.MustRunAsync(visitor, site.LogOf(visitor, "curl"), "curl",
            ["-q", "-sS", "-k", "-o", "/dev/null", "-w", "%{http_code} %{url_effective}\n", "-A", what.UserAgent, .. what.Login is { } login ? ["-u", login] : Array.Empty<string>(), address], Limit, cancel);
        if (!Answers.Any(answer => result.Output.StartsWith(answer + " ", StringComparison.Ordinal))) throw new LabException($"{what.Server} answered {what.Actor} for {address}: {result.Output.Trim()}");
    }
}
