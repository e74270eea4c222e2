using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>
/// The recorded day that the README's first command reads, and what was true of it: <c>samples/hospital-day/truth</c>. What the
/// program does not know of it yet stands in <c>sample-exceptions.txt</c> beside the tests.
/// </summary>
internal static class HospitalSample
{
    /// <summary>The capture as the README names it.</summary>
    public const string Name = "samples/hospital-day/hospital.pcap";

    public static string Capture { get; } = Path.Combine(SharedFiles.Project, Name);

    /// <summary>The hospital's devices and the machines that scenes brought along.</summary>
    public static IReadOnlyList<TrueDevice> Devices { get; } = [.. Truth("devices").Select(OfHospital), .. Truth("scenes").SelectMany(scene => scene.GetProperty("machines").EnumerateArray()).Select(OfScene).DistinctBy(machine => machine.Key)];

    /// <summary>The rows of a file of the truth.</summary>
    public static IEnumerable<JsonElement> Truth(string file) =>
        File.ReadLines(Path.Combine(SharedFiles.Project, "samples/hospital-day/truth", file + ".ndjson")).Select(line => JsonElement.Parse(line));

    /// <summary>Keys or addresses of what is excused in this way.</summary>
    public static string[] Excused(string way) =>
        [.. File.ReadLines(Path.Combine(SharedFiles.Project, "tests/Wardkeeper.Tests/Analyze/sample-exceptions.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Where(cells => cells[0] == way).Select(cells => cells[1])];

    public static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    public static string[] Texts(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [];

    private static TrueDevice OfHospital(JsonElement row)
    {
        JsonElement[] interfaces = [.. row.GetProperty("interfaces").EnumerateArray()];
        return new TrueDevice(
            Text(row, "key")!,
            Text(row, "type")!,
            [.. interfaces.Select(one => Text(one, "mac")!)],
            [.. interfaces.Select(one => Text(one, "ip")!)],
            [.. interfaces.Where(one => one.TryGetProperty("vlan", out _)).Select(one => one.GetProperty("vlan").GetInt64())],
            Text(row, "ae_title"),
            Text(row, "assignment") == "dhcp" ? Text(row, "host_name") : null,
            Text(row, "owner")!);
    }

    private static TrueDevice OfScene(JsonElement row) => new(Text(row, "ip")!, Text(row, "type")!, [Text(row, "mac")!], [Text(row, "ip")!], [.. row.TryGetProperty("vlan", out JsonElement vlan) ? [vlan.GetInt64()] : Array.Empty<long>()], null, null, "");
}

/// <summary>A device that was there.</summary>
/// <param name="Key">Its key in the truth; for a machine that a scene brought its address.</param>
/// <param name="Type">Its type in the taxonomy, where the taxonomy has it.</param>
/// <param name="Macs">Hardware addresses.</param>
/// <param name="Ips">Addresses.</param>
/// <param name="Vlans">VLANs it is in.</param>
/// <param name="AeTitle">Its DICOM application entity title, if it has one.</param>
/// <param name="AskedAs">The host name with which it asked for its address, if it did.</param>
/// <param name="Owner">Who answers for it; staff, not a patient.</param>
internal sealed record TrueDevice(string Key, string Type, HashSet<string> Macs, HashSet<string> Ips, HashSet<long> Vlans, string? AeTitle, string? AskedAs, string Owner)
{
    /// <summary>Whether a row of devices.ndjson speaks of it.</summary>
    public bool Is(JsonElement found) => Macs.Overlaps(HospitalSample.Texts(found, "macs")) || Ips.Overlaps(HospitalSample.Texts(found, "ips"));
}
