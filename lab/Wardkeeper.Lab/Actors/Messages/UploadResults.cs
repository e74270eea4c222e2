using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Messages;

/// <summary>Uploads an analyser's results over ASTM, one connection a session.</summary>
internal sealed class UploadResults : IActor<AnalyserUploaded>
{
    /// <inheritdoc/>
    public Task ActAsync(AnalyserUploaded what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"ASTM from {what.Actor} to {what.Receiver}", TimeSpan.FromSeconds(30), async limit =>
        {
            HospitalDevice receiver = site[what.Receiver].Device;
            DateTime at = site.Date.ToDateTime(default) + what.At;
            AstmFrame[] frames = [.. AstmFrame.Split(AstmRecords.Of(site[what.Actor].Device, receiver.HlApplication ?? receiver.HostName, at, what.Samples))];
            await using NetworkStream stream = await site[what.Actor].ConnectAsync(receiver.Ip, AnalyserUploaded.Port, limit);
            ByteReader reader = new(stream);
            await AstmSender.SendAsync(stream, reader, frames, AstmSender.Damaged(what.Samples[0].Sample, frames.Length), limit);
            await reader.FinishAsync(stream, limit);
        }, cancel);
}
