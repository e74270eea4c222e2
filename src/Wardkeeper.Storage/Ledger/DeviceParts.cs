using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>The rows that one device is put together from.</summary>
/// <param name="Interfaces">Its interfaces, by number.</param>
/// <param name="Rows">What was observed or taken over of each, by number.</param>
/// <param name="Facts">The same with claims and services, in the same order.</param>
/// <param name="Times">When each had its IP address.</param>
internal sealed record DeviceParts(IReadOnlyList<InterfaceRow> Interfaces, IReadOnlyList<FactsRow> Rows, IReadOnlyList<Facts> Facts, ILookup<long, AddressTimeRow> Times)
{
    /// <summary>Reads them.</summary>
    public static async Task<DeviceParts> ReadAsync(StoreContext context, long device, CancellationToken cancel)
    {
        List<InterfaceRow> interfaces = await context.Set<InterfaceRow>().AsNoTracking().Where(one => one.DeviceId == device).OrderBy(one => one.Id).ToListAsync(cancel);
        long[] ids = [.. interfaces.Select(one => one.Id)];
        List<FactsRow> rows = await context.Set<FactsRow>().AsNoTracking().Where(one => ids.Contains(one.InterfaceId)).OrderBy(one => one.Id).ToListAsync(cancel);
        long[] factIds = [.. rows.Select(one => one.Id)];
        List<ClaimRow> claims = await context.Set<ClaimRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).OrderBy(one => one.Id).ToListAsync(cancel);
        List<ServiceRow> services = await context.Set<ServiceRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).ToListAsync(cancel);
        List<AddressTimeRow> times = await context.Set<AddressTimeRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).ToListAsync(cancel);
        return new DeviceParts(interfaces, rows, FactsOf(rows, claims, services), times.ToLookup(time => time.FactsId));
    }

    private static List<Facts> FactsOf(List<FactsRow> rows, List<ClaimRow> claims, List<ServiceRow> services)
    {
        ILookup<long, ClaimRow> claimsOf = claims.ToLookup(claim => claim.FactsId);
        ILookup<long, ServiceRow> servicesOf = services.ToLookup(service => service.FactsId);
        List<Facts> group = [];
        foreach (FactsRow one in rows)
        {
            Facts facts = new(new MacAddress((ulong)one.Mac), new Address((ulong)one.IpHigh, (ulong)one.IpLow), new MacAddress((ulong)one.Through)) { Number = one.Id, Operation = one.Operation, Source = one.Source };
            facts.Restore((ushort)one.Vlan, new(one.First), new(one.Last), one.FirstPacket, one.Bytes, (Signs)one.Signs, one.Dropped);
            foreach (ClaimRow claim in claimsOf[one.Id])
                facts.Restore(new ClaimTally { Number = claim.Id, Kind = (ClaimKind)claim.Kind, Value = claim.Value, Source = claim.Source, Origin = claim.Origin, First = new(claim.First), Last = new(claim.Last), Count = claim.Count, Uid = claim.Uid, Packet = claim.Packet, Bytes = claim is { ByteSide: { } side, ByteStart: { } start, ByteLength: { } length } ? new((Side)side, start, length) : null });
            foreach (ServiceRow service in servicesOf[one.Id])
                facts.Restore(new ServiceTally { Carrier = (Carrier)service.Carrier, Port = (ushort)service.Port, Protocol = service.Protocol, Banner = service.Banner, Flows = service.Flows, Uid = service.Uid, Source = one.Source }, service.IsOffer);
            group.Add(facts);
        }
        return group;
    }
}
