using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>A central station's side of an association with a monitor. Programming guide, chapter 3, "Protocol Dialog".</summary>
internal sealed class MonitorClient : IDisposable
{
    // Numerics every second and longer, no waves.
    private static readonly PollProfile Asked = new(Nomenclature.Client, 8000, 1364, 1364, 0x8C00_0000);

    private readonly byte[] buffer = new byte[65536];
    private readonly Socket socket;
    private ushort polls;

    private MonitorClient(Socket socket) => this.socket = socket;

    /// <summary>Attributes of the monitor's system, as its create event told them.</summary>
    public IReadOnlyList<ExportAttribute> System { get; private set; } = [];

    /// <summary>Where it sends from.</summary>
    public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Associates with a monitor and confirms its create event.</summary>
    /// <exception cref="InvalidDataException">It answers otherwise than it should.</exception>
    public static async Task<MonitorClient> OpenAsync(HostNamespace station, IPAddress monitor, CancellationToken cancel)
    {
        MonitorClient client = new(station.Datagrams(0));
        try
        {
            await client.socket.ConnectAsync(new IPEndPoint(monitor, MonitorServer.Port), cancel);
            await client.SendAsync(AssociationBytes.Open(AssociationBytes.Request, Asked), cancel);
            ReadOnlyMemory<byte> answer = await client.ReceiveAsync(cancel);
            if (answer.Span[0] != AssociationBytes.Response) throw new InvalidDataException($"the monitor answers an association with {answer.Span[0]:X2}");
            if (AssociationBytes.Read(answer).SystemType != Nomenclature.Server) throw new InvalidDataException("the monitor is no server");
            RemoteOperation created = RemoteOperation.Read(await client.ReceiveAsync(cancel));
            client.System = Created(created);
            await client.SendAsync(created.Confirmed().ToBytes(), cancel);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Polls once.</summary>
    /// <exception cref="InvalidDataException">The answer is none.</exception>
    public async Task<IReadOnlyList<PolledObject>> PollAsync(ushort objectClass, ushort group, bool isExtended, CancellationToken cancel)
    {
        Poll poll = new(++polls, objectClass, group, isExtended);
        await SendAsync(poll.ToRequest(polls).ToBytes(), cancel);
        RemoteOperation reply = RemoteOperation.Read(await ReceiveAsync(cancel));
        return reply.InvokeId == polls ? poll.ReadReply(reply) : throw new InvalidDataException($"the monitor answers invocation {reply.InvokeId} instead of {polls}");
    }

    /// <summary>Releases the association.</summary>
    /// <exception cref="InvalidDataException">The answer is none.</exception>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        await SendAsync(AssociationBytes.Close(AssociationBytes.Release), cancel);
        ReadOnlyMemory<byte> answer = await ReceiveAsync(cancel);
        if (answer.Span[0] != AssociationBytes.Released) throw new InvalidDataException($"the monitor answers a release with {answer.Span[0]:X2}");
    }

    /// <summary>Breaks the association off; nothing answers that.</summary>
    public Task AbortAsync(CancellationToken cancel) => SendAsync(AssociationBytes.Aborted, cancel);

    /// <summary>Polls and waits in vain for a while; whether an answer came after all.</summary>
    public async Task<bool> IsAnsweredAsync(TimeSpan patience, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            await PollAsync(Nomenclature.Numeric, Nomenclature.ObservedValues, false, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static IReadOnlyList<ExportAttribute> Created(RemoteOperation report)
    {
        if (report is not { Kind: OperationKind.Invoke, Command: RemoteOperation.EventReport }) throw new InvalidDataException("the monitor does not report that its system was created");
        ExportReader reader = new(report.Body);
        reader.Take(10);
        if (reader.Word() != Nomenclature.SystemCreated) throw new InvalidDataException("the monitor reports another event than that its system was created");
        ExportReader information = reader.Counted();
        information.Take(6);
        return information.Attributes();
    }

    private async Task SendAsync(byte[] datagram, CancellationToken cancel) => await socket.SendAsync(datagram, SocketFlags.None, cancel);

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancel)
    {
        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
        return length > 0 ? buffer.AsSpan(0, length).ToArray() : throw new InvalidDataException("the monitor sends an empty datagram");
    }
}
