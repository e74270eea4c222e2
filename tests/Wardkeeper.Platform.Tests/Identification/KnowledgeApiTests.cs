using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Tests.Access;

namespace Wardkeeper.Platform.Tests.Identification;

/// <summary>The site's additions to the knowledge base by the calls of the API.</summary>
public sealed class KnowledgeApiTests : IAsyncLifetime
{
    private static readonly string Head = string.Join('\t', KnowledgeFile.Columns) + "\n";
    private readonly AppFixture app = new();

    private string Folder => Path.Combine(app.Folder, KnowledgeFolder.Name);

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        KnowledgeBase.InForce = KnowledgeBase.Shipped;
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_compared_added_listed_and_removed_and_each_step_is_audited()
    {
        using HttpClient engineer = await AsAsync("e", Role.ClinicalEngineer);
        const string entry = "api.1\tnamed\t*zzcart-*\t\ttype=ward-round-cart\t90\tdocument\tMaker Z\tfree\t\n";
        JsonElement preview = await JsonAsync(await engineer.PostAsync("/api/v1/knowledge/additions/preview?name=site.tsv", Body(Head + entry)));
        Assert.Equal((1, 0, 0, "new"), (preview.GetProperty("new").GetInt32(), preview.GetProperty("same").GetInt32(), preview.GetProperty("contradicting").GetInt32(), preview.GetProperty("entries")[0].GetProperty("news").GetString()));
        Assert.False(File.Exists(Path.Combine(Folder, "site.tsv")));
        using HttpResponseMessage made = await engineer.PostAsync("/api/v1/knowledge/additions?name=site.tsv", Body(Head + entry));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(1, (await JsonAsync(await engineer.GetAsync("/api/v1/knowledge?text=zzcart-"))).GetProperty("total").GetInt64());
        Assert.Equal(1, (await JsonAsync(await engineer.PostAsync("/api/v1/knowledge/additions/preview?name=other.tsv", Body(Head + entry)))).GetProperty("same").GetInt32());
        Assert.Equal("site.tsv", (await JsonAsync(await engineer.GetAsync("/api/v1/knowledge/additions")))[0].GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await engineer.DeleteAsync("/api/v1/knowledge/additions/site.tsv")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await engineer.DeleteAsync("/api/v1/knowledge/additions/..%2Fwardkeeper.db?reason=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await engineer.DeleteAsync("/api/v1/knowledge/additions/site.tsv?reason=wrong")).StatusCode);
        Assert.Equal(0, (await JsonAsync(await engineer.GetAsync("/api/v1/knowledge?text=zzcart-"))).GetProperty("total").GetInt64());
        Page<AuditEntry> told = await app.Get<IAuditQueries>().FindAsync(new AuditFilter(Subject: "knowledge:site.tsv"), new PageRequest(1), TestContext.Current.CancellationToken);
        Assert.Equal(["knowledge-removed", "knowledge-added"], told.Items.Select(one => one.Action));
    }

    [Theory]
    [InlineData("a.tsv", "", "The file is empty")]
    [InlineData("a.exe", "x", "ends in .tsv")]
    [InlineData("signers.txt", "x", "ends in .tsv")]
    [InlineData("a.tsv", "id\ton\n", "a.tsv:1: the first line must name the columns")]
    [InlineData("../../a.bundle", "wardkeeper-knowledge 1\nabc\n", "a.bundle: is cut off")]
    [InlineData("a.bundle", "wardkeeper-knowledge 9\nabc\n", "another version")]
    public async Task What_is_no_knowledge_is_refused_with_line_and_reason_and_leaves_nothing(string name, string content, string said)
    {
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpResponseMessage answer = await analyst.PostAsync("/api/v1/knowledge/additions?name=" + Uri.EscapeDataString(name), Body(content));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : []);
        using HttpClient viewer = await AsAsync("v", Role.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/knowledge/additions?name=a.tsv", Body(Head))).StatusCode);
    }

    [Fact]
    public async Task A_bundle_counts_only_when_a_trusted_signer_signed_what_is_in_it()
    {
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] bundle = KnowledgeBundle.Seal(Head + "api.2\tnamed\t*zzpump-*\t\ttype=infusion-pump\t90\tdocument\tMaker Z\tfree\t\n", key);
        async Task<(HttpStatusCode, string)> AddAsync(byte[] file)
        {
            using HttpResponseMessage answer = await analyst.PostAsync("/api/v1/knowledge/additions?name=z.bundle", new ByteArrayContent(file));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        (HttpStatusCode status, string said) = await AddAsync(bundle);
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, said.Contains("knowledge-stranger", StringComparison.Ordinal)));
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, KnowledgeFolder.SignersFile), Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), TestContext.Current.CancellationToken);
        byte[] changed = [.. bundle];
        changed[^4] ^= 1;
        (status, said) = await AddAsync(changed);
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, said.Contains("knowledge-broken", StringComparison.Ordinal)));
        (status, said) = await AddAsync(bundle);
        Assert.Equal((HttpStatusCode.Created, true), (status, said.Contains("\"seal\":\"trusted\"", StringComparison.Ordinal)));
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
