using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;
using Refusal = Wardkeeper.Hub.Changes.Refusal;

namespace Wardkeeper.Storage.Trust.Devices;

/// <summary>
/// What devices said, in the relational store: telemetry with its counters in one transaction, proofs of TPMs, public keys of certificates,
/// data keys (sealed). What is asked for at each message is kept in memory besides, and changes only after the commit.
/// </summary>
internal sealed class DeviceTrustStore(StoreFactory stores, HubGate gate, IAuditLog audit, SecretBox box) : IBootStates
{
    /// <summary>Latest envelopes kept of a device; the history of values is the business of who reads them.</summary>
    public const int EnvelopesKept = 4096;

    private readonly ConcurrentDictionary<long, byte[]> states = new();
    private readonly ConcurrentDictionary<string, DeviceKeyRow> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, AttestationRecord> attestations = new();

    /// <summary>Reads what is kept in memory; once, before anything else.</summary>
    public async Task LoadAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        await foreach (TelemetryStateRow row in context.Set<TelemetryStateRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel)) states[row.Device] = row.State;
        await foreach (DeviceKeyRow row in context.Set<DeviceKeyRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel)) keys[row.Certificate] = row;
        await foreach (AttestationRow row in context.Set<AttestationRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel)) attestations[row.Device] = JsonSerializer.Deserialize<AttestationRecord>(row.Record)!;
    }

    /// <summary>A copy of what is remembered of a device's telemetry.</summary>
    /// <exception cref="InvalidDataException">What is stored is damaged; counting anew would let replays in.</exception>
    public TelemetryState StateOf(long device) => states.TryGetValue(device, out byte[]? saved) ? TelemetryState.Restore(saved) ?? throw new InvalidDataException($"The telemetry state of device {device} is damaged.") : new TelemetryState();

    /// <summary>Stores envelopes and the state that knows them. When this returns, they are on the disk.</summary>
    public Task StoreAsync(long device, TelemetryState state, IReadOnlyList<TakenEnvelope> taken, CaptureTime now, CancellationToken cancel)
    {
        byte[] saved = state.Save();
        long oldest = (long)state.Window.Highest - EnvelopesKept;
        return gate.RunAsync(
            async (_, transaction) =>
            {
                foreach (TakenEnvelope one in taken)
                    await transaction.RunAsync("INSERT INTO device_telemetry (device, counter, at, received, kind, bytes) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)", cancel, device, (long)one.Envelope.Counter, one.Envelope.At, now.Nanoseconds, one.Envelope.PayloadKind, one.Bytes);
                await transaction.RunAsync("INSERT INTO device_telemetry_states (device, state) VALUES (@p0, @p1) ON CONFLICT (device) DO UPDATE SET state = excluded.state", cancel, device, saved);
                if (oldest > 0) await transaction.RunAsync("DELETE FROM device_telemetry WHERE device = @p0 AND counter <= @p1", cancel, device, oldest);
            },
            () => states[device] = saved,
            cancel);
    }

    /// <summary>Latest envelopes of a device, as they came, the latest first.</summary>
    public async Task<IReadOnlyList<byte[]>> LatestAsync(long device, int most, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<TelemetryRow>().AsNoTracking().Where(row => row.Device == device).OrderByDescending(row => row.Counter).Take(most).Select(row => row.Bytes).ToListAsync(cancel);
    }

    /// <summary>Public key of a certificate that was shown here; null when it never was.</summary>
    public byte[]? PublicKeyOf(CertificateId certificate) => keys.TryGetValue(certificate.ToString(), out DeviceKeyRow? row) ? row.PublicKey : null;

    /// <summary>A certificate was shown: its public key is kept, so that what it signed can be checked later.</summary>
    public async Task KeepKeyAsync(DeviceCaller caller, CancellationToken cancel)
    {
        string certificate = caller.Certificate.ToString();
        if (keys.ContainsKey(certificate)) return;
        await gate.RunAsync(
            async (_, transaction) => await transaction.RunAsync("INSERT INTO device_keys (certificate, device, public_key) VALUES (@p0, @p1, @p2) ON CONFLICT (certificate) DO NOTHING", cancel, certificate, caller.Device, caller.PublicKey),
            () => keys[certificate] = new DeviceKeyRow { Certificate = certificate, Device = caller.Device, PublicKey = caller.PublicKey },
            cancel);
    }

    /// <summary>What a device's TPM proved last; null when it never did.</summary>
    public AttestationRecord? AttestationOf(long device) => attestations.GetValueOrDefault(device);

    /// <summary>Stores a proof.</summary>
    public Task StoreAsync(AttestationRecord record, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) => await StoreAsync(transaction, record, cancel),
        () => attestations[record.Device] = record,
        cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BootState>> AllAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<AttestationRow> rows = await context.Set<AttestationRow>().AsNoTracking().ToListAsync(cancel);
        return [.. rows.Select(row => BootState.Of(JsonSerializer.Deserialize<AttestationRecord>(row.Record)!)).OrderByDescending(one => one.Waits).ThenBy(one => one.Device)];
    }

    /// <inheritdoc/>
    public async Task<BootState?> OfAsync(long device, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<AttestationRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Device == device, cancel) is { } row ? BootState.Of(JsonSerializer.Deserialize<AttestationRecord>(row.Record)!) : null;
    }

    /// <inheritdoc/>
    public async Task<BootState> ApproveAsync(Actor who, long device, string digest, string reason, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "needs-responder", "Boot states are approved by clinical engineers, analysts and administrators.");
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why.");
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                List<AttestationRecord> known = await transaction.AskAsync("SELECT record FROM device_attestations WHERE device = @p0", row => JsonSerializer.Deserialize<AttestationRecord>(row.GetString(0))!, cancel, device);
                if (known is not [var last]) throw new RefusedException(Refusal.NotFound, "", "no-boot-state", $"D-{device} never proved in which state it was started.");
                if (BootState.Of(last).Digest != digest) throw new RefusedException(Refusal.Stale, "digest", "boot-state-changed", $"D-{device} shows another state than the one you looked at. Look again.");
                AttestationRecord approved = last with { Expected = last.Pcrs, ApprovedBy = who.Name };
                await StoreAsync(transaction, approved, cancel);
                await audit.AppendAsync(who, "boot-state-approved", $"D-{device}", Told(last.Expected), Told(last.Pcrs), reason.Trim(), cancel);
                attestations[device] = approved;
                return BootState.Of(approved);
            },
            cancel: cancel);
    }

    /// <summary>Data keys of a scope, after a new one was made if it is due.</summary>
    public async Task<IReadOnlyList<DataKey>> DataKeysAsync(DataKeyScope scope, CaptureTime now, bool force, CancellationToken cancel)
    {
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                List<DataKey> known = await transaction.AskAsync("SELECT key_id, epoch, not_before, not_after, secret FROM device_data_keys WHERE scope = @p0 ORDER BY epoch", row => Read(scope.Scope, row), cancel, scope.Scope);
                if (DataKeyRules.Due(scope, known, now, force) is not { } made) return known;
                await transaction.RunAsync("INSERT INTO device_data_keys (key_id, scope, epoch, not_before, not_after, secret) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)", cancel, made.Key.Hex, made.Scope, (long)made.Epoch, made.NotBefore, made.NotAfter, box.Seal(made.Secret));
                await transaction.RunAsync("DELETE FROM device_data_keys WHERE scope = @p0 AND not_after < @p1", cancel, scope.Scope, now.Nanoseconds - (DataKeyRules.Kept.Ticks * 100));
                return [.. known, made];
            },
            cancel: cancel);
    }

    private static string Told(IReadOnlyDictionary<int, string> pcrs) => string.Join(' ', pcrs.OrderBy(static pcr => pcr.Key).Select(static pcr => $"{pcr.Key}:{pcr.Value}"));

    private static Task<int> StoreAsync(DbTransaction transaction, AttestationRecord record, CancellationToken cancel) => transaction.RunAsync(
        "INSERT INTO device_attestations (device, at, record) VALUES (@p0, @p1, @p2) ON CONFLICT (device) DO UPDATE SET at = excluded.at, record = excluded.record",
        cancel, record.Device, record.At.Nanoseconds, JsonSerializer.Serialize(record));

    private DataKey Read(string scope, DbDataReader row) => new(new KeyId(row.GetString(0)), scope, (uint)row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), true,
        box.Open((byte[])row.GetValue(4)) ?? throw new InvalidDataException("A data key cannot be opened: the key file beside the database is another one."));
}

/// <summary>What the hub noticed about identities goes to the detectors through the door that batches pass.</summary>
internal sealed class TrustEvents(HubPath path, Wardkeeper.Hub.Detection.DetectionPath detection) : ITrustEvents
{
    /// <inheritdoc/>
    public Task TakeAsync(IReadOnlyList<TrustEvent> events, CancellationToken cancel) => events.Count == 0 ? Task.CompletedTask : path.TakeAsync(
        () =>
        {
            foreach (TrustEvent one in events) detection.Take(one);
        },
        cancel);
}
