using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Incidents;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Incidents through the API: what is read, what people decide, and what is refused.</summary>
public sealed class IncidentApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task An_incident_is_read_with_its_impact_split_merged_back_and_closed_with_a_lesson()
    {
        await RaiseAsync();
        using HttpClient analyst = await ClientAsync(Role.Analyst), nurse = await ClientAsync(Role.Viewer, "ICU"), stranger = await ClientAsync(Role.Viewer, "Radiology");
        JsonElement list = await JsonAsync(await analyst.GetAsync("/api/v1/incidents?isOpen=true"));
        Assert.Equal((1, 3), (list.GetProperty("total").GetInt32(), list.GetProperty("items")[0].GetProperty("findings").GetInt32()));
        HttpResponseMessage read = await analyst.GetAsync("/api/v1/incidents/1");
        JsonElement incident = await JsonAsync(read);
        Assert.Equal(["first", "same-actor", "target-acts"], incident.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("why").GetString()!));
        JsonElement impact = await JsonAsync(await analyst.GetAsync("/api/v1/incidents/1/impact"));
        // Nothing of the conversations is in history: patients are not known, not none.
        Assert.Equal((JsonValueKind.Null, true), (impact.GetProperty("patients").ValueKind, impact.GetProperty("isAtLeast").GetBoolean()));
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/v1/incidents/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/api/v1/incidents/1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(nurse, "/api/v1/incidents/1/close", new { lesson = "x" }, read.Headers.ETag)).StatusCode);
        Assert.Equal(428, (int)(await PostAsync(analyst, "/api/v1/incidents/1/move", new { state = "triage" }, null)).StatusCode);
        HttpResponseMessage split = await PostAsync(analyst, "/api/v1/incidents/1/split", new { findings = new[] { 3 }, reason = "a scanner of ours" }, read.Headers.ETag);
        Assert.Equal(2, (await JsonAsync(split)).GetProperty("number").GetInt64());
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PostAsync(analyst, "/api/v1/incidents/1/move", new { state = "triage" }, read.Headers.ETag)).StatusCode);
        HttpResponseMessage merged = await PostAsync(analyst, "/api/v1/incidents/2/merge", new { into = 1, reason = "no, the same" }, split.Headers.ETag);
        Assert.Equal(3, (await JsonAsync(merged)).GetProperty("steps").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(analyst, "/api/v1/incidents/1/close", new { lesson = "" }, merged.Headers.ETag)).StatusCode);
        JsonElement closed = await JsonAsync(await PostAsync(analyst, "/api/v1/incidents/1/close", new { lesson = "close the port" }, merged.Headers.ETag));
        Assert.Equal(("closed", "close the port"), (closed.GetProperty("state").GetString(), closed.GetProperty("lesson").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(analyst, "/api/v1/incidents/operations/2/undo", new { reason = "apart after all" }, null)).StatusCode);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).RootElement;

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, object body, EntityTagHeaderValue? tag)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (tag is not null) request.Headers.IfMatch.Add(tag);
        return client.SendAsync(request);
    }

    private async Task<HttpClient> ClientAsync(Role role, params string[] departments)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync($"incidents-{role}-{string.Concat(departments)}", role, departments));
        return client;
    }

    private async Task RaiseAsync()
    {
        FindingBook book = app.Get<FindingBook>();
        foreach ((string actor, string target, int second) in ((string, string, int)[])[("10.3.2.7", "10.3.2.8", 0), ("10.3.2.7", "10.3.2.9", 60), ("10.3.2.9", "10.3.2.10", 120)])
        {
            book.Raise(new Sighting
            {
                Type = DetectorRegistry.Types["brute-force"],
                Subject = At(actor, 1, "Pump B12"),
                Peer = At(target, 2, "Pump B13"),
                Confidence = 0.9,
                Arguments = ["a", "b", "c"],
                Facts = [new Fact("port", "tcp/1433")],
                Evidence = new Evidence(CaptureTime.FromSeconds(1_700_000_000 + second), "C" + second),
            });
        }
        StoreFactory stores = app.Get<StoreFactory>();
        FindingsPart part = new(stores, book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, app.Get<IDeviceDirectory>()), book));
        IncidentsPart incidents = new(stores, book);
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        incidents.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
        incidents.Saved();
    }

    private static Party At(string ip, long device, string name) =>
        new(new Subject(default, Address.TryParse(ip, out Address address) ? address : throw new FormatException(ip), 0), 0, ip.EndsWith('0') ? null : new DeviceFacts { Id = device + (ip == "10.3.2.9" ? 5 : 0), Name = name, Department = "ICU" });
}
