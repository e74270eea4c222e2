using System.Data.Common;
using System.Globalization;
using Npgsql;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Writes what changed in the ledger, each row once.</summary>
/// <param name="connection">An open connection.</param>
/// <param name="transaction">The transaction that everything belongs to.</param>
/// <param name="rows">What stands in devices' rows, so that a device that was only seen again is not written as a whole; null writes all of it.</param>
internal sealed class LedgerWriter(DbConnection connection, DbTransaction transaction, DeviceRowPrints? rows = null)
{
    /// <summary>Columns of a device that the ledger decides; what others count stands in the same row.</summary>
    private static readonly string[] DeviceColumns =
    [
        nameof(DeviceRow.Revision), nameof(DeviceRow.IsListed), nameof(DeviceRow.MergedInto), nameof(DeviceRow.IsRegistered), nameof(DeviceRow.LifeCycle), nameof(DeviceRow.LifeCycleAt),
        nameof(DeviceRow.IsRetiredButAlive), nameof(DeviceRow.Name), nameof(DeviceRow.NameSort), nameof(DeviceRow.Type), nameof(DeviceRow.TypeConfidence), nameof(DeviceRow.TypeConfirmedBy), nameof(DeviceRow.TypeGuess), nameof(DeviceRow.TypeBefore), nameof(DeviceRow.Fingerprint),
        nameof(DeviceRow.Category), nameof(DeviceRow.Vendor), nameof(DeviceRow.Model), nameof(DeviceRow.Department), nameof(DeviceRow.Bed), nameof(DeviceRow.Person), nameof(DeviceRow.Contact),
        nameof(DeviceRow.AssetTag), nameof(DeviceRow.SerialNumber), nameof(DeviceRow.IpSort), nameof(DeviceRow.Mac), nameof(DeviceRow.Vlan), nameof(DeviceRow.SwitchPort), nameof(DeviceRow.Consequence),
        nameof(DeviceRow.HasConflict), nameof(DeviceRow.FirstSeen), nameof(DeviceRow.Vlans), nameof(DeviceRow.Protocols), nameof(DeviceRow.Ports), nameof(DeviceRow.Search), nameof(DeviceRow.LastSeen),
    ];

    /// <summary>Writes everything that changed, what is gone first.</summary>
    public void Write(LiveLedger ledger, IReadOnlyList<DeviceState> decided)
    {
        LedgerChanges changes = ledger.Changes;
        Gone(changes);
        WriteFacts(ledger, changes.Facts);
        WriteTimes(ledger, changes.Times);
        WriteBook(ledger, changes);
        WriteInterfaces(ledger, changes.Interfaces);
        WriteDevices(decided);
        WriteEvents(changes.Events);
        WriteNumbers(ledger);
    }

    public void WriteInterfaces(LiveLedger ledger, IEnumerable<LiveInterface> interfaces)
    {
        using Upsert into = Into(LedgerTables.Interfaces, ["Id"], ["DeviceId", "IsPinned", "Notes"], ["Mac", "IpHigh", "IpLow"]);
        foreach (LiveInterface one in interfaces)
            into.Run(one.Number, one.Device?.Number ?? 0, one.IsPinned, string.Join(',', one.Notes(ledger.IsRouter(one.Mac))), (long)one.Mac.Value, (long)one.Ip.High, (long)one.Ip.Low);
    }

    public void WriteDevices(IReadOnlyList<DeviceState> decided)
    {
        using (Upsert into = Into(LedgerTables.Devices, ["Id"], DeviceColumns))
        using (Upsert seen = Upsert.Update(connection, transaction, Quoted(LedgerTables.Devices), Quoted(nameof(DeviceRow.Id)), Quoted(nameof(DeviceRow.LastSeen))))
        {
            foreach (DeviceState state in decided)
            {
                object?[] row = RowOf(state);
                // Most devices were only seen again: sixteen indexes need not be touched for that.
                if (rows?.IsAsWritten(state.Device.Number, row.AsSpan(0, row.Length - 1)) == true) seen.Run(state.Device.Number, row[^1]);
                else into.Run(row);
            }
        }
        WriteFields(decided);
    }

    public void WriteEvents(IEnumerable<LedgerEvent> events)
    {
        using Upsert into = Into(LedgerTables.Events, ["Id"], [], ["Operation", "DeviceId", "At", "Who", "Action", "Field", "Before", "After", "Reason"]);
        foreach (LedgerEvent one in events) into.Run(one.Number, one.Operation, one.Device, one.At.Nanoseconds, one.Who, one.Action, one.Field, one.Before, one.After, one.Reason);
    }

    public void WriteNumbers(LiveLedger ledger)
    {
        using Upsert into = Into(LedgerTables.Numbers, ["Name"], ["Value"]);
        LedgerNumbers numbers = ledger.Numbers;
        into.Run("next-claim", numbers.NextClaim);
        into.Run("next-time", numbers.NextTime);
        into.Run("next-interface", numbers.NextInterface);
        into.Run("next-device", numbers.NextDevice);
        into.Run("next-event", numbers.NextEvent);
        into.Run("next-facts", ledger.NextFacts);
        into.Run("candidates-dropped", numbers.CandidatesDropped);
        into.Run("refused", ledger.Refused);
        into.Run("now", ledger.Now.Nanoseconds);
    }

    /// <summary>A device's row, key first and the time it was seen last.</summary>
    private static object?[] RowOf(DeviceState state)
    {
        LiveDevice device = state.Device;
        FieldValue? type = state.Fields.GetValueOrDefault("type");
        string? name = state.Of("localName") ?? state.Of("name");
        IReadOnlyList<ServiceTally> offers = state.Observed?.Offers ?? [], uses = state.Observed?.Uses ?? [];
        return
        [
            device.Number, device.Revision, device.IsListed, device.MergedInto, device.IsRegistered, device.LifeCycle, device.LifeCycleAt.Nanoseconds,
            device.IsRetiredButAlive, name, NameSort.Of(name), type?.Value, type?.Confidence, type?.ConfirmedBy, type?.Guess, device.TypeBefore, device.Fingerprint,
            state.Category, state.Of("vendor"), state.Of("model"), state.Of("department"), state.Of("bed"), state.Of("person"), state.Of("contact"),
            state.Of("assetTag"), state.Of("serialNumber"), AddressText.Sortable(state.Ip), (long)state.Mac.Value, (int)state.Vlan, state.Of("switchPort"), state.Of("consequence"),
            state.HasConflict, state.FirstSeen.Nanoseconds, Listed(state.Observed?.Vlans.Select(vlan => vlan.ToString(CultureInfo.InvariantCulture)) ?? []),
            Listed(offers.Concat(uses).Where(service => service.Protocol is not null).SelectMany(service => service.Protocol!.Split(','))),
            Listed(offers.Select(service => service.Port.ToString(CultureInfo.InvariantCulture))), NameSort.Search(state.SearchText()), state.LastSeen.Nanoseconds,
        ];
    }

    /// <summary>Values between commas, so that one of them is found as ",80,".</summary>
    private static string Listed(IEnumerable<string> values)
    {
        string joined = string.Join(',', values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return joined.Length == 0 ? "" : $",{joined},";
    }

    /// <summary>A person's values are few and change rarely: they are written anew with their device.</summary>
    private void WriteFields(IReadOnlyList<DeviceState> decided)
    {
        Delete(LedgerTables.Fields, "DeviceId", decided.Where(state => state.Device.Revision > 1).Select(state => state.Device.Number));
        using Upsert into = Into(LedgerTables.Fields, ["DeviceId", "Field"], ["Value", "Who", "At", "Reason"]);
        foreach (DeviceState state in decided)
        {
            foreach ((string field, PersonValue value) in state.Device.Fields) into.Run(state.Device.Number, field, value.Value, value.Who, value.At.Nanoseconds, value.Reason);
        }
    }

    private void Gone(LedgerChanges changes)
    {
        Delete(LedgerTables.Claims, "Id", changes.ClaimsGone);
        Delete(LedgerTables.Claims, "FactsId", changes.FactsGone);
        Delete(LedgerTables.Services, "FactsId", changes.FactsGone);
        Delete(LedgerTables.Facts, "Id", changes.FactsGone);
        Delete(LedgerTables.Times, "Id", changes.TimesGone);
        Delete(LedgerTables.Interfaces, "Id", changes.InterfacesGone);
        Delete(LedgerTables.Moves, "Id", changes.MovesGone);
        Delete(LedgerTables.Pairs, "Mac", changes.MacsGone.Select(mac => (long)mac.Value));
    }

    private void WriteFacts(LiveLedger ledger, IEnumerable<Facts> dirty)
    {
        using Upsert into = Into(LedgerTables.Facts, ["Id"], ["InterfaceId", "Vlan", "First", "Last", "FirstPacket", "Bytes", "Signs", "Dropped"], ["Mac", "IpHigh", "IpLow", "Through", "Operation", "Source"]);
        using Upsert claims = Into(LedgerTables.Claims, ["Id"], ["Last", "Count"], ["FactsId", "Kind", "Value", "Source", "Origin", "First", "Uid", "Packet", "ByteSide", "ByteStart", "ByteLength"]);
        using Upsert services = Into(LedgerTables.Services, ["FactsId", "IsOffer", "Carrier", "Port"], ["Protocol", "Banner", "Flows"], ["Uid"]);
        foreach (Facts facts in dirty)
        {
            into.Run(
                facts.Number, ledger.InterfaceOf(facts)?.Number ?? 0, (int)facts.Vlan, facts.First.Nanoseconds, facts.Last.Nanoseconds, facts.FirstPacket, facts.Bytes, (int)facts.Signs, facts.Dropped,
                (long)facts.Mac.Value, (long)facts.Ip.High, (long)facts.Ip.Low, (long)facts.Through.Value, facts.Operation, facts.Source);
            foreach (ClaimTally claim in facts.Claims)
            {
                if (claim.IsDirty) claims.Run(claim.Number, claim.Last.Nanoseconds, claim.Count, facts.Number, (int)claim.Kind, claim.Value, claim.Source, claim.Origin, claim.First.Nanoseconds, claim.Uid, claim.Packet, (int?)claim.Bytes?.Side, claim.Bytes?.Start, claim.Bytes?.Length);
            }
            foreach (ServiceTally service in facts.Offered) Write(services, facts, service, true);
            foreach (ServiceTally service in facts.Used) Write(services, facts, service, false);
        }
    }

    private static void Write(Upsert services, Facts facts, ServiceTally service, bool isOffer)
    {
        if (service.IsDirty) services.Run(facts.Number, isOffer, (int)service.Carrier, (int)service.Port, service.Protocol, service.Banner, service.Flows, service.Uid);
    }

    private void WriteTimes(LiveLedger ledger, IEnumerable<AddressTime> times)
    {
        using Upsert into = Into(LedgerTables.Times, ["Id"], ["First", "Last", "Assignment", "IsOver", "IsPast"], ["FactsId"]);
        foreach (AddressTime time in times) into.Run(time.Number, time.First.Nanoseconds, time.Last.Nanoseconds, time.Assignment, time.IsOver, ledger.IsPast(time), time.Facts.Number);
    }

    private void WriteBook(LiveLedger ledger, LedgerChanges changes)
    {
        using (Upsert pairs = Into(LedgerTables.Pairs, ["Mac", "IpHigh", "IpLow"], ["IsBound", "BoundAt", "IsCarried"]))
        {
            foreach ((MacAddress mac, Address ip) in changes.Pairs)
            {
                if (!ledger.Book.Entries.TryGetValue(mac, out AddressEntry? entry)) continue;
                bool isBound = entry.Bound.TryGetValue(ip, out CaptureTime at);
                pairs.Run((long)mac.Value, (long)ip.High, (long)ip.Low, isBound, at.Nanoseconds, entry.Carried.Contains(ip));
            }
        }
        using (Upsert moves = Into(LedgerTables.Moves, ["Id"], [], ["IpHigh", "IpLow", "Before", "LastBefore", "WasLeased", "After", "At", "IsLeased"]))
        {
            foreach (AddressMove move in changes.Moves)
                moves.Run(move.Number, (long)move.Ip.High, (long)move.Ip.Low, (long)move.Before.Value, move.LastBefore.Nanoseconds, move.WasLeased, (long)move.After.Value, move.At.Nanoseconds, move.IsLeased);
        }
        using Upsert owners = Into(LedgerTables.Owners, ["IpHigh", "IpLow"], ["Mac", "At", "Previous", "PreviousAt", "ToldAt", "IsDisputed"]);
        foreach (Address ip in changes.Owners)
        {
            // Nobody has it any more: the row stays, with nobody.
            AddressOwner owner = ledger.Book.Owners.GetValueOrDefault(ip);
            owners.Run((long)ip.High, (long)ip.Low, (long)owner.Mac.Value, owner.At.Nanoseconds, (long)owner.Previous.Value, owner.PreviousAt.Nanoseconds, owner.ToldAt.Nanoseconds, owner.IsDisputed);
        }
    }

    private Upsert Into(string table, string[] key, string[] values, string[]? lasting = null) =>
        new(connection, transaction, Quoted(table), [.. key.Select(Quoted)], [.. values.Select(Quoted)], [.. (lasting ?? []).Select(Quoted)]);

    private static string Quoted(string name) => $"\"{name}\"";

    private void Delete(string table, string column, IEnumerable<long> values)
    {
        long[] all = [.. values];
        if (all.Length == 0) return;
        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        bool isTogether = connection is NpgsqlConnection;
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = $"DELETE FROM \"{table}\" WHERE \"{column}\" = {(isTogether ? "ANY(@p0)" : "@p0")}";
#pragma warning restore CA2100 // as above
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = "@p0";
        command.Parameters.Add(parameter);
        if (isTogether)
        {
            parameter.Value = all;
            command.ExecuteNonQuery();
            return;
        }
        foreach (long value in all)
        {
            parameter.Value = value;
            command.ExecuteNonQuery();
        }
    }
}
