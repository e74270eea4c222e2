using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Cases;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Cases;

/// <summary>
/// Takes a device of a case into the live ledger. Its claims go the way every claim goes, as a batch of the hub's path, with the
/// capture as their source. Addresses that it had in the capture are not given to it in the live network: they may be another's
/// today. Services, flows and findings stay in the case.
/// </summary>
internal sealed class CaseAdopter(Workspaces workspaces, HubPath hub, HubGate gate, LedgerPart ledger, IAuditLog audit, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Adopts one; null when the case has no such device.</summary>
    /// <exception cref="RefusedException">It has neither address nor claim.</exception>
    public async Task<CaseAdoption?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel)
    {
        if (await workspaces.OpenAsync(number, cancel) is not { } workspace || await workspace.Devices.GetAsync(device, null, cancel) is not { } detail) return null;
        string from = CaseLine.IdOf(number);
        Subject subject = new(detail.Line.Mac, detail.Line.Ip, (ushort)detail.Line.Vlan);
        IReadOnlyList<ClaimTally> known = AdoptedClaims.Of(detail);
        Claim[] claims = [.. known.SelectMany(claim => Twice(claim, subject, "capture " + from))];
        if (claims.Length == 0 || (subject.Mac.IsNone && subject.Ip.IsNone)) throw new RefusedException(Refusal.Invalid, "device", "nothing-to-adopt", "Nothing is known of this device by which the live ledger could know it again.");
        await turn.WaitAsync(cancel);
        try
        {
            await audit.AppendAsync(who, "device-adopted", $"{from} D-{device}", null, $"{(subject.Mac.IsNone ? subject.Ip.ToString() : subject.Mac.ToString())}, {known.Count} claims", reason, cancel);
            await StoreAsync(new Adoption(who.Name, clock.Now(), from, reason), claims, cancel);
        }
        finally
        {
            turn.Release();
        }
        using (await gate.EnterAsync(cancel))
        {
            return ledger.DeviceOf(subject.Mac, subject.Ip) is { } adopted ? new CaseAdoption(adopted, known.Count)
                : throw new RefusedException(Refusal.Conflict, "device", "no-room-in-ledger", "The live ledger has no room for another device.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task StoreAsync(Adoption adoption, Claim[] claims, CancellationToken cancel)
    {
        string sensor = "capture:" + adoption.From;
        TaskCompletionSource stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long sequence = await hub.AppliedAsync(sensor, cancel) + 1;
        SensorBatch batch = new() { Sensor = sensor, Sequence = sequence, End = claims.Max(claim => claim.At), Observations = claims, Adoption = adoption };
        await hub.DeliverAsync(batch, _ => stored.TrySetResult(), cancel);
        // Given up or not, what was delivered is stored.
        await stored.Task.WaitAsync(cancel);
    }

    /// <summary>A claim at the first and at the last time it was made.</summary>
    private static IEnumerable<Claim> Twice(ClaimTally claim, Subject subject, string source)
    {
        string origin = $"{claim.Source} {claim.Origin}".Trim();
        yield return new Claim(subject, claim.Kind, claim.Value, source, claim.First, null, claim.Packet, origin);
        if (claim.Last > claim.First) yield return new Claim(subject, claim.Kind, claim.Value, source, claim.Last, null, claim.Packet, origin);
    }
}
