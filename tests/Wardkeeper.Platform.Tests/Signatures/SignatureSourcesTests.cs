using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Platform.Tests.Up;
using Wardkeeper.Sensor.Signatures;

namespace Wardkeeper.Platform.Tests.Signatures;

/// <summary>Files of rules by the calls of the API and by files in the folder, up to the set that the sensors are given.</summary>
public sealed class SignatureSourcesTests : IAsyncLifetime
{
    private const string Rules = """
        alert dns any any -> any any (msg:"a name"; dns.query; content:"."; classtype:trojan-activity; sid:1; rev:2;)
        alert tcp any any -> any 104 (msg:"waits in vain"; flowbits:isset,never; sid:2;)
        alert tcp any any -> any any (msg:"not known"; nosuch:1; sid:3;)
        """;

    private readonly AppFixture app = new();

    private string Folder => Path.Combine(app.Folder, SignatureStore.Folder);

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_file_of_rules_is_given_listed_replaced_and_removed_and_each_step_is_audited()
    {
        List<RuleSet?> given = [];
        app.Get<SignatureStore>().Changed += given.Add;
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpResponseMessage made = await analyst.PostAsync("/api/v1/rules?name=site.rules", Body(Rules));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        JsonElement source = await JsonAsync(made);
        Assert.Equal(("site.rules", 2, 1, "token:a"), (source.GetProperty("id").GetString(), source.GetProperty("count").GetInt32(), source.GetProperty("refused").GetInt32(), source.GetProperty("by").GetString()));
        Assert.Equal(2, given.Single()!.Count);

        JsonElement all = (await JsonAsync(await analyst.GetAsync("/api/v1/rules"))).GetProperty("items");
        Assert.Equal(["running 1 a name", "inert 2 waits in vain", "refused 3 "], all.EnumerateArray().Select(one => $"{one.GetProperty("state").GetString()} {one.GetProperty("sid").GetInt64()} {one.GetProperty("message").GetString()}"));
        Assert.Equal(("never", "nosuch", "site.rules", 3), (all[1].GetProperty("keyword").GetString(), all[2].GetProperty("keyword").GetString(), all[2].GetProperty("file").GetString(), all[2].GetProperty("line").GetInt32()));
        Assert.Equal(1, (await JsonAsync(await analyst.GetAsync("/api/v1/rules?state=refused&keyword=nosuch"))).GetProperty("total").GetInt64());
        Assert.Equal(1, (await JsonAsync(await analyst.GetAsync("/api/v1/rules?q=NAME&source=site.rules"))).GetProperty("total").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync("/api/v1/rules?state=asleep")).StatusCode);

        using MemoryStream archive = new();
        using (ZipArchive zip = new(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using Stream entry = zip.CreateEntry("rules/dns.rules").Open();
            await entry.WriteAsync(Encoding.UTF8.GetBytes("alert udp any any -> any 53 (msg:\"archived\"; sid:9;)\n"), TestContext.Current.CancellationToken);
        }
        Assert.Equal(HttpStatusCode.Created, (await analyst.PostAsync("/api/v1/rules?name=set.zip", new ByteArrayContent(archive.ToArray()))).StatusCode);
        Assert.Equal("set.zip:rules/dns.rules", (await JsonAsync(await analyst.GetAsync("/api/v1/rules?source=set.zip"))).GetProperty("items")[0].GetProperty("file").GetString());
        Assert.Equal(3, given[^1]!.Count);

        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.DeleteAsync("/api/v1/rules/site.rules")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.DeleteAsync("/api/v1/rules/..%2Fwardkeeper.db?reason=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await analyst.DeleteAsync("/api/v1/rules/site.rules?reason=too+old")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await analyst.DeleteAsync("/api/v1/rules/set.zip?reason=too+old")).StatusCode);
        Assert.Null(given[^1]);
        Page<AuditEntry> told = await app.Get<IAuditQueries>().FindAsync(new AuditFilter(Subject: "rules:site.rules"), new PageRequest(1), TestContext.Current.CancellationToken);
        Assert.Equal(["rules-removed", "rules-added"], told.Items.Select(entry => entry.Action));
    }

    [Theory]
    [InlineData("a.rules", "", "The file is empty")]
    [InlineData("a.rules", "# nothing\n", "holds no rule")]
    [InlineData("a.rules", "\nalert tcp any any -> any any (msg:\"x\"; nosuch; sid:1;)\n", "a.rules:2: nosuch")]
    [InlineData("a.zip", "this is no archive", "a.zip:")]
    [InlineData("a.tar.gz", "this is no archive", "a.tar.gz:")]
    public async Task What_cannot_be_run_is_refused_at_its_place_and_leaves_nothing(string name, string content, string said)
    {
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpResponseMessage answer = await analyst.PostAsync("/api/v1/rules?name=" + name, Body(content));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : []);
        using HttpClient viewer = await AsAsync("v", Role.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/rules?name=a.rules", Body(Rules))).StatusCode);
    }

    [Fact]
    public async Task Files_in_the_folder_are_read_at_start_and_again_when_they_change_and_a_broken_one_takes_no_other_with_it()
    {
        SignatureStore store = app.Get<SignatureStore>();
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "broken.zip"), "no archive", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "site.rules"), Rules, TestContext.Current.CancellationToken);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(store.Sources()[0].Unreadable);
        Assert.Equal((2, 1, null), (store.Sources()[1].Count, store.Sources()[1].Refused, store.Sources()[1].By));
        Assert.False(await store.LookAsync(TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(Path.Combine(Folder, "site.rules"), "alert udp any any -> any 53 (msg:\"other\"; sid:9;)\n", TestContext.Current.CancellationToken);
        Assert.True(await store.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, store.Current!.Count);
    }

    [Fact]
    public async Task Rules_are_tried_on_a_capture_and_nothing_stays()
    {
        byte[] capture = await File.ReadAllBytesAsync(Path.Combine(MirroredFrames.Checkout(), "samples", "demo", "hospital.pcap"), TestContext.Current.CancellationToken);
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        string rules = Uri.EscapeDataString("alert tcp any any -> any any (msg:\"any tcp\"; flow:to_server; sid:7;)\nalert tcp any any -> any any (nosuch; sid:8;)");
        JsonElement ran = await JsonAsync(await analyst.PostAsync("/api/v1/rules/trial?rules=" + rules, new ByteArrayContent(capture)));
        Assert.Equal((1, 7, false), (ran.GetProperty("rules").GetInt32(), ran.GetProperty("matches")[0].GetProperty("sid").GetInt32(), ran.GetProperty("isCut").GetBoolean()));
        Assert.True(ran.GetProperty("matches")[0].GetProperty("count").GetInt64() > 1);
        Assert.Contains("nosuch", ran.GetProperty("refused")[0].GetString(), StringComparison.Ordinal);
        using HttpResponseMessage wrong = await analyst.PostAsync("/api/v1/rules/trial?rules=" + rules, Body("this is no capture"));
        Assert.Contains("no capture", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : []);
        Assert.Null(app.Get<SignatureStore>().Current);
    }

    private async Task<HttpClient> AsAsync(string name, Role role)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync(name, role));
        return client;
    }

    private static ByteArrayContent Body(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
