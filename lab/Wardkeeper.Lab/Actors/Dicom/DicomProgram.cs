using System.Text.RegularExpressions;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Runs a program of dcmtk; its own log decides whether the peer answered as planned.</summary>
internal static class DicomProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Runs a program and counts what its log says.</summary>
    /// <param name="host">Whose program it is.</param>
    /// <param name="site">The hospital.</param>
    /// <param name="program">Program; it is asked to be verbose.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="pattern">Regular expression for what its log says of each success.</param>
    /// <param name="planned">How often that must stand there.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="LabException">It failed, or its log has another count than planned.</exception>
    public static async Task<ProgramResult> RunAsync(HostNamespace host, HospitalSite site, string program, IEnumerable<string> arguments, string pattern, int planned, CancellationToken cancel)
    {
        ProgramResult result = await ProgramRun.MustRunAsync(host, site.LogOf(host, program), program, ["-v", .. arguments], Limit, cancel);
        int seen = Regex.Count(result.Output, pattern);
        if (seen != planned) throw new LabException($"{program} on {host.Device.Key}: '{pattern}' was planned {planned} times and stands {seen} times in its log {result.Log}");
        return result;
    }
}
