using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Findings through the API: what is read, what people decide, and what is refused.</summary>
public sealed class FindingApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task A_finding_is_judged_against_the_revision_that_was_read_and_a_limited_viewer_sees_only_her_department()
    {
        long number = await RaiseAsync();
        string path = "/api/v1/findings/" + number;
        using HttpClient analyst = await ClientAsync(Role.Analyst), nurse = await ClientAsync(Role.Viewer, "ICU"), stranger = await ClientAsync(Role.Viewer, "Radiology");
        HttpResponseMessage read = await analyst.GetAsync(path);
        EntityTagHeaderValue tag = read.Headers.ETag!;
        JsonElement finding = JsonDocument.Parse(await read.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(("new", "high"), (finding.GetProperty("state").GetString(), finding.GetProperty("severity").GetString()));
        Assert.NotEqual(finding.GetProperty("title").GetProperty("en").GetString(), finding.GetProperty("title").GetProperty("zh-CN").GetString());
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(nurse, path + "/judge", new { verdict = "true", reason = "x" }, tag)).StatusCode);
        Assert.Equal(428, (int)(await PostAsync(analyst, path + "/judge", new { verdict = "true", reason = "x" }, null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(analyst, path + "/judge", new { verdict = "true", reason = " " }, tag)).StatusCode);
        HttpResponseMessage judged = await PostAsync(analyst, path + "/judge", new { verdict = "false-positive", reason = "our own scanner" }, tag);
        Assert.Equal("closed", JsonDocument.Parse(await judged.Content.ReadAsStringAsync()).RootElement.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PostAsync(analyst, path + "/reopen", new { reason = "again" }, tag)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(analyst, path + "/reopen", new { reason = "again" }, judged.Headers.ETag)).StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, object body, EntityTagHeaderValue? tag)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (tag is not null) request.Headers.IfMatch.Add(tag);
        return client.SendAsync(request);
    }

    private async Task<HttpClient> ClientAsync(Role role, params string[] departments)
    {
        (_, string text) = await app.Get<ApiTokens>().AddAsync(AppFixture.Local, $"findings-{role}-{string.Concat(departments)}", new HashSet<Role> { role }, departments.ToHashSet(), TimeSpan.FromDays(1));
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return client;
    }

    private async Task<long> RaiseAsync()
    {
        FindingBook book = app.Get<FindingBook>();
        Assert.True(Address.TryParse("10.3.2.7", out Address ip));
        book.Raise(new Sighting
        {
            Type = DetectorRegistry.Types["database-offered"],
            Severity = Severity.High,
            Subject = new Party(new Subject(default, ip, 0), 1433, new DeviceFacts { Id = 1, Name = "Pump B12", Department = "ICU" }),
            Confidence = 0.9,
            Arguments = ["SQL Server", "tcp/1433", "10.3.9.4"],
            Facts = [new Fact("port", "tcp/1433")],
            Evidence = new Evidence(CaptureTime.FromSeconds(1_700_000_000), "C1"),
        });
        StoreFactory stores = app.Get<StoreFactory>();
        FindingsPart part = new(stores, book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, new Nobody()), book));
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
        return book.Findings[^1].Number;
    }

    private sealed class Nobody : IDeviceDirectory
    {
        public bool HasRegister => false;

        public DeviceFacts? Of(Subject subject) => null;

        public IEnumerable<DeviceFacts> All() => [];
    }
}
