using System.Text.Json;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>What people lay down about admission, through the API of the running program: segments, rules, their word for a device, guests; what is refused by which reason, and what the audit log says.</summary>
[Collection("trust")]
public sealed class AdmissionWordApiTests(TrustPlatform platform) : IAsyncLifetime
{
    private static readonly string[] Roles = ["viewer", "clinical-engineer", "analyst", "administrator", "auditor"];
    private const string Segment = """{"nas":["10.77.0.0/16"],"ports":["ge-0/0/*"],"admitVlan":"20","quarantineVlan":"99","onboardVlan":"30","failSafe":"known-stay","sessionMinutes":60}""";

    public async ValueTask InitializeAsync() => await platform.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("GET", "/front", "analyst administrator auditor")]
    [InlineData("GET", "/segments", "viewer clinical-engineer analyst administrator auditor")]
    [InlineData("PUT", "/segments/none", "administrator")]
    [InlineData("DELETE", "/segments/none", "administrator")]
    [InlineData("POST", "/segments/none/enforce", "administrator")]
    [InlineData("POST", "/segments/none/observe", "administrator")]
    [InlineData("GET", "/rules", "viewer clinical-engineer analyst administrator auditor")]
    [InlineData("POST", "/rules", "administrator")]
    [InlineData("PUT", "/rules/987654", "administrator")]
    [InlineData("DELETE", "/rules/987654", "administrator")]
    [InlineData("GET", "/approvals", "clinical-engineer analyst administrator auditor")]
    [InlineData("POST", "/approvals", "clinical-engineer analyst administrator")]
    [InlineData("POST", "/approvals/987654/withdraw", "clinical-engineer analyst administrator")]
    [InlineData("GET", "/guests", "clinical-engineer analyst administrator auditor")]
    [InlineData("POST", "/guests", "clinical-engineer analyst administrator")]
    [InlineData("POST", "/guests/987654/end", "clinical-engineer analyst administrator")]
    public async Task Each_role_may_what_is_its_own(string method, string path, string may)
    {
        foreach (string role in Roles)
        {
            (int status, JsonElement body) = await platform.ApiAsync(role, new HttpMethod(method), "/admission" + path, method is "GET" or "DELETE" ? null : "{}");
            bool isAllowed = may.Split(' ').Contains(role);
            Assert.True(status == 403 != isAllowed, $"{role}: {method} {path} was answered with {status}: {body}");
            if (isAllowed) Assert.True(method == "GET" ? status == 200 : status is 400 or 404 or 409, $"{role}: {method} {path}: {status} {body}");
        }
    }

    [Fact]
    public async Task A_segment_is_laid_down_observing_changed_by_who_read_it_and_removed()
    {
        await RefusedAsync(400, "missing", "PUT", "/segments/east", """{"sessionMinutes":60}""");
        await RefusedAsync(400, "missing", "PUT", "/segments/east", """{"quarantineVlan":"99"}""");
        await RefusedAsync(400, "segment-vlan", "PUT", "/segments/east", Segment.Replace("\"99\"", "\"4095\"", StringComparison.Ordinal));
        await RefusedAsync(400, "segment-quarantine-is-admit", "PUT", "/segments/east", Segment.Replace("\"99\"", "\"20\"", StringComparison.Ordinal));
        await RefusedAsync(400, "segment-timeout", "PUT", "/segments/east", Segment.Replace("60}", "0}", StringComparison.Ordinal));
        await RefusedAsync(400, "segment-name", "PUT", "/segments/" + new string('x', 65), Segment);
        await RefusedAsync(400, null, "PUT", "/segments/east", "{");
        JsonElement made = await OkAsync("PUT", "/segments/east", Segment);
        Assert.Equal("observe", made.GetProperty("segment").GetProperty("mode").GetString());
        long revision = made.GetProperty("revision").GetInt64();
        await RefusedAsync(412, null, "PUT", "/segments/east", Segment);
        await OkAsync("PUT", "/segments/east", Segment.Replace("60}", $"90,\"revision\":{revision}}}", StringComparison.Ordinal));
        await RefusedAsync(400, "segment-untried", "POST", "/segments/east/enforce", """{"days":7,"digest":"00","reason":"eager"}""");
        await OkAsync("DELETE", "/segments/east", null, 200, 204);
        await RefusedAsync(404, null, "DELETE", "/segments/east");
        Assert.Equal(["admission-segment-removed", "admission-segment-saved", "admission-segment-saved"], [.. (await TrailAsync("east")).Select(one => one.GetProperty("action").GetString())]);
    }

    [Fact]
    public async Task A_rule_says_whom_it_means_and_what_follows()
    {
        await RefusedAsync(400, "rule-empty", "POST", "/rules", """{"note":"nothing"}""");
        await RefusedAsync(400, "rule-empty", "POST", "/rules", """{"types":["infusion-pump"]}""");
        await RefusedAsync(400, "rule-type", "POST", "/rules", """{"types":["time-machine"],"vlan":"20"}""");
        await RefusedAsync(400, "segment-vlan", "POST", "/rules", """{"types":["infusion-pump"],"vlan":"a vlan"}""");
        JsonElement made = await OkAsync("POST", "/rules", """{"types":["infusion-pump"],"vlan":"20","from":"07:00:00","until":"19:00:00","note":"by day"}""", 200, 201);
        long number = made.GetProperty("number").GetInt64();
        await RefusedAsync(404, null, "PUT", "/rules/987654", """{"types":["infusion-pump"],"vlan":"20"}""");
        Assert.Equal("21", (await OkAsync("PUT", $"/rules/{number}", """{"types":["infusion-pump"],"vlan":"21","note":"by night"}""")).GetProperty("vlan").GetString());
        await OkAsync("DELETE", $"/rules/{number}", null, 204);
        await RefusedAsync(404, null, "DELETE", $"/rules/{number}");
        JsonElement[] trail = await TrailAsync($"rule {number}");
        Assert.Equal(["admission-rule-removed", "admission-rule-saved", "admission-rule-saved"], trail.Select(one => one.GetProperty("action").GetString()));
        Assert.Equal("by night", trail[1].GetProperty("reason").GetString());
        Assert.Contains("by day", trail[1].GetProperty("before").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_word_for_a_device_has_a_reason_and_an_end_and_can_be_taken_back()
    {
        string device = await platform.DeviceAsync("AW-1");
        await RefusedAsync(400, "missing", "POST", "/approvals", """{"minutes":60,"reason":"x"}""");
        await RefusedAsync(400, "missing", "POST", "/approvals", $$"""{"device":{{device}},"reason":"x"}""");
        await RefusedAsync(400, "approval-reason", "POST", "/approvals", $$"""{"device":{{device}},"minutes":60,"reason":" "}""");
        await RefusedAsync(400, "approval-lasts", "POST", "/approvals", $$"""{"device":{{device}},"minutes":0,"reason":"x"}""");
        await RefusedAsync(400, "approval-lasts", "POST", "/approvals", $$"""{"device":{{device}},"minutes":9000000,"reason":"x"}""");
        await RefusedAsync(404, null, "POST", "/approvals", """{"device":987654,"minutes":60,"reason":"x"}""");
        JsonElement given = await OkAsync("POST", "/approvals", $$"""{"device":{{device}},"minutes":60,"reason":"work order 4711"}""");
        Assert.Equal("work order 4711", given.GetProperty("reason").GetString());
        (_, JsonElement all) = await platform.ApiAsync("auditor", HttpMethod.Get, "/admission/approvals");
        Assert.Contains(all.EnumerateArray(), one => one.GetProperty("device").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture) == device);
        await OkAsync("POST", $"/approvals/{device}/withdraw", """{"reason":"done"}""", 204);
        await RefusedAsync(404, null, "POST", $"/approvals/{device}/withdraw", """{"reason":"done"}""");
        JsonElement[] trail = await TrailAsync("D-" + device);
        Assert.Equal(["admission-withdrawn", "admission-approved"], trail.Select(one => one.GetProperty("action").GetString()));
        Assert.Equal("work order 4711", trail[1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_guest_has_a_sponsor_a_vlan_and_an_end()
    {
        const string Good = """{"mac":"02:77:00:00:00:01","vlan":"77","minutes":60,"reason":"service laptop of Pumps Ltd"}""";
        await RefusedAsync(400, "missing", "POST", "/guests", """{"vlan":"77","minutes":60,"reason":"x"}""");
        await RefusedAsync(400, "guest-mac", "POST", "/guests", Good.Replace("02:77:00:00:00:01", "laptop", StringComparison.Ordinal));
        await RefusedAsync(400, "segment-vlan", "POST", "/guests", Good.Replace("\"77\"", "\"0\"", StringComparison.Ordinal));
        await RefusedAsync(400, "guest-reason", "POST", "/guests", Good.Replace("service laptop of Pumps Ltd", "", StringComparison.Ordinal));
        await RefusedAsync(400, "guest-lasts", "POST", "/guests", Good.Replace(":60,", ":90000,", StringComparison.Ordinal));
        JsonElement guest = await OkAsync("POST", "/guests", Good, 201);
        long number = guest.GetProperty("number").GetInt64();
        await RefusedAsync(400, "reason-missing", "POST", $"/guests/{number}/end", """{"reason":""}""");
        await OkAsync("POST", $"/guests/{number}/end", """{"reason":"left"}""", 204);
        await RefusedAsync(404, null, "POST", $"/guests/{number}/end", """{"reason":"left"}""");
        Assert.Equal(["admission-guest-dismissed", "admission-guest-invited"], (await TrailAsync("02:77:00:00:00:01")).Select(one => one.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task The_front_tells_what_was_refused_there()
    {
        (int code, string said) = await platform.AdmissionAsync("install", "--out", platform["front"], "--clients", Switches(), "--radius-address", "127.0.0.1", "--fail-safe-vlan", "99");
        Assert.True(code == 0, said);
        (_, JsonElement before) = await platform.ApiAsync("analyst", HttpMethod.Get, "/admission/front");
        using HttpClient forger = new() { BaseAddress = new Uri($"http://127.0.0.1:{platform.AdmissionPort}") };
        using StringContent body = new("{}", null, "application/json");
        using HttpResponseMessage answer = await forger.PostAsync("/radius/authorize", body, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)answer.StatusCode);
        (_, JsonElement after) = await platform.ApiAsync("analyst", HttpMethod.Get, "/admission/front");
        Assert.Equal(before.GetProperty("forged").GetInt64() + 1, after.GetProperty("forged").GetInt64());
    }

    private string Switches()
    {
        File.WriteAllText(platform["words-switches.txt"], "bench 127.0.0.1 bench-bench-bench-bench\n");
        return platform["words-switches.txt"];
    }

    private async Task<JsonElement> OkAsync(string method, string path, string? body = null, params int[] expected)
    {
        (int status, JsonElement answer) = await platform.ApiAsync("administrator", new HttpMethod(method), "/admission" + path, body);
        Assert.True(expected.Length == 0 ? status == 200 : expected.Contains(status), $"{method} {path}: {status} {answer}");
        return answer;
    }

    private async Task RefusedAsync(int expected, string? code, string method, string path, string? body = null)
    {
        (int status, JsonElement answer) = await platform.ApiAsync("administrator", new HttpMethod(method), "/admission" + path, body);
        Assert.True(status == expected && (code is null || answer.ToString().Contains($"\"{code}\"", StringComparison.Ordinal)), $"{method} {path}: {status} {answer}");
    }

    /// <summary>Entries of the audit log about a subject, the latest first.</summary>
    private async Task<JsonElement[]> TrailAsync(string subject)
    {
        (int status, JsonElement page) = await platform.ApiAsync("auditor", HttpMethod.Get, "/audit?pageSize=200&subject=" + Uri.EscapeDataString(subject));
        Assert.True(status == 200, page.ToString());
        return [.. page.GetProperty("items").EnumerateArray().Where(one => one.GetProperty("subject").GetString() == subject && one.GetProperty("action").GetString()!.StartsWith("admission-", StringComparison.Ordinal))];
    }
}
