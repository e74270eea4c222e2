using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench.Identify;

/// <summary>What identifying 2,000 devices costs, on one thread; medians, in milliseconds of processor time.</summary>
/// <param name="Different">Devices of the demo that they were made of.</param>
/// <param name="Load">Reading the knowledge base.</param>
/// <param name="First">From all their evidence, with knowledge that was asked nothing before.</param>
/// <param name="Again">From all their evidence, once more.</param>
/// <param name="New">Each with one claim more than before.</param>
/// <param name="Ledger">The same through the running ledger.</param>
internal sealed record IdentifySpeed(int Different, double Load, double First, double Again, double New, double Ledger)
{
    public const int Devices = 2_000, Rounds = 31;

    /// <summary>Kinds of evidence that come one after another, round by round and device by device.</summary>
    private static readonly (ClaimKind Kind, string Source, string Value)[] News =
    [
        (ClaimKind.HostName, "dhcp", "host"), (ClaimKind.UserAgent, "http", "Agent/1."), (ClaimKind.AskedName, "dns", "cloud.example"), (ClaimKind.Description, "snmp", "Device "),
        (ClaimKind.AeTitle, "dicom", "AE"), (ClaimKind.DhcpVendorClass, "dhcp", "class "), (ClaimKind.Software, "http", "server "), (ClaimKind.HlApplication, "hl7", "APP"),
    ];

    public static IdentifySpeed Measure(string capture)
    {
        Device[] models = [.. CaptureLedger.Of(capture).Devices(KnowledgeBase.Shipped)];
        LiveLedger ledger = new(LocalNetworks.Default);
        long packet = 0;
        for (int i = 0; i < Devices; i++) Introduce(ledger, models[i % models.Length], i, ref packet);
        Device[] devices = [.. ledger.Decide().Select(state => state.Observed).OfType<Device>()];
        if (devices.Length < Devices) throw new InvalidOperationException($"only {devices.Length} of {Devices} were believed to be devices");
        List<double> load = [], first = [], again = [], renewed = [], live = [];
        Identity[] known = new Identity[Devices];
        for (int round = 0; round < Rounds; round++)
        {
            KnowledgeBase knowledge = KnowledgeBase.Shipped;
            load.Add(Time(() => knowledge = KnowledgeBase.LoadShipped()));
            first.Add(Time(() => Each(i => known[i] = Of(devices[i], devices[i].Claims, knowledge, null))));
            again.Add(Time(() => Each(i => Of(devices[i], devices[i].Claims, knowledge, null))));
            List<ClaimTally>[] more = [.. Enumerable.Range(0, Devices).Select(i => With(devices[i].Claims, News[(i + round) % News.Length], i, round))];
            renewed.Add(Time(() => Each(i => Of(devices[i], more[i], knowledge, known[i]))));
            ledger.Changes.Clear();
            for (int i = 0; i < Devices; i++)
            {
                (ClaimKind kind, string source, string value) = News[(i + round) % News.Length];
                Take(ledger, Who(i), kind, $"{value}{i}-{round}", source, "new", ref packet);
            }
            live.Add(Time(() => ledger.Decide()));
        }
        return new IdentifySpeed(models.Length, Median(load), Median(first), Median(again), Median(renewed), Median(live));
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Milliseconds of processor time that the work takes: what else the machine does meanwhile does not count.</summary>
    public static double Time(Action work)
    {
        TimeSpan began = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - began).TotalMilliseconds;
    }

    private static void Each(Action<int> work)
    {
        for (int i = 0; i < Devices; i++) work(i);
    }

    private static Identity Of(Device device, IReadOnlyList<ClaimTally> claims, KnowledgeBase knowledge, Identity? before) =>
        Identifier.Of(claims, device.Offers, device.Uses, device.Notes.Contains("router"), knowledge, null, before);

    /// <summary>The claims with one more, where its kind belongs.</summary>
    private static List<ClaimTally> With(IReadOnlyList<ClaimTally> claims, (ClaimKind Kind, string Source, string Value) one, int device, int round)
    {
        List<ClaimTally> more = [.. claims];
        int at = more.FindLastIndex(claim => claim.Kind <= one.Kind && claim.Source != "mac-prefix") + 1;
        more.Insert(at, new ClaimTally { Kind = one.Kind, Value = $"{one.Value}{device}-{round}", Source = one.Source, Origin = "new", Count = 1, Packet = long.MaxValue });
        return more;
    }

    private static Subject Who(int device) => Subject.Of(new MacAddress(0x02_00_00_00_00_00UL + (ulong)device), Address.FromV4(0x0A_40_00_00U + (uint)device));

    /// <summary>Says everything of a device that was said of its model, and a name of its own.</summary>
    private static void Introduce(LiveLedger ledger, Device model, int device, ref long packet)
    {
        Subject who = Who(device);
        Take(ledger, who, ClaimKind.AddressBinding, who.Ip.ToString(), "arp", "reply", ref packet);
        if (model.HostNames.Count == 0) Take(ledger, who, ClaimKind.HostName, string.Create(CultureInfo.InvariantCulture, $"device-{device}"), "dhcp", "option 12", ref packet);
        // What would make one device of two is left out; names end in a number of their own.
        foreach (ClaimTally claim in model.Claims.Where(claim => claim.Kind is not (ClaimKind.AddressBinding or ClaimKind.SerialNumber or ClaimKind.OtherMac)))
            Take(ledger, who, claim.Kind, claim.Kind is ClaimKind.HostName or ClaimKind.AeTitle ? string.Create(CultureInfo.InvariantCulture, $"{claim.Value}-{device}") : claim.Value, claim.Source, claim.Origin, ref packet);
        foreach (ServiceTally service in model.Offers)
        {
            packet++;
            ledger.Take(new ServiceSighting(who, service.Carrier, service.Port, service.Protocol ?? "http", service.Banner, default, CaptureTime.FromSeconds(packet), null, packet));
        }
    }

    private static void Take(LiveLedger ledger, Subject who, ClaimKind kind, string value, string source, string origin, ref long packet)
    {
        packet++;
        ledger.Take(new Claim(who, kind, value, source, CaptureTime.FromSeconds(packet), null, packet, origin));
    }
}
