using System.Collections.Concurrent;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Messages;

/// <summary>Sends HL7 v2 messages over MLLP. As interface engines do, a sender keeps its connection to a receiver and opens another only when that was closed.</summary>
internal sealed class SendMessage : IActor<MessageSent>, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(HostNamespace Sender, string Receiver, int Port), Line> lines = new();

    /// <inheritdoc/>
    public Task ActAsync(MessageSent what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"HL7 {what.Type} from {what.Actor} to {what.Receiver}", TimeSpan.FromSeconds(30), async limit =>
        {
            Encoding encoding = HlCharset.OfPlan(what.Charset);
            Line line = lines.GetOrAdd((site[what.Actor], what.Receiver, what.Port), static _ => new());
            await line.Turn.WaitAsync(limit);
            try
            {
                if (line.Connection is { IsClosed: true } closed)
                {
                    await closed.DisposeAsync();
                    line.Connection = null;
                }
                bool isOld = line.Connection is not null;
                line.Connection ??= await OpenAsync(what, site, limit);
                try
                {
                    await line.Connection.SendAsync(what.Text, encoding, limit);
                }
                catch (IOException) when (isOld)
                {
                    // The receiver closed it meanwhile, and that was still on its way.
                    await line.Connection.DisposeAsync();
                    line.Connection = null;
                    line.Connection = await OpenAsync(what, site, limit);
                    await line.Connection.SendAsync(what.Text, encoding, limit);
                }
            }
            catch (EncoderFallbackException e)
            {
                throw new LabException($"HL7 {what.Type} from {what.Actor} cannot be written in {what.Charset}", e);
            }
            catch
            {
                // Half a message, or an answer that is still to come, must not meet the next one.
                if (line.Connection is { } broken) await broken.DisposeAsync();
                line.Connection = null;
                throw;
            }
            finally
            {
                line.Turn.Release();
            }
        }, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Line line in lines.Values)
        {
            if (line.Connection is not null) await line.Connection.DisposeAsync();
            line.Turn.Dispose();
        }
    }

    private static async Task<MllpConnection> OpenAsync(MessageSent what, HospitalSite site, CancellationToken cancel) =>
        new(await site[what.Actor].ConnectAsync(site[what.Receiver].Device.Ip, what.Port, cancel));

    private sealed class Line
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public MllpConnection? Connection { get; set; }
    }
}
