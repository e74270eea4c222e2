using System.Globalization;
using System.Net;
using System.Text.Json;
using Wardkeeper.Lab.Commands;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>
/// The recording <c>samples/hospital-day</c>: what its truth says, and its capture with every packet once. A routed packet is in
/// the recording twice, as a mirror port shows it; the copy that the router passes on is left out here.
/// </summary>
public sealed class ShippedDay : IAsyncLifetime
{
    private readonly string single = Path.Combine(Path.GetTempPath(), $"wardkeeper-day-{Guid.NewGuid():N}.pcap");
    private readonly Dictionary<string, string> keys = new(StringComparer.Ordinal);
    private string? missing;

    /// <summary>Rows of <c>counts.ndjson</c> as <c>protocol what from &gt; to</c> and how many.</summary>
    internal SortedDictionary<string, int> Planned { get; } = new(StringComparer.Ordinal);

    /// <summary>Hardware address, virtual LAN and address of every interface.</summary>
    internal HashSet<(string Mac, string Vlan, string Ip)> Interfaces { get; } = [];

    /// <summary>Rows of the list of attacks and oddities.</summary>
    internal int Scenes { get; private set; }

    /// <summary>Every packet once, read by tshark. Where tshark or the recording is missing the test is skipped with the reason; with CI=true it fails.</summary>
    internal Capture Wire
    {
        get
        {
            if (missing is not null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
            Assert.SkipWhen(missing is not null, missing ?? "");
            return new Capture(single);
        }
    }

    /// <summary>Reads the truth and has tshark write the capture with every packet once.</summary>
    public async ValueTask InitializeAsync()
    {
        string folder = Folder(), capture = Path.Combine(folder, "hospital.pcap");
        missing = !File.Exists(capture) ? "samples/hospital-day is missing" : Doctor.Find(new("tshark", "tshark")) is null ? "not installed: tshark" : null;
        if (missing is not null) return;
        foreach (JsonElement row in Rows(folder, "counts"))
            Planned.Add(Key(Text(row, "protocol"), Text(row, "what"), Text(row, "from"), Text(row, "to")), row.GetProperty("count").GetInt32());
        foreach (JsonElement device in Rows(folder, "devices"))
        {
            keys[Text(device, "mac")] = Text(device, "key");
            foreach (JsonElement leg in device.GetProperty("interfaces").EnumerateArray())
            {
                keys[Text(leg, "ip")] = Text(device, "key");
                Interfaces.Add((Text(leg, "mac"), leg.GetProperty("vlan").GetInt32().ToString(CultureInfo.InvariantCulture), Text(leg, "ip")));
            }
        }
        Scenes = Rows(folder, "scenes").Count() + Rows(folder, "packets").Count();
        string router = Interfaces.First(leg => keys[leg.Mac] == "gw").Mac;
        string others = string.Join(", ", Interfaces.Where(leg => leg.Mac != router).Select(leg => leg.Ip));
        await new Capture(capture).TsharkAsync("-Y", $"!(eth.src == {router} && ip.src in {{{others}}})", "-w", single);
    }

    /// <summary>Removes the copy.</summary>
    public ValueTask DisposeAsync()
    {
        File.Delete(single);
        return ValueTask.CompletedTask;
    }

    /// <summary>Which device has an address or a hardware address; <c>multicast</c> for a group, and the address itself where nobody has it.</summary>
    internal string DeviceAt(string address) =>
        keys.TryGetValue(address, out string? key) ? key : IPAddress.TryParse(address, out IPAddress? ip) && ip.GetAddressBytes()[0] is >= 224 and < 240 ? "multicast" : address;

    /// <summary>The same words as in <see cref="Planned"/>.</summary>
    internal static string Key(string protocol, string what, string from, string to) => $"{protocol} {what} {from} > {to}";

    /// <summary>The protocol of a row of <see cref="Planned"/>.</summary>
    internal static string ProtocolOf(string key) => key[..key.IndexOf(' ', StringComparison.Ordinal)];

    private static IEnumerable<JsonElement> Rows(string folder, string name) => File.ReadLines(Path.Combine(folder, "truth", name + ".ndjson")).Select(line => JsonDocument.Parse(line).RootElement);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    /// <summary>Folder of a shipped recording.</summary>
    internal static string Folder(string name = "hospital-day") => Path.Combine(Checkout.Root, "samples", name);
}
