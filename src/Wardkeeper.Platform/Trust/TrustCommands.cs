using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Trust;

/// <summary>What the owner of the data folder does for <c>wardkeeper trust</c>.</summary>
internal static class TrustCommands
{
    private const int LongestPem = 60_000;
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Registers all of them.</summary>
    public static void Register(IServiceCollection services)
    {
        Add(services, "trust-init", InitAsync);
        Add(services, "trust-rollover", RolloverAsync);
        Add(services, "trust-request", RequestAsync);
        Add(services, "trust-accept", AcceptAsync);
        Add(services, "trust-issue", IssueAsync);
        Add(services, "trust-revoke", RevokeAsync);
        Add(services, "trust-list", ListAsync);
        Add(services, "trust-crl", CrlAsync);
        Add(services, "trust-import-root", ImportRootAsync);
        Add(services, "trust-import-crl", ImportListAsync);
        Add(services, "trust-voucher", VoucherAsync);
        Add(services, "trust-expect", ExpectAsync);
        Add(services, "trust-queue", QueueAsync);
        Add(services, "trust-approve", ApproveAsync);
        Add(services, "trust-refuse", RefuseAsync);
    }

    private static void Add(IServiceCollection services, string name, Func<IServiceProvider, Actor, ControlRequest, CancellationToken, Task<ControlAnswer>> run) =>
        services.AddSingleton<IControlCommand>(provider => new ControlHandler(name, provider.GetRequiredService<PlatformOptions>(), provider, async (inside, who, request, cancel) =>
        {
            try
            {
                return await run(inside, who, request, cancel);
            }
            catch (AuthorityKeyException e)
            {
                throw new UserError(e.Message);
            }
        }));

    private static async Task<ControlAnswer> InitAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        IReadOnlyList<Authority> made = await services.GetRequiredService<Hierarchy>().InitAsync(who, request.Required("name"), Root(request), Kind(request), request["token"], cancel);
        List<string> lines = [.. made.Select(Line)];
        if (request["rootKey"] is { } path) lines.Add($"The root's key is in {path}. Copy it to two media that are kept apart, check both (openssl pkey -in COPY -noout), then delete it here. It is needed for the next rollover only.");
        return new ControlAnswer { Lines = lines, Facts = Facts(made.Select(Fact)) };
    }

    private static async Task<ControlAnswer> RolloverAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        (Authority made, IReadOnlyList<IssuedCertificate> revoked) = await services.GetRequiredService<Hierarchy>().RolloverAsync(who, Root(request), Kind(request), request["token"], request["revokeOld"] is not null, request.Required("reason"), cancel);
        IReadOnlyList<string> problems = revoked.Count == 0 ? [] : await services.GetRequiredService<TrustDesk>().RevokedAsync(revoked);
        return new ControlAnswer { Lines = [Line(made), .. revoked.Count == 0 ? Array.Empty<string>() : [$"{revoked.Count} certificates were revoked."], .. problems], Facts = Facts(new { made = Fact(made), revoked = revoked.Count, problems }) };
    }

    private static async Task<ControlAnswer> RequestAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        (Authority requested, byte[] der) = await services.GetRequiredService<Hierarchy>().RequestAsync(who, request.Required("name"), Kind(request), request["token"], cancel);
        string pem = System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE REQUEST", der);
        return new ControlAnswer { Lines = [pem], Facts = Facts(new { authority = Fact(requested), request = pem }) };
    }

    private static async Task<ControlAnswer> AcceptAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        X509Certificate2Collection chain = [];
        try
        {
            chain.ImportFromPem(request.Required("certificate"));
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new UserError($"The file holds no certificates in PEM: {e.Message}");
        }
        Authority accepted = await services.GetRequiredService<Hierarchy>().AcceptAsync(who, chain, cancel);
        return new ControlAnswer { Lines = [Line(accepted)], Facts = Facts(Fact(accepted)) };
    }

    private static async Task<ControlAnswer> IssueAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        string profileName = request.Required("profile");
        if (!CertificateProfile.All.TryGetValue(profileName, out CertificateProfile? profile)) throw new UserError($"'{profileName}' is no profile; choose among {string.Join(", ", CertificateProfile.All.Keys.Order(StringComparer.Ordinal))}.");
        byte[] der = CsrCheck.Decode(Encoding.UTF8.GetBytes(request.Required("csr"))) ?? throw new UserError("The file holds no request for a certificate (PKCS #10), in PEM or base64.");
        CheckedRequest asked = CsrCheck.Check(der, profile.LeastRsaBits, out CsrFault? fault) ?? throw new UserError(fault!.Message);
        string[] hosts = (request["hosts"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        AlternativeNames names = new([.. hosts.Where(host => !System.Net.IPAddress.TryParse(host, out _))], [.. hosts.Select(host => System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? address) ? address : null).OfType<System.Net.IPAddress>()], null);
        (X509Certificate2 made, IssuedCertificate stored) = await services.GetRequiredService<Enrolments>().OrderAsync(who, asked, profile, request["name"] ?? hosts.FirstOrDefault(), names, Number(request, "device"), request["reason"] ?? "ordered at the command line", cancel);
        AuthorityBook book = services.GetRequiredService<AuthorityBook>();
        Authority issuer = book.All.First(one => one.KeyId == stored.Issuer);
        string pem = made.ExportCertificatePem() + "\n" + book.CertificateOf(issuer).ExportCertificatePem();
        return new ControlAnswer { Lines = [pem], Facts = Facts(new { certificate = Fact(stored), pem }) };
    }

    private static async Task<ControlAnswer> RevokeAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        string wanted = request.Required("certificate");
        IdentityDirectory identities = services.GetRequiredService<IdentityDirectory>();
        IssuedCertificate found = identities.All.FirstOrDefault(one => one.Id.Equals(wanted, StringComparison.OrdinalIgnoreCase) || one.Serial == SerialText(wanted)) ?? throw new UserError($"There is no certificate '{wanted}'. 'wardkeeper trust list' shows all.");
        (IssuedCertificate revoked, IReadOnlyList<string> problems) = await services.GetRequiredService<TrustDesk>().RevokeAsync(who, found.Number, request["revocation"] ?? "unspecified", request.Required("reason"), cancel);
        return new ControlAnswer { Lines = [$"{revoked.Id} is revoked: {revoked.Subject} ({revoked.RevocationReason}).", .. problems], Facts = Facts(new { certificate = Fact(revoked), problems }) };
    }

    private static async Task<ControlAnswer> ListAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        ITrustQueries trust = services.GetRequiredService<ITrustQueries>();
        Page<IssuedCertificate> certificates = trust.Certificates(new CertificateFilter { Text = request["text"], Device = Number(request, "device") }, new SortOrder("number", true), new PageRequest(1, 50));
        TrustOverview overview = await trust.OverviewAsync(cancel);
        List<string> lines = [.. trust.Authorities().Select(Line), .. trust.MakerRoots().Select(root => $"maker's root {root.Number}\t{root.Name}\tuntil {Day(root.NotAfter)}\t{root.Fingerprint}"), .. trust.MakerLists().Select(list => $"maker's list\t{list.IssuerName}\t{list.Revoked} revoked\tmade {Day(list.Made)}"), .. certificates.Items.Select(Line)];
        if (certificates.Total > certificates.Items.Count) lines.Add($"… and {certificates.Total - certificates.Items.Count} older ones; name a text to look for.");
        if (overview.Waiting > 0) lines.Add($"{overview.Waiting} requests wait for approval; 'wardkeeper trust queue' shows them.");
        if (overview.Refused.Count > 0) lines.Add("Refused since the start: " + string.Join(", ", overview.Refused.Select(one => $"{one.Key} {one.Value}")));
        lines.AddRange(overview.Problems);
        return new ControlAnswer { Lines = lines, Facts = Facts(new { authorities = trust.Authorities().Select(Fact), roots = trust.MakerRoots().Select(root => new { root.Number, root.Name, root.Fingerprint }), lists = trust.MakerLists().Select(list => new { list.Issuer, list.IssuerName, list.Revoked, made = list.Made.ToDate(), next = list.Next?.ToDate() }), certificates = certificates.Items.Select(Fact), overview.Waiting, overview.Refused, overview.Problems }) };
    }

    private static async Task<ControlAnswer> CrlAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        AuthorityBook book = services.GetRequiredService<AuthorityBook>();
        StringBuilder pem = new();
        foreach (Authority one in book.All)
        {
            if (await book.CrlAsync(one.KeyId, false, cancel) is { } list) pem.Append(System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", list)).Append('\n');
        }
        string certificates = string.Join("\n", book.Trusted().Select(one => one.ExportCertificatePem())) + "\n";
        string text = request["withAuthorities"] is null ? pem.ToString() : certificates + pem;
        // The control socket's lines are bounded; a list with more than about a thousand certificates is fetched.
        if (text.Length > LongestPem) throw new UserError("The lists are too long for this command. Fetch them at /crl/KEYID.crl (trust.httpPort); 'wardkeeper trust list' names the key identifiers.");
        return new ControlAnswer { Lines = [text.TrimEnd('\n')] };
    }

    private static async Task<ControlAnswer> ImportRootAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        MakerRoot root = await services.GetRequiredService<ITrustCommands>().ImportRootAsync(who, request.Required("name"), Convert.FromBase64String(request.Required("certificate")), cancel);
        return new ControlAnswer { Lines = [$"{root.Name} is trusted: {root.Subject}. Compare its SHA-256 with the maker's paper: {root.Fingerprint}"], Facts = Facts(new { root.Number, root.Fingerprint, root.Subject }) };
    }

    private static async Task<ControlAnswer> ImportListAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        MakerListOutcome outcome = await services.GetRequiredService<ITrustCommands>().ImportListAsync(who, ReadList(request.Required("list")), cancel);
        MakerList list = outcome.List;
        List<string> lines = [$"The list of {list.IssuerName} names {list.Revoked} revoked certificates; it was made on {Day(list.Made)}{(list.Next is { } next ? $", the next one comes until {Day(next)}" : "")}."];
        if (outcome.IsOutdated) lines.Add("A newer one should be there already: this one counts, but fetch the maker's newest.");
        lines.AddRange(outcome.Affected.Select(device => $"D-{device} enrolled by a certificate that its maker has revoked. Nothing was done to it: look at it, and revoke its certificates if need be."));
        return new ControlAnswer { Lines = lines, Facts = Facts(new { list.Issuer, list.IssuerName, list.Revoked, outcome.IsOutdated, outcome.Affected }) };
    }

    private static byte[] ReadList(string path)
    {
        try
        {
            if (new FileInfo(path).Length > RevocationList.Largest) throw new UserError($"{path} has more than {RevocationList.Largest >> 20} MB; such lists are smaller.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message}");
        }
    }

    private static async Task<ControlAnswer> VoucherAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        int hours = int.TryParse(request["hours"] ?? "72", NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : throw new UserError($"'{request["hours"]}' is not a number of hours.");
        (Voucher voucher, string secret) = await services.GetRequiredService<ITrustCommands>().VoucherAsync(who, Number(request, "device"), request["profile"] ?? CertificateProfile.Device, TimeSpan.FromHours(hours), request["note"] ?? "", cancel);
        return new ControlAnswer { Lines = [secret], Facts = Facts(new { voucher.Number, secret, expires = voucher.Expires.ToDate() }) };
    }

    private static async Task<ControlAnswer> ExpectAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        int entered = await services.GetRequiredService<ITrustCommands>().ExpectAsync(who, request.Required("order"), PurchaseList.Read(request.Required("list")), cancel);
        return new ControlAnswer { Lines = [$"{entered} devices of {request.Required("order")} are expected."], Facts = Facts(new { entered }) };
    }

    private static async Task<ControlAnswer> QueueAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        Page<EnrolmentRequest> waiting = await services.GetRequiredService<ITrustQueries>().EnrolmentsAsync(request["all"] is null ? [EnrolmentState.Waiting] : [], new PageRequest(1, 50), cancel);
        return new ControlAnswer
        {
            Lines = [.. waiting.Items.Select(one => $"{one.Id}\t{one.State}\t{one.DeviceSerial ?? "no serial number"}\t{one.Credential}\t{one.Subject}\tfrom {one.Address}\t{one.Reason}")],
            Facts = Facts(waiting.Items.Select(one => new { one.Id, state = one.State.ToString(), one.DeviceSerial, one.Device, one.Credential, one.Subject, one.KeyHash, one.Address, one.Certificate })),
        };
    }

    private static async Task<ControlAnswer> ApproveAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        EnrolmentRequest approved = await services.GetRequiredService<ITrustCommands>().ApproveAsync(who, Enrolment(request), Number(request, "device"), request.Required("reason"), cancel);
        return new ControlAnswer { Lines = [$"{approved.Id} is approved for D-{approved.Device}; the device gets its certificate when it asks again."], Facts = Facts(new { approved.Id, approved.Device }) };
    }

    private static async Task<ControlAnswer> RefuseAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        EnrolmentRequest refused = await services.GetRequiredService<ITrustCommands>().RefuseAsync(who, Enrolment(request), request.Required("reason"), cancel);
        return new ControlAnswer { Lines = [$"{refused.Id} is refused."], Facts = Facts(new { refused.Id }) };
    }

    private static long Enrolment(ControlRequest request) => Parse(request.Required("enrolment"), "E-", "request");

    private static long? Number(ControlRequest request, string name) => request[name] is { } text ? Parse(text, "D-", "device") : null;

    private static long Parse(string text, string prefix, string what) =>
        long.TryParse(text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new UserError($"'{text}' is no {what}; write {prefix}12.");

    private static RootPlace Root(ControlRequest request) => new(request["rootToken"] is null ? request["rootKey"] : null, request["passphrase"], request["rootToken"]);

    private static KeyKind Kind(ControlRequest request) => (request["algorithm"] ?? "p256") switch
    {
        "p256" => KeyKind.P256,
        "p384" => KeyKind.P384,
        "rsa" => KeyKind.Rsa,
        var other => throw new UserError($"'{other}' is no kind of key; choose among p256, p384, rsa."),
    };

    private static string SerialText(string text) => SerialNumbers.Text(text) ?? "";

    private static string Day(Sensor.Observations.CaptureTime at) => at.ToDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Line(Authority one) => $"authority {one.Number}\t{one.Name}\t{one.Kind}\t{one.State}\t{one.KeyKind}, key in {one.KeyPlace}\tuntil {(one.Certificate.Length == 0 ? "-" : Day(one.NotAfter))}\t{one.KeyId}";

    private static string Line(IssuedCertificate one) => $"{one.Id}\t{one.Subject}\t{one.Profile}, {one.Grade}\t{(one.RevokedAt is null ? "until " + Day(one.NotAfter) : "revoked: " + one.RevocationReason)}\t{one.Serial}";

    private static object Fact(Authority one) => new { number = one.Number, name = one.Name, kind = one.Kind.ToString(), state = one.State.ToString(), keyKind = one.KeyKind.ToString(), keyPlace = one.KeyPlace, keyId = one.KeyId, notAfter = one.NotAfter.ToDate() };

    private static object Fact(IssuedCertificate one) => new { number = one.Number, id = one.Id, device = one.Device, profile = one.Profile, grade = one.Grade.ToString(), issuer = one.Issuer, serial = one.Serial, subject = one.Subject, deviceSerial = one.DeviceSerial, notAfter = one.NotAfter.ToDate(), revoked = one.RevocationReason, how = one.How };

    private static JsonElement Facts(object facts) => JsonSerializer.SerializeToElement(facts, Web);
}
