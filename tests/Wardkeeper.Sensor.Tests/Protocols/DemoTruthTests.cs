using System.Text.Json;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.DataExport;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Llrp;
using Wardkeeper.Sensor.Protocols.Telnet;
using Wardkeeper.Sensor.Protocols.WsDiscovery;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>What medical devices of the demonstration say of themselves, against what the laboratory planned them to be.</summary>
public sealed class DemoTruthTests
{
    private static readonly string Folder = Path.Combine(SharedFiles.Project, "samples/demo");

    [Fact]
    public void Monitors_ventilators_and_readers_are_what_they_were_planned_to_be()
    {
        Dictionary<string, (string Vendor, string Model, string Serial, string Software)> planned = File.ReadLines(Path.Combine(Folder, "truth/devices.ndjson")).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(one => Text(one, "ip"), one => (Text(one, "vendor"), Text(one, "model"), Text(one, "serial_number"), Text(one, "software_version")));
        List<string> wrong = [];
        foreach (DeviceExchange row in Rows<DeviceExchange>().Where(row => row.Model is not null)) Check(row, (row.Manufacturer, row.Model, row.SerialNumber, row.Software));
        foreach (DataExportExchange row in Rows<DataExportExchange>().Where(row => row.Model is not null)) Check(row, (row.Vendor, row.Model, row.Serial, row.Software));
        foreach (LlrpExchange row in Rows<LlrpExchange>().Where(row => row.Firmware is not null)) Check(row, (row.Manufacturer, row.Model, null, row.Firmware));
        Assert.Empty(wrong);

        void Check(Transaction row, (string? Vendor, string? Model, string? Serial, string? Software) said)
        {
            (string vendor, string model, string serial, string software) = planned[row.Flow!.Server.Ip.ToString()];
            if (said.Vendor != vendor || said.Model != model || (said.Serial ?? serial) != serial || (said.Software ?? software) != software) wrong.Add($"{row.Flow.Server.Ip}: {said}, planned {vendor} {model} {serial} {software}");
        }
    }

    [Fact]
    public void Devices_are_found_and_spoken_to_and_their_patients_are_masked()
    {
        Transaction[] rows = [.. Rows<DeviceExchange>(), .. Rows<DataExportExchange>(), .. Rows<LlrpExchange>(), .. Rows<WsDiscoveryMessage>(), .. Rows<TelnetEvent>()];
        Assert.Equal(["data_export", "dpws", "llrp", "telnet", "ws_discovery"], rows.Select(row => row.Log).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(rows, row => row is DeviceExchange { Patients.Count: > 0 });
        Assert.Contains(rows, row => row is DataExportExchange { Patients.Count: > 0 });
        Assert.Contains(rows, row => row is TelnetEvent { Kind: "com_port", Baud: 9600, Framing: "8N1" });
        string all = string.Join('\n', Conversation.Render(rows));
        foreach (string line in File.ReadLines(Path.Combine(Folder, "truth/patients.ndjson")))
        {
            JsonElement patient = JsonDocument.Parse(line).RootElement;
            Assert.DoesNotContain(Text(patient, "id"), all, StringComparison.Ordinal);
            Assert.DoesNotContain(Text(patient, "national_id"), all, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<T> Rows<T>()
        where T : Transaction => CaptureRows<T>.Of(Path.Combine(Folder, "hospital.pcap"));

    private static string Text(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
