using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>
/// A patient monitor that exports data over UDP (Philips, Data Export Interface Programming Guide): association, the event that its
/// system was created, polls for its system, patient and numerics, release. It sends nothing again and forgets no silent client; waves
/// and alerts are no classes of it. Its log holds <c>association</c> and <c>release</c> (client's port), <c>poll</c> (class, group,
/// patient id or -) and <c>error</c>. Compared byte by byte with published requests, and with a recording of a real monitor.
/// </summary>
internal sealed class MonitorServer : IAsyncDisposable
{
    /// <summary>UDP port.</summary>
    public const int Port = 24105;

    // Extended polls with a period of numerics of a second.
    private static readonly PollProfile Offered = new(Nomenclature.Server, 4000, 1000, 1456, 0x8000_0000);

    private readonly CancellationTokenSource stop = new();
    private readonly Dictionary<IPEndPoint, bool> clients = [];
    private readonly HospitalDevice device;
    private readonly Bedside bed;
    private readonly DateTime midnight;
    private readonly ServerLog log;
    private readonly Socket socket;
    private readonly Task serving;
    private ushort associations;

    private MonitorServer(HostNamespace host, DateOnly date, ServerLog log)
    {
        (device, bed, midnight, this.log) = (host.Device, Bedside.Of(host), date.ToDateTime(default), log);
        socket = host.Datagrams(Port);
        serving = ServeAsync();
    }

    private DateTime Now => bed.Now?.At ?? midnight;

    /// <summary>Answers from now on.</summary>
    /// <param name="host">Monitor.</param>
    /// <param name="date">The planned day, for a monitor at which nobody lay yet.</param>
    /// <param name="log">Log.</param>
    public static MonitorServer Start(HostNamespace host, DateOnly date, ServerLog log) => new(host, date, log);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                await AnswerAsync(buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // A client that is gone: the kernel says so at the next call.
                log.Add(IPAddress.None, ServerLog.Error, e.Message);
            }
        }
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> datagram, IPEndPoint client)
    {
        try
        {
            foreach (byte[] answer in Answers(datagram, client)) await socket.SendToAsync(answer, SocketFlags.None, client, stop.Token);
        }
        catch (InvalidDataException e)
        {
            log.Add(client.Address, ServerLog.Error, e.Message);
        }
    }

    private byte[][] Answers(ReadOnlyMemory<byte> datagram, IPEndPoint client)
    {
        if (RemoteOperation.Is(datagram.Span)) return clients.TryGetValue(client, out bool isReady) ? Answer(RemoteOperation.Read(datagram), client, isReady) : throw new InvalidDataException("a data message comes without an association");
        switch (datagram.IsEmpty ? 0 : datagram.Span[0])
        {
            case AssociationBytes.Request:
                PollProfile asked = AssociationBytes.Read(datagram);
                clients[client] = false;
                log.Add(client.Address, "association", $"{client.Port}");
                PollProfile granted = Offered with { PollPeriod = Math.Max(asked.PollPeriod, Offered.PollPeriod), MostSent = Math.Min(asked.MostReceived, Offered.MostSent), Extensions = asked.Extensions & Offered.Extensions };
                return [AssociationBytes.Open(AssociationBytes.Response, granted), RemoteOperation.Created(Wire.Ticks(Now), MonitorObjects.System(device, ++associations, Now)).ToBytes()];
            case AssociationBytes.Release when clients.Remove(client):
                log.Add(client.Address, "release", $"{client.Port}");
                return [AssociationBytes.Close(AssociationBytes.Released)];
            case AssociationBytes.Abort when clients.Remove(client):
                return [];
            default:
                throw new InvalidDataException($"a datagram of {datagram.Length} bytes is not of this protocol, or not due");
        }
    }

    private byte[][] Answer(RemoteOperation asked, IPEndPoint client, bool isReady)
    {
        if (asked is { Kind: OperationKind.Result, Command: RemoteOperation.EventReport })
        {
            clients[client] = true;
            return [];
        }
        Poll poll = Poll.Read(asked);
        if (!isReady) throw new InvalidDataException("a poll comes before the create event was confirmed");
        HospitalPatient? patient = bed.Now?.Patient;
        IReadOnlyList<PolledObject>? found = Find(poll, patient);
        if (found is null) return [new RemoteOperation(OperationKind.Error, asked.InvokeId, RemoteOperation.NoSuchClass, []).ToBytes()];
        log.Add(client.Address, "poll", $"{poll.Class:X4} {poll.Group:X4} {patient?.Id ?? "-"}");
        return [poll.ToReply(asked.InvokeId, Wire.Ticks(Now), poll.Class == Nomenclature.Numeric ? (ushort)1 : (ushort)0, found).ToBytes()];
    }

    /// <summary>What a poll finds, or null where the monitor has no such class.</summary>
    private IReadOnlyList<PolledObject>? Find(Poll poll, HospitalPatient? patient) => poll.Class switch
    {
        Nomenclature.MedicalDeviceSystem when poll.Group == Nomenclature.SystemProduction => [new(0, MonitorObjects.Production(device))],
        Nomenclature.MedicalDeviceSystem => [new(0, [.. MonitorObjects.System(device, associations, Now), .. poll.Group == Nomenclature.AllGroups ? MonitorObjects.Production(device) : []])],
        Nomenclature.PatientDemographics => [MonitorObjects.Demographics(patient)],
        Nomenclature.Numeric => patient is null ? [] : NumericObjects.Of(VitalSigns.Of(patient, Now), Now, poll.Group == Nomenclature.ObservedValues),
        _ => null,
    };
}
