using System.Collections.Concurrent;
using System.Globalization;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Trust.Devices;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>An answer: a message as bytes, or a reason why there is none.</summary>
/// <param name="Body">The message; null when it is refused.</param>
/// <param name="Reason">A word of <see cref="RefusalReason"/>; empty when it is not refused.</param>
internal readonly record struct DeskAnswer(byte[]? Body, string Reason = "")
{
    /// <summary>A message.</summary>
    public static DeskAnswer Of<T>(T message)
        where T : class, IMessage<T> => new(Message.Encode(message));

    /// <summary>A refusal.</summary>
    public static DeskAnswer No(string reason) => new(null, reason);
}

/// <summary>Answers what devices, servers and apps send. Each method is one message of <c>docs/device-protocol.md</c>; the caller was recognised before.</summary>
/// <param name="door">Who is who.</param>
/// <param name="store">What is kept.</param>
/// <param name="events">Where what was noticed goes.</param>
/// <param name="attestation">Challenges of TPMs.</param>
/// <param name="grading">Who keeps the grades.</param>
/// <param name="signer">The hub's certificate.</param>
/// <param name="readers">Devices (servers, machines with apps) that may read the telemetry of all.</param>
/// <param name="suites">Suites that are spoken here.</param>
internal sealed class DeviceDesk(DeviceDoor door, DeviceTrustStore store, ITrustEvents events, AttestationDesk attestation, IIdentityGrading grading, IMessageSigner signer, Func<IReadOnlyList<long>> readers, Func<SuiteChoice> suites) : IDisposable
{
    private const int MostSessions = 10_000;
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5), TellAgain = TimeSpan.FromMinutes(5);
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];
    private readonly ConcurrentDictionary<CertificateId, SessionKeyRing> sessions = new();
    private readonly ConcurrentDictionary<CertificateId, (Address Address, CaptureTime Told)> places = new();

    /// <summary>An identity is used: told to the detectors when it comes from another address than before, and now and then as long as it stays.</summary>
    public async Task PresentedAsync(DeviceCaller caller, CancellationToken cancel)
    {
        CaptureTime now = door.Now;
        if (places.TryGetValue(caller.Certificate, out (Address Address, CaptureTime Told) before) && before.Address == caller.Address && now.Since(before.Told) < TellAgain) return;
        places[caller.Certificate] = (caller.Address, now);
        await store.KeepKeyAsync(caller, cancel);
        await events.TakeAsync([new TrustEvent(TrustEventKind.Presented, now, caller.Certificate, caller.Device, caller.KeyHash, caller.Address)], cancel);
    }

    /// <summary>Telemetry: stored, then acknowledged.</summary>
    public async Task<DeskAnswer> TelemetryAsync(DeviceCaller caller, byte[] body, CancellationToken cancel)
    {
        if (Message.Decode<TelemetryBatch>(body, out _) is not { } batch) return DeskAnswer.No(RefusalReason.BadMessage);
        SemaphoreSlim turn = turns[caller.Device % turns.Length];
        await turn.WaitAsync(cancel);
        TelemetryState state;
        TelemetryJudge judge;
        TelemetryOutcome[] outcomes;
        ulong highest;
        try
        {
            state = store.StateOf(caller.Device);
            highest = state.Window.Highest;
            judge = new TelemetryJudge(caller, state, door.Now, id => EarlierKey(caller, id), suites());
            outcomes = [.. batch.Envelopes.Select(judge.Judge)];
            if (judge.Taken.Count > 0)
            {
                try
                {
                    // From here on it is finished, also when the device hangs up: half stored and half answered there is not.
                    await store.StoreAsync(caller.Device, state, judge.Taken, door.Now, CancellationToken.None);
                    highest = state.Window.Highest;
                }
                catch (Exception e) when (StoreFaults.IsStoreFault(e))
                {
                    outcomes = [.. outcomes.Select(static one => one is TelemetryOutcome.Stored or TelemetryOutcome.StoredBefore ? TelemetryOutcome.NotNow : one)];
                }
            }
        }
        finally
        {
            turn.Release();
        }
        foreach (TelemetryOutcome outcome in outcomes)
        {
            if (outcome > TelemetryOutcome.StoredBefore) door.Refuse("telemetry-" + outcome.ToString().ToLowerInvariant());
        }
        await events.TakeAsync(judge.Events, cancel);
        return DeskAnswer.Of(new TelemetryReceipt(door.Now.Nanoseconds, highest, outcomes));
    }

    /// <summary>Agreement on session keys.</summary>
    public DeskAnswer Session(DeviceCaller caller, byte[] body)
    {
        if (Message.Decode<SessionOffer>(body, out _) is not { } offer) return DeskAnswer.No(RefusalReason.BadMessage);
        if (offer.Signer != caller.Certificate || offer.Peer != signer.Signer) return DeskAnswer.No(RefusalReason.IdentityDiffers);
        if (IsTimeOff(offer.At)) return DeskAnswer.No(RefusalReason.TimeOff);
        if (suites().SignerOf(offer.Suite, signer) is not { } own) return DeskAnswer.No(RefusalReason.UnknownSuite);
        if (SessionAgreement.Answer(offer, caller.PublicKey, own, SessionTerms.Default, door.Now.Nanoseconds, out ProtocolFault fault) is not { } agreed)
            return DeskAnswer.No(fault == ProtocolFault.BadSignature ? RefusalReason.BadSignature : RefusalReason.BadMessage);
        if (sessions.Count >= MostSessions && !sessions.ContainsKey(caller.Certificate)) return DeskAnswer.No(RefusalReason.NotNow);
        SessionKeyRing ring = sessions.GetOrAdd(caller.Certificate, static _ => new SessionKeyRing());
        lock (ring) ring.Rotate(agreed.Keys, door.Now.Nanoseconds);
        return DeskAnswer.Of(agreed.Answer);
    }

    /// <summary>Telemetry under session keys.</summary>
    public async Task<DeskAnswer> SealedAsync(DeviceCaller caller, byte[] body, CancellationToken cancel)
    {
        if (Message.Decode<SealedMessage>(body, out _) is not { } message) return DeskAnswer.No(RefusalReason.BadMessage);
        if (!sessions.TryGetValue(caller.Certificate, out SessionKeyRing? ring)) return DeskAnswer.No(RefusalReason.NoChallenge);
        byte[]? clear;
        lock (ring) clear = ring.Open(message, door.Now.Nanoseconds);
        if (clear is null) return DeskAnswer.No(RefusalReason.NoChallenge);
        DeskAnswer answer = await TelemetryAsync(caller, clear, cancel);
        if (answer.Body is null) return answer;
        SealedMessage? back;
        lock (ring) back = ring.Seal(answer.Body, door.Now.Nanoseconds);
        return back is null ? DeskAnswer.No(RefusalReason.NoChallenge) : DeskAnswer.Of(back);
    }

    /// <summary>Data keys for who may have them.</summary>
    public async Task<DeskAnswer> KeysAsync(DeviceCaller caller, byte[] body, CancellationToken cancel)
    {
        if (Message.Decode<ReaderKey>(body, out _) is not { } asked) return DeskAnswer.No(RefusalReason.BadMessage);
        if (asked.Signer != caller.Certificate) return DeskAnswer.No(RefusalReason.IdentityDiffers);
        if (suites().SignerOf(asked.Suite, signer) is not { } own) return DeskAnswer.No(RefusalReason.UnknownSuite);
        if (!Signing.IsSigned(asked, own.Suite, caller.PublicKey)) return DeskAnswer.No(RefusalReason.BadSignature);
        if (IsTimeOff(asked.At)) return DeskAnswer.No(RefusalReason.TimeOff);
        long? writer = asked.Scope == ReaderKey.Own ? caller.Device : DeviceOf(asked.Scope);
        IReadOnlyList<DataKey> keys = [];
        IReadOnlyList<long> may = readers();
        // Keys are made for devices that speak or are read, not for every word that somebody thinks of.
        if (writer is { } device && (device == caller.Device || may.Contains(caller.Device)))
        {
            DataKeyScope scope = new(DataKeyScope.OfTelemetry(device), device, may);
            keys = DataKeyRules.For(scope, await store.DataKeysAsync(scope, door.Now, force: false, cancel), caller.Device, door.Now);
        }
        return DataKeyRequest.Wrap(asked, [.. keys.Take(DataKeyList.MaxKeys)], own) is { } list ? DeskAnswer.Of(list) : DeskAnswer.No(RefusalReason.BadMessage);
    }

    /// <summary>Whether a certificate still counts.</summary>
    public DeskAnswer Identity(byte[] body)
    {
        if (Message.Decode<IdentityQuestion>(body, out _) is not { } question) return DeskAnswer.No(RefusalReason.BadMessage);
        if (door.Find(question.Certificate) is not { } identity) return DeskAnswer.Of(new IdentityAnswer(IdentityState.Unknown, 0, new byte[32], false, []));
        return DeskAnswer.Of(new IdentityAnswer(door.StateOf(identity, identity.KeyHash), (ulong)identity.Device, Convert.FromHexString(identity.KeyHash), identity.Grade == IdentityGrade.ChipCertificate, store.PublicKeyOf(question.Certificate) ?? []));
    }

    /// <summary>A TPM's challenge.</summary>
    public DeskAnswer BeginAttestation(DeviceCaller caller, byte[] body)
    {
        if (Message.Decode<AttestationBegin>(body, out _) is not { } begin) return DeskAnswer.No(RefusalReason.BadMessage);
        if (attestation.Begin(caller, begin, door.Now, out string note) is { } challenge) return DeskAnswer.Of(challenge);
        return DeskAnswer.No(note == RefusalReason.TooOften ? note : RefusalReason.NotProved);
    }

    /// <summary>A TPM's proof: stored, graded, compared.</summary>
    public async Task<DeskAnswer> ProveAsync(DeviceCaller caller, byte[] body, CancellationToken cancel)
    {
        if (Message.Decode<AttestationProof>(body, out _) is not { } proof) return DeskAnswer.No(RefusalReason.BadMessage);
        CaptureTime now = door.Now;
        AttestationRecord? last = store.AttestationOf(caller.Device);
        if (attestation.Prove(caller, proof, last, now) is not { } verdict) return DeskAnswer.No(RefusalReason.NoChallenge);
        TrustedIdentity? identity = door.Find(caller.Certificate);
        if (verdict.Record is not { } record)
        {
            if (identity is { Grade: IdentityGrade.ChipCertificate } && last?.KeyHash == caller.KeyHash) await grading.GradeAsync(identity, IdentityGrade.SoftwareCertificate, $"attestation failed: {verdict.Notes[0]}", cancel);
            return DeskAnswer.No(RefusalReason.NotProved);
        }
        await store.StoreAsync(record, cancel);
        bool isChip = record.ProvesChip(caller.KeyHash, now);
        // Who showed no key proved nothing of it, in neither direction.
        if (identity is not null && record.KeyHash is not null) await grading.GradeAsync(identity, isChip ? IdentityGrade.ChipCertificate : IdentityGrade.SoftwareCertificate, $"TPM {record.EkHash[..16]} certified key {caller.KeyHash[..16]}; {(record.IsEkTrusted ? "its maker is trusted" : "its maker is not trusted")}", cancel);
        await events.TakeAsync(verdict.Events, cancel);
        return DeskAnswer.Of(new AttestationResult(isChip, now.Nanoseconds + (AttestationRecord.Life.Ticks * 100), verdict.Notes));
    }

    /// <summary>An identity was revoked: its session keys are forgotten, and the data keys that it could read are replaced.</summary>
    public async Task ForgetAsync(TrustedIdentity identity, CancellationToken cancel)
    {
        CertificateId id = new(identity.Issuer, identity.Serial);
        if (sessions.TryRemove(id, out SessionKeyRing? ring))
        {
            lock (ring) ring.Dispose();
        }
        DataKeyScope scope = new(DataKeyScope.OfTelemetry(identity.Device), identity.Device, []);
        await store.DataKeysAsync(scope, door.Now, force: true, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SemaphoreSlim turn in turns) turn.Dispose();
        foreach (SessionKeyRing ring in sessions.Values) ring.Dispose();
    }

    private byte[]? EarlierKey(DeviceCaller caller, CertificateId id) => door.Find(id) is { RevokedAt: null } earlier && earlier.Device == caller.Device ? store.PublicKeyOf(id) : null;

    private bool IsTimeOff(long at) => door.Now.Since(new CaptureTime(at)).Duration() > ClockSlack;

    private static long? DeviceOf(string scope) => scope.StartsWith("telemetry/d-", StringComparison.Ordinal) && long.TryParse(scope.AsSpan(12), NumberStyles.None, CultureInfo.InvariantCulture, out long device) ? device : null;
}
