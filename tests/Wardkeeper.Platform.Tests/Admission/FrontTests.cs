using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Admission;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>The admission's front with the real FreeRADIUS, radclient and eapol_test.</summary>
public class FrontTests(FrontFixture front) : IClassFixture<FrontFixture>
{
    private const string Accept = "Received Access-Accept", Reject = "Received Access-Reject";

    [Theory]
    [InlineData("02:00:00:00:01:01", AdmissionOutcome.Admit, "20")]
    [InlineData("02-00-00-00-01-02", AdmissionOutcome.Quarantine, "98")]
    [InlineData("0200.0000.0103", AdmissionOutcome.Onboard, "97")]
    [InlineData("020000000104", AdmissionOutcome.Admit, "clinical")]
    public async Task A_device_is_let_in_where_the_hub_says_however_its_address_is_spelled(string mac, AdmissionOutcome outcome, string vlan)
    {
        front.Decider.Table[Hub.Admission.Radius.RadiusReader.Mac(mac)!] = (1, outcome, vlan);
        string answer = await front.AskAsync(mac);
        Assert.Contains(Accept, answer, StringComparison.Ordinal);
        Assert.Contains($"Tunnel-Private-Group-Id:0 = \"{vlan}\"", answer, StringComparison.Ordinal);
        Assert.Contains("Session-Timeout = 3600", answer, StringComparison.Ordinal);
        Assert.Contains("Class = 0x776b2d", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switches_of_each_maker_are_told_in_their_form_with_the_hub_and_without_it()
    {
        (string Form, string Mac, string List, string Foreign)[] makers =
        [
            ("huawei", "02:00:00:00:21:01", "Filter-Id = \"3001\"", "Cisco-AVPair"),
            ("h3c", "02:00:00:00:21:02", "Filter-Id = \"3001\"", "Cisco-AVPair"),
            ("cisco", "02:00:00:00:21:03", "Cisco-AVPair = \"ACS:CiscoSecure-Defined-ACL=3001\"", "Filter-Id"),
        ];
        foreach ((string form, string mac, _, _) in makers) (front.Decider.Forms[mac], front.Decider.Table[mac]) = (form, (1, AdmissionOutcome.Admit, "20"));
        await LookAsync();
        await front.Hub.LastKnown.WrittenAsync(TestContext.Current.CancellationToken);
        await front.Hub.StopAsync();
        try
        {
            await LookAsync();
        }
        finally
        {
            await front.Hub.StartAsync();
        }

        async Task LookAsync()
        {
            foreach ((string form, string mac, string list, string foreign) in makers)
            {
                string answer = await front.AskAsync(mac);
                Assert.All((string[])[Accept, "Tunnel-Type:0 = VLAN", "Tunnel-Medium-Type:0 = IEEE-802", "Tunnel-Private-Group-Id:0 = \"20\"", "Session-Timeout = 3600", "Termination-Action = RADIUS-Request", list], line => Assert.True(answer.Contains(line, StringComparison.Ordinal), $"{form}: {line} is not in {answer}"));
                Assert.DoesNotContain(foreign, answer, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_device_that_the_hub_refuses_is_rejected_and_the_decision_is_kept_without_a_password()
    {
        front.Decider.Table["02:00:00:00:02:01"] = (2, AdmissionOutcome.Refuse, null);
        Assert.Contains(Reject, await front.AskAsync("02:00:00:00:02:01"), StringComparison.Ordinal);
        AdmissionQueries queries = new(front.Hub.Stores);
        Page<KeptDecision> kept = new([], 0);
        for (int i = 0; kept.Total == 0 && i < 50; i++)
        {
            kept = await queries.DecisionsAsync(new AdmissionFilter(Mac: "02:00:00:00:02:01"), new PageRequest(), TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        KeptDecision one = Assert.Single(kept.Items);
        Assert.Equal((AdmissionOutcome.Refuse, 2L, "127.0.0.1", "ge-0/0/3", "ward"), (one.Outcome, one.Device, one.Nas, one.Port, one.Segment));
    }

    [Fact]
    public async Task A_certificate_is_verified_and_told_to_the_hub_and_one_that_is_revoked_or_over_is_not_let_in()
    {
        front.Decider.Table["02:00:00:00:03:01"] = (3, AdmissionOutcome.Admit, "30");
        (bool isIn, string output) = await front.EapAsync("02:00:00:00:03:01", front.Tls("pump"));
        Assert.True(isIn, output);
        AdmissionRequest asked = front.Decider.Asked.Last(request => request.Mac == "02:00:00:00:03:01");
        Assert.Equal(AdmissionMethod.EapTls, asked.Method);
        Assert.Equal(("4012", "/CN=CA of the tests", "/CN=pump"), (asked.Certificate!.Serial, asked.Certificate.Issuer, asked.Certificate.Subject));
        Assert.NotNull(asked.Certificate.AuthorityKey);
        foreach (string name in (string[])["revoked", "expired"])
        {
            (isIn, _) = await front.EapAsync("02:00:00:00:03:02", front.Tls(name));
            Assert.False(isIn, name);
        }
        Assert.DoesNotContain(front.Decider.Asked, request => request.Mac == "02:00:00:00:03:02");
        front.Decider.Table["02:00:00:00:03:03"] = (3, AdmissionOutcome.Refuse, null);
        (isIn, _) = await front.EapAsync("02:00:00:00:03:03", front.Tls("pump"));
        Assert.False(isIn);
    }

    [Theory]
    [InlineData("correct horse", true)]
    [InlineData("wrong", false)]
    public async Task A_password_inside_TLS_lets_in_when_it_is_right(string password, bool expected)
    {
        front.Decider.Table["02:00:00:00:04:01"] = (4, AdmissionOutcome.Admit, "40");
        (bool isIn, string output) = await front.EapAsync("02:00:00:00:04:01", $"eap=PEAP\nidentity=\"nurse-cart\"\nanonymous_identity=\"anonymous\"\npassword=\"{password}\"\nphase2=\"auth=MSCHAPV2\"");
        Assert.True(isIn == expected, output);
        if (expected) Assert.Equal(AdmissionMethod.Peap, front.Decider.Asked.Last(request => request.Mac == "02:00:00:00:04:01").Method);
    }

    [Fact]
    public async Task A_hub_that_dies_amid_requests_throws_nobody_known_off_and_accounting_is_complete_afterwards()
    {
        const int Devices = 500;
        string[] macs = [.. Enumerable.Range(0, Devices).Select(i => $"02:00:00:05:{i / 256:x2}:{i % 256:x2}")];
        for (int i = 0; i < Devices; i++) front.Decider.Table[macs[i]] = (i % 90, AdmissionOutcome.Admit, "20");
        Assert.Contains("Accepted      : 500", await AskAllAsync(macs), StringComparison.Ordinal);
        await front.Hub.LastKnown.WrittenAsync(TestContext.Current.CancellationToken);

        Task<string> asking = AskAllAsync(macs);
        Task<(int Code, string Output)> accounting = front.SendAsync("acct", front.AccountingPort, macs.Select((mac, i) => $"User-Name=x,Acct-Status-Type=Start,Acct-Session-Id=kill-{i},Calling-Station-Id={mac},NAS-IP-Address=127.0.0.1,Event-Timestamp={DateTimeOffset.UtcNow.ToUnixTimeSeconds()}"), 16);
        await Task.Delay(150, TestContext.Current.CancellationToken);
        await front.Hub.StopAsync();
        string summary = await asking;
        Assert.Contains("Accepted      : 500", summary, StringComparison.Ordinal);
        Assert.Contains("Lost          : 0", summary, StringComparison.Ordinal);
        Assert.Contains("Lost          : 0", (await accounting).Output, StringComparison.Ordinal);
        string down = await front.AskAsync("02:00:00:05:00:01"), stranger = await front.AskAsync("02:00:00:06:00:01");
        Assert.Contains("Tunnel-Private-Group-Id:0 = \"20\"", down, StringComparison.Ordinal);
        Assert.Contains("Tunnel-Private-Group-Id:0 = \"99\"", stranger, StringComparison.Ordinal);
        Assert.Contains("fail-safe", stranger, StringComparison.Ordinal);

        await front.Hub.StartAsync();
        await FrontFixture.UntilAsync(() => Enumerable.Range(0, Devices).All(i => front.Hub.Board.Find(IPAddress.Loopback, $"kill-{i}") is not null), "all accounting");
        Assert.All(macs, mac => Assert.NotNull(front.Hub.Board.OfMac(mac)));
        Assert.True(front.Hub.GivenBefore >= 1000);
    }

    [Theory]
    [InlineData("hung")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("partial")]
    [InlineData("404")]
    [InlineData("401")]
    public async Task A_hub_that_answers_nothing_of_use_refuses_nobody(string how)
    {
        front.Decider.Table["02:00:00:00:07:01"] = (7, AdmissionOutcome.Admit, "70");
        front.Decider.Table["02:00:00:00:07:02"] = (8, AdmissionOutcome.Refuse, null);
        await front.AskAsync("02:00:00:00:07:01");
        await front.AskAsync("02:00:00:00:07:02");
        await front.Hub.LastKnown.WrittenAsync(TestContext.Current.CancellationToken);
        await front.Hub.StopAsync();
        try
        {
            await front.Hub.AnswerAsync(Broken(how));
            Assert.Contains("Tunnel-Private-Group-Id:0 = \"70\"", await front.AskAsync("02:00:00:00:07:01"), StringComparison.Ordinal);
            Assert.Contains(Reject, await front.AskAsync("02:00:00:00:07:02"), StringComparison.Ordinal);
            string unknown = await front.AskAsync("02:00:00:00:07:03");
            Assert.Contains(Accept, unknown, StringComparison.Ordinal);
            Assert.Contains("Tunnel-Private-Group-Id:0 = \"99\"", unknown, StringComparison.Ordinal);
            (bool isIn, string output) = await front.EapAsync("02:00:00:00:07:01", front.Tls("pump"));
            Assert.True(isIn, output);
            Assert.True(await front.AccountAsync("Start", "broken-" + how, "02:00:00:00:07:01"));
        }
        finally
        {
            await front.Hub.StopAsync();
            await front.Hub.StartAsync();
        }
        await FrontFixture.UntilAsync(() => front.Hub.Board.Find(IPAddress.Loopback, "broken-" + how) is not null, "the accounting message that a broken hub did not take");
    }

    [Fact]
    public async Task Accounting_is_kept_before_it_is_answered_and_what_comes_twice_is_known()
    {
        front.Decider.Table["02:00:00:00:08:01"] = (9, AdmissionOutcome.Admit, "80");
        string answer = await front.AskAsync("02:00:00:00:08:01");
        string given = answer.Split("Class = ")[1].Split('\n')[0].Trim();
        Assert.True(await front.AccountAsync("Start", "s8", "02-00-00-00-08-01", $",Class={given}"));
        Hub.Admission.Radius.AdmissionSession session = front.Hub.Board.OfMac("02:00:00:00:08:01")!;
        Assert.Equal(("s8", "ge-0/0/3", Hub.Admission.Radius.RadiusReader.Decision(given)), (session.Id, session.Port, session.Decision));
        long before = front.Hub.Store.Duplicates;
        Assert.True(await front.AccountAsync("Start", "s8", "02-00-00-00-08-01", $",Class={given}"));
        Assert.Equal(before + 1, front.Hub.Store.Duplicates);
        Assert.True(await front.AccountAsync("Stop", "s8", "02-00-00-00-08-01", ",Acct-Terminate-Cause=Lost-Carrier"));
        Assert.Null(front.Hub.Board.OfMac("02:00:00:00:08:01"));
        Assert.Equal("Lost-Carrier", Assert.Single((await new AdmissionQueries(front.Hub.Stores).SessionsAsync(new SessionFilter(Mac: "02:00:00:00:08:01"), new PageRequest(1, 10), TestContext.Current.CancellationToken)).Items).Session.Cause);
        Assert.True(await front.AccountAsync("Start", "s9", "02-00-00-00-08-01"));
        Assert.True((await FrontFixture.RunAsync("/usr/bin/radclient", "Acct-Status-Type=Accounting-On,NAS-IP-Address=127.0.0.1\n", "-x", "-t", "6", "-r", "1", $"127.0.0.1:{front.AccountingPort}", "acct", FrontFixture.Secret)).Output.Contains("Accounting-Response", StringComparison.Ordinal));
        Assert.Null(front.Hub.Board.OfMac("02:00:00:00:08:01"));
    }

    [Fact]
    public async Task Forged_and_malformed_calls_are_refused_with_a_reason_and_counted()
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{front.HubPort}") };
        long forged = front.Hub.Counters.Forged;
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "{}", "Basic ZnJlZXJhZGl1czp3cm9uZw=="));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "{}", null));
        Assert.Equal(forged + 2, front.Hub.Counters.Forged);
        string right = Encoding.ASCII.GetString(FrontFolder.Authorization(front.Hub.Folder.Secret()));
        (string Body, string Reason)[] wrong =
        [
            ("nonsense", "not-json"), ("[]", "not-json"), ("{}", "mac-missing"), ("""{"Calling-Station-Id":{"type":"string","value":["02-00-00-00-00"]}}""", "mac-malformed"),
            ("""{"Calling-Station-Id":{"type":"string","value":["02-00-00-00-00-01"]}}""", "nas-missing"),
            ("{\"User-Name\":{\"type\":\"string\",\"value\":[\"" + new string('x', 2000) + "\"]}}", "attribute-too-long"),
            ("{\"User-Name\":{\"type\":\"string\",\"value\":[\"a\\u0000b\"]}}", "control-characters"),
            ("{" + string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"A{i}\":{{\"value\":[1]}}")) + "}", "too-many-attributes"),
            (new string(' ', 70_000), "too-large"),
        ];
        foreach ((string body, string reason) in wrong)
        {
            long before = front.Hub.Counters.Refused.GetValueOrDefault(reason);
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, body, right));
            Assert.Equal(before + 1, front.Hub.Counters.Refused[reason]);
        }
    }

    [Fact]
    public async Task The_rehearsal_of_a_request_needs_the_secret_and_leaves_no_trace()
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{front.HubPort}") };
        string right = Encoding.ASCII.GetString(FrontFolder.Authorization(front.Hub.Folder.Secret())), body = Encoding.UTF8.GetString(AdmissionRehearsal.Body.Span);
        (long authorized, long accounted, long stored, int known, int asked) = (front.Hub.Counters.Authorized, front.Hub.Counters.Accounted, front.Hub.Store.Stored, front.Hub.LastKnown.Count, front.Decider.Asked.Count);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, body, null, AdmissionFront.Rehearsal));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, body, right, AdmissionFront.Rehearsal));
        Assert.Equal((authorized, accounted, stored, known, asked), (front.Hub.Counters.Authorized, front.Hub.Counters.Accounted, front.Hub.Store.Stored, front.Hub.LastKnown.Count, front.Decider.Asked.Count));
        // The store rehearses too, when it is opened; what it wrote was taken back.
        AdmissionQueries queries = new(front.Hub.Stores);
        CaptureTime now = CaptureTime.FromDate(DateTimeOffset.UtcNow);
        string mac = AdmissionRehearsal.Decision(now).Request.Mac;
        Assert.Equal(0, (await queries.DecisionsAsync(new AdmissionFilter(Mac: mac), new PageRequest(), TestContext.Current.CancellationToken)).Total);
        Assert.Equal(0, (await queries.SessionsAsync(new SessionFilter(Mac: mac), new PageRequest(), TestContext.Current.CancellationToken)).Total);
        Assert.Null(front.Hub.Board.OfMac(mac));
    }

    [Fact]
    public async Task Whoever_knows_the_secret_and_is_no_switch_is_told_of()
    {
        await front.AskAsync("02:00:00:00:09:01", ",NAS-IPv6-Address=2001:db8::9");
        await FrontFixture.RunAsync("/usr/bin/radclient", "User-Name=020000000902,User-Password=x,Calling-Station-Id=02-00-00-00-09-02,NAS-IP-Address=10.9.9.9,Message-Authenticator=0x00\n", "-q", "-r", "1", $"127.0.0.1:{front.AuthenticationPort}", "auth", FrontFixture.Secret);
        Assert.Contains(IPAddress.Parse("10.9.9.9"), front.Hub.Counters.Strangers.Keys);
        Assert.DoesNotContain(IPAddress.Loopback, front.Hub.Counters.Strangers.Keys);
    }

    [Fact]
    public async Task A_flood_of_made_up_addresses_does_not_enter_what_is_known_last()
    {
        int before = front.Hub.LastKnown.Count;
        string output = await AskAllAsync([.. Enumerable.Range(0, 1000).Select(i => $"06:00:00:0a:{i / 256:x2}:{i % 256:x2}")]);
        Assert.Contains("Accepted      : 1000", output, StringComparison.Ordinal);
        Assert.Equal(before, front.Hub.LastKnown.Count);
    }

    [Fact]
    public async Task The_check_says_what_is_wrong_and_what_to_do()
    {
        IReadOnlyList<FrontCheck> checks = await AdmissionCheck.RunAsync(front.Configuration, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.All(checks, check => Assert.True(check.Mistake is null, $"{check.What}: {check.Mistake}"));
        string rest = Path.Combine(front.Configuration, "rest.conf"), before = File.ReadAllText(rest);
        try
        {
            File.WriteAllText(rest, before.Replace(front.Hub.Folder.Secret(), "wrong", StringComparison.Ordinal) + "nonsense {\n");
            File.SetUnixFileMode(rest, UnixFileMode.UserRead | UnixFileMode.OtherRead | UnixFileMode.UserWrite);
            checks = await AdmissionCheck.RunAsync(front.Configuration, TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.Equal(3, checks.Count(check => check.Mistake is not null));
            Assert.Contains(checks, check => check.What == "The hub" && check.Mistake!.Contains("does not take the secret", StringComparison.Ordinal));
        }
        finally
        {
            FrontFolder.Write(rest, before);
        }
    }

    private static RequestDelegate Broken(string how) => how switch
    {
        "hung" => context => Task.Delay(Timeout.Infinite, context.RequestAborted),
        "garbage" => context => context.Response.WriteAsync("<html>a proxy's page</html>"),
        "empty" => context => context.Response.WriteAsJsonAsync(new { }),
        "partial" => PartialAsync,
        _ => context => StatusAsync(context, how),
    };

    private static Task PartialAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"control:Auth-Type":{"op":":=","value":"Reject"},"reply:Tunnel-Private-Group-Id":{"op":":=","value":"666"}}""");
    }

    private static Task StatusAsync(HttpContext context, string code)
    {
        context.Response.StatusCode = int.Parse(code, CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private async Task<string> AskAllAsync(string[] macs) =>
        (await front.SendAsync("auth", front.AuthenticationPort, macs.Select(mac => $"User-Name={mac.Replace(":", "", StringComparison.Ordinal)},User-Password={mac.Replace(":", "", StringComparison.Ordinal)},Calling-Station-Id={mac},NAS-IP-Address=127.0.0.1,Message-Authenticator=0x00"), 32)).Output.Replace("\t", "", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string body, string? authorization, string path = "/radius/authorize")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        using HttpResponseMessage answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
