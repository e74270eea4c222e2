using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Asks whether a peer is there (echoscu).</summary>
internal sealed class SendEcho : IActor<EchoSent>
{
    /// <inheritdoc/>
    public Task ActAsync(EchoSent what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace caller = site[what.Actor], peer = site[what.Peer];
        return DicomProgram.RunAsync(caller, site, "echoscu", [.. DicomCall.From(caller, peer), .. DicomCall.To(peer)], @"Received Echo Response \(Success\)", 1, cancel);
    }
}
