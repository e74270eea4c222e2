using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Editing devices and importing registers over the API, against the real ledger.</summary>
public sealed class EditApiTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task An_edit_names_the_revision_it_saw_and_never_overwrites_what_it_did_not_see()
    {
        using HttpClient client = await ClientAsync("edits", Role.ClinicalEngineer);
        (HttpStatusCode status, JsonElement added, string? _) = await SendAsync(client, HttpMethod.Post, "/api/v1/devices", """{"fields":{"assetTag":"ZC-1","department":"icu"},"reason":"bought"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        long id = added.GetProperty("devices")[0].GetProperty("id").GetInt64(), revision = added.GetProperty("devices")[0].GetProperty("revision").GetInt64();
        string path = $"/api/v1/devices/{id}", edit = """{"fields":{"person":"刘勇"}}""";
        Assert.Equal(428, (int)(await SendAsync(client, HttpMethod.Patch, path, edit)).Status);
        (status, JsonElement done, string? tag) = await SendAsync(client, HttpMethod.Patch, path, edit, $"\"{revision}\"");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual($"\"{revision}\"", tag);
        (status, JsonElement stale, string? _) = await SendAsync(client, HttpMethod.Patch, path, edit, $"\"{revision}\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "changed-meanwhile"), (status, stale.GetProperty("code").GetString()));
        (status, JsonElement wrong, string? _) = await SendAsync(client, HttpMethod.Patch, path, """{"fields":{"purchaseDate":"soon","colour":"red"}}""", "*");
        Assert.Equal((HttpStatusCode.BadRequest, 2), (status, wrong.GetProperty("errors").GetArrayLength()));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(client, HttpMethod.Post, path + "/life-cycle", """{"state":"scrapped"}""", "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Post, path + "/life-cycle", """{"state":"scrapped","reason":"worn out"}""", "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Post, $"/api/v1/operations/{done.GetProperty("operation").GetInt64()}/undo", "{}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(client, HttpMethod.Post, $"/api/v1/operations/{done.GetProperty("operation").GetInt64()}/undo", "{}")).Status);
    }

    [Fact]
    public async Task Many_devices_are_edited_by_number_or_by_a_filter_whose_count_is_known()
    {
        using HttpClient client = await ClientAsync("bulk", Role.ClinicalEngineer);
        long[] ids = new long[2];
        for (int i = 0; i < 2; i++) ids[i] = (await SendAsync(client, HttpMethod.Post, "/api/v1/devices", $$$"""{"fields":{"assetTag":"B-{{{i}}}"}}""")).Body.GetProperty("devices")[0].GetProperty("id").GetInt64();
        (HttpStatusCode status, JsonElement done, string? _) = await SendAsync(client, HttpMethod.Post, "/api/v1/devices/bulk", $$$"""{"devices":[{{{ids[0]}}},{{{ids[1]}}}],"fields":{"department":"icu"},"addLabels":["audit 2026"]}""");
        Assert.Equal((HttpStatusCode.OK, 2), (status, done.GetProperty("devices").EnumerateArray().Select(one => one.GetProperty("id").GetInt64()).Distinct().Count()));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(client, HttpMethod.Post, "/api/v1/devices/bulk?department=icu", """{"addLabels":["x"]}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(client, HttpMethod.Post, "/api/v1/devices/bulk?department=icu", """{"addLabels":["x"],"expected":999}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(client, HttpMethod.Post, "/api/v1/devices/bulk", $$$"""{"devices":[{{{ids[0]}}},987654],"addLabels":["x"]}""")).Status);
    }

    [Fact]
    public async Task A_table_of_the_border_is_uploaded_put_in_force_and_taken_back()
    {
        using HttpClient client = await ClientAsync("border", Role.Administrator);
        using HttpRequestMessage upload = new(HttpMethod.Post, "/api/v1/publishings?name=nat.csv") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("规则名称,公网IP,公网端口,内网IP,协议\n门户,203.0.113.5,443,10.0.0.9,tcp\n坏行,x,443,10.0.0.9,tcp\n")) };
        using HttpResponseMessage answer = await client.SendAsync(upload);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        JsonElement table = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        string path = $"/api/v1/publishings/{table.GetProperty("number").GetInt64()}";
        Assert.Equal(("preview", 1, 1), (table.GetProperty("state").GetString(), table.GetProperty("services").GetInt64(), table.GetProperty("problemCount").GetInt64()));
        Assert.Equal((3, 2, "公网IP", "not-an-ip"), (table.GetProperty("problems")[0].GetProperty("row").GetInt32(), table.GetProperty("problems")[0].GetProperty("column").GetInt32(), table.GetProperty("problems")[0].GetProperty("heading").GetString(), table.GetProperty("problems")[0].GetProperty("code").GetString()));
        JsonElement service = (await SendAsync(client, HttpMethod.Get, path + "/services")).Body.GetProperty("items")[0].GetProperty("service");
        Assert.Equal(("203.0.113.5", 443, "10.0.0.9", "门户"), (service.GetProperty("outside").GetString(), service.GetProperty("outsideFirst").GetInt32(), service.GetProperty("inside").GetString(), service.GetProperty("name").GetString()));
        Assert.Equal("in-force", (await SendAsync(client, HttpMethod.Post, path + "/apply", null)).Body.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(client, HttpMethod.Post, path + "/apply", null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(client, HttpMethod.Post, path + "/undo", "{}")).Status);
        Assert.Equal("undone", (await SendAsync(client, HttpMethod.Post, path + "/undo", """{"reason":"wrong file"}""")).Body.GetProperty("state").GetString());
        using HttpRequestMessage none = new(HttpMethod.Post, "/api/v1/publishings") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("a,b\n1,2\n")) };
        using HttpResponseMessage refused = await client.SendAsync(none);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_view_is_kept_by_one_person_shared_by_those_who_may_and_changed_by_nobody_else()
    {
        using HttpClient engineer = await ClientAsync("views", Role.ClinicalEngineer), viewer = await ClientAsync("views viewer", Role.Viewer);
        (HttpStatusCode status, JsonElement kept, string? tag) = await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"devices","name":" ICU ","query":"sort=-last-seen&dept=icu&page=4&at=7&q=张三"}""");
        Assert.Equal((HttpStatusCode.Created, "ICU", "\"1\""), (status, kept.GetProperty("name").GetString(), tag));
        Assert.Equal("q=%E5%BC%A0%E4%B8%89&dept=icu&sort=-last-seen", kept.GetProperty("query").GetString());
        long number = kept.GetProperty("number").GetInt64();
        string path = $"/api/v1/views/{number}";
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"devices","name":"ICU","query":""}""")).Status);
        (status, JsonElement wrong, string? _) = await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"devices","name":"x","query":"colour=red&port=70000"}""");
        Assert.Equal((HttpStatusCode.BadRequest, 2), (status, wrong.GetProperty("errors").GetArrayLength()));
        (status, wrong, string? _) = await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"users","name":"\n","query":""}""");
        Assert.Equal((HttpStatusCode.BadRequest, 2), (status, wrong.GetProperty("errors").GetArrayLength()));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(engineer, HttpMethod.Get, "/api/v1/views?table=users")).Status);
        // The token's owner may be the same person; a view belongs to her, whichever token kept it. So another person is asked.
        using HttpClient other = await ClientAsync("views other", Role.Viewer, "somebody-else");
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(viewer, HttpMethod.Patch, path, """{"isShared":true}""", "*")).Status);
        Assert.Equal(428, (int)(await SendAsync(engineer, HttpMethod.Patch, path, """{"isShared":true}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(engineer, HttpMethod.Patch, path, """{"isShared":true}""", tag)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(engineer, HttpMethod.Patch, path, """{"name":"ICU 2"}""", tag)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(other, HttpMethod.Get, path)).Status);
        Assert.Equal(number, (await SendAsync(other, HttpMethod.Get, "/api/v1/views?table=devices")).Body.GetProperty("items")[0].GetProperty("number").GetInt64());
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(other, HttpMethod.Patch, path, """{"name":"mine"}""", "*")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(other, HttpMethod.Delete, path, null, "*")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(engineer, HttpMethod.Delete, path, null, "\"2\"")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(engineer, HttpMethod.Get, path)).Status);
        // A number is never given twice, so that an old address leads nowhere instead of elsewhere.
        (status, kept, tag) = await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"traffic","name":"DICOM","query":"?protocol=dicom","isShared":true}""");
        Assert.True(kept.GetProperty("number").GetInt64() > number);
        Assert.Equal($"/traffic?protocol=dicom&saved={kept.GetProperty("number").GetInt64()}", kept.GetProperty("address").GetString());
        using HttpClient administrator = await ClientAsync("views audit", Role.Administrator, "somebody-else");
        string second = $"/api/v1/views/{kept.GetProperty("number").GetInt64()}";
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(engineer, HttpMethod.Patch, second, """{"defaultFor":["viewer"]}""", "*")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(administrator, HttpMethod.Patch, second, """{"defaultFor":["king"]}""", "*")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(administrator, HttpMethod.Patch, second, """{"isFirst":true}""", "*")).Status);
        (status, JsonElement led, string? _) = await SendAsync(administrator, HttpMethod.Patch, second, """{"defaultFor":["viewer","clinical-engineer"]}""", "*");
        Assert.Equal((HttpStatusCode.OK, "[\"viewer\",\"clinical-engineer\"]"), (status, led.GetProperty("defaultFor").GetRawText()));
        JsonElement next = (await SendAsync(engineer, HttpMethod.Post, "/api/v1/views", """{"table":"traffic","name":"HL7","query":"protocol=hl7","isShared":true}""")).Body;
        string third = $"/api/v1/views/{next.GetProperty("number").GetInt64()}";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(engineer, HttpMethod.Patch, third, """{"isFirst":true}""", "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(administrator, HttpMethod.Patch, third, """{"defaultFor":["viewer"]}""", "*")).Status);
        // Each role has one view of a table, and so has each person.
        Assert.Equal("[\"clinical-engineer\"]", (await SendAsync(engineer, HttpMethod.Get, second, null)).Body.GetProperty("defaultFor").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(engineer, HttpMethod.Patch, second, """{"isFirst":true}""", "*")).Status);
        (status, led, tag) = await SendAsync(engineer, HttpMethod.Get, third, null);
        Assert.False(led.GetProperty("isFirst").GetBoolean());
        // What is not shared any longer is no role's first view either.
        Assert.Equal("[]", (await SendAsync(engineer, HttpMethod.Patch, third, """{"isShared":false}""", tag)).Body.GetProperty("defaultFor").GetRawText());
        (status, led, tag) = await SendAsync(engineer, HttpMethod.Get, second, null);
        string log = await administrator.GetStringAsync($"/api/v1/audit?subject=view:{number}");
        Assert.Contains("view-saved", log, StringComparison.Ordinal);
        Assert.Contains("view-deleted", log, StringComparison.Ordinal);
        Assert.Contains("shared=no", log, StringComparison.Ordinal);
        Assert.DoesNotContain("%E5%BC%A0", log, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(administrator, HttpMethod.Delete, $"/api/v1/views/{kept.GetProperty("number").GetInt64()}", null, tag)).Status);
    }

    [Fact]
    public async Task A_register_is_uploaded_applied_and_undone()
    {
        using HttpClient client = await ClientAsync("imports", Role.ClinicalEngineer);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        byte[] file = Encoding.GetEncoding("GB18030").GetBytes("资产编号,科室,购置日期\nI-1,icu,2024/5/1\nI-2,icu,2024-13-45\n");
        using HttpRequestMessage upload = new(HttpMethod.Post, "/api/v1/imports?name=a.csv") { Content = new ByteArrayContent(file) };
        using HttpResponseMessage answer = await client.SendAsync(upload);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        JsonElement import = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        long number = import.GetProperty("number").GetInt64();
        Assert.Equal(("csv (GB18030)", 1), (import.GetProperty("format").GetString(), import.GetProperty("problems").GetInt64()));
        JsonElement bad = (await SendAsync(client, HttpMethod.Get, $"/api/v1/imports/{number}/rows?problems=true")).Body.GetProperty("items")[0];
        Assert.Equal((3, "not-a-date"), (bad.GetProperty("row").GetInt32(), bad.GetProperty("problems")[0].GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(client, HttpMethod.Put, $"/api/v1/imports/{number}/mapping", """{"mapping":["colour",null,null]}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(client, HttpMethod.Post, $"/api/v1/imports/{number}/decisions", """{"decisions":[{"row":3,"device":null,"leaveOut":false}]}""")).Status);
        Assert.Equal("applied", (await SendAsync(client, HttpMethod.Post, $"/api/v1/imports/{number}/apply", null)).Body.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(client, HttpMethod.Post, $"/api/v1/imports/{number}/undo", "{}")).Status);
        Assert.Equal("undone", (await SendAsync(client, HttpMethod.Post, $"/api/v1/imports/{number}/undo", """{"reason":"wrong file"}""")).Body.GetProperty("state").GetString());
        using HttpRequestMessage noise = new(HttpMethod.Post, "/api/v1/imports") { Content = new ByteArrayContent([0x50, 0x4B, 3, 4, 0]) };
        using HttpResponseMessage refused = await client.SendAsync(noise);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("\"broken\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_and_templates_come_as_files_that_spreadsheets_open()
    {
        using HttpClient client = await ClientAsync("files", Role.Administrator);
        byte[] csv = await client.GetByteArrayAsync("/api/v1/devices/export?format=csv");
        Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
        Assert.Contains("Pump B12", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        Assert.Equal((byte)'P', (await client.GetByteArrayAsync("/api/v1/devices/export?format=xlsx"))[0]);
        Assert.Equal((byte)'P', (await client.GetByteArrayAsync("/api/v1/imports/template?format=xlsx"))[0]);
        using HttpRequestMessage chinese = new(HttpMethod.Get, "/api/v1/imports/template?format=csv");
        chinese.Headers.AcceptLanguage.ParseAdd("zh-CN");
        using HttpResponseMessage template = await client.SendAsync(chinese);
        string[] headings = (await template.Content.ReadAsStringAsync()).Trim('\uFEFF', '\r', '\n').Split(',');
        Assert.Equal("资产编号", headings[0]);
        Assert.DoesNotContain(null, Hub.Register.RegisterColumns.Propose(headings));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/devices/export?format=pdf")).StatusCode);
        Assert.Contains("\"assetTag\"", await client.GetStringAsync("/api/v1/fields"), StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body, string? Tag)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string? match = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, answer.Headers.ETag?.ToString());
    }

    private async Task<HttpClient> ClientAsync(string name, Role role, string owner = "somebody")
    {
        HttpClient client = app.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenOfAsync(owner, "edit api " + name, role));
        return client;
    }
}
