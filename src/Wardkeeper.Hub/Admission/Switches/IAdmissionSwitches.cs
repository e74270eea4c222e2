using System.Net;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>A switch that is asked over SNMP, without its secrets.</summary>
/// <param name="Address">Where.</param>
/// <param name="Port">UDP port.</param>
/// <param name="User">The user, with SNMPv3; null with SNMPv2c.</param>
/// <param name="IsSigned">Whether messages are signed.</param>
/// <param name="IsHidden">Whether messages are encrypted.</param>
public sealed record KnownSwitch(IPAddress Address, int Port, string? User, bool IsSigned, bool IsHidden);

/// <summary>Switches that tell what is at their ports. Secrets are kept encrypted and never told. Administrators; each change is in the audit log.</summary>
public interface IAdmissionSwitches
{
    /// <summary>All of them, by address.</summary>
    Task<IReadOnlyList<KnownSwitch>> ListAsync(CancellationToken cancel = default);

    /// <summary>With their secrets, for who asks them.</summary>
    Task<IReadOnlyList<SnmpAccess>> AccessesAsync(CancellationToken cancel = default);

    /// <summary>Makes or changes one.</summary>
    Task<Outcome> SaveAsync(Actor who, SnmpAccess access, CancellationToken cancel = default);

    /// <summary>Removes one.</summary>
    Task<Outcome> RemoveAsync(Actor who, IPAddress address, CancellationToken cancel = default);
}
