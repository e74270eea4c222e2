using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Slices;
using Wardkeeper.Platform.Slices;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Packets of findings: sealed on the disk, opened by analysts with a reason, told in the audit log, gone after their time.</summary>
public sealed class SliceApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task A_slice_is_opened_by_analysts_alone_with_a_reason_that_is_in_the_audit_log()
    {
        byte[] pcapng = Encoding.UTF8.GetBytes("a patient named in clear: 张伟");
        app.Get<SliceStore>().Keep(41, pcapng, 3, 0, 120);
        string sealedFile = Path.Combine(app.Folder, "slices", "F-41.slice");
        Assert.DoesNotContain("张伟", await File.ReadAllTextAsync(sealedFile), StringComparison.Ordinal);
        const string Path41 = "/api/v1/findings/41/slice/pcapng";
        using HttpClient analyst = await ClientAsync(Role.Analyst), engineer = await ClientAsync(Role.ClinicalEngineer);
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync(Path41)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await engineer.GetAsync(Path41 + "?reason=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/api/v1/findings/42/slice/pcapng?reason=x")).StatusCode);
        HttpResponseMessage answer = await analyst.GetAsync(Path41 + "?reason=" + Uri.EscapeDataString("case 7, who sent it"));
        Assert.Equal(pcapng, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("F-41.pcapng", answer.Content.Headers.ContentDisposition!.FileName);
        using HttpClient auditor = await ClientAsync(Role.Auditor);
        JsonElement log = JsonDocument.Parse(await auditor.GetStringAsync("/api/v1/audit")).RootElement;
        JsonElement entry = Assert.Single(log.GetProperty("items").EnumerateArray(), one => one.GetProperty("action").GetString() == "slice-downloaded");
        Assert.Equal(("F-41", "case 7, who sent it"), (entry.GetProperty("subject").GetString(), entry.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_slice_is_gone_after_its_days_and_the_oldest_go_first_when_there_is_no_room()
    {
        string folder = Path.Combine(app.Folder, "slices-tidy");
        SteppedTime time = new();
        int days = 30;
        long room = 1_000_000;
        SliceStore store = new(folder, new byte[32], () => (days, room), app.Get<IAuditLog>(), time);
        store.Keep(1, new byte[600], 1, 0, 600);
        time.Advance(TimeSpan.FromDays(29));
        store.Keep(2, new byte[600], 1, 5, 600);
        Assert.Equal((SliceKind.There, 5), (store.Look(2).Kind, store.Look(2).LeftOut));
        Assert.Equal(SliceKind.There, store.Look(1).Kind);
        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(SliceKind.Expired, store.Look(1).Kind);
        Assert.Equal("NotFound", OutcomeOf((await store.OpenAsync(new Actor("wang", new HashSet<Role> { Role.Analyst }), 1, "late")).Outcome));
        store.Tidy();
        Assert.Equal((SliceKind.None, SliceKind.There), (store.Look(1).Kind, store.Look(2).Kind));
        store.Keep(3, new byte[600], 1, 0, 600);
        room = 800;
        store.Tidy();
        Assert.Equal((SliceKind.None, SliceKind.There), (store.Look(2).Kind, store.Look(3).Kind));
        // Another secret opens nothing.
        byte[] other = new byte[32];
        other[0] = 1;
        Assert.Equal(SliceKind.Expired, new SliceStore(folder, other, () => (days, room), app.Get<IAuditLog>(), time).Look(3).Kind);
    }

    private static string OutcomeOf(Hub.Findings.Outcome outcome) => outcome.Result.ToString();

    private async Task<HttpClient> ClientAsync(Role role)
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync($"slices-{role}", role));
        return client;
    }
}
