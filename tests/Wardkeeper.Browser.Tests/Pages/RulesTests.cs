using System.Text;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Rules in a browser: a file dropped, what cannot fire and why, a rule tried on a capture, and the file removed.</summary>
public sealed class RulesTests(Chromium chromium)
{
    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task A_file_of_rules_is_dropped_looked_through_tried_and_removed(string language)
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, language, roles: "analyst");
        IPage page = visit.Page;
        await visit.GoAsync("/rules");
        await Assertions.Expect(page.Locator(".wk-empty")).ToContainTextAsync(language == "en" ? "No rule yet" : "还没有规则");
        Assert.Empty(await visit.BarriersAsync());
        ILocator drop = page.Locator(".wk-drop input[type=file]").First;
        await drop.SetInputFilesAsync(File("broken.rules", "alert tcp any any -> any any (nosuch; sid:1;)\n"));
        await Assertions.Expect(page.Locator(".wk-problem, .wk-mistakes")).ToContainTextAsync("broken.rules:1");
        await drop.SetInputFilesAsync(File("<b>site.rules", """
            alert dns any any -> any any (msg:"a <i>name</i>"; dns.query; content:"."; sid:1; rev:2;)
            alert tcp any any -> any 104 (msg:"waits in vain"; flowbits:isset,never; sid:2;)
            alert tcp any any -> any any (msg:"not known"; nosuch:1; sid:3;)
            """));
        await page.Locator("[data-wk-added]").WaitForAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("a <i>name</i>");
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("never");
        await visit.SettledAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"rules-{language}");

        await visit.GoAsync("/rules?state=refused");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Locator("[data-wk-trial] summary").ClickAsync();
        await page.FillAsync("#trial-rules", "alert ip any any -> any any (msg:\"anything\"; sid:7;)");
        await page.Locator("#trial-rules").BlurAsync();
        await page.Locator("[data-wk-trial] input[type=file]").SetInputFilesAsync(new FilePayload { Name = "a.pcap", MimeType = "application/octet-stream", Buffer = await System.IO.File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "samples/demo/hospital.pcap")) });
        await Assertions.Expect(page.Locator("[data-wk-tried]")).ToContainTextAsync("anything");

        await visit.GoAsync("/rules");
        await page.Locator("[data-wk-source] [data-wk-delete]").ClickAsync();
        await page.FillAsync(".wk-preview textarea", "old");
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await page.Locator(".wk-empty").WaitForAsync();
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    private static FilePayload File(string name, string content) => new() { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(content) };
}
