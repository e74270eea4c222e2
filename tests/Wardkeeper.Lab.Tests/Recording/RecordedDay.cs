using System.Globalization;
using System.Net;
using System.Text.Json;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>
/// A recording: what its truth says, and its capture with every packet once. A routed packet is in the recording twice, as a mirror
/// port shows it; the copy that the router passes on is left out here.
/// </summary>
public sealed class RecordedDay : IDisposable
{
    private readonly string single = Path.Combine(Path.GetTempPath(), $"wardkeeper-day-{Guid.NewGuid():N}.pcap");
    private readonly Dictionary<string, string> keys = new(StringComparer.Ordinal);

    /// <summary>Rows of <c>counts.ndjson</c> and how many.</summary>
    internal Dictionary<(string Protocol, string What, string From, string To), int> Rows { get; } = [];

    /// <summary>The same as <c>protocol what from &gt; to</c>.</summary>
    internal SortedDictionary<string, int> Planned { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of all devices.</summary>
    internal HashSet<string> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>Hardware address, virtual LAN and address of every interface.</summary>
    internal HashSet<(string Mac, string Vlan, string Ip)> Interfaces { get; } = [];

    /// <summary>Rows of the list of attacks and oddities.</summary>
    internal int Scenes { get; private set; }

    /// <summary>Every packet once, read by tshark.</summary>
    internal Capture Wire => new(single);

    /// <summary>The folder.</summary>
    internal string Folder { get; }

    private RecordedDay(string folder) => Folder = folder;

    /// <summary>Reads the truth of a recording and has tshark write its capture with every packet once.</summary>
    internal static async Task<RecordedDay> ReadAsync(string folder)
    {
        RecordedDay day = new(folder);
        await day.ReadAsync();
        return day;
    }

    /// <summary>Removes the copy.</summary>
    public void Dispose() => File.Delete(single);

    private async Task ReadAsync()
    {
        foreach (JsonElement row in Read(Folder, "counts"))
            Rows.Add((Text(row, "protocol"), Text(row, "what"), Text(row, "from"), Text(row, "to")), row.GetProperty("count").GetInt32());
        foreach (((string protocol, string what, string from, string to), int count) in Rows) Planned.Add(Key(protocol, what, from, to), count);
        foreach (JsonElement device in Read(Folder, "devices"))
        {
            Devices.Add(Text(device, "key"));
            keys[Text(device, "mac")] = Text(device, "key");
            foreach (JsonElement leg in device.GetProperty("interfaces").EnumerateArray())
            {
                keys[Text(leg, "ip")] = Text(device, "key");
                Interfaces.Add((Text(leg, "mac"), leg.GetProperty("vlan").GetInt32().ToString(CultureInfo.InvariantCulture), Text(leg, "ip")));
            }
        }
        Scenes = Read(Folder, "scenes").Count() + Read(Folder, "packets").Count();
        string router = Interfaces.First(leg => keys[leg.Mac] == "gw").Mac;
        string others = string.Join(", ", Interfaces.Where(leg => leg.Mac != router).Select(leg => leg.Ip));
        await new Capture(Path.Combine(Folder, "hospital.pcap")).TsharkAsync("-Y", $"!(eth.src == {router} && ip.src in {{{others}}})", "-w", single);
    }

    /// <summary>Which device has an address or a hardware address; <c>multicast</c> for a group, and the address itself where nobody has it.</summary>
    internal string DeviceAt(string address) =>
        keys.TryGetValue(address, out string? key) ? key : IPAddress.TryParse(address, out IPAddress? ip) && ip.GetAddressBytes()[0] is >= 224 and < 240 ? "multicast" : address;

    /// <summary>The same words as in <see cref="Planned"/>.</summary>
    internal static string Key(string protocol, string what, string from, string to) => $"{protocol} {what} {from} > {to}";

    /// <summary>The protocol of a row of <see cref="Planned"/>.</summary>
    internal static string ProtocolOf(string key) => key[..key.IndexOf(' ', StringComparison.Ordinal)];

    private static IEnumerable<JsonElement> Read(string folder, string name) => File.ReadLines(Path.Combine(folder, "truth", name + ".ndjson")).Select(line => JsonDocument.Parse(line).RootElement);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
