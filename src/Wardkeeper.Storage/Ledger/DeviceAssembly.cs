using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Puts one device together from the rows about it, and decides its fields as the running ledger does.</summary>
internal sealed class DeviceAssembly(StoreContext context, DeviceRow row)
{
    /// <summary>Events shown, latest first.</summary>
    private const int Events = 500;

    public async Task<DeviceDetail> ReadAsync(CancellationToken cancel)
    {
        List<InterfaceRow> interfaces = await context.Set<InterfaceRow>().AsNoTracking().Where(one => one.DeviceId == row.Id).OrderBy(one => one.Id).ToListAsync(cancel);
        long[] ids = [.. interfaces.Select(one => one.Id)];
        List<FactsRow> facts = await context.Set<FactsRow>().AsNoTracking().Where(one => ids.Contains(one.InterfaceId)).OrderBy(one => one.Id).ToListAsync(cancel);
        long[] factIds = [.. facts.Select(one => one.Id)];
        List<ClaimRow> claims = await context.Set<ClaimRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).OrderBy(one => one.Id).ToListAsync(cancel);
        List<ServiceRow> services = await context.Set<ServiceRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).ToListAsync(cancel);
        List<AddressTimeRow> times = await context.Set<AddressTimeRow>().AsNoTracking().Where(one => factIds.Contains(one.FactsId)).ToListAsync(cancel);
        List<DeviceEventRow> events = await context.Set<DeviceEventRow>().AsNoTracking().Where(one => one.DeviceId == row.Id).OrderByDescending(one => one.Id).Take(Events).ToListAsync(cancel);
        List<Facts> group = FactsOf(facts, claims, services);
        MacAddress[] macs = [.. interfaces.Where(one => one.Mac != 0 && facts.Exists(fact => fact.InterfaceId == one.Id)).Select(one => new MacAddress((ulong)one.Mac))];
        bool isRouter = interfaces.Exists(one => one.Notes.Split(',').Contains("router"));
        Device? observed = group.Count == 0 ? null : DeviceDecision.Of(row.Id, macs, group, [], isRouter);
        LiveDevice device = new(row.Id);
        foreach (DeviceFieldRow field in await context.Set<DeviceFieldRow>().AsNoTracking().Where(one => one.DeviceId == row.Id).ToListAsync(cancel)) device.Fields[field.Field] = new PersonValue(field.Value, field.Who, new(field.At), field.Reason);
        return new DeviceDetail
        {
            Line = DeviceQueries.LineOf(row),
            Revision = row.Revision,
            Fields = [.. DeviceState.FieldsOf(device, observed?.Claims ?? []).Values.OrderBy(field => FieldCatalogue.Find(field.Field)?.Order ?? int.MaxValue).ThenBy(field => field.Field, StringComparer.Ordinal)],
            Interfaces = [.. interfaces.Select(one => LineOf(one, facts, times))],
            Offers = observed?.Offers ?? [],
            Uses = observed?.Uses ?? [],
            Events = [.. events.Select(one => new DeviceEvent(new(one.At), one.Who, one.Action, one.Field, one.Before, one.After, one.Reason, one.Operation, LedgerUndo.CanUndo(one.Action)))],
        };
    }

    private static List<Facts> FactsOf(List<FactsRow> rows, List<ClaimRow> claims, List<ServiceRow> services)
    {
        ILookup<long, ClaimRow> claimsOf = claims.ToLookup(claim => claim.FactsId);
        ILookup<long, ServiceRow> servicesOf = services.ToLookup(service => service.FactsId);
        List<Facts> group = [];
        foreach (FactsRow one in rows)
        {
            Facts facts = new(new MacAddress((ulong)one.Mac), new Address((ulong)one.IpHigh, (ulong)one.IpLow), new MacAddress((ulong)one.Through)) { Number = one.Id };
            facts.Restore((ushort)one.Vlan, new(one.First), new(one.Last), one.FirstPacket, one.Bytes, (Signs)one.Signs, one.Dropped);
            foreach (ClaimRow claim in claimsOf[one.Id])
                facts.Restore(new ClaimTally { Number = claim.Id, Kind = (ClaimKind)claim.Kind, Value = claim.Value, Source = claim.Source, Origin = claim.Origin, First = new(claim.First), Last = new(claim.Last), Count = claim.Count, Uid = claim.Uid, Packet = claim.Packet });
            foreach (ServiceRow service in servicesOf[one.Id])
                facts.Restore(new ServiceTally { Carrier = (Carrier)service.Carrier, Port = (ushort)service.Port, Protocol = service.Protocol, Banner = service.Banner, Flows = service.Flows, Uid = service.Uid }, service.IsOffer);
            group.Add(facts);
        }
        return group;
    }

    private static InterfaceLine LineOf(InterfaceRow one, List<FactsRow> facts, List<AddressTimeRow> times)
    {
        FactsRow[] own = [.. facts.Where(fact => fact.InterfaceId == one.Id)];
        List<AddressSpan> spans = [];
        foreach (IGrouping<Address, (Address Ip, AddressTimeRow Time)> same in own
            .SelectMany(fact => times.Where(time => time.FactsId == fact.Id).Select(time => (Ip: new Address((ulong)fact.IpHigh, (ulong)fact.IpLow), time)))
            .GroupBy(pair => pair.Ip))
            spans.AddRange(Joined(same.Key, same.Select(pair => pair.Time)));
        return new InterfaceLine(
            one.Id,
            new MacAddress((ulong)one.Mac),
            one.Notes.Length == 0 ? [] : one.Notes.Split(','),
            [.. own.Where(fact => fact.Vlan != 0 && fact.Mac == one.Mac).Select(fact => (long)fact.Vlan).Distinct().Order()],
            [.. spans.OrderByDescending(span => span.Last).ThenByDescending(span => span.First).ThenBy(span => span.Ip)]);
    }

    /// <summary>An address is seen in its own frames and in a router's: times that overlap are one.</summary>
    private static IEnumerable<AddressSpan> Joined(Address ip, IEnumerable<AddressTimeRow> times)
    {
        AddressSpan? open = null;
        foreach (AddressTimeRow time in times.OrderBy(time => time.First).ThenBy(time => time.Id))
        {
            if (open is not null && time.First <= open.Last.Nanoseconds)
            {
                open = open with { Last = new(Math.Max(open.Last.Nanoseconds, time.Last)), Assignment = open.Assignment ?? time.Assignment };
                continue;
            }
            if (open is not null) yield return open;
            open = new AddressSpan(ip, new(time.First), new(time.Last), time.Assignment);
        }
        if (open is not null) yield return open;
    }
}
