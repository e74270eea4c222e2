using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Storage.Trust.Devices;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The page Trust in a browser, over the hub's real authorities: a request is approved, a voucher made, an order announced, a maker trusted, a boot state approved, the issuing authority changed, a certificate revoked.</summary>
public sealed class TrustUseTests(Chromium chromium)
{
    private const string Passphrase = "a-long-passphrase-for-the-root";
    private static readonly Actor Someone = new("test", new HashSet<Role> { Role.Administrator, Role.ClinicalEngineer });

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Devices_are_enrolled_trusted_and_put_out(string language)
    {
        bool isEnglish = language == "en";
        await using TestConsole console = await TestConsole.StartAsync();
        string rootKey = await AuthorityAsync(console);
        long device = await console.LifeSupportAsync();
        (EnrolmentRequest waiting, Asked request) = await AskAsync(console, "SN-77");
        await BootAsync(console, device);
        await using Visit visit = await console.VisitAsync(chromium.Browser, language, roles: "administrator");
        IPage page = visit.Page;
        await visit.GoAsync("/trust");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"trust-{language}");

        // Nobody approves without a reason.
        ILocator asked = page.Locator($"[data-wk-enrolment='{waiting.Id}']");
        await asked.Locator("button").First.ClickAsync();
        await asked.Locator(".wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-queue] [role=alert]")).ToHaveTextAsync(isEnglish ? "Say why." : "请填写原因。");
        await asked.Locator("textarea").FillAsync(isEnglish ? "unpacked by me" : "本人开箱");
        await asked.Locator(".wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-queue]")).ToHaveAttributeAsync("data-wk-queue", "0");
        IssuedCertificate issued = await FetchAsync(console, request);
        Assert.Equal("SN-77", issued.DeviceSerial);

        await page.FillAsync("[data-wk-voucher-device]", $"D-{device}");
        await page.ClickAsync("[data-wk-voucher]");
        string secret = await page.Locator("[data-secret]").InnerTextAsync();
        Assert.True(secret.Length >= 16, secret);
        await page.FillAsync("[data-wk-voucher-device]", "D-999999");
        await page.ClickAsync("[data-wk-voucher]");
        await Assertions.Expect(page.Locator("section[aria-labelledby=vouchers-title] [role=alert]")).ToHaveTextAsync(isEnglish ? "The ledger has no such device." : "台账中没有此设备。");

        await page.FillAsync("[data-wk-order-number]", "PO-9");
        await page.PressAsync("[data-wk-order-number]", "Tab");
        await page.Locator("[data-wk-order-file]").SetInputFilesAsync(File("order.tsv", "SN-1\tPumps Ltd\tP7\nSN-1\tPumps Ltd\tP7\n"));
        await Assertions.Expect(page.Locator("[data-wk-expected] [role=alert]")).ToContainTextAsync("SN-1");
        await page.Locator("[data-wk-order-file]").SetInputFilesAsync(File("order.tsv", "# serial, maker, model\nSN-1\tPumps Ltd\tP7\nSN-2\tPumps Ltd\tP7\n"));
        await Assertions.Expect(page.Locator("[data-wk-order='PO-9']")).ToContainTextAsync("SN-1, SN-2");

        await page.FillAsync("[data-wk-root-name]", "Pumps Ltd");
        await page.PressAsync("[data-wk-root-name]", "Tab");
        await page.Locator("[data-wk-root-file]").SetInputFilesAsync(File("not.pem", "nothing"));
        await Assertions.Expect(page.Locator("section[aria-labelledby=roots-title] [role=alert]")).ToBeVisibleAsync();
        await page.Locator("[data-wk-root-file]").SetInputFilesAsync(File("maker.pem", MakerRoot()));
        await Assertions.Expect(page.Locator("[data-wk-root]")).ToHaveCountAsync(1);

        // What boots otherwise is shown value by value before anybody expects it.
        await page.ClickAsync($"[data-wk-boot='{device}'] [data-wk-boot-open]");
        await Assertions.Expect(page.Locator("[data-wk-boot] tr.wk-grave")).ToHaveCountAsync(1);
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator("[data-wk-boot]").ScrollIntoViewIfNeededAsync();
        await LookTests.PictureAsync(page, $"trust-boot-{language}");
        await page.FillAsync("[data-wk-boot] textarea", isEnglish ? "firmware 2.3.1, WO-12" : "固件 2.3.1, 工单 12");
        await page.ClickAsync("[data-wk-boot] .wk-primary");
        await Assertions.Expect(page.Locator("[data-wk-boots]")).ToHaveAttributeAsync("data-wk-boots", "0");
        await visit.GoAsync(string.Create(CultureInfo.InvariantCulture, $"/devices/{issued.Device}?tab=admission"));
        await Assertions.Expect(page.Locator("[data-wk-identity=software-certificate]")).ToContainTextAsync(issued.Serial);
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"device-identity-{language}");

        await visit.GoAsync("/trust");
        await page.ClickAsync("[data-wk-rollover]");
        await page.Locator("[data-wk-root-key]").SetInputFilesAsync(File("root.p8", rootKey));
        await page.FillAsync("[data-wk-passphrase]", "another passphrase");
        await page.FillAsync("[data-wk-rolling] textarea", isEnglish ? "six years are over" : "到期更换");
        await page.ClickAsync("[data-wk-rolling] .wk-preview .wk-primary");
        await Assertions.Expect(page.Locator("[data-wk-rolling] [role=alert]")).ToBeVisibleAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"trust-rollover-{language}");
        await page.FillAsync("[data-wk-passphrase]", Passphrase);
        await page.ClickAsync("[data-wk-rolling] .wk-preview .wk-primary");
        await Assertions.Expect(page.Locator("[data-wk-authority][data-wk-state=retiring]")).ToHaveCountAsync(1);

        await visit.GoAsync($"/trust?at={issued.Id}");
        await page.ClickAsync("[data-wk-revoke]");
        await page.SelectOptionAsync("select", "keyCompromise");
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-preview [role=alert]")).ToBeVisibleAsync();
        Assert.Empty(await visit.BarriersAsync());
        await page.FillAsync(".wk-preview textarea", isEnglish ? "stolen at night" : "夜间被盗");
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await page.Locator("[data-wk-done]").WaitForAsync();
        Assert.Equal("keyCompromise", console.Get<ITrustQueries>().Certificate(issued.Number)!.RevocationReason);
        Page<AuditEntry> trail = await console.Get<IAuditQueries>().FindAsync(new AuditFilter(), new PageRequest(1, 200));
        string[] done = [.. trail.Items.Select(one => one.Action)];
        foreach (string action in (string[])["enrolment-approved", "voucher-made", "devices-expected", "maker-root-trusted", "boot-state-approved", "authority-retiring", "certificate-revoked"]) Assert.Contains(action, done);
        Assert.DoesNotContain(trail.Items, one => $"{one.Before}{one.After}{one.Reason}".Contains(Passphrase, StringComparison.Ordinal) || $"{one.Before}{one.After}{one.Reason}".Contains(secret, StringComparison.Ordinal));
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) };

    /// <summary>The hospital's authorities as <c>trust init</c> makes them; the root's key file.</summary>
    private static async Task<string> AuthorityAsync(TestConsole console)
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-root-").FullName;
        try
        {
            string path = Path.Combine(folder, "root.p8");
            await console.Get<Hierarchy>().InitAsync(Someone, "St. Mary", new RootPlace(path, Passphrase, null), KeyKind.P256, null, default);
            return await System.IO.File.ReadAllTextAsync(path);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>A device asks with a voucher that leaves it to a person; the request, and the message that it sends again.</summary>
    private static async Task<(EnrolmentRequest Waiting, Asked Message)> AskAsync(TestConsole console, string serial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (_, string secret) = await console.Get<ITrustCommands>().VoucherAsync(Someone, null, CertificateProfile.Device, TimeSpan.FromDays(1), "");
        Asked message = new(secret, new CertificateRequest($"CN=pump,serialNumber={serial}", key, HashAlgorithmName.SHA256).CreateSigningRequest());
        EnrolmentAnswer answer = await SendAsync(console, message);
        return (answer.Waiting!, message);
    }

    private static async Task<EnrolmentAnswer> SendAsync(TestConsole console, Asked message)
    {
        (Credential? credential, CsrFault? fault) = await console.Get<Credentials>().OfSecretAsync(message.Secret, default);
        CheckedRequest request = CsrCheck.Check(message.Request, 2048, out fault)!;
        return await console.Get<Enrolments>().EnrolAsync(request, credential!, request.Hash, "10.3.2.41", default);
    }

    private static async Task<IssuedCertificate> FetchAsync(TestConsole console, Asked message)
    {
        EnrolmentAnswer answer = await SendAsync(console, message);
        using X509Certificate2 certificate = answer.Certificate!;
        return console.Get<ITrustQueries>().Certificates(new CertificateFilter(), new SortOrder("number", true), new PageRequest(1, 1)).Items[0];
    }

    /// <summary>A chip proved the same state twice, and after an update another one.</summary>
    private static async Task BootAsync(TestConsole console, long device)
    {
        Dictionary<int, string> first = Enumerable.Range(0, 10).ToDictionary(number => number, number => Convert.ToHexStringLower(SHA256.HashData([(byte)number])));
        Dictionary<int, string> updated = new(first) { [0] = Convert.ToHexStringLower(SHA256.HashData("firmware 2.3.1"u8)) };
        await console.Get<DeviceTrustStore>().StoreAsync(new AttestationRecord(device, console.Get<TimeProvider>().Now(), first[1], true, "ak", first[2], updated, 5_000, 2, 0, first, "li"), default);
    }

    private static string MakerRoot()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new("CN=Pumps Ltd Root CA", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(10));
        return made.ExportCertificatePem();
    }

    private sealed record Asked(string Secret, byte[] Request);
}
