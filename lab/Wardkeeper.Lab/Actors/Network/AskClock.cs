using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>Asks a clock once, as the simple clients of devices do.</summary>
internal sealed class AskClock : IActor<ClockAsked>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task ActAsync(ClockAsked what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace host = site[what.Actor];
        if (await SntpQuestion.AskAsync(host, HospitalNetwork.AddressFrom(host.Device, site[what.Server].Device), Patience, cancel) is null)
            throw new LabException($"the clock {what.Server} did not answer {what.Actor}");
    }
}
