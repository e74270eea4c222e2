using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Trust;

/// <summary>Trust in the relational store.</summary>
internal sealed class TrustStore(StoreFactory stores, HubGate gate, IAuditLog audit, TimeProvider time) : ITrustStore
{
    private const string CertificateSql =
        "INSERT INTO trust_certificates (number, device, profile, grade, issuer, serial, subject, device_serial, key_hash, not_before, not_after, renew_at, how, der) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13)";

    private const string EnrolmentSql =
        "INSERT INTO trust_enrolments (number, state, how, credential, subject, device_serial, key_hash, device, address, asked, decided_by, reason, certificate, replay, voucher) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14)";

    private const string AuthoritySql =
        "INSERT INTO trust_authorities (number, name, kind, state, key_kind, key_place, key_id, certificate, not_before, not_after, crl_number, crl, crl_due, sealed_password) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13) " +
        "ON CONFLICT (number) DO UPDATE SET state = excluded.state, certificate = excluded.certificate, not_before = excluded.not_before, not_after = excluded.not_after, crl_number = excluded.crl_number, crl = excluded.crl, crl_due = excluded.crl_due";

    private const string ExpectedSql =
        "INSERT INTO trust_expected (serial, purchase_order, maker, model, device, entered_by, since) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6) " +
        "ON CONFLICT (serial) DO UPDATE SET purchase_order = excluded.purchase_order, maker = excluded.maker, model = excluded.model, entered_by = excluded.entered_by, since = excluded.since";

    private const string ListSql =
        "INSERT INTO trust_maker_lists (issuer, issuer_name, root, made, next, revoked, content, since, importer) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8) " +
        "ON CONFLICT (issuer) DO UPDATE SET issuer_name = excluded.issuer_name, root = excluded.root, made = excluded.made, next = excluded.next, revoked = excluded.revoked, content = excluded.content, since = excluded.since, importer = excluded.importer";

    /// <inheritdoc/>
    public async Task<TrustRecords> LoadAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        List<AuthorityRow> authorities = await context.Set<AuthorityRow>().AsNoTracking().OrderBy(row => row.Number).ToListAsync(cancel);
        // Without their bytes: these are fetched one by one when somebody asks.
        List<IssuedCertificate> certificates = await context.Set<CertificateRow>().AsNoTracking().OrderBy(row => row.Number).Select(row => new IssuedCertificate(
            row.Number, row.Device, row.Profile, (IdentityGrade)row.Grade, row.Issuer, row.Serial, row.Subject, row.DeviceSerial, row.KeyHash, new CaptureTime(row.NotBefore), new CaptureTime(row.NotAfter),
            new CaptureTime(row.RenewAt), row.How, TrustTables.Time(row.RevokedAt), row.RevocationReason)).ToListAsync(cancel);
        List<MakerRootRow> roots = await context.Set<MakerRootRow>().AsNoTracking().ToListAsync(cancel);
        List<MakerListRow> lists = await context.Set<MakerListRow>().AsNoTracking().ToListAsync(cancel);
        return new TrustRecords([.. authorities.Select(row => row.ToAuthority())], certificates, [.. roots.Select(row => row.ToRoot())], [.. lists.Select(row => row.ToList())]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Authority>> SaveAsync(Actor who, IReadOnlyList<Authority> authorities, IReadOnlyList<AuditNote> notes, CancellationToken cancel) => gate.RunAsync<IReadOnlyList<Authority>>(
        async (_, transaction) =>
        {
            List<Authority> saved = [];
            foreach (Authority one in authorities)
            {
                Authority stored = one.Number > 0 ? one : one with { Number = await transaction.NextAsync("trust_authorities", "number", cancel) };
                await transaction.RunAsync(AuthoritySql, cancel, stored.Number, stored.Name, (int)stored.Kind, (int)stored.State, (int)stored.KeyKind, stored.KeyPlace, stored.KeyId, stored.Certificate,
                    stored.NotBefore.Nanoseconds, stored.NotAfter.Nanoseconds, stored.CrlNumber, stored.Crl, stored.CrlDue?.Nanoseconds, stored.SealedPassword);
                saved.Add(stored);
            }
            if (notes.Count > 0) await audit.AppendAsync(who, notes, cancel);
            return saved;
        },
        cancel: cancel);

    /// <inheritdoc/>
    public Task<(IssuedCertificate Certificate, IssuedCertificate? Birth)> IssueAsync(Actor who, Issue issue, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            long number = await transaction.NextAsync("trust_certificates", "number", cancel);
            IssuedCertificate certificate = issue.Certificate with { Number = number };
            await FreeAsync(transaction, certificate, cancel);
            await InsertAsync(transaction, certificate, issue.Der, cancel);
            IssuedCertificate? birth = issue.Birth is { } bound ? bound.Certificate with { Number = number + 1 } : null;
            if (birth is not null) await InsertAsync(transaction, birth, issue.Birth!.Value.Der, cancel);
            if (issue.Request is { } enrolment) await AnswerAsync(transaction, enrolment with { State = EnrolmentState.Issued, Certificate = number, Device = certificate.Device }, cancel);
            if (issue.Expected is { } serial) await transaction.RunAsync("UPDATE trust_expected SET enrolled = @p1, device = @p2 WHERE serial = @p0", cancel, serial, time.Nanoseconds(), certificate.Device);
            await audit.AppendAsync(who, note.Action, certificate.Id, note.Before, note.After, note.Reason, cancel);
            return (certificate, birth);
        },
        cancel: cancel);

    /// <inheritdoc/>
    public Task ChangeAsync(Actor who, IReadOnlyList<IssuedCertificate> after, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            foreach (IssuedCertificate one in after)
            {
                // A revocation is final (RFC 5280, 5.3.1): what is revoked stays so, whoever came first.
                await transaction.RunAsync("UPDATE trust_certificates SET grade = @p1, revoked_at = COALESCE(revoked_at, @p2), revocation_reason = COALESCE(revocation_reason, @p3) WHERE number = @p0", cancel, one.Number, (int)one.Grade, one.RevokedAt?.Nanoseconds, one.RevocationReason);
            }
            await audit.AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);
        },
        cancel: cancel);

    /// <inheritdoc/>
    public async Task<byte[]?> BytesAsync(long number, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<CertificateRow>().Where(row => row.Number == number).Select(row => row.Der).FirstOrDefaultAsync(cancel);
    }

    /// <inheritdoc/>
    public Task<EnrolmentRequest> AddAsync(Actor who, EnrolmentRequest enrolment, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            EnrolmentRequest stored = await AnswerAsync(transaction, enrolment, cancel);
            await audit.AppendAsync(who, note.Action, stored.Id, note.Before, note.After, note.Reason, cancel);
            return stored;
        },
        cancel: cancel);

    /// <inheritdoc/>
    public Task<EnrolmentRequest> DecideAsync(Actor who, EnrolmentRequest after, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            int touched = await transaction.RunAsync("UPDATE trust_enrolments SET state = @p1, device = @p2, decided_by = @p3, reason = @p4 WHERE number = @p0 AND state = @p5", cancel, after.Number, (int)after.State, after.Device, after.DecidedBy, after.Reason, (int)EnrolmentState.Waiting);
            if (touched == 0) throw new RefusedException(Refusal.Stale, "", "enrolment-decided", $"{after.Id} does not wait any more; somebody decided it.");
            await audit.AppendAsync(who, note.Action, after.Id, note.Before, note.After, note.Reason, cancel);
            return after;
        },
        cancel: cancel);

    /// <inheritdoc/>
    public async Task<EnrolmentRequest?> EnrolmentAsync(long? number, string? replay, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        IQueryable<EnrolmentRow> rows = context.Set<EnrolmentRow>().AsNoTracking();
        // Two questions: one that holds both finds no index, and reads every request there ever was.
        rows = number is { } wanted ? rows.Where(row => row.Number == wanted) : rows.Where(row => row.Replay == replay);
        return (await rows.FirstOrDefaultAsync(cancel))?.ToEnrolment();
    }

    /// <inheritdoc/>
    public async Task<Page<EnrolmentRequest>> EnrolmentsAsync(IReadOnlyList<EnrolmentState> states, PageRequest page, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        int[] wanted = [.. states.Select(state => (int)state)];
        IQueryable<EnrolmentRow> rows = context.Set<EnrolmentRow>().AsNoTracking().Where(row => wanted.Length == 0 || wanted.Contains(row.State));
        List<EnrolmentRow> found = await rows.OrderByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<EnrolmentRequest>([.. found.Select(row => row.ToEnrolment())], await rows.LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public Task<Voucher> AddAsync(Actor who, Voucher voucher, string hash, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            Voucher stored = voucher with { Number = await transaction.NextAsync("trust_vouchers", "number", cancel) };
            await transaction.RunAsync("INSERT INTO trust_vouchers (number, hash, device, profile, note, maker, made, expires) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)", cancel,
                stored.Number, hash, stored.Device, stored.Profile, stored.Note, stored.By, stored.Made.Nanoseconds, stored.Expires.Nanoseconds);
            await audit.AppendAsync(who, note.Action, string.Create(CultureInfo.InvariantCulture, $"voucher:{stored.Number}"), note.Before, note.After, note.Reason, cancel);
            return stored;
        },
        cancel: cancel);

    /// <inheritdoc/>
    public async Task<Voucher?> VoucherAsync(string hash, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return (await context.Set<VoucherRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Hash == hash, cancel))?.ToVoucher();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Voucher>> VouchersAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return [.. (await context.Set<VoucherRow>().AsNoTracking().OrderByDescending(row => row.Number).ToListAsync(cancel)).Select(row => row.ToVoucher())];
    }

    /// <inheritdoc/>
    public Task<MakerRoot> SaveAsync(Actor who, MakerRoot root, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            MakerRoot stored = root;
            if (root.Name.Length == 0)
            {
                await transaction.RunAsync("DELETE FROM trust_maker_lists WHERE root = @p0", cancel, root.Number);
                await transaction.RunAsync("DELETE FROM trust_maker_roots WHERE number = @p0", cancel, root.Number);
            }
            else
            {
                stored = root with { Number = await transaction.NextAsync("trust_maker_roots", "number", cancel) };
                await transaction.RunAsync("INSERT INTO trust_maker_roots (number, name, subject, key_id, fingerprint, certificate, not_after, since, importer) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8)", cancel,
                    stored.Number, stored.Name, stored.Subject, stored.KeyId, stored.Fingerprint, stored.Certificate, stored.NotAfter.Nanoseconds, stored.Since.Nanoseconds, stored.By);
            }
            await audit.AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);
            return stored;
        },
        cancel: cancel);

    /// <inheritdoc/>
    public Task SaveAsync(Actor who, MakerList list, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            await transaction.RunAsync(ListSql, cancel, list.Issuer, list.IssuerName, list.Root, list.Made.Nanoseconds, list.Next?.Nanoseconds, list.Revoked, list.Content, list.Since.Nanoseconds, list.By);
            await audit.AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);
        },
        cancel: cancel);

    /// <inheritdoc/>
    public Task ExpectAsync(Actor who, IReadOnlyList<ExpectedDevice> devices, AuditNote note, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            foreach (ExpectedDevice one in devices) await transaction.RunAsync(ExpectedSql, cancel, one.Serial, one.Order, one.Maker, one.Model, one.Device, one.By, one.Since.Nanoseconds);
            await audit.AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);
        },
        cancel: cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExpectedDevice>> ExpectedAsync(string? serial, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        List<ExpectedRow> rows = await context.Set<ExpectedRow>().AsNoTracking().Where(row => serial == null || row.Serial == serial).OrderByDescending(row => row.Since).ThenBy(row => row.Serial).ToListAsync(cancel);
        return [.. rows.Select(row => row.ToExpected())];
    }

    /// <inheritdoc/>
    public async Task<string?> SerialOfAsync(long device, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<DeviceRow>().Where(row => row.Id == device && row.MergedInto == 0).Select(row => row.SerialNumber ?? "").FirstOrDefaultAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<long>> DevicesAsync(string serial, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<DeviceRow>().Where(row => row.SerialNumber == serial && row.MergedInto == 0).Select(row => row.Id).OrderBy(id => id).Take(2).ToListAsync(cancel);
    }

    private static Task<int> InsertAsync(DbTransaction transaction, IssuedCertificate one, byte[] der, CancellationToken cancel) => transaction.RunAsync(CertificateSql, cancel,
        one.Number, one.Device, one.Profile, (int)one.Grade, one.Issuer, one.Serial, one.Subject, one.DeviceSerial, one.KeyHash, one.NotBefore.Nanoseconds, one.NotAfter.Nanoseconds, one.RenewAt.Nanoseconds, one.How, der);

    /// <summary>Looks behind the door whether the key is still nobody else's: two devices may ask with one key at once.</summary>
    private static async Task FreeAsync(DbTransaction transaction, IssuedCertificate certificate, CancellationToken cancel)
    {
        List<bool> others = await transaction.AskAsync(
            "SELECT COUNT(*) FROM trust_certificates WHERE key_hash = @p0 AND (COALESCE(device, -1) <> @p1 OR (device IS NULL AND subject <> @p2) OR revoked_at IS NOT NULL)",
            row => row.GetInt64(0) > 0, cancel, certificate.KeyHash, certificate.Device ?? -1, certificate.Subject);
        if (others[0]) throw new RefusedException(Refusal.Conflict, "", "key-in-use", "The key belongs to another certificate already, or one with it was revoked. Make a new key.");
    }

    /// <summary>Stores a request, new or decided before, and uses its voucher up. The same message twice is refused.</summary>
    private async Task<EnrolmentRequest> AnswerAsync(DbTransaction transaction, EnrolmentRequest enrolment, CancellationToken cancel)
    {
        if (enrolment.Number > 0)
        {
            int touched = await transaction.RunAsync("UPDATE trust_enrolments SET state = @p1, certificate = @p2 WHERE number = @p0 AND state = @p3", cancel, enrolment.Number, (int)enrolment.State, enrolment.Certificate, (int)EnrolmentState.Approved);
            return touched == 1 ? enrolment : throw Replayed();
        }
        if ((await transaction.AskAsync("SELECT COUNT(*) FROM trust_enrolments WHERE replay = @p0", row => row.GetInt64(0), cancel, enrolment.Replay))[0] > 0) throw Replayed();
        if (enrolment.Voucher is { } voucher && await transaction.RunAsync("UPDATE trust_vouchers SET used = @p1 WHERE number = @p0 AND used IS NULL", cancel, voucher, time.Nanoseconds()) == 0)
            throw new RefusedException(Refusal.Conflict, "", "voucher-used", "The one-time token was used already.");
        EnrolmentRequest stored = enrolment with { Number = await transaction.NextAsync("trust_enrolments", "number", cancel) };
        await transaction.RunAsync(EnrolmentSql, cancel, stored.Number, (int)stored.State, stored.How, stored.Credential, stored.Subject, stored.DeviceSerial, stored.KeyHash, stored.Device, stored.Address, stored.Asked.Nanoseconds,
            stored.DecidedBy, stored.Reason, stored.Certificate, stored.Replay, stored.Voucher);
        return stored;
    }

    private static RefusedException Replayed() => new(Refusal.Conflict, "", "csr-replayed", "This very message was answered already. Make a new request.");
}
