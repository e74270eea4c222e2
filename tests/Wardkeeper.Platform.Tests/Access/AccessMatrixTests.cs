using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Walks every route that is mapped, with everybody there is, and compares with the access table.</summary>
public sealed class AccessMatrixTests(AppFixture app) : IClassFixture<AppFixture>
{
    private static readonly string[] AnyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Somebody who calls.</summary>
    private sealed record Caller(string Name, Actor? Actor, Action<HttpRequestMessage> Sign);

    [Fact]
    public void Every_mapped_route_stands_in_the_access_table() => Assert.Empty(Calls().Where(call => AccessMatrix.Find(call.Method, call.Route) is null).Select(call => call.Method + " " + call.Route));

    /// <summary>Two answers to one question are no answer: whoever asks gets an error.</summary>
    [Fact]
    public void No_route_of_the_api_is_mapped_twice() => Assert.Empty(Mapped().Where(call => call.Route.StartsWith("/api", StringComparison.Ordinal)).GroupBy(call => call.Method + " " + call.Route).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_line_of_the_access_table_is_mapped()
    {
        // Readiness is answered before anything is mapped; pages that only some builds have may be named here as well.
        HashSet<string> mapped = [.. Calls().Select(call => call.Route), "/healthz", "/", "/not-found", "/devices", "/devices/{Id:long}", "/traffic", "/map", "/import"];
        Assert.DoesNotContain(AccessMatrix.All, rule => !mapped.Contains(rule.Route));
    }

    [Fact]
    public async Task Everybody_may_call_what_the_table_says_and_nothing_else()
    {
        List<string> wrong = [];
        using HttpClient client = app.Client();
        int calls = 0;
        foreach (Caller caller in await CallersAsync())
        {
            foreach ((string method, string route) in Calls())
            {
                if (AccessMatrix.Find(method, route) is not { } rule) continue; // Told by the test above.
                bool mayCall = rule.Decide(caller.Actor, false, false) == AccessVerdict.Allowed;
                // An effect on the caller's own sign-in would change the answers that follow.
                if (mayCall && (route is "/sign-out" || (route == "/api/v1/session" && method == "DELETE"))) continue;
                using HttpRequestMessage request = new(new HttpMethod(method), Fill(route));
                if (method is "POST" or "PUT" or "PATCH") request.Content = route.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}", null, "application/json") : new FormUrlEncodedContent([]);
                caller.Sign(request);
                using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                calls++;
                bool isRefused = answer.StatusCode is HttpStatusCode.Unauthorized || (answer.StatusCode == HttpStatusCode.Forbidden && await CodeAsync(answer) != "own-roles") || answer.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) == true;
                // The sign-in page itself answers an empty form with a refusal, on a page.
                if (route == "/sign-in" && answer.Content.Headers.ContentType?.MediaType == "text/html") isRefused = false;
                if (isRefused == mayCall) wrong.Add($"{caller.Name}: {method} {route} gave {(int)answer.StatusCode}, table says {(mayCall ? "allowed" : "refused")}");
                if (!mayCall && caller.Actor is null && route.StartsWith("/api", StringComparison.Ordinal) && answer.StatusCode != HttpStatusCode.Unauthorized) wrong.Add($"{caller.Name}: {method} {route} gave {(int)answer.StatusCode} instead of 401");
            }
        }
        Assert.Empty(wrong);
        Assert.True(calls > 200, $"only {calls} calls");
    }

    [Fact]
    public async Task A_viewer_of_one_department_does_not_learn_of_a_device_of_another()
    {
        string icu = await app.TokenAsync("icu only", Role.Viewer, "ICU"), all = await app.TokenAsync("all departments", Role.Viewer);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/v1/devices/1", icu)).StatusCode);
        HttpResponseMessage foreign = await GetAsync("/api/v1/devices/2", icu), missing = await GetAsync("/api/v1/devices/3", icu);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(Regex.Replace(await missing.Content.ReadAsStringAsync(), "traceId\":\"[^\"]*", ""), Regex.Replace(await foreign.Content.ReadAsStringAsync(), "traceId\":\"[^\"]*", ""));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/v1/devices/2", all)).StatusCode);
        Assert.Contains("\"total\":1", await (await GetAsync("/api/v1/devices", icu)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        using HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return await client.GetAsync(path);
    }

    private async Task<List<Caller>> CallersAsync()
    {
        List<Caller> callers = [new("nobody", null, _ => { })];
        foreach (Role role in Enum.GetValues<Role>())
        {
            string name = "m" + RoleNames.Of(role).Replace("-", "", StringComparison.Ordinal);
            (User user, string password) = await app.AddUserAsync(name, role);
            using Browser browser = app.Browser();
            (await browser.SignInAsync(name, password)).Dispose();
            string cookie = "__Host-wardkeeper=" + browser.Session!.Value;
            (string csrfCookie, string csrf) = await CsrfAsync(cookie);
            callers.Add(new($"{role} signed in", new Actor(name, user.Roles), request =>
            {
                request.Headers.Add("Cookie", cookie + "; " + csrfCookie);
                request.Headers.Add("X-CSRF-Token", csrf);
            }));
            string token = await app.TokenAsync("matrix " + role, role);
            callers.Add(new($"{role} with token", new Actor("token:x", new HashSet<Role> { role }, null, null, "somebody"), request => request.Headers.Authorization = new("Bearer", token)));
        }
        string expired = (await app.Get<ApiTokens>().AddAsync(AppFixture.Local with { Owner = "somebody" }, "expired", new HashSet<Role> { Role.Administrator }, new HashSet<string>(), TimeSpan.FromMinutes(1))).Text;
        app.Time.Advance(TimeSpan.FromMinutes(2));
        callers.Add(new("an expired token", null, request => request.Headers.Authorization = new("Bearer", expired)));
        callers.Add(new("a forged token", null, request => request.Headers.Authorization = new("Bearer", "wk_" + SecretText.Make())));
        callers.Add(new("another scheme", null, request => request.Headers.TryAddWithoutValidation("Authorization", "Basic YWRtaW46YWRtaW4=")));
        callers.Add(new("a forged cookie", null, request => request.Headers.Add("Cookie", "__Host-wardkeeper=" + SecretText.Make())));
        return callers;
    }

    private async Task<(string Cookie, string Token)> CsrfAsync(string cookie)
    {
        using HttpClient client = app.Client();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        HttpResponseMessage answer = await client.GetAsync("/api/v1/session");
        string token = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("csrfToken").GetString()!;
        return (answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0], token);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString() : null;

    private IEnumerable<(string Method, string Route)> Calls() => Mapped().Distinct();

    private IEnumerable<(string Method, string Route)> Mapped() =>
        app.Routes.Where(route => route.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : AnyMethod).Where(method => method is not ("HEAD" or "OPTIONS" or "CONNECT")).Select(method => (method, AccessMatrix.Normal(route.RoutePattern.RawText!))));

    // Numbers nobody has: what is asked is whether the call is let through, not what it does.
    private static string Fill(string route) => Regex.Replace(Regex.Replace(Regex.Replace(route, @"\{\w+:long\}", "987654"), @"\{documentName\}", "v1"), @"\{\w+\}", "none");
}
