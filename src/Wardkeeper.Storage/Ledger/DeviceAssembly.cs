using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Identification;
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
        DeviceParts parts = await DeviceParts.ReadAsync(context, row.Id, cancel);
        List<DeviceEventRow> events = await context.Set<DeviceEventRow>().AsNoTracking().Where(one => one.DeviceId == row.Id).OrderByDescending(one => one.Id).Take(Events).ToListAsync(cancel);
        MacAddress[] macs = [.. parts.Interfaces.Where(one => one.Mac != 0 && parts.Rows.Any(fact => fact.InterfaceId == one.Id)).Select(one => new MacAddress((ulong)one.Mac))];
        bool isRouter = parts.Interfaces.Any(one => one.Notes.Split(',').Contains("router"));
        IReadOnlyList<AlikeValue> alike = await AlikeAsync(cancel);
        Device? observed = parts.Facts.Count == 0 ? null : DeviceDecision.Of(row.Id, macs, [.. parts.Facts], [], isRouter, alike: print => print == row.Fingerprint ? alike : []);
        LiveDevice device = new(row.Id) { TypeBefore = row.TypeBefore };
        foreach (DeviceFieldRow field in await context.Set<DeviceFieldRow>().AsNoTracking().Where(one => one.DeviceId == row.Id).ToListAsync(cancel)) device.Fields[field.Field] = new PersonValue(field.Value, field.Who, new(field.At), field.Reason);
        return new DeviceDetail
        {
            Line = DeviceQueries.LineOf(row),
            Revision = row.Revision,
            Fields = [.. DeviceState.FieldsOf(device, observed).Values.OrderBy(field => FieldCatalogue.Find(field.Field)?.Order ?? int.MaxValue).ThenBy(field => field.Field, StringComparer.Ordinal)],
            Interfaces = [.. parts.Interfaces.Select(one => LineOf(one, parts))],
            Offers = observed?.Offers ?? [],
            Uses = observed?.Uses ?? [],
            Events = [.. events.Select(one => new DeviceEvent(new(one.At), one.Who, one.Action, one.Field, one.Before, one.After, one.Reason, one.Operation, CanUndo(one, parts)))],
        };
    }

    /// <summary>What persons said of devices with the same fingerprint.</summary>
    private async Task<IReadOnlyList<AlikeValue>> AlikeAsync(CancellationToken cancel)
    {
        if (row.Fingerprint is not { } print) return [];
        IQueryable<long> like = context.Set<DeviceRow>().Where(other => other.Fingerprint == print && other.Id != row.Id && other.MergedInto == 0).Select(other => other.Id);
        List<DeviceFieldRow> fields = await context.Set<DeviceFieldRow>().AsNoTracking().Where(field => like.Contains(field.DeviceId) && AlikeValue.Fields.Contains(field.Field)).OrderBy(field => field.DeviceId).Take(AlikeValue.Most).ToListAsync(cancel);
        return [.. fields.Select(field => new AlikeValue(field.Field, field.Value, field.Who, field.DeviceId))];
    }

    /// <summary>What was taken over can be undone as long as something of it is there.</summary>
    private static bool CanUndo(DeviceEventRow one, DeviceParts parts) => LedgerUndo.CanUndo(one.Action) && (one.Action != LedgerActions.Adopted || parts.Rows.Any(facts => facts.Operation == one.Operation));

    private static InterfaceLine LineOf(InterfaceRow one, DeviceParts parts)
    {
        FactsRow[] own = [.. parts.Rows.Where(fact => fact.InterfaceId == one.Id)];
        List<AddressSpan> spans = [];
        foreach (IGrouping<(Address Ip, string? Source), AddressTimeRow> same in own
            .SelectMany(fact => parts.Times[fact.Id].Select(time => (Key: (Ip: new Address((ulong)fact.IpHigh, (ulong)fact.IpLow), fact.Source), Time: time)))
            .GroupBy(pair => pair.Key, pair => pair.Time))
            spans.AddRange(Joined(same.Key.Ip, same.Key.Source, same));
        return new InterfaceLine(
            one.Id,
            new MacAddress((ulong)one.Mac),
            one.Notes.Length == 0 ? [] : one.Notes.Split(','),
            [.. own.Where(fact => fact.Vlan != 0 && fact.Mac == one.Mac).Select(fact => (long)fact.Vlan).Distinct().Order()],
            [.. spans.OrderByDescending(span => span.Last).ThenByDescending(span => span.First).ThenBy(span => span.Ip)]);
    }

    /// <summary>An address is seen in its own frames and in a router's: times that overlap are one.</summary>
    private static IEnumerable<AddressSpan> Joined(Address ip, string? source, IEnumerable<AddressTimeRow> times)
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
            open = new AddressSpan(ip, new(time.First), new(time.Last), time.Assignment, source);
        }
        if (open is not null) yield return open;
    }
}
