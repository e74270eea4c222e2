using Microsoft.Playwright;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Slices;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Has this ever happened, and what exactly was on the wire?</summary>
public sealed class HuntingTests(Chromium chromium, RealConsole real) : IClassFixture<RealConsole>
{
    [Fact]
    public async Task A_value_is_hunted_through_all_of_history_and_each_count_opens_its_records()
    {
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        await visit.GoAsync("/hunting");
        await visit.Page.Locator("#hunting-text").FillAsync("CT");
        await Assertions.Expect(visit.Page.Locator("main tbody tr a.wk-count").First).ToBeVisibleAsync();
        string count = await visit.Page.Locator("main tbody tr a.wk-count").First.InnerTextAsync();
        await visit.OpensAsync((await visit.Page.Locator("main tbody tr a.wk-count").First.GetAttributeAsync("href"))!, count);
        await visit.GoAsync("/hunting?q=never-seen-anywhere-42");
        await Assertions.Expect(visit.Page.Locator("main")).ToContainTextAsync("was never seen");
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    [Theory]
    [InlineData("en", "who sent it")]
    [InlineData("zh-CN", "谁发送的")]
    public async Task The_packets_of_a_finding_are_decoded_with_a_reason_and_that_is_in_the_audit_log(string language, string reason)
    {
        LongVersion.UnlessShort(language == "zh-CN");
        long number = await real.Console.GravestFindingAsync();
        real.Console.Get<SliceStore>().Keep(number, Slice(), 3000, 0, 1);
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, language, roles: "analyst");
        await visit.GoAsync($"/findings/{number}");
        await visit.Page.Locator("[data-wk-decode]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-slice] [role=alert]")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-wk-slice] input[name=reason]").FillAsync(reason);
        await visit.Page.Locator("[data-wk-decode]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-decoded] tbody tr").First).ToBeVisibleAsync();
        AuditEntry entry = (await real.Console.Get<IAuditQueries>().FindAsync(new AuditFilter(), new Hub.Queries.PageRequest(1, 20), TestContext.Current.CancellationToken)).Items.First(one => one.Action == "slice-decoded");
        Assert.Equal(("slice-decoded", Hub.Findings.Finding.IdOf(number), reason), (entry.Action, entry.Subject, entry.Reason));
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    /// <summary>The first packets of the sample day.</summary>
    private static byte[] Slice()
    {
        using MemoryStream file = new();
        PcapngWriter writer = new(file, "a test");
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout.Root, "samples/hospital-day/hospital.pcap")]);
        while (writer.Packets < 3000 && source.TryRead(out RawPacket packet)) writer.Write(in packet, null);
        return file.ToArray();
    }
}
