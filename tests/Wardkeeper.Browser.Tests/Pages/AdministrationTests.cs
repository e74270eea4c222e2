using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Settings;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The first start and what administrators and auditors do, on the whole platform with the sample hospital.</summary>
public sealed class AdministrationTests(Chromium chromium, RealPlatform platform) : IClassFixture<RealPlatform>
{
    [Fact]
    public async Task From_nothing_to_the_first_devices()
    {
        await using Visit visit = await platform.SignInAsync(chromium.Browser, FirstPassword.UserName, platform.FirstPassword, "zh-CN");
        IPage page = visit.Page;
        await page.AtAsync("**/start");
        Assert.Empty(await visit.BarriersAsync());
        await page.FillAsync("#password", platform.FirstPassword);
        await page.FillAsync("#newPassword", RealPlatform.Password);
        await page.FillAsync("#again", RealPlatform.Password);
        await page.ClickAsync("button[type=submit]");
        await page.AtAsync("**/start/site");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, "start-site-zh-CN");
        await page.FillAsync("#name", "示例医院");
        await page.FillAsync("#zone", "Nowhere/Nothing");
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator(".errors")).ToContainTextAsync("时区");
        await page.FillAsync("#zone", "Asia/Shanghai");
        await page.ClickAsync("button[type=submit]");
        await page.AtAsync("**/start/source");
        ILocator packets = page.Locator("[data-packets]");
        await Assertions.Expect(packets).Not.ToHaveTextAsync("0");
        string before = await packets.InnerTextAsync();
        await Assertions.Expect(packets).Not.ToHaveTextAsync(before);
        await Assertions.Expect(page.Locator("main a.wk-count[href='/devices']")).ToBeVisibleAsync();
        Assert.Empty(await visit.BarriersAsync());
        await Assertions.Expect(page.Locator(".wk-hospital")).ToHaveTextAsync("示例医院");
        await Assertions.Expect(page.Locator(".wk-sensors")).ToContainTextAsync("探针 1/1 看得到");
        await Assertions.Expect(page.Locator(".wk-demo")).ToContainTextAsync("不是您的网络");
        await Assertions.Expect(page.Locator(".wk-zone")).ToContainTextAsync("+08:00");
        await Assertions.Expect(page.Locator("main button").Filter(new() { HasTextString = "监听" })).ToHaveCountAsync(0);
        await LookTests.PictureAsync(page, "start-source-zh-CN");
        // Networks are proposed from what was seen; the administrator strikes one or writes another, and accepts.
        ILocator networks = page.Locator("[data-wk-networks]"), mine = page.Locator(".wk-networks li", new() { HasText = "10.77.0.0/16" });
        await Assertions.Expect(mine.Locator("a.wk-count")).ToBeVisibleAsync();
        await Assertions.Expect(networks).ToHaveValueAsync(new Regex(@"(^|, )10\.77\.0\.0/16(,|$)"));
        await mine.Locator("input").UncheckAsync();
        await Assertions.Expect(networks).Not.ToHaveValueAsync(new Regex(@"10\.77\.0\.0/16"));
        await networks.FillAsync("10.77.0.0/16， 172.20.0.0/33");
        await page.Locator(".wk-networks [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-networks [role=alert]")).ToContainTextAsync("172.20.0.0/33");
        await networks.FillAsync("10.77.0.0/16， 172.20.0.0/16");
        await page.Locator(".wk-networks [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-networks [role=status]")).ToContainTextAsync("下次启动");
        Setting chosen = platform.Get<ISettings>().All.First(one => one.Key == "site.localNetworks");
        Assert.Equal(("10.77.0.0/16, 172.20.0.0/16", "", SettingOrigin.Console), (chosen.Next, chosen.Value, chosen.Origin));
        Assert.DoesNotContain(visit.Wrong, one => !one.Contains("400", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("zh-CN", "dark")]
    [InlineData("en", "light")]
    [InlineData("en", "dark")]
    public async Task Every_page_of_the_platform_is_sound(string language, string theme)
    {
        LongVersion.UnlessOnce(language, theme);
        await platform.AddAsync("chen", "陈静", Role.Administrator);
        await platform.AddAsync("wang", "王强", Role.Viewer);
        List<string> found = [];
        await using (Visit before = await Visit.OpenAsync(chromium.Browser, platform.Address, language, theme))
        {
            await before.Page.GotoAsync(platform.Address + "/sign-in");
            found.AddRange(await before.BarriersAsync());
            if (theme == "light") await LookTests.PictureAsync(before.Page, $"sign-in-{language}");
        }
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "chen", language: language, theme: theme);
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        long wang = (await platform.Get<UserDirectory>().ListAsync()).First(user => user.Name == "wang").Id;
        foreach ((string name, string path) in ((string, string)[])[("users", $"/users?at={wang}"), ("users-new", "/users?at=new"), ("tokens", "/users?tab=tokens"), ("roles", "/users?tab=roles"), ("audit", "/audit"), ("health", "/health"), ("settings", "/settings"), ("settings-system", "/settings?tab=system")])
        {
            await visit.GoAsync(path);
            if (name == "users") await visit.Page.WaitForSelectorAsync(".wk-card .wk-stack");
            if (theme == "light") await LookTests.PictureAsync(visit.Page, $"{name}-{language}");
            if ((language == "en") == (theme == "dark")) found.AddRange((await visit.BarriersAsync(coloursOnly: theme == "dark")).Select(one => $"{name}: {one}"));
            string text = await visit.Page.InnerTextAsync("main");
            found.AddRange(Regex.Matches(text, @"\b(column|action|key|field|tab|origin|effect|state|kind)\.[a-z][\w.-]+\b").Select(match => $"{name}: {match.Value}").Where(one => name is not ("audit" or "roles")));
            Assert.Equal(language, await visit.Page.GetAttributeAsync("html", "lang"));
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_person_is_added_edited_and_disabled_and_every_step_is_in_the_audit_log()
    {
        await platform.AddAsync("chen", "陈静", Role.Administrator);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "chen");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/users?at=new");
        await page.Locator(".wk-form input").First.FillAsync("li.na");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("李娜");
        await page.Locator(".wk-form .wk-choice input").Nth((int)Role.ClinicalEngineer).CheckAsync();
        await page.GetByText("Add and make a one-time password").ClickAsync();
        string password = await page.Locator("[data-secret]").InnerTextAsync();
        Assert.Matches("^[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){3}$", password);
        User added = (await platform.Get<UserDirectory>().ListAsync()).Single(user => user.Name == "li.na");
        Assert.Equal([Role.ClinicalEngineer], added.Roles);
        await page.GetByText("I noted it down").ClickAsync();
        await visit.GoAsync($"/users?at={added.Id}");
        await page.Locator(".wk-card").GetByText("May not sign in").ClickAsync();
        await page.Locator(".wk-card button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-card [role=status]")).ToHaveTextAsync("Saved.");
        Assert.True((await platform.Get<UserDirectory>().GetAsync(added.Id))!.IsDisabled);
        // Nobody her own role: the boxes are shut, and the hub refuses too.
        User self = (await platform.Get<UserDirectory>().ListAsync()).Single(user => user.Name == "chen");
        await visit.GoAsync($"/users?at={self.Id}");
        await Assertions.Expect(page.Locator(".wk-card fieldset fieldset input").First).ToBeDisabledAsync();
        await visit.GoAsync("/audit?subject=user%3Ali.na");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("disabled=no → yes");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_token_is_shown_once_works_and_is_revoked()
    {
        await platform.AddAsync("chen", "陈静", Role.Administrator);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "chen");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/users?tab=tokens&at=new");
        await page.Locator(".wk-form input").First.FillAsync("integration engine");
        await page.Locator(".wk-form .wk-choice").First.ClickAsync();
        await page.Locator(".wk-form button[type=submit]").ClickAsync();
        string text = await page.Locator("[data-secret]").InnerTextAsync();
        Assert.NotNull(await platform.Get<ApiTokens>().FindAsync(text));
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByText("Revoke integration engine now").ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("revoked");
        Assert.Null(await platform.Get<ApiTokens>().FindAsync(text));
    }

    [Fact]
    public async Task An_auditor_verifies_the_chain_by_one_click_and_changes_nothing()
    {
        await platform.AddAsync("zhao", "赵敏", Role.Auditor);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "zhao");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/audit");
        await page.Locator(".wk-chain button").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-chain strong")).ToContainTextAsync("Chain whole to entry");
        await visit.GoAsync("/users");
        await Assertions.Expect(page.GetByText("Add a person")).ToHaveCountAsync(0);
        await visit.GoAsync("/settings?tab=system");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Change ") })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_setting_is_changed_with_a_reason_and_holds_at_once()
    {
        await platform.AddAsync("chen", "陈静", Role.Administrator);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "chen");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/settings?tab=system&q=retention.days");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change retention.days" }).ClickAsync();
        await page.Locator("#change input").First.FillAsync("none");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("main [role=alert]")).ToContainTextAsync("not a whole number");
        await page.Locator("#change input").First.FillAsync("200");
        await page.Locator("#change input").Last.FillAsync("the assessor asks for it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("main [role=status]").First).ToContainTextAsync("holds now");
        Assert.Equal(("200", SettingOrigin.Console), platform.Get<ISettings>().All.Where(one => one.Key == "retention.days").Select(one => (one.Value, one.Origin)).Single());
        AuditEntry entry = (await platform.Get<IAuditQueries>().FindAsync(new AuditFilter(Action: "setting-changed", Subject: "setting:retention"), new PageRequest(1))).Items[0];
        Assert.Equal(("190", "200", "the assessor asks for it"), (entry.Before, entry.After, entry.Reason));
        await visit.GoAsync("/health");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("200 days");
    }

    [Fact]
    public async Task A_second_factor_is_enrolled_by_its_picture_and_asked_for_afterwards()
    {
        await platform.AddAsync("sun", "孙丽", Role.Analyst);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "sun");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/settings");
        ILocator panel = page.Locator("section:has(#own-factor)");
        await panel.Locator("input[type=password]").FillAsync(RealPlatform.Password);
        await panel.GetByText("Begin to enrol").ClickAsync();
        await Assertions.Expect(panel.Locator("svg.wk-qr path")).ToHaveCountAsync(1);
        Assert.Empty(await visit.BarriersAsync());
        string secret = await panel.Locator("[data-secret]").InnerTextAsync();
        await panel.Locator("input[autocomplete=one-time-code]").FillAsync(new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(secret.Replace(" ", "", StringComparison.Ordinal))).ComputeTotp());
        await panel.GetByText("Put in force").ClickAsync();
        await Assertions.Expect(panel.Locator(".wk-recovery li")).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("sun") }).ClickAsync();
        await page.GetByText("Sign out").ClickAsync();
        await page.AtAsync("**/sign-in");
        await page.FillAsync("#user", "sun");
        await page.FillAsync("#password", RealPlatform.Password);
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator("#code")).ToBeVisibleAsync();
        Assert.Empty(await visit.BarriersAsync());
    }
}
