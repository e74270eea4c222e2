using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>Trust through the API of the running program: what each route does for who may, what it refuses by which reason, and what the audit log says afterwards.</summary>
[Collection("trust")]
public sealed class TrustApiTests(TrustPlatform platform) : IAsyncLifetime
{
    private static readonly string[] Roles = ["viewer", "clinical-engineer", "analyst", "administrator", "auditor"];

    public async ValueTask InitializeAsync() => await platform.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("GET", "", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/certificates", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/enrolments", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/authorities", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/boot-states", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/roots", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/lists", "clinical-engineer analyst administrator auditor")]
    [InlineData("GET", "/vouchers", "clinical-engineer administrator auditor")]
    [InlineData("GET", "/expected", "clinical-engineer administrator auditor")]
    [InlineData("POST", "/certificates/987654/revoke", "analyst administrator")]
    [InlineData("POST", "/enrolments/987654/approve", "clinical-engineer administrator")]
    [InlineData("POST", "/enrolments/987654/refuse", "clinical-engineer administrator")]
    [InlineData("POST", "/authorities/rollover", "administrator")]
    [InlineData("POST", "/boot-states/987654/approve", "clinical-engineer analyst administrator")]
    [InlineData("POST", "/roots?name=x", "administrator")]
    [InlineData("DELETE", "/roots/987654", "administrator")]
    [InlineData("POST", "/lists", "administrator")]
    [InlineData("POST", "/vouchers", "clinical-engineer administrator")]
    [InlineData("POST", "/expected", "clinical-engineer administrator")]
    public async Task Each_role_may_what_is_its_own(string method, string path, string may)
    {
        foreach (string role in Roles)
        {
            (int status, JsonElement body) = await platform.ApiAsync(role, new HttpMethod(method), "/trust" + path, method == "GET" ? null : path == "/vouchers" ? """{"profile":"none"}""" : "{}");
            bool isAllowed = may.Split(' ').Contains(role);
            Assert.True(status == 403 != isAllowed, $"{role}: {method} {path} was answered with {status}: {body}");
            // What is allowed and changes something is refused here for what it says, and not by a fault of the program.
            if (isAllowed) Assert.True(method == "GET" ? status == 200 : status is 400 or 404 or 409, $"{role}: {method} {path}: {status} {body}");
        }
    }

    [Fact]
    public async Task A_certificate_is_found_fetched_and_revoked_once_with_a_reason()
    {
        string device = await platform.DeviceAsync("API-1"), name = "api1";
        await EnrolAsync(name, await platform.VoucherAsync(device));
        JsonElement found = (await OkAsync("GET", $"/certificates?device={device}&valid=true&grade=software-certificate&sort=-number&pageSize=5")).GetProperty("items").EnumerateArray().Single();
        long number = found.GetProperty("number").GetInt64();
        Assert.Equal("API-1", found.GetProperty("deviceSerial").GetString());
        Assert.Equal(number, (await OkAsync("GET", $"/certificates/{number}")).GetProperty("number").GetInt64());
        await RefusedAsync(400, "unknown", "GET", "/certificates?grade=gold");
        await RefusedAsync(400, null, "GET", "/certificates?sort=colour");
        await RefusedAsync(400, null, "GET", "/certificates?pageSize=100000");
        await RefusedAsync(404, null, "GET", "/certificates/987654");
        await RefusedAsync(404, null, "GET", "/certificates/987654/file");
        string path = $"/certificates/{number}/revoke";
        await RefusedAsync(400, "revocation-reason", "POST", path, """{"word":"boredom","reason":"x"}""");
        await RefusedAsync(400, "reason-missing", "POST", path, """{"word":"keyCompromise","reason":" "}""");
        await RefusedAsync(404, "no-such-certificate", "POST", "/certificates/987654/revoke", """{"word":"keyCompromise","reason":"x"}""");
        JsonElement revoked = await OkAsync("POST", path, """{"word":"keyCompromise","reason":"stolen at night"}""");
        Assert.Equal("keyCompromise", revoked.GetProperty("certificate").GetProperty("revocationReason").GetString());
        await RefusedAsync(409, "revoked-already", "POST", path, """{"word":"keyCompromise","reason":"again"}""");
        JsonElement told = Assert.Single(await platform.AuditAsync("certificate-revoked"), one => one.GetProperty("subject").GetString() == $"C-{number}");
        Assert.Equal("stolen at night", told.GetProperty("reason").GetString());
        Assert.StartsWith("token:", told.GetProperty("who").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await OkAsync("GET", $"/certificates?device={device}&revoked=true")).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_request_that_waits_is_approved_or_refused_once()
    {
        string device = await platform.DeviceAsync("API-2"), voucher = await platform.VoucherAsync(), second = await platform.VoucherAsync();
        await platform.RequestAsync("api2", "/CN=x/serialNumber=API-2");
        Assert.Equal(202, (await platform.PostAsync("simpleenroll", "api2.b64", "-u", "x:" + voucher)).Status);
        await platform.RequestAsync("api3", "/CN=x/serialNumber=API-3");
        Assert.Equal(202, (await platform.PostAsync("simpleenroll", "api3.b64", "-u", "x:" + second)).Status);
        Dictionary<string, long> waiting = (await OkAsync("GET", "/enrolments?state=waiting")).GetProperty("items").EnumerateArray().Where(one => one.GetProperty("deviceSerial").GetString() is "API-2" or "API-3").ToDictionary(one => one.GetProperty("deviceSerial").GetString()!, one => one.GetProperty("number").GetInt64());
        await RefusedAsync(400, "unknown", "GET", "/enrolments?state=asleep");
        await RefusedAsync(400, "reason-missing", "POST", $"/enrolments/{waiting["API-2"]}/approve", $$"""{"device":{{device}}}""");
        await RefusedAsync(404, "no-such-device", "POST", $"/enrolments/{waiting["API-2"]}/approve", """{"device":987654,"reason":"seen"}""");
        await RefusedAsync(404, "no-such-enrolment", "POST", "/enrolments/987654/approve", """{"reason":"seen"}""");
        await RefusedAsync(409, "serial-mismatch", "POST", $"/enrolments/{waiting["API-3"]}/approve", $$"""{"device":{{device}},"reason":"seen"}""");
        await OkAsync("POST", $"/enrolments/{waiting["API-2"]}/approve", $$"""{"device":{{device}},"reason":"seen at the bench"}""");
        await OkAsync("POST", $"/enrolments/{waiting["API-3"]}/refuse", """{"reason":"nobody's"}""");
        await RefusedAsync(412, "enrolment-decided", "POST", $"/enrolments/{waiting["API-3"]}/approve", """{"reason":"after all"}""");
        Assert.Equal(200, (await platform.PostAsync("simpleenroll", "api2.b64", "-u", "x:" + voucher)).Status);
        (int status, string body) = await platform.PostAsync("simpleenroll", "api3.b64", "-u", "x:" + second);
        Assert.True(status == 403 && body.Contains("nobody's", StringComparison.Ordinal), body);
        Assert.Contains(await platform.AuditAsync("enrolment-approved"), one => one.GetProperty("subject").GetString() == $"E-{waiting["API-2"]}" && one.GetProperty("reason").GetString() == "seen at the bench");
        Assert.Contains(await platform.AuditAsync("enrolment-refused"), one => one.GetProperty("subject").GetString() == $"E-{waiting["API-3"]}");
    }

    [Fact]
    public async Task Vouchers_and_purchase_orders_are_checked_and_no_secret_is_told_twice()
    {
        string device = await platform.DeviceAsync("API-4");
        await RefusedAsync(400, "profile-wrong", "POST", "/vouchers", """{"profile":"server"}""");
        await RefusedAsync(400, "voucher-life", "POST", "/vouchers", """{"hours":0}""");
        await RefusedAsync(400, "voucher-life", "POST", "/vouchers", """{"hours":9000}""");
        await RefusedAsync(404, "no-such-device", "POST", "/vouchers", """{"device":987654}""");
        JsonElement made = await OkAsync("POST", "/vouchers", $$"""{"device":{{device}},"hours":2,"note":"bed 12"}""", 201);
        string secret = made.GetProperty("secret").GetString()!;
        (_, JsonElement all) = await platform.ApiAsync("administrator", HttpMethod.Get, "/trust/vouchers");
        Assert.Contains("bed 12", all.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, all.ToString(), StringComparison.Ordinal);
        IReadOnlyList<JsonElement> told = await platform.AuditAsync("voucher-made");
        Assert.Contains(told, one => one.GetProperty("reason").GetString() == "bed 12");
        Assert.DoesNotContain(told, one => one.ToString().Contains(secret, StringComparison.Ordinal));
        await RefusedAsync(400, "order-missing", "POST", "/expected", """{"devices":[{"serial":"S1"}]}""");
        await RefusedAsync(400, "serials-count", "POST", "/expected", """{"number":"PO-9","devices":[]}""");
        await RefusedAsync(400, "serial-twice", "POST", "/expected", """{"number":"PO-9","devices":[{"serial":"S1"},{"serial":"S1"}]}""");
        await RefusedAsync(400, "serial-wrong", "POST", "/expected", """{"number":"PO-9","devices":[{"serial":"a\nb"}]}""");
        Assert.Equal(2, (await OkAsync("POST", "/expected", """{"number":"PO-9","devices":[{"serial":"API-5","maker":"M"},{"serial":"API-6"}]}""")).GetProperty("entered").GetInt32());
        (_, JsonElement expected) = await platform.ApiAsync("auditor", HttpMethod.Get, "/trust/expected");
        Assert.Equal(2, expected.EnumerateArray().Count(one => one.GetProperty("order").GetString() == "PO-9"));
        Assert.Contains(await platform.AuditAsync("devices-expected"), one => one.GetProperty("subject").GetString() == "purchase-order:PO-9");
    }

    [Fact]
    public async Task Makers_roots_and_their_lists_come_and_go_and_judge_who_enrols()
    {
        using Maker maker = new();
        using X509Certificate2 good = maker.Bear("ML-1"), bad = maker.Bear("ML-2");
        await RefusedAsync(400, "certificate-wrong", "POST", "/roots?name=Lists", "no certificate");
        await RefusedAsync(400, "required", "POST", "/roots", maker.Root.ExportCertificatePem());
        await RefusedAsync(400, "root-too-large", "POST", "/roots?name=Lists", new string('A', 70_000));
        await RefusedAsync(400, "certificate-wrong", "POST", "/roots?name=Lists", good.ExportCertificatePem());
        byte[] old = maker.List(DateTimeOffset.UtcNow.AddDays(-40), DateTimeOffset.UtcNow.AddDays(-10), 1), present = maker.List(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(6), 2, bad);
        await RefusedAsync(400, "list-foreign", "POST", "/lists", Pem(present));
        JsonElement root = await OkAsync("POST", "/roots?name=Lists", maker.Root.ExportCertificatePem(), 201);
        await RefusedAsync(409, "root-there", "POST", "/roots?name=Again", maker.Root.ExportCertificatePem());
        await RefusedAsync(400, "list-malformed", "POST", "/lists", maker.Root.ExportCertificatePem());
        await RefusedAsync(400, "list-future", "POST", "/lists", Pem(maker.List(DateTimeOffset.UtcNow.AddDays(2), DateTimeOffset.UtcNow.AddDays(9), 3)));
        await RefusedAsync(400, "list-foreign", "POST", "/lists", Pem(Torn(present)));
        // Both devices are announced, and one of them enrols before the maker takes its certificate back.
        await OkAsync("POST", "/expected", """{"number":"PO-ML","devices":[{"serial":"ML-1"},{"serial":"ML-2"}]}""");
        Assert.Equal((200, ""), await BornAsync(bad, "ML-2"));
        JsonElement outdated = await OkAsync("POST", "/lists", Pem(old));
        Assert.True(outdated.GetProperty("list").GetProperty("isOutdated").GetBoolean());
        Assert.Contains((await OkAsync("GET", "")).GetProperty("problems").EnumerateArray(), one => one.GetString()!.Contains("CN=Maker of lists", StringComparison.Ordinal) && one.GetString()!.Contains("import-crl", StringComparison.Ordinal));
        // An outdated list refuses nobody whom it does not name.
        Assert.Equal((200, ""), await BornAsync(good, "ML-1"));
        File.WriteAllText(platform["maker.crl"], Pem(present));
        JsonElement imported = await platform.TrustAsync("import-crl", platform["maker.crl"]);
        long affected = imported.GetProperty("affected").EnumerateArray().Single().GetInt64();
        Assert.Equal(1, imported.GetProperty("revoked").GetInt32());
        await RefusedAsync(400, "list-older", "POST", "/lists", Pem(old));
        Assert.Equal((401, "client-certificate-revoked-by-maker"), await BornAsync(bad, "ML-2"));
        Assert.Equal((200, ""), await BornAsync(good, "ML-1"));
        Assert.True((await platform.TrustAsync("list")).GetProperty("refused").GetProperty("client-certificate-revoked-by-maker").GetInt64() >= 1);
        Assert.Contains((await OkAsync("GET", "")).GetProperty("problems").EnumerateArray(), one => one.GetString()!.Contains(string.Create(CultureInfo.InvariantCulture, $"D-{affected} "), StringComparison.Ordinal));
        // It is there after a power cut, and goes with its root.
        await platform.RestartAsync();
        Assert.Equal((401, "client-certificate-revoked-by-maker"), await BornAsync(bad, "ML-2"));
        (_, JsonElement lists) = await platform.ApiAsync("auditor", HttpMethod.Get, "/trust/lists");
        Assert.Equal((1, false), (lists.EnumerateArray().Single(one => one.GetProperty("issuerName").GetString() == "CN=Maker of lists") is var held ? (held.GetProperty("revoked").GetInt32(), held.GetProperty("isOutdated").GetBoolean()) : default));
        long number = root.GetProperty("number").GetInt64();
        await RefusedAsync(400, "reason-missing", "DELETE", $"/roots/{number}");
        await OkAsync("DELETE", $"/roots/{number}?reason=sold", null, 204);
        await RefusedAsync(404, "no-such-root", "DELETE", $"/roots/{number}?reason=sold");
        (_, lists) = await platform.ApiAsync("auditor", HttpMethod.Get, "/trust/lists");
        Assert.DoesNotContain("Maker of lists", lists.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (await platform.AuditAsync("maker-list-imported")).Count(one => one.GetProperty("subject").GetString() == "maker-root:Lists"));
        Assert.Contains(await platform.AuditAsync("maker-root-removed"), one => one.GetProperty("reason").GetString() == "sold");
    }

    [Fact]
    public async Task Boot_states_and_rollovers_need_what_they_are_about()
    {
        await RefusedAsync(404, null, "POST", "/boot-states/987654/approve", """{"digest":"00","reason":"updated"}""");
        await RefusedAsync(400, "unknown", "POST", "/authorities/rollover", """{"kind":"rot13","reason":"x"}""");
        await RefusedAsync(400, null, "POST", "/authorities/rollover", """{"rootKey":"no key","passphrase":"wrong","reason":"x"}""");
        (_, JsonElement authorities) = await platform.ApiAsync("auditor", HttpMethod.Get, "/trust/authorities");
        Assert.DoesNotContain("PRIVATE", authorities.ToString(), StringComparison.Ordinal);
        Assert.Contains(authorities.EnumerateArray(), one => one.GetProperty("kind").GetString() == "root");
    }

    private async Task<JsonElement> OkAsync(string method, string path, string? body = null, int expected = 200)
    {
        (int status, JsonElement answer) = await platform.ApiAsync("administrator", new HttpMethod(method), "/trust" + path, body);
        Assert.True(status == expected, $"{method} {path}: {status} {answer}");
        return answer;
    }

    private async Task RefusedAsync(int expected, string? code, string method, string path, string? body = null)
    {
        (int status, JsonElement answer) = await platform.ApiAsync("administrator", new HttpMethod(method), "/trust" + path, body);
        Assert.True(status == expected && (code is null || answer.ToString().Contains($"\"{code}\"", StringComparison.Ordinal)), $"{method} {path}: {status} {answer}");
    }

    private async Task EnrolAsync(string name, string voucher)
    {
        await platform.RequestAsync(name, "/CN=" + name);
        (int status, string body) = await platform.PostAsync("simpleenroll", name + ".b64", "-u", "x:" + voucher);
        Assert.True(status == 200, body);
    }

    /// <summary>A device enrols by its certificate of birth; the status, and the code of a refusal.</summary>
    private async Task<(int Status, string Code)> BornAsync(X509Certificate2 born, string serial)
    {
        File.WriteAllText(platform[serial + ".crt"], born.ExportCertificatePem());
        using ECDsa key = born.GetECDsaPrivateKey()!, own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(platform[serial + ".key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(platform[serial + ".b64"], Convert.ToBase64String(new CertificateRequest($"CN=x, serialNumber={serial}", own, HashAlgorithmName.SHA256).CreateSigningRequest()));
        (int status, string body) = await platform.PostAsync("simpleenroll", serial + ".b64", "--cert", platform[serial + ".crt"], "--key", platform[serial + ".key"]);
        return (status, status == 200 ? "" : body.Split(':')[0].Trim());
    }

    private static string Pem(byte[] list) => PemEncoding.WriteString("X509 CRL", list);

    private static byte[] Torn(byte[] list)
    {
        byte[] torn = [.. list];
        torn[^3] ^= 1;
        return torn;
    }

    /// <summary>A maker that signs with its root itself.</summary>
    private sealed class Maker : IDisposable
    {
        private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Maker()
        {
            CertificateRequest request = new("CN=Maker of lists", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddYears(9));
        }

        public X509Certificate2 Root { get; }

        public X509Certificate2 Bear(string serial)
        {
            using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new($"serialNumber={serial}", own, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
            using X509Certificate2 made = request.Create(Root, DateTimeOffset.UtcNow.AddDays(-50), DateTimeOffset.UtcNow.AddYears(8), [1, .. RandomNumberGenerator.GetBytes(15)]);
            return made.CopyWithPrivateKey(own);
        }

        public byte[] List(DateTimeOffset made, DateTimeOffset next, int number, params X509Certificate2[] revoked)
        {
            CertificateRevocationListBuilder list = new();
            foreach (X509Certificate2 one in revoked) list.AddEntry(one, made.AddDays(-1));
            return list.Build(Root, number, next, HashAlgorithmName.SHA256, thisUpdate: made);
        }

        public void Dispose()
        {
            Root.Dispose();
            key.Dispose();
        }
    }
}
