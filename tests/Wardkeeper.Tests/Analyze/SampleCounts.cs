using System.Text.Json;
using static Wardkeeper.Tests.Analyze.HospitalSample;

namespace Wardkeeper.Tests.Analyze;

/// <summary>What a row of a log says in the words in which the truth counts: what, from which device, to which.</summary>
internal static class SampleCounts
{
    private static readonly Dictionary<string, string> Keys = Devices.SelectMany(device => device.Ips.Concat(device.Macs).Distinct().Select(address => (address, device.Key))).ToDictionary(pair => pair.address, pair => pair.Key, StringComparer.Ordinal);

    public static string Key(string what, string from, string to) => $"{what} from {from} to {to}";

    public static IEnumerable<(string Key, int Count)> Of(string protocol, JsonElement row)
    {
        string from = Device(Text(row, "id.orig_h")!), to = Device(Text(row, "id.resp_h")!);
        switch (protocol)
        {
            // A broadcast has no addresses yet; its card tells who asked, and the hospital has one server. The router passes none on.
            case "dhcp" when Texts(row, "msg_types").Contains("DISCOVER"):
                yield return (Key("DISCOVER", Device(Text(row, "mac")!), "gw"), 1);
                break;
            // Of a partial exchange only the answer was there.
            case "dicom" when Text(row, "kind") == "dimse" && !Is(row, "partial"):
                yield return (Is(row, "from_acceptor") ? Key(Text(row, "command")!, to, from) : Key(Text(row, "command")!, from, to), 1);
                break;
            case "dns" when Text(row, "query") is { } query:
                yield return (Key(query, from, to), 1);
                break;
            case "hl7":
                yield return (Is(row, "is_orig") ? Key(Text(row, "message_type")!, from, to) : Key(Text(row, "message_type")!, to, from), 1);
                break;
            case "http" when Text(row, "method") is { } method:
                yield return (Key(method, from, to), 1);
                break;
            case "ntp" when row.GetProperty("mode").GetInt32() == 3:
                yield return (Key("client", from, to), 1);
                break;
            case "snmp":
                yield return (Key("get-request", from, to), row.GetProperty("get_requests").GetInt32());
                break;
            case "ssh" or "ssl":
                yield return (Key("connection", from, to), 1);
                break;
        }
    }

    private static bool Is(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static string Device(string address) => Keys.GetValueOrDefault(address, address);
}
