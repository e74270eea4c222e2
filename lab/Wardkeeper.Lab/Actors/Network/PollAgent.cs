using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>Asks an agent for its system group with one GetRequest of SNMP v2c (snmpget).</summary>
internal sealed class PollAgent : IActor<AgentPolled>
{
    private const int Objects = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task ActAsync(AgentPolled what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace manager = site[what.Actor];
        HospitalDevice agent = site[what.Agent].Device;
        string address = HospitalNetwork.AddressFrom(manager.Device, agent).ToString();
        // -m "" reads no definitions of modules: the numbers are known.
        ProgramResult result = await ProgramRun.MustRunAsync(manager, site.LogOf(manager, "snmpget"), "snmpget",
            ["-v2c", "-c", SnmpService.Community, "-m", "", "-On", "-r", "0", "-t", "5", address, .. Enumerable.Range(1, Objects).Select(number => $".1.3.6.1.2.1.1.{number}.0")], Limit, cancel);
        if (!result.Output.Contains(agent.HostName, StringComparison.Ordinal)) throw new LabException($"{what.Agent} gave {what.Actor} the system group of another: {result.Output.Trim()}");
    }
}
