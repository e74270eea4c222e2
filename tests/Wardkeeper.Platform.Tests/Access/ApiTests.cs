using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>What holds for every call of the API, and what persons, tokens and the audit log answer.</summary>
public sealed class ApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Every_answer_carries_the_headers_that_protect_it()
    {
        using HttpClient client = app.Client();
        foreach (string path in new[] { "/sign-in", "/", "/api/v1/users", "/api/v1/nothing", "/nothing", "/openapi/v1.json", "/_content/Wardkeeper.Console/sign-in.css" })
        {
            HttpResponseMessage answer = await client.GetAsync(path);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("max-age=", answer.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
            if (path.StartsWith("/api", StringComparison.Ordinal)) Assert.True(answer.Headers.CacheControl?.NoStore);
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/users?pgae=2", 400, "query-key-unknown")]
    [InlineData("GET", "/api/v1/users?page=0&pageSize=9999&role=king", 400, "invalid")]
    [InlineData("GET", "/api/v1/users?page=1&page=2", 400, "given-twice")]
    [InlineData("GET", "/api/v1/devices?sort=secret", 400, "sort-column")]
    [InlineData("GET", "/api/v1/audit?since=yesterday", 400, "time-form")]
    [InlineData("GET", "/api/v1/nothing", 404, "route-missing")]
    [InlineData("GET", "/api/v1/users/99999", 404, "user-missing")]
    [InlineData("PATCH", "/api/v1/users", 405, "method-not-allowed")]
    [InlineData("PUT", "/api/v1/users/1", 428, "bad-request")]
    [InlineData("POST", "/api/v1/users", 400, "body-malformed")]
    public async Task Every_error_is_a_problem_with_a_stable_code(string method, string path, int status, string code)
    {
        using HttpClient client = await AdministratorAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (method is not "GET") request.Content = new StringContent(method == "POST" ? "{\"nmae\": 1}" : "{}", null, "application/json");
        HttpResponseMessage answer = await client.SendAsync(request);
        JsonElement problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((status, "application/problem+json", code), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, problem.GetProperty("code").GetString()));
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        if (code == "invalid") Assert.Equal(3, problem.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task All_mistakes_of_a_new_person_are_told_at_once()
    {
        using HttpClient client = await AdministratorAsync();
        JsonElement problem = await ProblemAsync(await client.PostAsJsonAsync("/api/v1/users", new { name = "Ä!", displayName = "", telephone = "call me", roles = new[] { "auditor", "analyst" }, departments = new[] { "ICU" } }), 400);
        Assert.Equal(["name-form", "display-name-form", "telephone-form", "auditor-alone", "departments-viewer-only"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Two_who_edit_one_person_do_not_overwrite_each_other()
    {
        using HttpClient client = await AdministratorAsync();
        JsonElement added = await JsonAsync(await client.PostAsJsonAsync("/api/v1/users", new { name = "edited", displayName = "One", roles = new[] { "viewer" } }));
        string path = "/api/v1/users/" + added.GetProperty("user").GetProperty("id").GetInt64();
        EntityTagHeaderValue? tag = (await client.GetAsync(path)).Headers.ETag;
        Assert.NotNull(tag);
        async Task<HttpResponseMessage> Edit(string name, EntityTagHeaderValue seen)
        {
            using HttpRequestMessage request = new(HttpMethod.Put, path) { Content = JsonContent.Create(new { displayName = name, roles = new[] { "viewer" } }) };
            request.Headers.IfMatch.Add(seen);
            return await client.SendAsync(request);
        }
        HttpResponseMessage first = await Edit("Two", tag);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await ProblemAsync(await Edit("Three", tag), 412);
        Assert.Equal("Two", (await JsonAsync(await client.GetAsync(path))).GetProperty("displayName").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Edit("Three", first.Headers.ETag!)).StatusCode);
    }

    [Fact]
    public async Task Nobody_changes_his_own_roles_and_one_administrator_always_stays()
    {
        (User admin, _) = await app.AddUserAsync("rules-admin", Role.Administrator);
        UserDirectory users = app.Get<UserDirectory>();
        Actor self = new("rules-admin", admin.Roles), ownToken = new("token:x", admin.Roles, null, null, "rules-admin");
        UserDraft analyst = new() { DisplayName = "x", Roles = new HashSet<Role> { Role.Analyst } };
        foreach (Actor actor in new[] { self, ownToken }) Assert.Equal(Refusal.Forbidden, (await Assert.ThrowsAsync<RefusedException>(() => users.EditAsync(actor, admin.Id, null, analyst))).Kind);
        Assert.Equal(Refusal.Forbidden, (await Assert.ThrowsAsync<RefusedException>(() => users.RemoveAsync(self, admin.Id))).Kind);
        User[] others = [.. (await users.ListAsync()).Where(user => user.Roles.Contains(Role.Administrator) && user.Id != admin.Id)];
        foreach (User other in others) await users.RemoveAsync(self, other.Id);
        foreach (UserDraft draft in new[] { analyst, new UserDraft { DisplayName = "x", Roles = admin.Roles, IsDisabled = true } })
            Assert.Equal("last-administrator", (await Assert.ThrowsAsync<RefusedException>(() => users.EditAsync(AppFixture.Local, admin.Id, null, draft))).Mistakes.Single().Code);
        Assert.Equal("last-administrator", (await Assert.ThrowsAsync<RefusedException>(() => users.RemoveAsync(AppFixture.Local, admin.Id))).Mistakes.Single().Code);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_opens_nothing_after_it_was_revoked()
    {
        using HttpClient client = await AdministratorAsync();
        JsonElement made = await JsonAsync(await client.PostAsJsonAsync("/api/v1/tokens", new { name = "for a script", roles = new[] { "viewer" }, departments = new[] { "ICU" }, expiresInDays = 30 }));
        string text = made.GetProperty("text").GetString()!;
        using HttpClient program = app.Client();
        program.DefaultRequestHeaders.Authorization = new("Bearer", text);
        JsonElement who = await JsonAsync(await program.GetAsync("/api/v1/session"));
        Assert.Equal("token:for a script", who.GetProperty("name").GetString());
        Assert.Equal("ICU", who.GetProperty("departments")[0].GetString());
        string list = await client.GetStringAsync("/api/v1/tokens");
        Assert.Contains(text[..11], list, StringComparison.Ordinal);
        Assert.DoesNotContain(text[11..], list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/tokens/" + made.GetProperty("token").GetProperty("id").GetInt64())).StatusCode);
        await ProblemAsync(await program.GetAsync("/api/v1/session"), 401);
    }

    [Fact]
    public async Task The_audit_log_tells_what_was_done_and_that_it_is_whole()
    {
        using HttpClient client = await AdministratorAsync();
        await JsonAsync(await client.PostAsJsonAsync("/api/v1/users", new { name = "audited", displayName = "<b>Someone</b>", roles = new[] { "viewer" } }));
        JsonElement entry = (await JsonAsync(await client.GetAsync("/api/v1/audit?subject=user:audited"))).GetProperty("items")[0];
        Assert.Equal("user-created", entry.GetProperty("action").GetString());
        Assert.Contains("roles=viewer", entry.GetProperty("after").GetString(), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", entry.GetProperty("address").GetString());
        JsonElement report = await JsonAsync(await client.GetAsync("/api/v1/audit/verify"));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("break").ValueKind);
        string[] lines = (await client.GetStringAsync("/api/v1/audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(report.GetProperty("entries").GetInt64() + 1, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains("pbkdf2", StringComparison.Ordinal));
        Assert.All(await app.Get<IAuditQueries>().ReadAsync(new AuditFilter()).ToListAsync(), read => Assert.Equal(read.Hash, read.ComputeHash()));
    }

    [Fact]
    public async Task Events_tell_what_changed_to_those_who_may_know()
    {
        using HttpClient administrator = await AdministratorAsync(), viewer = app.Client();
        viewer.DefaultRequestHeaders.Authorization = new("Bearer", await app.TokenAsync("events viewer", Role.Viewer, "ICU"));
        using StreamReader all = new(await administrator.GetStreamAsync("/api/v1/events")), some = new(await viewer.GetStreamAsync("/api/v1/events"));
        Assert.Equal("reload", await TopicAsync(all));
        Assert.Equal("reload", await TopicAsync(some));
        IChangeFeed feed = app.Get<IChangeFeed>();
        feed.Publish("users");
        feed.Publish("devices", "D-2");
        Assert.Equal("users", await TopicAsync(all));
        Assert.Equal("devices", await TopicAsync(all));
        Assert.Equal("devices", await TopicAsync(some));
        Assert.DoesNotContain("D-2", await some.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_of_the_api_names_every_call_and_how_to_sign_in()
    {
        using HttpClient client = app.Client();
        JsonElement document = await JsonAsync(await client.GetAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        JsonElement users = document.GetProperty("paths").GetProperty("/api/v1/users");
        Assert.Contains("administrator", users.GetProperty("post").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains(users.GetProperty("get").GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "pageSize");
        int described = document.GetProperty("paths").EnumerateObject().Sum(path => path.Value.EnumerateObject().Count());
        Assert.Equal(AccessMatrix.All.Count(rule => rule.Route.StartsWith("/api/", StringComparison.Ordinal)), described);
    }

    [Fact]
    public async Task Figures_are_for_holders_of_a_token()
    {
        using HttpClient nobody = app.Client(), monitor = app.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/metrics")).StatusCode);
        monitor.DefaultRequestHeaders.Authorization = new("Bearer", await app.TokenAsync("monitor", Role.Viewer));
        Assert.Contains("kestrel", await monitor.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_bounds_is_refused()
    {
        using HttpClient client = await AdministratorAsync();
        await ProblemAsync(await client.PostAsync("/api/v1/users", new StringContent("{\"name\":\"" + new string('x', 2 << 20) + "\"}", null, "application/json")), 413);
    }

    private async Task<HttpClient> AdministratorAsync()
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await app.TokenAsync("admin " + SecretText.Make()[..8], Role.Administrator));
        return client;
    }

    private static async Task<string> TopicAsync(StreamReader events)
    {
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) return line["event: ".Length..];
        }
        return "end";
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}

/// <summary>Limits on how often somebody may ask, with an application that allows little.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly AppFixture app = new();

    [Fact]
    public async Task Whoever_asks_too_often_is_told_how_long_to_wait_and_others_are_not_slowed()
    {
        using HttpClient one = app.Client(), other = app.Client();
        one.DefaultRequestHeaders.Authorization = new("Bearer", await app.TokenAsync("one", Role.Viewer));
        other.DefaultRequestHeaders.Authorization = new("Bearer", await app.TokenAsync("other", Role.Viewer));
        HttpResponseMessage? refused = null;
        for (int i = 0; i < 500 && refused is null; i++)
        {
            HttpResponseMessage answer = await one.GetAsync("/api/v1/session");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) refused = answer;
        }
        Assert.NotNull(refused);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/session")).StatusCode);
    }

    [Fact]
    public async Task Attempts_to_sign_in_are_limited_by_address_whatever_the_name()
    {
        using Browser browser = app.Browser();
        int refused = 0;
        for (int i = 0; i < 60; i++)
        {
            HttpResponseMessage answer = await browser.Client.PostAsync("/sign-in", new FormUrlEncodedContent([new("user", "u" + i), new("password", "x")]));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) refused++;
        }
        Assert.NotEqual(0, refused);
    }

    public async ValueTask InitializeAsync()
    {
        (app.Options.RequestsPerMinute, app.Options.SignInsPerMinute) = (20, 12);
        await app.InitializeAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
