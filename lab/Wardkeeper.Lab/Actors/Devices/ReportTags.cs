using System.Collections.Concurrent;
using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Llrp;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Devices;

/// <summary>Puts tags before a reader and has its client read them over LLRP: asks what the reader is, adds an ROSpec, enables and starts it, takes the reports and closes.</summary>
internal sealed class ReportTags : IActor<TagsReported>
{
    private const uint Spec = 1;

    // A reader takes one client at a time.
    private readonly ConcurrentDictionary<HostNamespace, SemaphoreSlim> turns = new();

    /// <inheritdoc/>
    public Task ActAsync(TagsReported what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"LLRP from {what.Actor} to {what.Reader}", TimeSpan.FromSeconds(30), async limit =>
        {
            HostNamespace reader = site[what.Reader];
            SemaphoreSlim turn = turns.GetOrAdd(reader, static _ => new(1));
            await turn.WaitAsync(limit);
            try
            {
                foreach (string tag in what.Tags) TagsInTheAir.Put(reader, tag);
                await ReadAsync(what, site[what.Actor], reader, limit);
            }
            finally
            {
                // What was not read must not appear in another event.
                TagsInTheAir.Take(reader);
                turn.Release();
            }
        }, cancel);

    private static async Task ReadAsync(TagsReported what, HostNamespace client, HostNamespace reader, CancellationToken cancel)
    {
        await using NetworkStream stream = await client.ConnectAsync(reader.Device.Ip, LlrpReader.Port, cancel);
        LlrpClient call = new(stream);
        await call.GreetAsync(cancel);
        ReaderIdentity said = await call.IdentifyAsync(cancel), expected = ReaderIdentity.Of(reader.Device);
        if (said != expected) throw new InvalidDataException($"the reader says that it is {said} where {expected} is true");
        await call.AskAsync(LlrpType.AddRoSpec, new RoSpec(Spec, TagContent.AntennaId | TagContent.PeakRssi | TagContent.FirstSeen | TagContent.TagSeenCount).ToBytes(), LlrpType.AddRoSpecResponse, cancel);
        await call.AskAsync(LlrpType.EnableRoSpec, LlrpParameter.Int(Spec), LlrpType.EnableRoSpecResponse, cancel);
        await call.AskAsync(LlrpType.StartRoSpec, LlrpParameter.Int(Spec), LlrpType.StartRoSpecResponse, cancel);
        foreach (string tag in what.Tags)
        {
            string read = await call.TagAsync(cancel);
            if (read != tag) throw new InvalidDataException($"the reader reports {read} where {tag} passed");
        }
        await call.CloseAsync(cancel);
    }
}
