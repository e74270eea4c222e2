using System.Globalization;
using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Publishing;

/// <summary>Batches of every shape.</summary>
internal static class BatchGen
{
    private static readonly string[] Known = ["dns", "dicom", "pump-1", "", "输液泵", "𝔘nicode"];
    private static readonly Gen<string> Words = Gen.OneOf(Gen.Int[0, 5].Select(i => Known[i]), Gen.String[Gen.Char['a', 'z'], 0, 40]);
    private static readonly Gen<string?> Maybe = Gen.Frequency((1, Gen.Const((string?)null)), (3, Words.Select(word => (string?)word)));
    private static readonly Gen<CaptureTime> Times = Gen.OneOf(Gen.Long, Gen.Long[1_700_000_000_000_000_000, 1_800_000_000_000_000_000]).Select(time => new CaptureTime(time));
    private static readonly Gen<Address> Addresses = Gen.OneOf(Gen.Const(default(Address)), Gen.UInt.Select(Address.FromV4), Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new Address(high, low)));
    private static readonly Gen<MacAddress> Macs = Gen.ULong[0, (1UL << 48) - 1].Select(value => new MacAddress(value));
    private static readonly Gen<Subject> Subjects = Gen.Select(Macs, Addresses, Gen.UShort, (mac, ip, vlan) => new Subject(mac, ip, vlan));

    private static readonly Gen<ByteRange?> Ranges = Gen.OneOf(Gen.Const((ByteRange?)null), Gen.Select(Gen.Bool, Gen.Long, Gen.Long, (isServer, start, length) => (ByteRange?)new ByteRange(isServer ? Side.Server : Side.Client, start, length)));

    private static readonly Gen<Observation> Claims = Gen.Select(Subjects, Gen.Int[0, (int)ClaimKind.RemoteAccess], Words, Times, Maybe, Gen.Long, Words, Ranges)
        .Select(one => (Observation)new Claim(one.Item1, (ClaimKind)one.Item2, one.Item3, "dhcp", one.Item4, one.Item5, one.Item6, one.Item7) { Bytes = one.Item8 });

    private static readonly Gen<Observation> Sightings = Gen.Select(Subjects, Gen.UShort, Words, Maybe, Subjects, Times, Maybe, Gen.Long)
        .Select(one => (Observation)new ServiceSighting(one.Item1, Carrier.Tcp, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6, one.Item7, one.Item8));

    private static readonly Gen<FlowView> Views = Gen.Select(Gen.Int, Times, Addresses, Addresses, Gen.UShort, Macs, Gen.Bool)
        .Select(one => new FlowView
        {
            Uid = "C" + one.Item1.ToString(CultureInfo.InvariantCulture),
            Carrier = Carrier.Udp,
            IpProtocol = 17,
            Began = one.Item2,
            FirstPacket = one.Item1,
            OriginatorAddress = one.Item3,
            ResponderAddress = one.Item4,
            OriginatorPort = one.Item5,
            ResponderPort = 53,
            OriginatorMac = one.Item6,
            Vlan = one.Item5,
            ResponderVlan = (ushort)(one.Item5 ^ 1),
            ClientIsResponder = one.Item7,
        });

    private static readonly Gen<FlowRecord> Flows = Gen.Select(Views, Maybe, Gen.Long, Gen.Long, Gen.Bool, Words.Array[0, 3], Gen.Int, Times)
        .Select(one => new FlowRecord
        {
            View = one.Item1,
            Service = one.Item2,
            Duration = one.Item5 ? new TimeSpan(one.Item3) : null,
            OriginatorBytes = one.Item3,
            ResponderBytes = one.Item4,
            ConnState = "SF",
            History = "Dd",
            MissedBytes = one.Item4,
            OriginatorPackets = one.Item3,
            OriginatorIpBytes = one.Item4,
            ResponderPackets = one.Item4,
            ResponderIpBytes = one.Item3,
            LocalOriginator = one.Item5,
            LocalResponder = !one.Item5,
            Parents = one.Item5 ? one.Item6 : null,
            InnerVlan = one.Item1.Vlan,
            CommunityId = "1:x",
            IcmpErrors = one.Item7,
            IcmpError = one.Item2,
            IsInterim = one.Item5,
            Earlier = one.Item5 ? new FlowTotals(one.Item8, one.Item3, one.Item4, one.Item3, one.Item4) : null,
        });

    private static readonly Gen<TransactionRow> Rows = Gen.Select(Views, Words, Times, Times, Gen.Bool)
        .Select(one => new TransactionRow(one.Item2, one.Item3, one.Item4, one.Item5 ? one.Item1 : null, Encoding.UTF8.GetBytes($$"""{"query":"{{one.Item2}}","n":[1,{"a":null}]}""")));

    public static Gen<SensorBatch> Batches { get; } =
        Gen.Select(Gen.Long[1, long.MaxValue], Times, Gen.OneOf(Claims, Sightings).List[0, 40], Flows.List[0, 10], Rows.List[0, 10], Gen.Dictionary(Words, Gen.Long)[0, 5])
            .Select(one => new SensorBatch { Sensor = "ward-3.north", Sequence = one.Item1, End = one.Item2, Observations = one.Item3, Flows = one.Item4, Transactions = one.Item5, Counters = one.Item6 });

    /// <summary>Everything in a batch as text, for comparing.</summary>
    public static string Text(SensorBatch batch)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{batch.Sensor} {batch.Sequence} {batch.End}");
        foreach (Observation one in batch.Observations) text.Append(one).Append('\n');
        foreach (FlowRecord flow in batch.Flows) text.Append(Properties(flow.View)).Append(Properties(flow)).Append('\n');
        foreach (TransactionRow row in batch.Transactions) text.AppendLine(CultureInfo.InvariantCulture, $"{row.Log} {row.At} {row.Began} {(row.Flow is null ? "-" : Properties(row.Flow))} {Encoding.UTF8.GetString(row.Json.Span)}");
        foreach ((string name, long value) in batch.Counters.OrderBy(pair => pair.Key, StringComparer.Ordinal)) text.AppendLine(CultureInfo.InvariantCulture, $"{name}={value}");
        return text.ToString();
    }

    /// <summary>Every property, so that one added later and forgotten by the codec is seen.</summary>
    private static string Properties(object value) => string.Join(' ', value.GetType().GetProperties().Where(one => one.PropertyType != typeof(FlowView))
        .Select(one => $"{one.Name}={(one.GetValue(value) is IReadOnlyList<string> list ? string.Join('|', list) : one.GetValue(value))}"));
}
