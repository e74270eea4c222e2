using System.Globalization;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Cameras;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Cameras;

/// <summary>Watches a camera until a few pictures are decoded (ffmpeg), over UDP as viewers do who are near.</summary>
internal sealed class WatchStream : IActor<StreamWatched>
{
    private const int Pictures = 3;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("ffmpeg", "ffmpeg")];

    /// <inheritdoc/>
    public async Task ActAsync(StreamWatched what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace from = site[what.Actor];
        // The description says what comes: nothing needs to be found out from the first seconds.
        ProgramResult result = await ProgramRun.MustRunAsync(from, site.LogOf(from, "ffmpeg"), "ffmpeg",
        [
            "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1", "-rtsp_transport", "udp", "-probesize", "32", "-analyzeduration", "0",
            "-i", $"rtsp://{site[what.Camera].Device.Ip}:{RtspService.Port}{RtspService.Path}", "-frames:v", Pictures.ToString(CultureInfo.InvariantCulture), "-f", "framecrc", "-",
        ], TimeSpan.FromSeconds(30), cancel);
        int seen = result.Output.Split('\n').Count(line => line.StartsWith("0,", StringComparison.Ordinal));
        if (seen != Pictures) throw new LabException($"{what.Actor} saw {seen} pictures of {what.Camera}, {Pictures} were planned: {result.Output.Trim()}");
    }
}
