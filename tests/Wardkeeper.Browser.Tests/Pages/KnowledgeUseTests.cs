using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The knowledge in force is the process's: whoever changes it is alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class KnowledgeAlone
{
    /// <summary>Its name.</summary>
    public const string Name = "knowledge";
}

/// <summary>Corrections leave one hospital as fingerprints and come into another: exported, looked at, added, removed; what is wrong is named.</summary>
[Collection(KnowledgeAlone.Name)]
public sealed class KnowledgeUseTests(Chromium chromium) : IDisposable
{
    private static readonly Actor Engineer = new("周敏", new HashSet<Role> { Role.ClinicalEngineer });
    private static readonly string Head = string.Join('\t', KnowledgeFile.Columns) + "\n";

    /// <inheritdoc/>
    public void Dispose() => KnowledgeBase.InForce = KnowledgeBase.Shipped;

    [Fact]
    public async Task Fingerprints_go_out_and_come_in_and_devices_are_identified_by_them_until_they_are_removed()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        DeviceLine line = await PrintedAsync(console);
        DeviceLine other = await PrintedAsync(console, line.Fingerprint);
        await console.Ledger.ApplyAsync(Engineer, [new EditDevice(line.Id, new Dictionary<string, string?> { ["type"] = "ward-round-cart", ["vendor"] = "Maker Q" })]);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer");
        await visit.GoAsync("/identify?tab=knowledge");
        IDownload download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator("[data-wk-export]").ClickAsync());
        string taught = await File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        IReadOnlyList<KnowledgeEntry> entries = KnowledgeFile.Read(taught, "fingerprints.tsv", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Assert.Contains(entries, entry => entry.Pattern.Text == line.Fingerprint && entry.Sayings[0].Values[0] == "ward-round-cart" && entry.Source == "周敏");
        Assert.Contains(entries, entry => entry.Pattern.Text == line.Fingerprint && entry.Sayings[0].Values[0] == "Maker Q");

        // The neighbour hospital's file: one entry known here, one that contradicts what was taught here, one new.
        string theirs = taught + $"theirs.1\tfingerprint\t{line.Fingerprint}\t\ttype=camera\t95\tperson\tLi\tsite\t\n" + $"theirs.2\tfingerprint\t{other.Fingerprint}\t\ttype=ward-round-cart;model=Cart 7\t95\tperson\tLi\tsite\t\n";
        await ChooseAsync(visit, "neighbour.tsv", theirs);
        await Assertions.Expect(visit.Page.Locator("[data-wk-counts]")).ToHaveTextAsync($"New: 1 · same as known: {entries.Count} · contradicting: 1");
        await Assertions.Expect(visit.Page.Locator("[data-wk-news=Contradicting]")).ToContainTextAsync("周敏");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(visit.Page, "identify-import-en");
        Assert.Empty(console.Get<IKnowledgeAdditions>().Additions());
        await visit.Page.Locator("[data-wk-add]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-addition='neighbour.tsv']")).ToContainTextAsync("not signed");
        Assert.Equal("Cart 7", (await console.Devices.GetAsync(other.Id, null, TestContext.Current.CancellationToken))!.Line.Model);
        // What a person said here outranks the file.
        Assert.Equal("ward-round-cart", (await console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!.Line.Type);

        await visit.Page.Locator("[data-wk-addition] [data-wk-remove]").ClickAsync();
        await visit.Page.Locator("[data-draft=reason]").FillAsync("was a mistake");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-addition]")).ToHaveCountAsync(0);
        Assert.Equal(other.Model, (await console.Devices.GetAsync(other.Id, null, TestContext.Current.CancellationToken))!.Line.Model);
        Page<AuditEntry> told = await console.Get<IAuditQueries>().FindAsync(new AuditFilter(Subject: "knowledge:neighbour.tsv"), new PageRequest(1), TestContext.Current.CancellationToken);
        Assert.Equal(["knowledge-removed", "knowledge-added"], told.Items.Select(entry => entry.Action));
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    [Fact]
    public async Task Bundles_show_whether_their_signature_holds_and_files_name_the_line_that_is_wrong()
    {
        await using TestConsole console = await TestConsole.StartAsync(isEmpty: true);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] bundle = KnowledgeBundle.Seal(Head + "b.1\tnamed\t*qcart-*\t\ttype=ward-round-cart\t90\tdocument\tMaker Q\tfree\t\n", key);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "zh-CN", "dark", roles: "analyst");
        await visit.GoAsync("/identify?tab=knowledge");
        await ChooseAsync(visit, "maker.bundle", bundle);
        await Assertions.Expect(visit.Page.Locator("[data-wk-preview] [data-wk-seal=Stranger]")).ToHaveTextAsync("✗ 签名者不受本院信任");
        await Assertions.Expect(visit.Page.Locator("[data-wk-refused]")).ToContainTextAsync("signer is not trusted");
        await Assertions.Expect(visit.Page.Locator("[data-wk-add]")).ToHaveCountAsync(0);

        string folder = Path.Combine(console.Get<DataFolder>().Path, KnowledgeFolder.Name);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, KnowledgeFolder.SignersFile), Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) + "\n", TestContext.Current.CancellationToken);
        byte[] changed = [.. bundle];
        changed[^4] ^= 1;
        await ChooseAsync(visit, "maker.bundle", changed);
        await Assertions.Expect(visit.Page.Locator("[data-wk-preview] [data-wk-seal=Broken]")).ToHaveTextAsync("✗ 签名无效");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(visit.Page, "identify-signature-zh-CN-dark");
        await ChooseAsync(visit, "maker.bundle", KnowledgeBundle.Seal(Head + "b.1\tnamed\t*qcart-*\t\ttype=spaceship\t90\tdocument\tMaker Q\tfree\t\n", key));
        await Assertions.Expect(visit.Page.Locator("[data-wk-refused]")).ToContainTextAsync("maker.bundle:2: b.1: \"spaceship\" is no type");
        await ChooseAsync(visit, "maker.bundle", bundle);
        await Assertions.Expect(visit.Page.Locator("[data-wk-preview] [data-wk-seal=Trusted]")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-wk-add]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-addition='maker.bundle'] [data-wk-seal=Trusted]")).ToBeVisibleAsync();

        // A hostile file: markup and a mark that turns the direction of writing stay text.
        await ChooseAsync(visit, "<img src=x onerror=alert(1)>.tsv", "id\ton\n<script>alert(1)</script>\u202E\n");
        await Assertions.Expect(visit.Page.Locator("[data-wk-refused]")).ToContainTextAsync("the first line must name the columns");
        await Assertions.Expect(visit.Page.Locator("[data-wk-preview] img, [data-wk-preview] script")).ToHaveCountAsync(0);
        await using Visit viewer = await console.VisitAsync(chromium.Browser, "en", roles: "viewer");
        await viewer.GoAsync("/identify?tab=knowledge");
        await Assertions.Expect(viewer.Page.Locator("[data-wk-addition='maker.bundle']")).ToBeVisibleAsync();
        await Assertions.Expect(viewer.Page.Locator("[data-wk-remove], [data-wk-export], input[type=file]")).ToHaveCountAsync(0);
        Assert.Empty(visit.Wrong);
    }

    private static async Task<DeviceLine> PrintedAsync(TestConsole console, string? except = null) =>
        (await console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items.First(line => line is { Fingerprint: not null, Model: null } && line.Fingerprint != except);

    private static Task ChooseAsync(Visit visit, string name, string text) => ChooseAsync(visit, name, Encoding.UTF8.GetBytes(text));

    private static async Task ChooseAsync(Visit visit, string name, byte[] bytes)
    {
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });
        await Assertions.Expect(visit.Page.Locator("[data-wk-preview] h3")).ToContainTextAsync(name.Length > 20 ? ".tsv" : name);
        await visit.SettledAsync();
    }
}
