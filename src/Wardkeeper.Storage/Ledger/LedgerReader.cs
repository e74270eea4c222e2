using System.Data.Common;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Puts a stored ledger back into memory, exactly as it was when it was last stored.</summary>
internal sealed class LedgerReader(DbConnection connection, LiveLedger ledger, LedgerLimits limits)
{
    private readonly Dictionary<long, LiveDevice> devices = [];
    private readonly Dictionary<long, LiveInterface> interfaces = [];
    private readonly Dictionary<long, (Facts Facts, LiveInterface? Of)> facts = [];

    public void Read()
    {
        ReadDevices();
        ReadInterfaces();
        ReadBook();
        ReadFacts();
        ReadTimes();
        Each(
            $"SELECT \"DeviceId\", \"After\" FROM \"{LedgerTables.Events}\" WHERE \"Action\" = '{LedgerActions.MergeProposed}'",
            row =>
            {
                if (long.TryParse(row.GetString(1).AsSpan(2), out long into)) ledger.RestoreProposal(into, row.GetInt64(0));
            });
        Dictionary<string, long> numbers = [];
        Each($"SELECT \"Name\", \"Value\" FROM \"{LedgerTables.Numbers}\"", row => numbers[row.GetString(0)] = row.GetInt64(1));
        if (numbers.Count == 0) return;
        LedgerNumbers next = ledger.Numbers;
        (next.NextClaim, next.NextTime, next.NextInterface, next.NextDevice, next.NextEvent, next.CandidatesDropped) =
            (numbers["next-claim"], numbers["next-time"], numbers["next-interface"], numbers["next-device"], numbers["next-event"], numbers["candidates-dropped"]);
        ledger.Restored(new CaptureTime(numbers["now"]), numbers["next-facts"], numbers["refused"]);
    }

    private void ReadDevices()
    {
        Each(
            $"SELECT \"Id\", \"Revision\", \"LifeCycle\", \"LifeCycleAt\", \"MergedInto\", \"IsRegistered\", \"IsRetiredButAlive\", \"Fingerprint\", \"TypeBefore\", CASE WHEN \"TypeConfirmedBy\" IS NULL THEN \"Type\" END FROM \"{LedgerTables.Devices}\" ORDER BY \"Id\"",
            row => devices[row.GetInt64(0)] = new LiveDevice(row.GetInt64(0))
            {
                Revision = row.GetInt64(1),
                LifeCycle = row.GetString(2),
                LifeCycleAt = new(row.GetInt64(3)),
                MergedInto = row.GetInt64(4),
                IsRegistered = row.GetBoolean(5),
                IsRetiredButAlive = row.GetBoolean(6),
                Fingerprint = Text(row, 7),
                TypeBefore = Text(row, 8),
                TypeSeen = Text(row, 9),
            });
        Each(
            $"SELECT \"DeviceId\", \"Field\", \"Value\", \"Who\", \"At\", \"Reason\" FROM \"{LedgerTables.Fields}\"",
            row => devices[row.GetInt64(0)].Fields[row.GetString(1)] = new PersonValue(row.GetString(2), row.GetString(3), new(row.GetInt64(4)), Text(row, 5)));
        foreach (LiveDevice device in devices.Values) ledger.Restore(device);
    }

    private void ReadInterfaces() => Each(
        $"SELECT \"Id\", \"Mac\", \"IpHigh\", \"IpLow\", \"DeviceId\", \"IsPinned\" FROM \"{LedgerTables.Interfaces}\" ORDER BY \"Id\"",
        row =>
        {
            LiveInterface one = new(row.GetInt64(0), Mac(row, 1), Ip(row, 2)) { Device = row.GetInt64(4) is var device and not 0 ? devices[device] : null, IsPinned = row.GetBoolean(5) };
            interfaces[one.Number] = one;
            ledger.Restore(one);
        });

    private void ReadBook()
    {
        Each(
            $"SELECT \"Mac\", \"IpHigh\", \"IpLow\", \"IsBound\", \"BoundAt\", \"IsCarried\" FROM \"{LedgerTables.Pairs}\"",
            row =>
            {
                if (row.GetBoolean(3) || row.GetBoolean(5)) ledger.Book.Restore(Mac(row, 0), Ip(row, 1), row.GetBoolean(3) ? new CaptureTime(row.GetInt64(4)) : null, row.GetBoolean(5));
            });
        Each(
            $"SELECT \"IpHigh\", \"IpLow\", \"Mac\", \"At\", \"Previous\", \"PreviousAt\", \"ToldAt\", \"IsDisputed\" FROM \"{LedgerTables.Owners}\"",
            row =>
            {
                if (row.GetInt64(2) != 0) ledger.Book.Restore(Ip(row, 0), new AddressOwner(Mac(row, 2), new(row.GetInt64(3)), Mac(row, 4), new(row.GetInt64(5)), new(row.GetInt64(6)), row.GetBoolean(7)));
            });
        Each(
            $"SELECT \"Id\", \"IpHigh\", \"IpLow\", \"Before\", \"LastBefore\", \"WasLeased\", \"After\", \"At\", \"IsLeased\" FROM \"{LedgerTables.Moves}\" ORDER BY \"Id\"",
            row => ledger.Restore(new AddressMove(Ip(row, 1), Mac(row, 3), new(row.GetInt64(4)), row.GetBoolean(5), Mac(row, 6), new(row.GetInt64(7)), row.GetBoolean(8), false) { Number = row.GetInt64(0) }));
    }

    private void ReadFacts()
    {
        Each(
            $"SELECT \"Id\", \"InterfaceId\", \"Mac\", \"IpHigh\", \"IpLow\", \"Through\", \"Vlan\", \"First\", \"Last\", \"FirstPacket\", \"Bytes\", \"Signs\", \"Dropped\", \"Operation\", \"Source\" FROM \"{LedgerTables.Facts}\" ORDER BY \"Id\"",
            row =>
            {
                Facts one = new(Mac(row, 2), Ip(row, 3), Mac(row, 5), limits) { Number = row.GetInt64(0), Operation = row.GetInt64(13), Source = Text(row, 14) };
                one.Restore((ushort)row.GetInt32(6), new(row.GetInt64(7)), new(row.GetInt64(8)), row.GetInt64(9), row.GetInt64(10), (Signs)row.GetInt32(11), row.GetInt64(12));
                facts[one.Number] = (one, interfaces.GetValueOrDefault(row.GetInt64(1)));
            });
        Each(
            $"SELECT \"Id\", \"FactsId\", \"Kind\", \"Value\", \"Source\", \"Origin\", \"First\", \"Last\", \"Count\", \"Uid\", \"Packet\", \"ByteSide\", \"ByteStart\", \"ByteLength\" FROM \"{LedgerTables.Claims}\" ORDER BY \"Id\"",
            row => facts[row.GetInt64(1)].Facts.Restore(Claim(row, 0)));
        Each(
            $"SELECT \"FactsId\", \"IsOffer\", \"Carrier\", \"Port\", \"Protocol\", \"Banner\", \"Flows\", \"Uid\" FROM \"{LedgerTables.Services}\"",
            row => facts[row.GetInt64(0)].Facts.Restore(Service(row, facts[row.GetInt64(0)].Facts.Source), row.GetBoolean(1)));
        foreach ((Facts one, LiveInterface? of) in facts.Values) ledger.Restore(one, of);
    }

    private void ReadTimes() => Each(
        $"SELECT \"Id\", \"FactsId\", \"First\", \"Last\", \"Assignment\", \"IsOver\", \"IsPast\" FROM \"{LedgerTables.Times}\" ORDER BY \"Id\"",
        row =>
        {
            if (!facts.TryGetValue(row.GetInt64(1), out (Facts Facts, LiveInterface? Of) of)) return;
            ledger.Restore(new AddressTime { Number = row.GetInt64(0), Facts = of.Facts, First = new(row.GetInt64(2)), Last = new(row.GetInt64(3)), Assignment = Text(row, 4), IsOver = row.GetBoolean(5) }, row.GetBoolean(6));
        });

    /// <summary>A claim from a row that begins with its number and the facts' number.</summary>
    internal static ClaimTally Claim(DbDataReader row, int at) => new()
    {
        Number = row.GetInt64(at),
        Kind = (ClaimKind)row.GetInt32(at + 2),
        Value = row.GetString(at + 3),
        Source = row.GetString(at + 4),
        Origin = row.GetString(at + 5),
        First = new(row.GetInt64(at + 6)),
        Last = new(row.GetInt64(at + 7)),
        Count = row.GetInt64(at + 8),
        Uid = Text(row, at + 9),
        Packet = row.GetInt64(at + 10),
        Bytes = row.IsDBNull(at + 11) ? null : new((Side)row.GetInt32(at + 11), row.GetInt64(at + 12), row.GetInt64(at + 13)),
    };

    private static ServiceTally Service(DbDataReader row, string? source) => new()
    {
        Carrier = (Carrier)row.GetInt32(2),
        Port = (ushort)row.GetInt32(3),
        Protocol = Text(row, 4),
        Banner = Text(row, 5),
        Flows = row.GetInt64(6),
        Uid = Text(row, 7),
        Source = source,
    };

    private static MacAddress Mac(DbDataReader row, int at) => new((ulong)row.GetInt64(at));

    private static Address Ip(DbDataReader row, int at) => new((ulong)row.GetInt64(at), (ulong)row.GetInt64(at + 1));

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private void Each(string query, Action<DbDataReader> take)
    {
        using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = query;
#pragma warning restore CA2100 // as above
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read()) take(reader);
    }
}
