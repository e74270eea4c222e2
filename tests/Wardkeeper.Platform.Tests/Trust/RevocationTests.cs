using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>Revocation, rollover and keys on a token, judged by openssl.</summary>
[Collection("trust")]
public sealed class RevocationTests(TrustPlatform platform) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await platform.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_revoked_certificate_is_so_in_list_ocsp_and_enrolment_at_once_and_after_a_power_cut()
    {
        await platform.RequestAsync("rv", "/CN=rv");
        string voucher = await platform.VoucherAsync(await platform.DeviceAsync("RV-1"));
        await platform.TakeAsync((await platform.PostAsync("simpleenroll", "rv.b64", "-u", "x:" + voucher)).Body, "rv");
        string url = (await platform.OkAsync("openssl", "x509", "-in", platform["rv.pem"], "-noout", "-ocsp_uri")).Trim();
        Assert.Equal(platform.Http + "/ocsp", url);
        await IssuerAsync("rv.pem");
        Assert.Contains("rv.pem: good", await OcspAsync("rv.pem", url), StringComparison.Ordinal);
        long before = await CrlNumberAsync();
        JsonElement revoked = await platform.TrustAsync("revoke", await SerialAsync("rv.pem"), "--revocation", "keyCompromise", "--reason", "stolen at night");
        Assert.Empty(revoked.GetProperty("problems").EnumerateArray());
        string answer = await OcspAsync("rv.pem", url);
        Assert.Contains("rv.pem: revoked", answer, StringComparison.Ordinal);
        Assert.Contains("Reason: keyCompromise", answer, StringComparison.Ordinal);
        Assert.Equal(before + 1, await CrlNumberAsync());
        await ListsAsync();
        (int code, string said) = await TrustPlatform.RunAsync("openssl", "verify", "-crl_check_all", "-CAfile", platform["with-lists.pem"], platform["rv.pem"]);
        Assert.True(code != 0 && said.Contains("certificate revoked", StringComparison.Ordinal), said);
        await platform.RequestAsync("rv2", "/CN=rv");
        (int status, string body) = await platform.PostAsync("simplereenroll", "rv2.b64", "--cert", platform["rv.pem"], "--key", platform["rv.key"]);
        Assert.True(status == 401 && body.Contains("client-certificate-revoked", StringComparison.Ordinal), body);
        // With the key of a revoked certificate nobody enrols again.
        string second = await platform.VoucherAsync(await platform.DeviceAsync("RV-2"));
        await platform.RequestAgainAsync("rv", "/CN=again");
        Assert.Contains("key-revoked", (await platform.PostAsync("simpleenroll", "rv.b64", "-u", "x:" + second)).Body, StringComparison.Ordinal);
        await platform.RestartAsync();
        Assert.Contains("rv.pem: revoked", await OcspAsync("rv.pem", url), StringComparison.Ordinal);
        Assert.Equal(before + 1, await CrlNumberAsync());
        Assert.NotEqual(0, (await platform.TryTrustAsync(null, "revoke", await SerialAsync("rv.pem"), "--reason", "twice")).Code);
    }

    [Fact]
    public async Task A_good_certificate_holds_with_lists_and_ocsp_answers_both_ways_and_others_questions_with_no_lie()
    {
        await platform.RequestAsync("srv", "/CN=any");
        string pem = (await platform.TrustAsync("issue", await PemRequestAsync("srv"), "--profile", "radius", "--hosts", "radius.hospital.example,10.0.0.5", "--reason", "FreeRADIUS")).GetProperty("pem").GetString()!;
        File.WriteAllText(platform["srv.pem"], pem);
        await ListsAsync();
        await platform.OkAsync("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-crl_check_all", "-CAfile", platform["with-lists.pem"], platform["srv.pem"]);
        Assert.Contains("DNS:radius.hospital.example, IP Address:10.0.0.5", await platform.OkAsync("openssl", "x509", "-in", platform["srv.pem"], "-noout", "-text"), StringComparison.Ordinal);
        await IssuerAsync("srv.pem");
        await platform.OkAsync("openssl", "ocsp", "-issuer", platform["issuer.pem"], "-cert", platform["srv.pem"], "-no_nonce", "-reqout", platform["q.der"]);
        string get = await platform.OkAsync("bash", "-c", $"curl -sS -o {platform["a.der"]} -w '%{{http_code}} %{{content_type}}' {platform.Http}/ocsp/$(openssl base64 -A -in {platform["q.der"]} | sed 's/+/%2B/g;s,/,%2F,g;s/=/%3D/g')");
        Assert.Equal("200 application/ocsp-response", get);
        Assert.Contains("srv.pem: good", await platform.OkAsync("openssl", "ocsp", "-issuer", platform["issuer.pem"], "-cert", platform["srv.pem"], "-respin", platform["a.der"], "-no_nonce", "-CAfile", platform["ca.pem"]), StringComparison.Ordinal);
        // A responder signs in the authority's name, with a certificate of days that is good for this alone.
        string told = await platform.OkAsync("bash", "-c", $"openssl ocsp -respin {platform["a.der"]} -resp_text -noverify 2>&1");
        Assert.Contains("OCSP No Check", told, StringComparison.Ordinal);
        Assert.Contains("Extended Key Usage: \n                OCSP Signing", told, StringComparison.Ordinal);
        string unknown = await platform.OkAsync("openssl", "ocsp", "-issuer", platform["issuer.pem"], "-serial", "0x1234", "-url", platform.Http + "/ocsp", "-CAfile", platform["ca.pem"]);
        Assert.Contains("unknown", unknown, StringComparison.Ordinal);
        await platform.OkAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", platform["x.key"], "-subj", "/CN=x", "-out", platform["x.pem"]);
        (_, string foreign) = await TrustPlatform.RunAsync("openssl", "ocsp", "-issuer", platform["x.pem"], "-cert", platform["srv.pem"], "-url", platform.Http + "/ocsp");
        Assert.Contains("unauthorized", foreign, StringComparison.Ordinal);
        File.WriteAllText(platform["junk"], "junk");
        Assert.Contains("malformedrequest", await platform.OkAsync("bash", "-c", $"curl -sS --data-binary @{platform["junk"]} {platform.Http}/ocsp > {platform["j.der"]}; openssl ocsp -respin {platform["j.der"]} 2>&1 || true"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_new_issuing_authority_stands_beside_the_old_one_and_old_devices_renew_with_the_new()
    {
        await platform.RequestAsync("ro", "/CN=ro");
        string voucher = await platform.VoucherAsync(await platform.DeviceAsync("RO-1"));
        await platform.TakeAsync((await platform.PostAsync("simpleenroll", "ro.b64", "-u", "x:" + voucher)).Body, "ro");
        (int code, string said) = await platform.TryTrustAsync("not the passphrase at all", "rollover", "--root-key", platform["root.p8"], "--reason", "test");
        Assert.True(code != 0 && said.Contains("does not open with its password", StringComparison.Ordinal), said);
        await platform.FeedTrustAsync(TrustPlatform.Passphrase, "rollover", "--root-key", platform["root.p8"], "--reason", "six years are nearly over");
        await platform.FeedTrustAsync(TrustPlatform.Passphrase, "rollover", "--root-key", platform["root.p8"], "--algorithm", "rsa", "--reason", "old devices");
        await platform.FetchAuthoritiesAsync();
        string[] states = [.. (await platform.TrustAsync("list")).GetProperty("authorities").EnumerateArray().Select(one => $"{one.GetProperty("kind").GetString()} {one.GetProperty("state").GetString()} {one.GetProperty("keyKind").GetString()}")];
        Assert.Equal(["Root Active P384", "Issuing Active Rsa", "Issuing Active P256", "Issuing Retiring P256"], states);
        await ListsAsync();
        await platform.OkAsync("openssl", "verify", "-crl_check_all", "-CAfile", platform["with-lists.pem"], platform["ro.pem"]);
        await platform.RequestAsync("ro2", "/CN=ro");
        (int status, string body) = await platform.PostAsync("simplereenroll", "ro2.b64", "--cert", platform["ro.pem"], "--key", platform["ro.key"]);
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "ro2");
        Assert.Contains("Issuing CA 2 P-256", await platform.OkAsync("openssl", "x509", "-in", platform["ro2.pem"], "-noout", "-issuer"), StringComparison.Ordinal);
        await platform.OkAsync("openssl", "verify", "-crl_check_all", "-CAfile", platform["with-lists.pem"], platform["ro2.pem"]);
        await platform.RequestAsync("rsa", "/CN=old", "2048");
        string old = await platform.VoucherAsync(await platform.DeviceAsync("RO-2"));
        (status, body) = await platform.PostAsync("simpleenroll", "rsa.b64", "-u", "x:" + old);
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "rsa");
        Assert.Contains("Issuing CA 3 RSA", await platform.OkAsync("openssl", "x509", "-in", platform["rsa.pem"], "-noout", "-issuer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_on_a_token_and_an_outside_authority_serve_too()
    {
        const string Module = "/usr/lib/softhsm/libsofthsm2.so";
        if (Environment.GetEnvironmentVariable("CI") != "true") Assert.SkipUnless(File.Exists(Module), "SoftHSM is not installed.");
        using TestFolder folder = new();
        Directory.CreateDirectory(folder["tokens"]);
        string configuration = folder.Write("softhsm2.conf", $"directories.tokendir = {folder["tokens"]}\nobjectstore.backend = file\nslots.removable = false\n");
        File.WriteAllText(folder["pin"], "4321\n");
        File.SetUnixFileMode(folder["pin"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (string, string)[] environment = [("SOFTHSM2_CONF", configuration), ("WARDKEEPER_TRUST_TOKEN_MODULE", Module), ("WARDKEEPER_TRUST_PIN_FILE", folder["pin"]), ("WARDKEEPER_TRUST_PORT", "0"), ("WARDKEEPER_TRUST_HTTP_PORT", "0")];
        await RunAsync(environment, "softhsm2-util", "--init-token", "--free", "--label", "hsm", "--so-pin", "87654321", "--pin", "4321");
        Directory.CreateDirectory(folder["data"]);
        await TrustAsync(environment, folder, "init", "--name", "Token Hospital", "--root-token", "hsm", "--token", "hsm");
        await platform.RequestAsync("tk", "/CN=tk");
        File.WriteAllText(folder["tk.pem"], (await TrustAsync(environment, folder, "issue", await PemRequestAsync("tk"), "--profile", "server", "--hosts", "tk.example")).Replace("\n\n", "\n", StringComparison.Ordinal));
        File.WriteAllText(folder["lists.pem"], await TrustAsync(environment, folder, "crl", "--with-authorities"));
        await platform.OkAsync("openssl", "verify", "-x509_strict", "-crl_check_all", "-CAfile", folder["lists.pem"], folder["tk.pem"]);
        await TrustAsync(environment, folder, "rollover", "--root-token", "hsm", "--token", "hsm", "--algorithm", "p384", "--reason", "stronger");
        // An outside root vouches for the next one.
        File.WriteAllText(folder["out.csr"], await TrustAsync(environment, folder, "request", "--name", "Token Hospital", "--token", "hsm"));
        await platform.OkAsync("bash", "-c", $"""
            cd {folder.Path}; set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout up.key -subj "/O=Province/CN=Province Root" -days 900 -out up.pem -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
            openssl x509 -req -in out.csr -CA up.pem -CAkey up.key -days 800 -copy_extensions copyall -out own.pem; cat own.pem up.pem > chain.pem
            """);
        Assert.Contains("Issuing CA 3 P-256", await TrustAsync(environment, folder, "accept", folder["chain.pem"]), StringComparison.Ordinal);
        await platform.RequestAsync("tk2", "/CN=tk2");
        File.WriteAllText(folder["tk2.pem"], await TrustAsync(environment, folder, "issue", await PemRequestAsync("tk2"), "--profile", "person", "--name", "王医生"));
        await platform.OkAsync("openssl", "verify", "-x509_strict", "-CAfile", folder["up.pem"], "-untrusted", folder["own.pem"], folder["tk2.pem"]);
        // Without the token nothing is issued, and it is said why.
        Directory.Move(folder["tokens"], folder["gone"]);
        Directory.CreateDirectory(folder["tokens"]);
        (int code, string said) = await TryAsync(environment, folder, "issue", await PemRequestAsync("tk2"), "--profile", "person", "--name", "x");
        Assert.True(code != 0 && said.Contains("There is no token hsm", StringComparison.Ordinal), said);
    }

    private static async Task<string> TrustAsync((string, string)[] environment, TestFolder folder, params string[] arguments)
    {
        (int code, string said) = await TryAsync(environment, folder, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static Task<(int Code, string Said)> TryAsync((string, string)[] environment, TestFolder folder, params string[] arguments) =>
        RunAsync(environment, Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform"), ["trust", .. arguments, "--data", folder["data"]]);

    private static async Task<(int Code, string Said)> RunAsync((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }

    private async Task<string> PemRequestAsync(string name)
    {
        await platform.OkAsync("openssl", "req", "-inform", "DER", "-in", platform[name + ".req"], "-out", platform[name + ".csr"]);
        return platform[name + ".csr"];
    }

    private async Task ListsAsync()
    {
        (int code, string pem) = await platform.TryTrustAsync(null, "crl", "--with-authorities");
        Assert.True(code == 0, pem);
        File.WriteAllText(platform["with-lists.pem"], pem);
    }

    /// <summary>Writes the issuer of a certificate, fetched where the certificate says.</summary>
    private async Task IssuerAsync(string name)
    {
        string text = await platform.OkAsync("openssl", "x509", "-in", platform[name], "-noout", "-ext", "authorityInfoAccess");
        string url = text.Split("URI:").Last(part => part.Contains(".cer", StringComparison.Ordinal)).Trim();
        await platform.OkAsync("bash", "-c", $"curl -sS {url} | openssl x509 -inform DER -out {platform["issuer.pem"]}");
    }

    private Task<string> OcspAsync(string name, string url) => platform.OkAsync("bash", "-c", $"openssl ocsp -issuer {platform["issuer.pem"]} -cert {platform[name]} -url {url} -CAfile {platform["ca.pem"]} 2>&1");

    private async Task<string> SerialAsync(string name) => (await platform.OkAsync("openssl", "x509", "-in", platform[name], "-noout", "-serial")).Trim().Split('=')[1];

    private async Task<long> CrlNumberAsync()
    {
        string text = await platform.OkAsync("openssl", "x509", "-in", platform["rv.pem"], "-noout", "-ext", "crlDistributionPoints");
        string url = text.Split("URI:")[1].Trim(), number = await platform.OkAsync("bash", "-c", $"curl -sS {url} | openssl crl -inform DER -noout -crlnumber");
        return long.Parse(number.Trim().Split("0x")[^1].Split('=')[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
