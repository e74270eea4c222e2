using System.Net;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Switches;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Platform.Running;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Admission;

/// <summary>Asks switches what is at their ports. What they say goes the way of everything that is observed: as claims in a batch of its own sensor; several cards at a port are told of.</summary>
internal sealed partial class SwitchWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<SwitchWork> log) : PeriodicWork(readiness, TimeSpan.FromMinutes(2), clock)
{
    private const string Sensor = "switches";
    private readonly HashSet<IPAddress> silent = [];

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        List<Observation> said = [];
        foreach (SnmpAccess access in await services.GetRequiredService<IAdmissionSwitches>().AccessesAsync(cancel))
        {
            try
            {
                SwitchTable table = await SwitchTable.ReadAsync(access, cancel);
                CaptureTime at = Clock.Now();
                await services.GetRequiredService<IFindingDoor>().TakeAsync(() => SeveralCards.Tell(table, services.GetRequiredService<IKnownDevices>(), services.GetRequiredService<IDeviceDirectory>(), at, services.GetRequiredService<FindingBook>()), cancel);
                said.AddRange(table.AtEdge().SelectMany(port => port).Select(card => new Claim(Subject.Of(card.Mac, default, (ushort)card.Vlan), ClaimKind.SwitchPort, $"{table.Switch} {card.Port}", "snmp", at, null, 0, "BRIDGE-MIB")));
                silent.Remove(access.Address);
            }
            catch (SnmpException e)
            {
                // Once for each time that it falls silent.
                if (silent.Add(access.Address)) LogSilent(log, e.Message);
            }
        }
        if (said.Count == 0) return;
        HubPath hub = services.GetRequiredService<HubRuntime>().Path;
        await hub.DeliverAsync(new SensorBatch { Sensor = Sensor, Sequence = await hub.AppliedAsync(Sensor, cancel) + 1, End = said[^1].At, Observations = said, Flows = [] }, _ => { }, cancel);
    }

    [LoggerMessage(EventId = 242, Level = LogLevel.Warning, Message = "What is at a switch's ports is not known: {What}")]
    private static partial void LogSilent(ILogger log, string what);
}
