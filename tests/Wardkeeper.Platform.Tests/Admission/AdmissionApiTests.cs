using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>Admission through the API on the real stores: what was decided, who is in, whom a segment would have refused, and who may let it enforce.</summary>
public sealed class AdmissionApiTests : IAsyncLifetime
{
    private const string Pump = "00:1b:21:00:00:0a", Stranger = "02:00:00:00:00:0b";

    private readonly AppFixture app = new();

    public async ValueTask InitializeAsync()
    {
        await app.InitializeAsync();
        await using (StoreContext context = app.Get<StoreFactory>().Open())
        {
            context.Add(new DeviceRow { Id = 1, Name = "Pump B12", Department = "ICU", LifeCycle = "deployed" });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        AdmissionSegment ward = new("ward", SegmentMode.Observe, FailSafe.KnownStay, ["10.9.0.0/16"], [], [], "20", "666", null, null, TimeSpan.FromHours(1));
        Assert.True((await app.Get<IAdmissionPolicies>().SaveAsync(new Actor("admin", new HashSet<Role> { Role.Administrator }), ward, 0, TestContext.Current.CancellationToken)).IsDone);
        AdmissionStore store = app.Get<AdmissionStore>();
        await store.OpenAsync(TestContext.Current.CancellationToken);
        store.Keep(Decision(1, Pump, 1, AdmissionOutcome.Quarantine, "sw1", new AdmissionReason("two-places", "sw1 Gi1, sw2 Gi1")));
        store.Keep(Decision(2, Pump, 1, AdmissionOutcome.Admit, "sw1", new AdmissionReason("known", "Pump B12")));
        store.Keep(Decision(3, Stranger, null, AdmissionOutcome.Refuse, "sw2", new AdmissionReason("never-seen", Stranger)));
        // Answered once it is committed, and with it all that was kept before.
        Assert.True(await store.StoreAsync(new AccountingRecord(At(2), AccountingKind.Start, "s-1", Pump, Pump, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", 2, "20", IPAddress.Parse("10.20.0.7"), null, null, null, null), TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Decisions_and_sessions_are_told_to_who_may_see_the_device()
    {
        using HttpClient analyst = await AsAsync(Role.Analyst), icu = await AsAsync(Role.Viewer, "ICU"), radiology = await AsAsync(Role.Viewer, "Radiology"), nobody = app.Client();
        JsonElement all = await JsonAsync(analyst, "decisions");
        Assert.Equal("3,2,1", Numbers(all));
        JsonElement first = all.GetProperty("items")[2];
        Assert.Equal(("admit", "quarantine", "mac-authentication", 10), (first.GetProperty("outcome").GetString(), first.GetProperty("wanted").GetString(), first.GetProperty("method").GetString(), first.GetProperty("score").GetInt32()));
        Assert.Equal("The card asks at two places in turns: sw1 Gi1, sw2 Gi1", first.GetProperty("reasons")[0].GetProperty("en").GetString());
        Assert.Equal("同一网卡在两处交替接入: sw1 Gi1, sw2 Gi1", first.GetProperty("reasons")[0].GetProperty("zh-CN").GetString());
        Assert.Equal(("tcp-ttl", false), (first.GetProperty("traits")[0].GetProperty("trait").GetString(), first.GetProperty("traits")[0].GetProperty("agrees").GetBoolean()));
        Assert.Equal("3,1", Numbers(await JsonAsync(analyst, "decisions?isHeld=true")));
        Assert.Equal("3", Numbers(await JsonAsync(analyst, "decisions?switch=sw2&segment=ward")));
        Assert.Equal("2", Numbers(await JsonAsync(analyst, "decisions?reason=known")));
        Assert.Equal("1", Numbers(await JsonAsync(analyst, "decisions?wanted=quarantine&device=1&mac=" + Pump)));
        // A card's address in any spelling is that card's, and what is none is said to be none: an empty list would look as if the card had never asked.
        Assert.Equal("2,1", Numbers(await JsonAsync(analyst, "decisions?mac=" + Pump.Replace(':', '-').ToUpperInvariant())));
        Assert.Equal(1, (await JsonAsync(analyst, "sessions?mac=" + Pump.Replace(":", "", StringComparison.Ordinal))).GetProperty("total").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync("/api/v1/admission/decisions?mac=pump")).StatusCode);
        Assert.Empty(Numbers(await JsonAsync(analyst, "decisions?outcome=refuse")));
        JsonElement second = await JsonAsync(analyst, "decisions?pageSize=1&page=2");
        Assert.Equal(("2", 3L), (Numbers(second), second.GetProperty("total").GetInt64()));
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync("/api/v1/admission/decisions?outcome=explode")).StatusCode);

        Assert.Equal("2,1", Numbers(await JsonAsync(icu, "decisions")));
        Assert.Equal(2, (await JsonAsync(icu, "decisions/2")).GetProperty("number").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await icu.GetAsync("/api/v1/admission/decisions/3")).StatusCode);
        Assert.Empty(Numbers(await JsonAsync(radiology, "decisions")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/v1/admission/decisions")).StatusCode);

        JsonElement session = (await JsonAsync(icu, "sessions?isOpen=true&device=1&segment=ward")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal((1L, 2L, "20", "10.20.0.7", "sw1"), (session.GetProperty("device").GetInt64(), session.GetProperty("decision").GetInt64(), session.GetProperty("vlan").GetString(), session.GetProperty("address").GetString(), session.GetProperty("nasIdentifier").GetString()));
        Assert.Equal(0, (await JsonAsync(radiology, "sessions")).GetProperty("total").GetInt64());
        Assert.Equal(0, (await JsonAsync(analyst, "sessions?isOpen=false")).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_segment_enforces_by_the_proof_that_was_seen_and_by_an_administrator_alone()
    {
        using HttpClient admin = await AsAsync(Role.Administrator), analyst = await AsAsync(Role.Analyst), nurse = await AsAsync(Role.Viewer, "ICU");
        Assert.Equal(HttpStatusCode.Forbidden, (await nurse.GetAsync("/api/v1/admission/segments/ward/proof")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/api/v1/admission/segments/nowhere/proof")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync("/api/v1/admission/segments/ward/proof?days=91")).StatusCode);
        JsonElement proof = await JsonAsync(analyst, "segments/ward/proof?days=7");
        Assert.Equal(3, proof.GetProperty("decisions").GetInt64());
        Assert.Equal([(Stranger, "refuse", false), (Pump, "quarantine", true)], proof.GetProperty("refused").EnumerateArray().Select(one => (one.GetProperty("mac").GetString()!, one.GetProperty("wanted").GetString()!, one.GetProperty("isHeldBySafety").GetBoolean())));
        string digest = proof.GetProperty("digest").GetString()!;

        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.PostAsJsonAsync("/api/v1/admission/segments/ward/enforce", new { days = 7, digest, reason = "tried" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.PostAsJsonAsync("/api/v1/admission/segments/ward/observe", new { reason = "tried" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsJsonAsync("/api/v1/admission/segments/nowhere/enforce", new { days = 7, digest, reason = "tried" })).StatusCode);
        Assert.Equal((HttpStatusCode.BadRequest, "reason-missing"), await RefusedAsync(admin, "enforce", new { days = 7, digest, reason = " " }));
        Assert.Equal((HttpStatusCode.Conflict, "segment-proof-changed"), await RefusedAsync(admin, "enforce", new { days = 1, digest, reason = "tried" }));
        Assert.Equal("observe", await ModeAsync(nurse));
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync("/api/v1/admission/segments/ward/enforce", new { days = 7, digest, reason = "looked at for a week" })).StatusCode);
        Assert.Equal("enforce", await ModeAsync(nurse));
        Assert.Equal((HttpStatusCode.BadRequest, "reason-missing"), await RefusedAsync(admin, "observe", new { reason = "" }));
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync("/api/v1/admission/segments/ward/observe", new { reason = "ward moves" })).StatusCode);
        Assert.Equal("observe", await ModeAsync(nurse));
        using HttpClient auditor = await AsAsync(Role.Auditor);
        JsonElement[] trail = [.. (await JsonAsync(auditor, "../audit?pageSize=500")).GetProperty("items").EnumerateArray().Where(one => one.GetProperty("subject").GetString() == "ward").OrderBy(one => one.GetProperty("sequence").GetInt64())];
        Assert.Equal(["admission-segment-saved", "admission-enforced", "admission-observed"], trail.Select(one => one.GetProperty("action").GetString()));
        Assert.StartsWith("looked at for a week (over 7 days of 3 decisions", trail[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("ward moves", trail[2].GetProperty("reason").GetString());
    }

    private AdmissionDecision Decision(long number, string mac, long? device, AdmissionOutcome wanted, string name, AdmissionReason reason) => new(
        number, new AdmissionRequest(At(number), AdmissionMethod.MacAuthentication, mac, mac, null, IPAddress.Parse("10.9.0.1"), name, "Gi1/0/7", null, null), device, "ward", AdmissionOutcome.Admit, wanted, "20", null, null,
        IdentityGrade.MacOnly, new FingerprintMatch(10, [new TraitMatch("tcp-ttl", "64", "128", 30, false)]), [reason, new AdmissionReason("observing", "ward")], null);

    private CaptureTime At(long minute) => CaptureTime.FromDate(app.Time.GetUtcNow().AddHours(-1).AddMinutes(minute));

    private static string Numbers(JsonElement page) => string.Join(',', page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("number").GetInt64()));

    private static async Task<string?> ModeAsync(HttpClient client)
    {
        JsonElement segments = JsonDocument.Parse(await client.GetStringAsync("/api/v1/admission/segments")).RootElement;
        return segments.EnumerateArray().Single().GetProperty("segment").GetProperty("mode").GetString();
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        HttpResponseMessage answer = await client.GetAsync(new Uri("/api/v1/admission/" + path, UriKind.Relative));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<(HttpStatusCode, string?)> RefusedAsync(HttpClient client, string change, object body)
    {
        HttpResponseMessage answer = await client.PostAsJsonAsync("/api/v1/admission/segments/ward/" + change, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.False(answer.IsSuccessStatusCode, text);
        return (answer.StatusCode, JsonDocument.Parse(text).RootElement.TryGetProperty("code", out JsonElement code) ? code.GetString() : text);
    }

    private async Task<HttpClient> AsAsync(Role role, params string[] departments)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync($"admission-{role}-{Guid.NewGuid():N}"[..30], role, departments));
        return client;
    }
}
