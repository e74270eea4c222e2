using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Who says what to whom, through the API: what is counted, who sees it, and what is refused.</summary>
public sealed class ProtocolApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task A_viewer_of_one_department_sees_the_conversations_of_its_devices_alone()
    {
        await StoreAsync();
        using HttpClient all = await ClientAsync(Role.Analyst), icu = await ClientAsync(Role.Viewer, "ICU"), other = await ClientAsync(Role.Viewer, "Laboratory");
        JsonElement dicom = await AskAsync(all, "dicom?sort=-count");
        Assert.Equal(1, dicom.GetProperty("total").GetInt64());
        JsonElement line = dicom.GetProperty("items")[0];
        Assert.Equal(("CT", 3L, 1L, 1L, 2L), (line.GetProperty("names").GetProperty("calling_ae").GetString(), line.GetProperty("count").GetInt64(), line.GetProperty("failures").GetInt64(), Device(line, "originator"), Device(line, "responder")));
        Assert.Equal("C-STORE", line.GetProperty("kinds")[0].GetProperty("fields").GetProperty("command").GetString());
        // The other end is another department's: an address without a number.
        JsonElement seen = (await AskAsync(icu, "dicom")).GetProperty("items")[0];
        Assert.Equal((1L, null), (Device(seen, "originator"), Device(seen, "responder")));
        foreach (string view in (string[])["dicom", "hl7", "laboratory", "remote"]) Assert.Equal(0, (await AskAsync(other, view)).GetProperty("total").GetInt64());
        JsonElement remote = (await AskAsync(all, "remote")).GetProperty("items")[0];
        Assert.Equal(("rdp", "screen", "in", 1L), (remote.GetProperty("protocol").GetString(), remote.GetProperty("kind").GetString(), remote.GetProperty("way").GetString(), remote.GetProperty("sessions").GetInt64()));
        // The rows behind a number are asked for as a link of the page does.
        Assert.Equal(3, (await JsonAsync(all, "/api/v1/transactions?log=dicom&field=calling_ae:CT&field=kind:dimse&address=10.3.2.7&peer=10.3.2.8&directed=true")).GetProperty("total").GetInt64());
        Assert.Equal(1, (await JsonAsync(all, "/api/v1/transactions?log=dicom&failed=true")).GetProperty("total").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, (await all.GetAsync("/api/v1/transactions?field=nonsense")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await all.GetAsync("/api/v1/protocols/dicom?log=dns")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await all.GetAsync("/api/v1/protocols/remote?sort=colour")).StatusCode);
    }

    private static long? Device(JsonElement line, string end) => line.GetProperty(end).TryGetProperty("device", out JsonElement device) && device.ValueKind == JsonValueKind.Number ? device.GetInt64() : null;

    private static Task<JsonElement> AskAsync(HttpClient client, string view) => JsonAsync(client, "/api/v1/protocols/" + view);

    private static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        HttpResponseMessage answer = await client.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<HttpClient> ClientAsync(Role role, params string[] departments)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync($"protocols-{role}-{string.Concat(departments)}", role, departments));
        return client;
    }

    private Task StoreAsync()
    {
        FlowRecord images = Flow("C1", "10.3.2.7", "10.3.2.8", "dicom"), screen = Flow("C2", "203.0.113.9", "10.3.2.7", "rdp");
        TransactionRow Said(string status) => new("dicom", images.View.Began, images.View.Began, images.View, Encoding.UTF8.GetBytes($$"""{"kind":"dimse","command":"C-STORE","calling_ae":"CT","called_ae":"PACS","status_class":"{{status}}"}"""));
        SensorBatch batch = new() { Sensor = "north", Sequence = 1, End = images.View.Began, Flows = [images, screen], Transactions = [Said("success"), Said("success"), Said("failure")] };
        return app.Get<HistoryStore>().AppendAsync([new ResolvedBatch(batch, new ByAddress())]);
    }

    private static FlowRecord Flow(string uid, string from, string to, string service) => new()
    {
        View = new FlowView { Uid = uid, Carrier = Carrier.Tcp, IpProtocol = 6, Began = CaptureTime.FromSeconds(1_795_132_800), OriginatorAddress = Ip(from), ResponderAddress = Ip(to), OriginatorPort = 40_000, ResponderPort = 104 },
        Service = service,
        ConnState = "SF",
        History = "Dd",
        CommunityId = "1:" + uid,
    };

    private static Address Ip(string text) => Address.TryParse(text, out Address ip) ? ip : throw new FormatException(text);

    /// <summary>The two devices of the ledger have these addresses.</summary>
    private sealed class ByAddress : IDeviceResolver
    {
        public long? DeviceOf(MacAddress mac, Address ip) => ip == Ip("10.3.2.7") ? 1 : ip == Ip("10.3.2.8") ? 2 : null;
    }
}
