using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Cases;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Cases;

/// <summary>
/// Takes a device of a case into the live ledger: a change like every other, tried, stored with its audit entry and undone by its
/// operation. Flows and findings stay in the case, and nobody is given an address of today.
/// </summary>
internal sealed class CaseAdopter(CasePool pool, HubGate gate, LedgerPart ledger, ILedgerCommands commands)
{
    /// <summary>What adopting would take over; null when the case has no such device.</summary>
    public async Task<AdoptionPreview?> PreviewAsync(long number, long device, CancellationToken cancel)
    {
        if (await ReadAsync(number, device, cancel) is not { } adopt) return null;
        using IDisposable pass = await gate.EnterAsync(cancel);
        long[] known = [.. adopt.Cards.Select(card => ledger.Ledger.Known(card)?.Device?.Number).OfType<long>().Distinct().Order()];
        return new AdoptionPreview(known, [.. adopt.Cards.Select(card => card.Mac.IsNone ? card.Ip.ToString() : card.Mac.ToString())], AddressesOf(adopt), ClaimsOf(adopt), ServicesOf(adopt));
    }

    /// <summary>Adopts one; null when the case has no such device.</summary>
    /// <exception cref="RefusedException">There is nothing to know it by, or the live ledger knows it otherwise.</exception>
    public async Task<CaseAdoption?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel)
    {
        if (await ReadAsync(number, device, cancel) is not { } adopt) return null;
        LedgerResult result = await commands.ApplyAsync(who, [adopt], reason, cancel);
        if (result.Status != LedgerStatus.Done)
            throw new RefusedException(result.Status switch { LedgerStatus.Forbidden => Refusal.Forbidden, LedgerStatus.Conflict => Refusal.Conflict, _ => Refusal.Invalid }, [.. result.Problems.Select(problem => new Mistake("device", problem.Code ?? "adopt-refused", Sentence(problem.Message)))]);
        return new CaseAdoption(result.Devices[0].Device, result.Operation, adopt.Cards.Count, AddressesOf(adopt), ClaimsOf(adopt), ServicesOf(adopt));
    }

    private async Task<AdoptDevice?> ReadAsync(long number, long device, CancellationToken cancel) =>
        pool.IsThere(number) && await pool.AskAsync(number, store => AdoptableDevice.ReadAsync(store.Stores, device, cancel), cancel) is { } cards ? new AdoptDevice(CaseLine.IdOf(number), cards) : null;

    private static int AddressesOf(AdoptDevice adopt) => PairsOf(adopt).SelectMany(pair => pair.Times).Select(time => time.Ip).Distinct().Count();

    private static int ClaimsOf(AdoptDevice adopt) => PairsOf(adopt).SelectMany(pair => pair.Said.Claims).Where(AdoptDevice.Takes).DistinctBy(claim => (claim.Kind, claim.Value, claim.Source, claim.Origin)).Count();

    private static int ServicesOf(AdoptDevice adopt) =>
        PairsOf(adopt).SelectMany(pair => pair.Said.Offered).DistinctBy(service => (service.Carrier, service.Port)).Count() + PairsOf(adopt).SelectMany(pair => pair.Said.Used).DistinctBy(service => (service.Carrier, service.Port)).Count();

    private static IEnumerable<AdoptedPair> PairsOf(AdoptDevice adopt) => adopt.Cards.SelectMany(card => card.Pairs);

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
