using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>EST by the clients of others against the running program, and what is refused, each with its reason.</summary>
[Collection("trust")]
public sealed class EstTests(TrustPlatform platform) : IAsyncLifetime
{
    private string Authorities => platform["ca.pem"];

    public async ValueTask InitializeAsync() => await platform.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task StrongSwan_fetches_the_authorities_enrols_and_enrols_again()
    {
        string url = platform.Est[..platform.Est.IndexOf("/.well", StringComparison.Ordinal)];
        await platform.OkAsync("pki", "--estca", "--url", url, "--cacert", Authorities, "--caout", platform["got-ca.pem"], "--outform", "pem", "--force");
        string voucher = await platform.VoucherAsync(await DeviceAsync("SW-1"));
        await platform.OkAsync("bash", "-c", $"pki --gen --type ecdsa --size 256 --outform pem > {platform["sw.key"]} && pki --req --in {platform["sw.key"]} --type ecdsa --dn 'CN=dev, O=Lab' --outform der > {platform["sw.req"]}");
        string client = $"pki --est --url {url} --in {platform["sw.req"]} --cacert {Roots()} --cacert {Issuing()} --outform pem";
        await platform.OkAsync("bash", "-c", $"{client} --userpass dev9:{voucher} > {platform["sw.pem"]}");
        await VerifyAsync("sw.pem");
        await platform.OkAsync("bash", "-c", $"{client} --cert {platform["sw.pem"]} --key {platform["sw.key"]} > {platform["sw2.pem"]}");
        await VerifyAsync("sw2.pem");
        Assert.NotEqual(File.ReadAllText(platform["sw.pem"]), File.ReadAllText(platform["sw2.pem"]));
    }

    [Theory]
    [InlineData("--tlsv1.2", "--tls-max 1.2")]
    [InlineData("--tlsv1.3", "--tls-max 1.3")]
    public async Task Curl_enrols_by_token_and_renews_by_the_certificate(string least, string most)
    {
        string name = "curl" + least[^1], voucher = await platform.VoucherAsync(await DeviceAsync("CU-" + least[^1]));
        string[] tls = [least, .. most.Split(' ')];
        await platform.RequestAsync(name, "/CN=dev9");
        (int status, string body) = await platform.PostAsync("simpleenroll", name + ".b64", ["-u", "dev9:" + voucher, .. tls]);
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, name);
        string text = await platform.OkAsync("openssl", "x509", "-in", platform[name + ".pem"], "-noout", "-text");
        Assert.Contains("serialNumber = CU-" + least[^1], text, StringComparison.Ordinal);
        Assert.Contains("TLS Web Client Authentication", text, StringComparison.Ordinal);
        Assert.Contains($"URI:{platform.Http}/crl/", text, StringComparison.Ordinal);
        await VerifyAsync(name + ".pem");
        // The very request that was answered by token renews once by the certificate, which shows the key anew; a second time it is a replay.
        string[] own = ["--cert", platform[name + ".pem"], "--key", platform[name + ".key"], .. tls];
        (status, body) = await platform.PostAsync("simplereenroll", name + ".b64", own);
        Assert.True(status == 200, body);
        (status, body) = await platform.PostAsync("simplereenroll", name + ".b64", own);
        Assert.Equal((400, "csr-replayed"), (status, Code(body)));
        await platform.RequestAsync(name + "n", "/CN=dev9");
        Assert.Equal(200, (await platform.PostAsync("simplereenroll", name + "n.b64", own)).Status);
    }

    [Fact]
    public async Task Nobody_without_a_good_credential_gets_anything_and_each_is_told_why()
    {
        await platform.RequestAsync("bad", "/CN=bad");
        (int status, string body) = await platform.PostAsync("simpleenroll", "bad.b64");
        Assert.Equal((401, "no-credential"), (status, Code(body)));
        (status, body) = await platform.PostAsync("simpleenroll", "bad.b64", "-u", "x:forged");
        Assert.Equal((401, "token-unknown"), (status, Code(body)));
        (status, body) = await platform.PostAsync("simplereenroll", "bad.b64", "-u", "x:forged");
        Assert.Equal((401, "renewal-needs-certificate"), (status, Code(body)));
        await platform.OkAsync("openssl", "req", "-x509", "-key", platform["bad.key"], "-subj", "/CN=self", "-days", "9", "-out", platform["self.pem"]);
        (status, body) = await platform.PostAsync("simpleenroll", "bad.b64", "--cert", platform["self.pem"], "--key", platform["bad.key"]);
        Assert.Equal((401, "client-certificate-foreign"), (status, Code(body)));
        // An issuer of the same name and key identifier whose key is another one.
        await platform.OkAsync("bash", "-c", $"""
            cd {platform["."]}; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out fake.key
            id=$(openssl x509 -in {Issuing()} -noout -ext subjectKeyIdentifier | tail -1 | tr -d ' :'); name=$(openssl x509 -in {Issuing()} -noout -subject -nameopt compat | sed 's/subject=//')
            openssl req -x509 -key fake.key -subj "$name" -days 9 -addext "subjectKeyIdentifier=$id" -out fake.pem
            openssl req -new -key bad.key -subj /CN=D-1 | openssl x509 -req -CA fake.pem -CAkey fake.key -days 9 -set_serial 0x4001 -extfile <(echo "authorityKeyIdentifier=keyid") -out forged.pem
            """);
        (status, body) = await platform.PostAsync("simplereenroll", "bad.b64", "--cert", platform["forged.pem"], "--key", platform["bad.key"]);
        // A certificate whose issuer did not sign it ends the connection already in TLS, or is refused with a reason.
        Assert.True(status == 0 || (status == 401 && Code(body).StartsWith("client-certificate-", StringComparison.Ordinal)), $"{status} {body}");
        JsonElement refused = (await platform.TrustAsync("list")).GetProperty("refused");
        if (status == 0) Assert.True(refused.GetProperty("tls-ended").GetInt64() >= 1, "a connection that ended in TLS was not counted");
        Assert.True(refused.GetProperty("token-unknown").GetInt64() >= 1);
        Assert.True(refused.GetProperty("no-credential").GetInt64() >= 1);
    }

    [Fact]
    public async Task A_token_is_good_once_and_for_a_good_request()
    {
        string voucher = await platform.VoucherAsync(await DeviceAsync("ON-1"));
        string[] token = ["-u", "x:" + voucher];
        File.WriteAllText(platform["junk.b64"], "bm8gcmVxdWVzdA==");
        Assert.Equal("csr-malformed", Code((await platform.PostAsync("simpleenroll", "junk.b64", token)).Body));
        File.WriteAllText(platform["nob64.b64"], "%%% no base64 %%%");
        Assert.Equal("csr-malformed", Code((await platform.PostAsync("simpleenroll", "nob64.b64", token)).Body));
        File.WriteAllText(platform["large.b64"], new string('A', 60_000));
        Assert.Equal((413, "body-too-large"), ((await platform.PostAsync("simpleenroll", "large.b64", [.. token, "-H", "Expect: 100-continue"])) is var large ? (large.Status, Code(large.Body)) : default));
        await platform.RequestAsync("weak", "/CN=weak", "1024");
        Assert.Equal("key-weak", Code((await platform.PostAsync("simpleenroll", "weak.b64", token)).Body));
        await platform.OkAsync("bash", "-c", $"openssl ecparam -name secp521r1 -genkey -noout -out {platform["c.key"]} && openssl req -new -key {platform["c.key"]} -subj /CN=c -outform DER | openssl base64 > {platform["c.b64"]}");
        Assert.Equal("key-curve", Code((await platform.PostAsync("simpleenroll", "c.b64", token)).Body));
        await platform.RequestAsync("otherserial", "/CN=o/serialNumber=ON-2");
        Assert.Equal("serial-mismatch", Code((await platform.PostAsync("simpleenroll", "otherserial.b64", token)).Body));
        await platform.RequestAsync("once", "/CN=once");
        Assert.Equal(200, (await platform.PostAsync("simpleenroll", "once.b64", token)).Status);
        Assert.Equal((400, "csr-replayed"), ((await platform.PostAsync("simpleenroll", "once.b64", token)) is var again ? (again.Status, Code(again.Body)) : default));
        await platform.RequestAsync("twice", "/CN=twice");
        Assert.Equal((401, "token-used"), ((await platform.PostAsync("simpleenroll", "twice.b64", token)) is var used ? (used.Status, Code(used.Body)) : default));
        // The same key for another device.
        string other = await platform.VoucherAsync(await DeviceAsync("ON-3"));
        await platform.RequestAgainAsync("once", "/CN=stolen");
        Assert.Equal((400, "key-in-use"), ((await platform.PostAsync("simpleenroll", "once.b64", "-u", "x:" + other)) is var stolen ? (stolen.Status, Code(stolen.Body)) : default));
    }

    [Fact]
    public async Task A_request_waits_for_a_person_through_a_power_cut_and_is_answered_then()
    {
        string voucher = await platform.VoucherAsync(), device = await DeviceAsync("WA-1");
        await platform.RequestAsync("wait", "/CN=wait/serialNumber=WA-1");
        string[] token = ["-u", "x:" + voucher];
        (int status, string body) = await platform.PostAsync("simpleenroll", "wait.b64", [.. token, "-D", platform["headers"]]);
        Assert.True(status == 202, body);
        Assert.Contains("Retry-After: 60", File.ReadAllText(platform["headers"]), StringComparison.OrdinalIgnoreCase);
        string request = body[..body.IndexOf(' ', StringComparison.Ordinal)];
        await platform.RestartAsync();
        Assert.Equal(202, (await platform.PostAsync("simpleenroll", "wait.b64", token)).Status);
        await platform.RequestAsync("jump", "/CN=wait/serialNumber=WA-1");
        Assert.Equal("token-used", Code((await platform.PostAsync("simpleenroll", "jump.b64", token)).Body));
        Assert.NotEqual(0, (await platform.TryTrustAsync(null, "approve", request, "--device", await DeviceAsync("WA-2"), "--reason", "the wrong one")).Code);
        await platform.TrustAsync("approve", request, "--device", device, "--reason", "seen at the workbench");
        (status, body) = await platform.PostAsync("simpleenroll", "wait.b64", token);
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "wait");
        await VerifyAsync("wait.pem");
        Assert.Equal("csr-replayed", Code((await platform.PostAsync("simpleenroll", "wait.b64", token)).Body));
    }

    [Fact]
    public async Task A_device_with_a_makers_certificate_enrols_from_the_purchase_list_and_waits_otherwise()
    {
        await platform.OkAsync("bash", "-c", $"""
            cd {platform["."]}; set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout maker.key -subj "/O=Pumps Ltd/CN=Pumps Root" -days 3650 -out maker.pem
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mid.key -subj "/O=Pumps Ltd/CN=Pumps Line 1" | openssl x509 -req -CA maker.pem -CAkey maker.key -days 3650 -extfile <(printf 'basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid') -out mid.pem
            for s in PU-1 PU-2; do openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $s.key -subj "/O=Pumps Ltd/serialNumber=$s" | openssl x509 -req -CA mid.pem -CAkey mid.key -not_after 99991231235959Z -extfile <(printf 'authorityKeyIdentifier=keyid') -out $s.crt 2>/dev/null || openssl x509 -req -in <(openssl req -new -key $s.key -subj "/O=Pumps Ltd/serialNumber=$s") -CA mid.pem -CAkey mid.key -days 2900000 -extfile <(printf 'authorityKeyIdentifier=keyid') -out $s.crt; cat $s.crt mid.pem > $s.pem; done
            printf 'PU-1\tPumps Ltd\tInfuse 9\n' > order.tsv
            """);
        await platform.RequestAsync("pu1", "/CN=new/serialNumber=PU-1");
        string[] born = ["--cert", platform["PU-1.pem"], "--key", platform["PU-1.key"]];
        Assert.Equal("client-certificate-foreign", Code((await platform.PostAsync("simpleenroll", "pu1.b64", born)).Body));
        await platform.TrustAsync("import-root", platform["maker.pem"], "--name", "Pumps Ltd");
        await platform.TrustAsync("expect", platform["order.tsv"], "--order", "PO-77");
        (int status, string body) = await platform.PostAsync("simpleenroll", "pu1.b64", born);
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "pu1");
        await VerifyAsync("pu1.pem");
        // Its own key, which the maker put into the chip, is the only one that counts as a chip's.
        await platform.OkAsync("bash", "-c", $"cp {platform["PU-1.key"]} {platform["chip.key"]}");
        await platform.RequestAgainAsync("chip", "/CN=chip/serialNumber=PU-1");
        Assert.Equal(200, (await platform.PostAsync("simpleenroll", "chip.b64", born)).Status);
        string[] grades = [.. (await platform.TrustAsync("list", "--text", "PU-1")).GetProperty("certificates").EnumerateArray().Select(one => one.GetProperty("profile").GetString() + " " + one.GetProperty("grade").GetString())];
        Assert.Equal(["device ChipCertificate", "outside ChipCertificate", "device SoftwareCertificate"], grades);
        // What claims another's serial number is refused, what nobody announced waits.
        await platform.RequestAsync("pu2", "/CN=new/serialNumber=PU-1");
        string[] second = ["--cert", platform["PU-2.pem"], "--key", platform["PU-2.key"]];
        Assert.Equal("serial-mismatch", Code((await platform.PostAsync("simpleenroll", "pu2.b64", second)).Body));
        await platform.RequestAgainAsync("pu2", "/CN=new");
        Assert.Equal(202, (await platform.PostAsync("simpleenroll", "pu2.b64", second)).Status);
        Assert.Contains("PU-2", (await platform.TrustAsync("queue")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_claims_the_serial_number_of_another_device_is_refused_told_and_counted()
    {
        string first = await platform.VoucherAsync(await DeviceAsync("TW-1")), free = await platform.VoucherAsync(), second = await platform.VoucherAsync(await DeviceAsync("TW-2"));
        await platform.RequestAsync("tw1", "/CN=x/serialNumber=TW-1");
        Assert.Equal(200, (await platform.PostAsync("simpleenroll", "tw1.b64", "-u", "x:" + first)).Status);
        // By a token of no device, in another spelling; and by the token of another device.
        await platform.RequestAsync("tw2", "/CN=x/serialNumber=tw-1");
        (int status, string body) = await platform.PostAsync("simpleenroll", "tw2.b64", "-u", "x:" + free);
        Assert.Equal((400, "serial-in-use"), (status, Code(body)));
        await platform.RequestAsync("tw3", "/CN=x/serialNumber=TW-1");
        Assert.Equal((400, "serial-mismatch"), ((await platform.PostAsync("simpleenroll", "tw3.b64", "-u", "x:" + second)) is var other ? (other.Status, Code(other.Body)) : default));
        JsonElement listed = await platform.TrustAsync("list", "--text", "TW-1");
        Assert.Single(listed.GetProperty("certificates").EnumerateArray());
        Assert.True(listed.GetProperty("refused").GetProperty("serial-in-use").GetInt64() >= 1);
        Assert.Contains("serial-in-use", platform.Said, StringComparison.Ordinal);
        // The refused token was not used up: with a request of its own it serves.
        await platform.RequestAsync("tw4", "/CN=x/serialNumber=TW-4");
        Assert.Equal(202, (await platform.PostAsync("simpleenroll", "tw4.b64", "-u", "x:" + free)).Status);
    }

    [Theory]
    [InlineData("future", 1, 9, "client-certificate-future")]
    [InlineData("over", -9, -1, "client-certificate-over")]
    public async Task A_certificate_of_another_time_is_refused_with_its_reason_and_counted(string name, int from, int until, string code)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 shown = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(from), now.AddDays(until));
        File.WriteAllText(platform[name + ".pem"], shown.ExportCertificatePem());
        File.WriteAllText(platform[name + ".key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(platform[name + ".b64"], Convert.ToBase64String(new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequest()));
        (int status, string body) = await platform.PostAsync("simpleenroll", name + ".b64", "--cert", platform[name + ".pem"], "--key", platform[name + ".key"]);
        Assert.Equal((401, code), (status, Code(body)));
        Assert.True((await platform.TrustAsync("list")).GetProperty("refused").GetProperty(code).GetInt64() >= 1);
    }

    [Fact]
    public async Task The_server_makes_a_key_and_says_what_requests_should_hold()
    {
        string voucher = await platform.VoucherAsync(await DeviceAsync("SK-1"));
        await platform.RequestAsync("sk", "/CN=sk");
        (int status, string body) = await platform.PostAsync("serverkeygen", "sk.b64", "-u", "x:" + voucher);
        Assert.True(status == 200, body);
        string[] parts = [.. body.Split("base64\r\n\r\n").Skip(1).Select(part => part[..part.IndexOf('\r', StringComparison.Ordinal)])];
        using ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(parts[0]), out _);
        await platform.TakeAsync(parts[1], "sk");
        using X509Certificate2 made = X509CertificateLoader.LoadCertificateFromFile(platform["sk.pem"]);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), made.PublicKey.ExportSubjectPublicKeyInfo());
        string attributes = await platform.OkAsync("bash", "-c", $"curl -sS --cacert {Authorities} {platform.Est}/csrattrs | openssl base64 -d -A | openssl asn1parse -inform DER");
        Assert.Contains("prime256v1", attributes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_bound_to_its_connection_is_taken_there_and_nowhere_else()
    {
        string voucher = await platform.VoucherAsync(await DeviceAsync("TU-1"));
        Assert.Equal("binding-wrong", Code(await BoundAsync(voucher, SslProtocols.Tls12, _ => Convert.ToBase64String(new byte[12]))));
        Assert.Equal("binding-unverifiable", Code(await BoundAsync(voucher, SslProtocols.Tls13, _ => Convert.ToBase64String(new byte[12]))));
        Assert.Contains("200 OK", await BoundAsync(voucher, SslProtocols.Tls12, Unique), StringComparison.Ordinal);
    }

    private async Task<string> BoundAsync(string voucher, SslProtocols protocol, Func<SslStream, string> mark)
    {
        using TcpClient tcp = new("localhost", platform.Port);
        await using SslStream tls = new(tcp.GetStream(), false, (_, shown, _, _) => shown?.Issuer.Contains("CA", StringComparison.Ordinal) == true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol });
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=bound", key, HashAlgorithmName.SHA256);
        System.Formats.Asn1.AsnWriter writer = new(System.Formats.Asn1.AsnEncodingRules.DER);
        writer.WriteCharacterString(System.Formats.Asn1.UniversalTagNumber.UTF8String, mark(tls));
        request.OtherRequestAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.7"), writer.Encode()));
        string body = Convert.ToBase64String(request.CreateSigningRequest());
        string token = Convert.ToBase64String(Encoding.UTF8.GetBytes("x:" + voucher));
        await tls.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"POST /.well-known/est/simpleenroll HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {token}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}")));
        using StreamReader reader = new(tls);
        return await reader.ReadToEndAsync();
    }

    private static string Unique(SslStream tls)
    {
        using ChannelBinding binding = tls.TransportContext.GetChannelBinding(ChannelBindingKind.Unique)!;
        byte[] whole = new byte[binding.Size];
        Marshal.Copy(binding.DangerousGetHandle(), whole, 0, whole.Length);
        return Convert.ToBase64String(whole.AsSpan(whole.AsSpan().IndexOf("tls-unique:"u8) + 11));
    }

    /// <summary>A device of the ledger with a serial number.</summary>
    private async Task<string> DeviceAsync(string serial) => await platform.DeviceAsync(serial);

    private string Roots() => Split()[0];

    private string Issuing() => Split()[1];

    private string[] Split()
    {
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(Authorities);
        X509Certificate2 root = all.First(one => one.Subject == one.Issuer), issuing = all.First(one => one.Subject != one.Issuer && one.Subject.Contains("P-256", StringComparison.Ordinal));
        File.WriteAllText(platform["only-root.pem"], root.ExportCertificatePem() + "\n");
        File.WriteAllText(platform["only-issuing.pem"], issuing.ExportCertificatePem() + "\n");
        return [platform["only-root.pem"], platform["only-issuing.pem"]];
    }

    private Task<string> VerifyAsync(string name) => platform.OkAsync("openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", Roots(), "-untrusted", Authorities, platform[name]);

    /// <summary>The code in front of a refusal's sentence.</summary>
    private static string Code(string body)
    {
        string text = body.Contains("\r\n\r\n", StringComparison.Ordinal) ? body[(body.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : body;
        string line = text.Split('\n').FirstOrDefault(part => part.Contains(": ", StringComparison.Ordinal)) ?? text;
        return line.Split(':')[0].Trim();
    }
}
