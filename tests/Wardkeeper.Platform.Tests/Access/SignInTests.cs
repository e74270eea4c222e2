using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OtpNet;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>How persons get in, and how they are kept out.</summary>
public sealed class SignInTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task The_first_administrator_changes_the_one_time_password_before_anything_else()
    {
        string file = Path.Combine(app.Folder, "initial-admin-password");
        Assert.Equal(app.FirstPassword, (await File.ReadAllTextAsync(file)).Trim());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using Browser browser = app.Browser();
        Assert.Equal("/start", (await browser.SignInAsync("admin", app.FirstPassword!)).Headers.Location?.OriginalString);
        HttpResponseMessage early = await browser.GetAsync("/api/v1/users");
        Assert.Equal(HttpStatusCode.Forbidden, early.StatusCode);
        Assert.Contains("password-change-required", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        HttpResponseMessage weak = await browser.SendFormAsync("/start", ("password", app.FirstPassword!), ("newPassword", "admin"), ("again", "admin"));
        Assert.Equal(HttpStatusCode.BadRequest, weak.StatusCode);
        Assert.Contains("少于 12", WebUtility.HtmlDecode(await weak.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        HttpResponseMessage done = await browser.SendFormAsync("/start", ("password", app.FirstPassword!), ("newPassword", "Green-Ambulance-7"), ("again", "Green-Ambulance-7"));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.False(File.Exists(file));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/users")).StatusCode);
        Assert.Null(await app.Get<FirstPassword>().EnsureAsync());
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_for_scripts_and_other_sites()
    {
        (_, string password) = await app.AddUserAsync("cookie", Role.Viewer);
        using Browser browser = app.Browser();
        string set = (await browser.SignInAsync("cookie", password)).Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-wardkeeper=", StringComparison.Ordinal));
        Assert.Contains("secure", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", set, StringComparison.OrdinalIgnoreCase);
        await using FileStream database = new(Path.Combine(app.Folder, "wardkeeper.db"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader text = new(database, System.Text.Encoding.Latin1);
        Assert.DoesNotContain(browser.Session!.Value, await text.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/devices?type=ct", "/devices?type=ct")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x=y", "/")]
    public void Sign_in_leads_to_addresses_of_this_host_only(string asked, string expected) => Assert.Equal(expected, Wardkeeper.Console.Pages.SignIn.SignInAddress.Local(asked));

    [Theory]
    [InlineData("locked")]
    [InlineData("nobody-has-this-name")]
    public async Task Five_wrong_passwords_lock_a_name_for_a_time_that_is_told(string name)
    {
        const string right = "Blue-Horse-stable-42x";
        if (name == "locked") await app.AddUserAsync(name, Role.Viewer);
        using Browser browser = app.Browser();
        for (int i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SignInAsync(name, "wrong")).StatusCode);
        HttpResponseMessage locked = await browser.SignInAsync(name, right);
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.Equal(30, locked.Headers.RetryAfter?.Delta?.TotalSeconds);
        // By the hospital's clock, not the machine's.
        string until = TimeZoneInfo.ConvertTime(app.Time.GetUtcNow().AddSeconds(30), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(until, await locked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(name == "locked" ? HttpStatusCode.Redirect : HttpStatusCode.Unauthorized, (await browser.SignInAsync(name, right)).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_idle_and_at_the_latest_after_its_life()
    {
        (_, string password) = await app.AddUserAsync("idle", Role.Viewer);
        using Browser idle = app.Browser(), busy = app.Browser();
        await idle.SignInAsync("idle", password);
        await busy.SignInAsync("idle", password);
        for (int minutes = 0; minutes < 12 * 60; minutes += 20)
        {
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/api/v1/session")).StatusCode);
            app.Time.Advance(TimeSpan.FromMinutes(20));
            if (minutes == 20) Assert.Equal(HttpStatusCode.Unauthorized, (await idle.GetAsync("/api/v1/session")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await busy.GetAsync("/api/v1/session")).StatusCode);
    }

    [Fact]
    public async Task A_changed_role_ends_the_sessions_of_that_person_and_no_others()
    {
        (User user, string password) = await app.AddUserAsync("changed", Role.Viewer);
        (_, string other) = await app.AddUserAsync("unchanged", Role.Viewer);
        using Browser browser = app.Browser(), stays = app.Browser();
        await browser.SignInAsync("changed", password);
        await stays.SignInAsync("unchanged", other);
        await app.Get<UserDirectory>().EditAsync(AppFixture.Local, user.Id, null, new UserDraft { DisplayName = "x", Roles = new HashSet<Role> { Role.Analyst } });
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/session")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stays.GetAsync("/api/v1/session")).StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        (_, string password) = await app.AddUserAsync("leaver", Role.Viewer);
        using Browser browser = app.Browser();
        await browser.SignInAsync("leaver", password);
        string stolen = browser.Session!.Value;
        Assert.Equal("/sign-in", (await browser.SendFormAsync(await browser.Client.GetStringAsync("/start"), "/sign-out", [])).Headers.Location?.OriginalString);
        using HttpClient thief = app.Client();
        thief.DefaultRequestHeaders.Add("Cookie", "__Host-wardkeeper=" + stolen);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/api/v1/session")).StatusCode);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_no_code_opens_twice()
    {
        (_, string password) = await app.AddUserAsync("factor", Role.Viewer);
        using Browser browser = app.Browser();
        await browser.SignInAsync("factor", password);
        browser.Client.DefaultRequestHeaders.Add("X-CSRF-Token", (await Json(await browser.GetAsync("/api/v1/session"))).GetProperty("csrfToken").GetString());
        JsonElement offer = await Json(await browser.Client.PostAsJsonAsync("/api/v1/session/second-factor", new { password }));
        Assert.StartsWith("otpauth://totp/Wardkeeper", offer.GetProperty("url").GetString(), StringComparison.Ordinal);
        Totp totp = new(Base32Encoding.ToBytes(offer.GetProperty("secret").GetString()));
        string Code() => totp.ComputeTotp(app.Time.GetUtcNow().UtcDateTime);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Client.PostAsJsonAsync("/api/v1/session/second-factor/confirm", new { code = "000000" })).StatusCode);
        string used = Code();
        JsonElement recovery = (await Json(await browser.Client.PostAsJsonAsync("/api/v1/session/second-factor/confirm", new { code = used }))).GetProperty("recoveryCodes");
        Assert.Equal(10, recovery.GetArrayLength());

        using Browser again = app.Browser();
        string page = await (await again.SignInAsync("factor", password, "/devices")).Content.ReadAsStringAsync();
        Assert.Null(again.Session);
        Assert.Contains("one-time-code", page, StringComparison.Ordinal);
        HttpResponseMessage replay = await again.SendFormAsync(page, "/sign-in", [("code", used)]);
        Assert.Equal(HttpStatusCode.Unauthorized, replay.StatusCode);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("/devices", (await again.SendFormAsync(page, "/sign-in", [("code", Code())])).Headers.Location?.OriginalString);
        Assert.NotNull(again.Session);

        using Browser lost = app.Browser();
        page = await (await lost.SignInAsync("factor", password)).Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await lost.SendFormAsync(page, "/sign-in", [("code", recovery[0].GetString()!)])).StatusCode);
        using Browser twice = app.Browser();
        page = await (await twice.SignInAsync("factor", password)).Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await twice.SendFormAsync(page, "/sign-in", [("code", recovery[0].GetString()!)])).StatusCode);
    }

    [Fact]
    public async Task Forms_and_calls_of_other_sites_are_refused()
    {
        (_, string password) = await app.AddUserAsync("victim", Role.Administrator);
        using Browser browser = app.Browser();
        HttpResponseMessage bare = await browser.Client.PostAsync("/sign-in", new FormUrlEncodedContent([new("user", "victim"), new("password", password)]));
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.Null(browser.Session);
        await browser.SignInAsync("victim", password);
        HttpResponseMessage call = await browser.Client.PostAsJsonAsync("/api/v1/tokens", new { name = "stolen", roles = new[] { "administrator" } });
        Assert.Equal(HttpStatusCode.Forbidden, call.StatusCode);
        Assert.Contains("\"csrf\"", await call.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        browser.Client.DefaultRequestHeaders.Add("X-CSRF-Token", (await Json(await browser.GetAsync("/api/v1/session"))).GetProperty("csrfToken").GetString());
        browser.Client.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        Assert.Contains("cross-site", await (await browser.Client.PostAsJsonAsync("/api/v1/tokens", new { name = "stolen", roles = new[] { "administrator" } })).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        browser.Client.DefaultRequestHeaders.Remove("Origin");
        Assert.Equal(HttpStatusCode.Created, (await browser.Client.PostAsJsonAsync("/api/v1/tokens", new { name = "own", roles = new[] { "administrator" } })).StatusCode);
    }

    [Fact]
    public async Task The_language_is_kept_and_leads_back_to_this_host()
    {
        using Browser browser = app.Browser();
        Assert.Contains("登录", WebUtility.HtmlDecode(await browser.Client.GetStringAsync("/sign-in")), StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await browser.GetAsync("/culture/en?back=%2Fsign-in")).Headers.Location?.OriginalString);
        Assert.Contains("User name", await browser.Client.GetStringAsync("/sign-in"), StringComparison.Ordinal);
        Assert.Equal("/", (await browser.GetAsync("/culture/en?back=%2F%2Felsewhere.example")).Headers.Location?.OriginalString);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
