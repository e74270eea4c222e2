using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Intelligence;

/// <summary>Sources of intelligence by the calls of the API and by files in the folder, on the real stores, up to the set that detection reads.</summary>
public sealed class IntelligenceTests : IAsyncLifetime
{
    private const string Bundle = """
        {"type":"bundle","id":"bundle--1","objects":[
         {"type":"identity","id":"identity--1","name":"Sector CERT"},
         {"type":"indicator","id":"indicator--1","created_by_ref":"identity--1","name":"C2 of X","pattern_type":"stix","confidence":85,"pattern":"[ipv4-addr:value = '203.0.113.9' OR domain-name:value = 'evil.example']","valid_from":"2026-01-01T00:00:00Z"},
         {"type":"indicator","id":"indicator--2","created_by_ref":"identity--1","pattern_type":"stix","pattern":"[domain-name:value = 'gone.example']","valid_from":"2025-01-01T00:00:00Z","valid_until":"2025-07-01T00:00:00Z"},
         {"type":"indicator","id":"indicator--3","pattern_type":"stix","pattern":"[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"},
         {"type":"indicator","id":"indicator--4","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.999']"}]}
        """;

    private readonly AppFixture app = new();

    private string Folder => Path.Combine(app.Folder, IntelligenceStore.Folder);

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_bundle_is_given_asked_replaced_and_removed_and_each_step_is_audited()
    {
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpResponseMessage made = await analyst.PostAsync("/api/v1/intelligence?name=cert.json", Body(Bundle));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        JsonElement source = await JsonAsync(made);
        Assert.Equal(("cert.json", "stix", 4, 1, 1), (source.GetProperty("id").GetString(), source.GetProperty("format").GetString(), source.GetProperty("count").GetInt32(), source.GetProperty("expired").GetInt32(), source.GetProperty("skipped").GetInt32()));
        Assert.Equal((1, 2), (source.GetProperty("kinds").GetProperty("filemd5").GetInt32(), source.GetProperty("kinds").GetProperty("domain").GetInt32()));
        Assert.Contains("\"203.0.113.999\" is no address", source.GetProperty("mistakes")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(["cert.json", "cert.json.about"], Files());

        JsonElement known = await JsonAsync(await analyst.GetAsync("/api/v1/intelligence/known?value=www.evil[.]example"));
        Assert.Equal(("Sector CERT", "evil.example", 85, false), (known[0].GetProperty("hit").GetProperty("source").GetString(), known[0].GetProperty("hit").GetProperty("matched").GetString(), known[0].GetProperty("hit").GetProperty("confidence").GetInt32(), known[0].GetProperty("isExpired").GetBoolean()));
        Assert.True((await JsonAsync(await analyst.GetAsync("/api/v1/intelligence/known?value=gone.example")))[0].GetProperty("isExpired").GetBoolean());
        Assert.Equal(0, (await JsonAsync(await analyst.GetAsync("/api/v1/intelligence/known?value=198.51.100.1"))).GetArrayLength());
        Assert.NotNull(Detected("203.0.113.9"));

        Assert.Equal(HttpStatusCode.Created, (await analyst.PostAsync("/api/v1/intelligence?name=cert.json", Body("198.51.100.0/24\n"))).StatusCode);
        Assert.Null(Detected("203.0.113.9"));
        Assert.NotNull(Detected("198.51.100.77"));
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.DeleteAsync("/api/v1/intelligence/cert.json")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.DeleteAsync("/api/v1/intelligence/..%2Fwardkeeper.db?reason=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await analyst.DeleteAsync("/api/v1/intelligence/cert.json?reason=too+old")).StatusCode);
        Assert.Null(Detected("198.51.100.77"));
        Assert.Empty(Files());
        Page<AuditEntry> told = await app.Get<IAuditQueries>().FindAsync(new AuditFilter(Subject: "intelligence:cert.json"), new PageRequest(1), TestContext.Current.CancellationToken);
        Assert.Equal(["intelligence-removed", "intelligence-replaced", "intelligence-added"], told.Items.Select(entry => entry.Action));
        Assert.Equal("too old", told.Items[0].Reason);
    }

    [Theory]
    [InlineData("a.json", "{\"type\":\"bundle\",\n\"objects\":[\n", "a.json:3: the JSON breaks off")]
    [InlineData("a.json", "{\"type\":\"report\"}", "neither a STIX bundle")]
    [InlineData("a.csv", "type,value\nemail,a@b.example\n", "other: 1")]
    [InlineData("a.txt", "Dear colleague\nplease find\n", "a.txt:1: \"Dear colleague\" is no address")]
    [InlineData("a.txt", "", "The file is empty")]
    public async Task What_cannot_be_used_is_refused_at_its_place_and_leaves_nothing(string name, string content, string said)
    {
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpResponseMessage answer = await analyst.PostAsync("/api/v1/intelligence?name=" + name, Body(content));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(Texts(problem.RootElement), text => text.Contains(said, StringComparison.Ordinal));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_by_its_length_and_by_what_comes()
    {
        IntelligenceStore store = app.Get<IntelligenceStore>();
        using HttpClient analyst = await AsAsync("a", Role.Analyst);
        using HttpRequestMessage announced = new(HttpMethod.Post, "/api/v1/intelligence?name=a.txt") { Content = new StreamContent(new Zeros(200L << 20)) };
        announced.Content.Headers.ContentLength = 200L << 20;
        announced.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await analyst.SendAsync(announced, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("larger than 64 MB", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Actor who = new("a", new HashSet<Role> { Role.Analyst });
        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => store.AddAsync(who, "a.txt", new Zeros(store.MaxSize + 1), TestContext.Current.CancellationToken));
        Assert.Equal("intel-too-large", refused.Mistakes.Single().Code);
        Assert.Empty(Files());
        Assert.Equal(Refusal.Forbidden, (await Assert.ThrowsAsync<RefusedException>(() => store.AddAsync(new Actor("v", new HashSet<Role> { Role.Viewer }), "a.txt", Stream.Null, TestContext.Current.CancellationToken))).Kind);
    }

    [Fact]
    public async Task Files_in_the_folder_are_read_at_start_and_again_when_they_change()
    {
        IntelligenceStore store = app.Get<IntelligenceStore>();
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, ".incoming-1"), "left", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "feed.txt"), "203.0.113.9\nnot one\n198.51.100.4\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "broken.json"), "{\"type\":", TestContext.Current.CancellationToken);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["broken.json", "feed.txt"], Files());
        IntelligenceSource feed = store.Sources()[1], broken = store.Sources()[0];
        Assert.Equal((2, 1, null), (feed.Count, feed.MistakeCount, feed.By));
        Assert.Equal((0, 1), (broken.Count, broken.MistakeCount));
        Assert.NotNull(Detected("203.0.113.9"));
        Assert.False(await store.LookAsync(TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(Path.Combine(Folder, "feed.txt"), "203.0.113.10\n", TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(Folder, "broken.json"));
        Assert.True(await store.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("feed.txt", 1), (store.Sources().Single().Id, store.Sources()[0].Count));
        Assert.Null(Detected("203.0.113.9"));
        Assert.NotNull(Detected("203.0.113.10"));
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..", "source")]
    [InlineData(".hidden.csv", "hidden.csv")]
    [InlineData("<img src=x>情报 1.csv", "_img_src_x_情报_1.csv")]
    [InlineData("a.about", "a.about_")]
    public void A_name_never_leads_out_of_the_folder(string name, string id) => Assert.Equal(id, GivenFiles.IdOf(name));

    private IndicatorHit? Detected(string address) => app.Get<DetectionPath>().Known.Indicators.Find(Address.TryParse(address, out Address one) ? one : default, CaptureTime.FromSeconds(1_767_300_000));

    private string[] Files() => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    private async Task<HttpClient> AsAsync(string name, Role role)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync(name, role));
        return client;
    }

    private static ByteArrayContent Body(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    private static IEnumerable<string> Texts(JsonElement of) => of.ValueKind switch
    {
        JsonValueKind.String => [of.GetString()!],
        JsonValueKind.Object => of.EnumerateObject().SelectMany(one => Texts(one.Value)),
        JsonValueKind.Array => of.EnumerateArray().SelectMany(Texts),
        _ => [],
    };

    /// <summary>So many bytes that are nothing.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int now = (int)Math.Min(count, length - at);
            Array.Clear(buffer, offset, now);
            at += now;
            return now;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
