using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Messages;

/// <summary>Uploads a point-of-care analyser's observations over POCT1-A, one connection a conversation.</summary>
internal sealed class UploadObservations : IActor<PointOfCareUploaded>
{
    /// <inheritdoc/>
    public Task ActAsync(PointOfCareUploaded what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"POCT1-A from {what.Actor} to {what.Receiver}", TimeSpan.FromSeconds(30), async limit =>
        {
            HostNamespace device = site[what.Actor];
            await using NetworkStream stream = await device.ConnectAsync(site[what.Receiver].Device.Ip, PointOfCareUploaded.Port, limit);
            ByteReader reader = new(stream);
            await new PoctDevice(device.Device, site.Date.ToDateTime(default) + what.At, stream, reader).UploadAsync(what.Samples, limit);
            await reader.FinishAsync(stream, limit);
        }, cancel);
}
