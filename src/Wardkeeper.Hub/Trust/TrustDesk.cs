using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Carries out what people do to trust. What is stored changes memory afterwards; whoever must know of a revocation is told then.</summary>
internal sealed class TrustDesk(ITrustStore store, AuthorityBook book, IdentityDirectory identities, MakerRoots roots, Refusals refusals, ILedgerCommands ledger, Hierarchy hierarchy, MakerListImport lists, IEnumerable<IRevocationNotice> notices, TimeProvider time) : ITrustCommands
{
    private const int LongestText = 200, MostExpected = 10_000;
    private static readonly TimeSpan LongestVoucher = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public async Task<EnrolmentRequest> ApproveAsync(Actor who, long enrolment, long? device, string reason, CancellationToken cancel = default)
    {
        MayEnrol(who);
        EnrolmentRequest waiting = await WaitingAsync(enrolment, reason, cancel);
        long chosen = device ?? waiting.Device ?? await DeviceAsync(who, waiting.DeviceSerial, null, null, cancel);
        string serial = await store.SerialOfAsync(chosen, cancel) ?? throw Wrong(Refusal.NotFound, "device", "no-such-device", $"The ledger has no device D-{chosen}.");
        if (serial.Length > 0 && waiting.DeviceSerial is { } shown && !serial.Equals(shown, StringComparison.OrdinalIgnoreCase))
            throw Wrong(Refusal.Conflict, "device", "serial-mismatch", $"D-{chosen} has the serial number {serial}, the request is for {shown}. Correct the ledger, or choose the right device.");
        EnrolmentRequest approved = waiting with { State = EnrolmentState.Approved, Device = chosen, DecidedBy = who.Name, Reason = reason.Trim() };
        return await store.DecideAsync(who, approved, new AuditNote("enrolment-approved", approved.Id, "waiting", $"D-{chosen}, serial number {waiting.DeviceSerial ?? "unknown"}, key {waiting.KeyHash}", reason.Trim()), cancel);
    }

    /// <inheritdoc/>
    public async Task<EnrolmentRequest> RefuseAsync(Actor who, long enrolment, string reason, CancellationToken cancel = default)
    {
        MayEnrol(who);
        EnrolmentRequest waiting = await WaitingAsync(enrolment, reason, cancel);
        EnrolmentRequest refused = waiting with { State = EnrolmentState.Refused, DecidedBy = who.Name, Reason = reason.Trim() };
        return await store.DecideAsync(who, refused, new AuditNote("enrolment-refused", refused.Id, "waiting", "refused", reason.Trim()), cancel);
    }

    /// <inheritdoc/>
    public async Task<(IssuedCertificate Certificate, IReadOnlyList<string> Problems)> RevokeAsync(Actor who, long certificate, string revocation, string reason, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Administrator, Role.Analyst)) throw Wrong(Refusal.Forbidden, "", "needs-analyst", "Certificates are revoked by analysts and administrators.");
        string word = RevocationReasons.Read(revocation) ?? throw Wrong(Refusal.Invalid, "revocation", "revocation-reason", $"'{revocation}' is no reason of RFC 5280; choose among {string.Join(", ", RevocationReasons.All)}.");
        Reason(reason);
        IssuedCertificate before = identities.Certificate(certificate) ?? throw Wrong(Refusal.NotFound, "", "no-such-certificate", $"There is no certificate {IssuedCertificate.IdOf(certificate)}.");
        if (before.RevokedAt is not null) throw Wrong(Refusal.Conflict, "", "revoked-already", $"{before.Id} was revoked already: {before.RevocationReason}.");
        IssuedCertificate after = before with { RevokedAt = time.Now(), RevocationReason = word };
        await store.ChangeAsync(who, [after], new AuditNote("certificate-revoked", after.Id, "valid", $"{word}: {after.Subject}, serial number {after.Serial}", reason.Trim()), cancel);
        return (after, await RevokedAsync([after]));
    }

    /// <summary>After a revocation was stored: memory, the lists, and whoever must know. What fails is told and does not undo it.</summary>
    public async Task<IReadOnlyList<string>> RevokedAsync(IReadOnlyList<IssuedCertificate> revoked)
    {
        List<string> problems = [];
        foreach (IssuedCertificate one in revoked) identities.Put(one);
        foreach (TrustedIdentity identity in revoked.Select(one => one.Identity()).OfType<TrustedIdentity>())
        {
            foreach (IRevocationNotice notice in notices) await TryAsync(() => notice.RevokedAsync(identity, CancellationToken.None), $"{IssuedCertificate.IdOf(identity.Number)} is revoked, but {notice.GetType().Name} could not act on it", problems);
        }
        foreach (string issuer in revoked.Select(one => one.Issuer).Distinct())
            await TryAsync(() => book.CrlAsync(issuer, true, CancellationToken.None), "The certificate is revoked, but the list of revoked certificates could not be made", problems);
        foreach (string problem in problems) refusals.Trouble(problem);
        return problems;
    }

    /// <inheritdoc/>
    public async Task<IssuedCertificate> GradeAsync(Actor who, long certificate, IdentityGrade grade, string evidence, CancellationToken cancel = default)
    {
        Reason(evidence);
        if (grade is not (IdentityGrade.SoftwareCertificate or IdentityGrade.ChipCertificate)) throw Wrong(Refusal.Invalid, "grade", "grade-wrong", "A certificate is of the grade software or chip.");
        IssuedCertificate before = identities.Certificate(certificate) ?? throw Wrong(Refusal.NotFound, "", "no-such-certificate", $"There is no certificate {IssuedCertificate.IdOf(certificate)}.");
        if (before.Grade == grade) return before;
        IssuedCertificate after = before with { Grade = grade };
        await store.ChangeAsync(who, [after], new AuditNote("certificate-graded", after.Id, before.Grade.ToString(), grade.ToString(), evidence.Trim()), cancel);
        identities.Put(after);
        return after;
    }

    /// <inheritdoc/>
    public async Task<(Voucher Voucher, string Secret)> VoucherAsync(Actor who, long? device, string profile, TimeSpan life, string note, CancellationToken cancel = default)
    {
        MayEnrol(who);
        if (!CertificateProfile.All.TryGetValue(profile, out CertificateProfile? known) || known.Subject != SubjectKind.Device)
            throw Wrong(Refusal.Invalid, "profile", "profile-wrong", $"'{profile}' is no profile of devices; choose among {string.Join(", ", CertificateProfile.All.Values.Where(one => one.Subject == SubjectKind.Device).Select(one => one.Name).Order(StringComparer.Ordinal))}.");
        if (life <= TimeSpan.Zero || life > LongestVoucher) throw Wrong(Refusal.Invalid, "life", "voucher-life", $"A voucher is good for up to {LongestVoucher.Days} days.");
        if (device is { } number && await store.SerialOfAsync(number, cancel) is null) throw Wrong(Refusal.NotFound, "device", "no-such-device", $"The ledger has no device D-{number}.");
        string secret = Passwords.MakeOneTime();
        CaptureTime now = time.Now();
        Voucher made = new(0, device, profile, Cut(note), who.Name, now, now.Plus(life));
        Voucher stored = await store.AddAsync(who, made, SecretText.Hash(secret), new AuditNote("voucher-made", "", null, string.Create(CultureInfo.InvariantCulture, $"{(device is null ? "any device, approved one by one" : $"D-{device}")}, {profile}, until {made.Expires.ToDate():yyyy-MM-dd HH:mm} UTC"), Cut(note)), cancel);
        return (stored, secret);
    }

    /// <inheritdoc/>
    public async Task<MakerRoot> ImportRootAsync(Actor who, string name, byte[] certificate, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        MayTrust(who);
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestText) throw Wrong(Refusal.Invalid, "name", "name-wrong", "Say in 1 to 200 letters whose root it is.");
        using X509Certificate2 read = MakerRoots.Read(certificate) ?? throw Wrong(Refusal.Invalid, "certificate", "certificate-wrong", "The file is no certificate, in DER or PEM, of an authority (basic constraints: CA).");
        if (read.NotAfter.ToUniversalTime() < time.GetUtcNow()) throw Wrong(Refusal.Invalid, "certificate", "certificate-over", $"The certificate ended on {read.NotAfter.ToUniversalTime():yyyy-MM-dd}. Ask the maker for the present one.");
        string fingerprint = Convert.ToHexStringLower(SHA256.HashData(read.RawData));
        if (roots.All.Any(one => one.Fingerprint == fingerprint)) throw Wrong(Refusal.Conflict, "certificate", "root-there", "This root is trusted already.");
        MakerRoot root = new(0, name.Trim(), DistinguishedNames.Rfc4514(read.SubjectName.RawData), CertificateMaker.KeyId(read), fingerprint, read.RawData, CertificateMaker.Time(read.NotAfter), time.Now(), who.Name);
        MakerRoot stored = await store.SaveAsync(who, root, new AuditNote("maker-root-trusted", "maker-root:" + root.Name, null, $"{root.Subject}, SHA-256 {fingerprint}"), cancel);
        roots.Put(stored);
        return stored;
    }

    /// <inheritdoc/>
    public async Task RemoveRootAsync(Actor who, long root, string reason, CancellationToken cancel = default)
    {
        MayTrust(who);
        Reason(reason);
        MakerRoot gone = roots.All.FirstOrDefault(one => one.Number == root) ?? throw Wrong(Refusal.NotFound, "", "no-such-root", "There is no such maker's root.");
        await store.SaveAsync(who, gone with { Name = "" }, new AuditNote("maker-root-removed", "maker-root:" + gone.Name, gone.Fingerprint, null, reason.Trim()), cancel);
        roots.Remove(root);
    }

    /// <inheritdoc/>
    public Task<MakerListOutcome> ImportListAsync(Actor who, byte[] file, CancellationToken cancel = default)
    {
        MayTrust(who);
        return lists.RunAsync(who, file, cancel);
    }

    /// <inheritdoc/>
    public async Task<int> ExpectAsync(Actor who, string order, IReadOnlyList<(string Serial, string? Maker, string? Model)> devices, CancellationToken cancel = default)
    {
        MayEnrol(who);
        ArgumentNullException.ThrowIfNull(devices);
        Mistakes mistakes = new();
        mistakes.Require(!string.IsNullOrWhiteSpace(order) && order.Length <= LongestText, "order", "order-missing", "Name the purchase order.");
        mistakes.Require(devices.Count is > 0 and <= MostExpected, "serials", "serials-count", $"Between 1 and {MostExpected} serial numbers are entered at once.");
        foreach ((string serial, string? _, string? _) in devices.Where(one => string.IsNullOrWhiteSpace(one.Serial) || one.Serial.Length > 64 || one.Serial.Any(char.IsControl)).Take(5))
            mistakes.Add("serials", "serial-wrong", $"'{serial}' is no serial number of 1 to 64 letters.");
        foreach (string twice in devices.CountBy(one => (one.Serial ?? "").Trim()).Where(one => one.Value > 1).Select(one => one.Key).Take(5)) mistakes.Add("serials", "serial-twice", $"The serial number {twice} is there twice.");
        mistakes.ThrowIfAny();
        CaptureTime now = time.Now();
        await store.ExpectAsync(who, [.. devices.Select(one => new ExpectedDevice(one.Serial.Trim(), order.Trim(), one.Maker, one.Model, null, who.Name, now))], new AuditNote("devices-expected", "purchase-order:" + order.Trim(), null, $"{devices.Count} serial numbers"), cancel);
        return devices.Count;
    }

    /// <inheritdoc/>
    public async Task<(Authority Made, int Revoked, IReadOnlyList<string> Problems)> RolloverAsync(Actor who, RolloverWish wish, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(wish);
        MayTrust(who);
        try
        {
            (Authority made, IReadOnlyList<IssuedCertificate> revoked) = await hierarchy.RolloverAsync(who, new RootPlace(null, wish.Passphrase, null) { Pem = wish.RootKey }, wish.Kind, wish.Token, wish.RevokesOld, wish.Reason, cancel);
            return (made, revoked.Count, revoked.Count == 0 ? [] : await RevokedAsync(revoked));
        }
        catch (AuthorityKeyException e)
        {
            throw Wrong(Refusal.Invalid, "rootKey", "root-key", e.Message);
        }
    }

    /// <summary>The device of the ledger with a serial number; it is added when there is none.</summary>
    public async Task<long> DeviceAsync(Actor who, string? serial, string? maker, string? model, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(serial)) throw Wrong(Refusal.Invalid, "device", "device-missing", "The request names no serial number. Say which device of the ledger it is.");
        IReadOnlyList<long> known = await store.DevicesAsync(serial, cancel);
        if (known.Count > 1) throw Wrong(Refusal.Conflict, "device", "serial-twice", $"The ledger has two devices with the serial number {serial}: D-{known[0]} and D-{known[1]}. Say which it is, or merge them.");
        if (known.Count == 1) return known[0];
        Dictionary<string, string?> fields = new(StringComparer.Ordinal) { ["serialNumber"] = serial };
        if (maker is not null) fields["vendor"] = maker;
        if (model is not null) fields["model"] = model;
        Actor entering = who with { Roles = new HashSet<Role>(who.Roles) { Role.ClinicalEngineer } };
        LedgerResult added = await ledger.ApplyAsync(entering, [new AddDevice(fields)], "Enrolled by its certificate.", cancel);
        return added.Status == LedgerStatus.Done ? added.Devices[0].Device : throw Wrong(Refusal.Conflict, "device", "device-not-added", "The device could not be added to the ledger: " + string.Join(" ", added.Problems.Select(problem => problem.Message)));
    }

    private async Task<EnrolmentRequest> WaitingAsync(long number, string reason, CancellationToken cancel)
    {
        Reason(reason);
        EnrolmentRequest request = await store.EnrolmentAsync(number, null, cancel) ?? throw Wrong(Refusal.NotFound, "", "no-such-enrolment", $"There is no request {EnrolmentRequest.IdOf(number)}.");
        return request.State == EnrolmentState.Waiting ? request : throw Wrong(Refusal.Stale, "", "enrolment-decided", $"{request.Id} does not wait any more; somebody decided it.");
    }

    private static async Task TryAsync(Func<Task> act, string what, List<string> problems)
    {
        try
        {
            await act();
        }
        catch (Exception e) // Whoever must know fails in its own ways; the revocation stands.
        {
            problems.Add($"{what}: {e.Message}");
        }
    }

    private static void Reason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw Wrong(Refusal.Invalid, "reason", "reason-missing", "Say why.");
    }

    private static string Cut(string note) => note.Length > LongestText ? note[..LongestText] : note;

    private static void MayEnrol(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.ClinicalEngineer, Role.Administrator)) throw Wrong(Refusal.Forbidden, "", "needs-engineer", "Devices are enrolled by clinical engineers and administrators.");
    }

    private static void MayTrust(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Administrator)) throw Wrong(Refusal.Forbidden, "", "needs-administrator", "Makers' roots and lists are trusted by administrators.");
    }

    private static RefusedException Wrong(Refusal kind, string field, string code, string message) => new(kind, field, code, message);
}
