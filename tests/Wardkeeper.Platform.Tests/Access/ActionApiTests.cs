using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Actions through the API: two people see the same preview and agree to it; the wrong ones are refused.</summary>
public sealed class ActionApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task An_action_for_a_device_in_use_needs_two_people_and_none_of_them_is_who_proposed_it()
    {
        using HttpClient wang = await ClientAsync("wang", Role.Analyst), again = await ClientAsync("wang", Role.Administrator), li = await ClientAsync("li", Role.ClinicalEngineer), zhao = await ClientAsync("zhao", Role.Analyst), nurse = await ClientAsync("sun", Role.Viewer, "ICU"), stranger = await ClientAsync("qian", Role.Viewer, "Radiology");
        JsonElement tried = await JsonAsync(await wang.PostAsJsonAsync("/api/v1/actions/preview", new { step = "refuse-message", devices = new[] { 1 }, minutes = 30, reason = "broken fingerprint" }));
        Assert.Equal("needs-two-people", tried.GetProperty("verdict").GetProperty("answer").GetString());
        JsonElement made = await JsonAsync(await wang.PostAsJsonAsync("/api/v1/actions", new { step = "refuse-message", devices = new[] { 1 }, minutes = 30, reason = "broken fingerprint" }));
        string path = "/api/v1/actions/" + made.GetProperty("number").GetInt64();
        Assert.Equal(("proposed", "wang"), (made.GetProperty("state").GetString(), made.GetProperty("proposer").GetString()));
        string digest = await DigestAsync(li, path);
        Assert.Equal(digest, await DigestAsync(zhao, path));

        Assert.Equal((HttpStatusCode.Forbidden, "own-proposal"), await RefusedAsync(wang, path + "/approve", new { digest }));
        Assert.Equal((HttpStatusCode.Forbidden, "own-proposal"), await RefusedAsync(again, path + "/approve", new { digest }));
        Assert.Equal(HttpStatusCode.Forbidden, (await nurse.PostAsJsonAsync(path + "/approve", new { digest })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        Assert.Equal((HttpStatusCode.Conflict, "preview-changed"), await RefusedAsync(li, path + "/approve", new { digest = new string('0', 32) }));
        JsonElement one = await JsonAsync(await li.PostAsJsonAsync(path + "/approve", new { digest }));
        Assert.Equal(("proposed", 1), (one.GetProperty("state").GetString(), one.GetProperty("approvals").GetArrayLength()));
        Assert.Equal((HttpStatusCode.BadRequest, "already-agreed"), await RefusedAsync(li, path + "/approve", new { digest }));
        JsonElement two = await JsonAsync(await zhao.PostAsJsonAsync(path + "/approve", new { digest }));
        Assert.Equal(("in-force", "recording"), (two.GetProperty("state").GetString(), two.GetProperty("receipts")[0].GetProperty("receipt").GetProperty("point").GetString()));
        Assert.NotEqual(JsonValueKind.Null, two.GetProperty("verified").ValueKind);

        Assert.Equal((HttpStatusCode.BadRequest, "reason-missing"), await RefusedAsync(wang, path + "/undo", new { reason = " " }));
        JsonElement undone = await JsonAsync(await wang.PostAsJsonAsync(path + "/undo", new { reason = "false alarm" }));
        Assert.Equal(("ended", "undone"), (undone.GetProperty("state").GetString(), undone.GetProperty("end").GetString()));
        Assert.Equal((HttpStatusCode.BadRequest, "already-ended"), await RefusedAsync(li, path + "/undo", new { reason = "again" }));
        using HttpClient auditor = await ClientAsync("audit", Role.Auditor);
        JsonElement trail = await JsonAsync(await auditor.GetAsync("/api/v1/audit?pageSize=500"));
        Assert.Equal(["action-proposed", "action-agreed", "action-cleared", "action-applied", "action-as-ordered", "action-undo-asked", "action-taken-back"],
            trail.GetProperty("items").EnumerateArray().Where(entry => entry.GetProperty("subject").GetString() == "A-" + made.GetProperty("number").GetInt64()).OrderBy(entry => entry.GetProperty("sequence").GetInt64()).Select(entry => entry.GetProperty("action").GetString()!));
    }

    [Fact]
    public async Task What_the_table_or_an_alarm_path_forbids_is_refused_with_the_reason()
    {
        using HttpClient wang = await ClientAsync("wang", Role.Analyst);
        foreach ((object body, string code) in new (object, string)[]
        {
            (new { step = "isolate-port", devices = new[] { 1 }, minutes = 30, reason = "x" }, "alarm-path"),
            (new { step = "observe", devices = new[] { 2 }, minutes = 30, reason = "x" }, "nothing-to-do"),
            (new { step = "tag", devices = new[] { 2 }, minutes = 0, reason = "x" }, "no-expiry"),
            (new { step = "tag", devices = new[] { 2 }, minutes = 721, reason = "x" }, "too-long"),
            (new { step = "tag", devices = new[] { 2 }, minutes = 30, reason = " " }, "reason-missing"),
            (new { step = "tag", devices = Array.Empty<long>(), minutes = 30, reason = "x" }, "no-device"),
        }) Assert.Equal((HttpStatusCode.BadRequest, code), await RefusedAsync(wang, "/api/v1/actions", body));
        Assert.Equal(HttpStatusCode.NotFound, (await wang.PostAsJsonAsync("/api/v1/actions", new { step = "tag", devices = new[] { 99 }, minutes = 30, reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await wang.PostAsJsonAsync("/api/v1/actions", new { step = "explode", devices = new[] { 2 }, minutes = 30, reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await wang.GetAsync("/api/v1/actions?state=nowhere")).StatusCode);
        JsonElement made = await JsonAsync(await wang.PostAsJsonAsync("/api/v1/actions", new { step = "tag", devices = new[] { 2 }, minutes = 30, reason = "x" }));
        string path = "/api/v1/actions/" + made.GetProperty("number").GetInt64();
        JsonElement declined = await JsonAsync(await wang.PostAsJsonAsync(path + "/decline", new { reason = "no" }));
        Assert.Equal(("ended", "declined"), (declined.GetProperty("state").GetString(), declined.GetProperty("end").GetString()));
        JsonElement list = await JsonAsync(await wang.GetAsync("/api/v1/actions?state=ended&device=2"));
        Assert.Contains(list.GetProperty("items").EnumerateArray(), item => item.GetProperty("number").GetInt64() == made.GetProperty("number").GetInt64());
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> DigestAsync(HttpClient client, string path) => (await JsonAsync(await client.GetAsync(path + "/preview"))).GetProperty("safety").GetProperty("digest").GetString()!;

    private static async Task<(HttpStatusCode, string?)> RefusedAsync(HttpClient client, string path, object body)
    {
        HttpResponseMessage answer = await client.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.False(answer.IsSuccessStatusCode, text);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        return (answer.StatusCode, problem.TryGetProperty("code", out JsonElement code) ? code.GetString() : text);
    }

    private async Task<HttpClient> ClientAsync(string person, Role role, params string[] departments)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenOfAsync(person, $"actions-{person}-{role}-{Guid.NewGuid():N}"[..40], role, departments));
        return client;
    }
}
