using System.Threading.Channels;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>
/// The switch's accounting (RFC 2866): begin, state and end of sessions. A report that was not answered is sent again, with the time it is late, until it is:
/// nothing is lost while the server is away.
/// </summary>
internal sealed class SwitchReports : IAsyncDisposable
{
    private const int AtOnce = 32;
    private readonly Channel<Report> waiting = Channel.CreateUnbounded<Report>();
    private readonly CancellationTokenSource stop = new();
    private readonly SwitchSettings settings;
    private readonly RadiusClient client;
    private readonly TimeProvider clock;
    private readonly Task[] sending;
    private int open, answered, late;

    /// <summary>Reports from now on.</summary>
    public SwitchReports(SwitchSettings settings, RadiusClient client, TimeProvider clock)
    {
        (this.settings, this.client, this.clock) = (settings, client, clock);
        sending = [.. Enumerable.Range(0, AtOnce).Select(_ => Task.Run(SendAsync))];
    }

    /// <summary>Reports not answered yet.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Reports that were answered.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Times a report was not answered and has to be sent again.</summary>
    public int Late => Volatile.Read(ref late);

    /// <summary>A session began.</summary>
    public void Start(AccessPort port, AccessSession session) => Add(1, port, session, default, null);

    /// <summary>A session goes on.</summary>
    public void Interim(AccessPort port, AccessSession session, PortCounters now) => Add(3, port, session, now, null);

    /// <summary>A session is over.</summary>
    public void Stop(AccessPort port, AccessSession session, PortCounters now, TerminateCause cause) => Add(2, port, session, now, cause);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.Complete();
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        stop.Dispose();
    }

    private void Add(uint status, AccessPort port, AccessSession session, PortCounters now, TerminateCause? cause)
    {
        DateTimeOffset at = clock.GetUtcNow();
        List<RadiusAttribute> attributes =
        [
            RadiusAttribute.Number(RadiusType.AcctStatusType, status),
            RadiusAttribute.Text(RadiusType.AcctSessionId, session.Id),
            RadiusAttribute.Text(RadiusType.UserName, session.Name ?? session.Mac.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()),
            .. Place(settings, port, session.Mac),
            RadiusAttribute.Number(RadiusType.EventTimestamp, (uint)at.ToUnixTimeSeconds()),
            .. session.Classes.Select(mark => new RadiusAttribute(RadiusType.Class, mark)),
        ];
        if (status != 1)
        {
            attributes.Add(RadiusAttribute.Number(RadiusType.AcctSessionTime, (uint)Math.Max(0, (at - session.Began).TotalSeconds)));
            attributes.Add(RadiusAttribute.Number(RadiusType.AcctInputOctets, (uint)(now.BytesIn - session.Before.BytesIn)));
            attributes.Add(RadiusAttribute.Number(RadiusType.AcctOutputOctets, (uint)(now.BytesOut - session.Before.BytesOut)));
            attributes.Add(RadiusAttribute.Number(RadiusType.AcctInputPackets, (uint)(now.PacketsIn - session.Before.PacketsIn)));
            attributes.Add(RadiusAttribute.Number(RadiusType.AcctOutputPackets, (uint)(now.PacketsOut - session.Before.PacketsOut)));
        }
        if (cause is { } why) attributes.Add(RadiusAttribute.Number(RadiusType.AcctTerminateCause, (uint)why));
        Interlocked.Increment(ref open);
        if (!waiting.Writer.TryWrite(new Report(at, attributes))) Interlocked.Decrement(ref open);
    }

    /// <summary>Which switch, which port, which device: what every packet says.</summary>
    public static IEnumerable<RadiusAttribute> Place(SwitchSettings settings, AccessPort port, string mac)
    {
        const uint Ethernet = 15;
        return
        [
            RadiusAttribute.Address(RadiusType.NasIpAddress, settings.Address),
            RadiusAttribute.Text(RadiusType.NasIdentifier, settings.Name),
            RadiusAttribute.Number(RadiusType.NasPort, (uint)port.Number),
            RadiusAttribute.Text(RadiusType.NasPortId, port.Name),
            RadiusAttribute.Number(RadiusType.NasPortType, Ethernet),
            RadiusAttribute.Text(RadiusType.CallingStationId, mac),
        ];
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (Report report in waiting.Reader.ReadAllAsync(stop.Token))
            {
                uint delay = (uint)Math.Max(0, (clock.GetUtcNow() - report.At).TotalSeconds);
                RadiusPacket? answer = await client.AskAsync(RadiusCode.AccountingRequest, delay == 0 ? report.Attributes : [.. report.Attributes, RadiusAttribute.Number(RadiusType.AcctDelayTime, delay)], stop.Token);
                if (answer?.Code == RadiusCode.AccountingResponse)
                {
                    Interlocked.Increment(ref answered);
                    Interlocked.Decrement(ref open);
                }
                else
                {
                    Interlocked.Increment(ref late);
                    await Task.Delay(settings.Quiet, stop.Token);
                    waiting.Writer.TryWrite(report);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The switch is taken down; what is still open is told by Open.
        }
    }

    private sealed record Report(DateTimeOffset At, IReadOnlyList<RadiusAttribute> Attributes);
}
