using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>What came of a proof.</summary>
/// <param name="Record">What was proved; null when it does not hold.</param>
/// <param name="Notes">What stands against it, or against more.</param>
/// <param name="Events">What was noticed in comparison with the last proof.</param>
internal sealed record AttestationVerdict(AttestationRecord? Record, IReadOnlyList<string> Notes, IReadOnlyList<TrustEvent> Events);

/// <summary>
/// Challenges and their proofs. Three things are proved, each by what the one before it gives: the secret, that the attestation key lies in
/// the TPM of the endorsement key (whose maker's certificate says that it is a real one); the certification by the attestation key, that the
/// key of the device's certificate was made in the same TPM and cannot leave it; the quote, in which state the machine was started.
/// Not proved: that the TPM sits in the device that its certificate names, which is what the binding to the ledger is for, and what a PCR
/// was not extended with. Challenges are kept in memory, count once, five minutes, and 1024 at most.
/// </summary>
/// <param name="roots">Who makes TPMs.</param>
internal sealed class AttestationDesk(EkRoots roots)
{
    /// <summary>PCRs that are asked for: firmware, boot loader, secure boot, kernel (0 to 9, and 14).</summary>
    public const uint Mask = 0x0043FF;

    private const int MostOpen = 1024;
    private const TpmAttributes Fixed = TpmAttributes.FixedTpm | TpmAttributes.FixedParent | TpmAttributes.SensitiveDataOrigin;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Challenge> open = new(StringComparer.Ordinal);

    /// <summary>Makes a challenge; null with a note when the keys are not such that anything could be proved by them.</summary>
    public AttestationChallenge? Begin(DeviceCaller caller, AttestationBegin begin, CaptureTime now, out string note)
    {
        note = "ek-bad";
        if (TpmPublic.Read(begin.Ek, out _) is not { } ek || !CredentialMaker.IsEndorsementKey(ek)) return null;
        note = "ak-bad";
        if (TpmPublic.Read(begin.Ak, out _) is not { } ak || !IsAttestationKey(ak)) return null;
        note = "key-bad";
        TpmPublic? key = null;
        if (begin.Key.Length > 0 && ((key = TpmPublic.Read(begin.Key, out _)) is null || !IsDeviceKey(key, caller))) return null;
        byte[] secret = RandomNumberGenerator.GetBytes(32), number = RandomNumberGenerator.GetBytes(AttestationChallenge.NumberLength), nonce = RandomNumberGenerator.GetBytes(AttestationChallenge.NonceLength);
        note = "ek-bad";
        if (CredentialMaker.Make(ek, ak.Name, secret) is not { } credential) return null;
        note = "too-often";
        bool isTrusted = roots.Trusts(begin.EkCertificates, ek, DateTimeOffset.UnixEpoch.AddTicks(now.Nanoseconds / 100));
        lock (gate)
        {
            foreach (string old in open.Where(one => one.Value.Caller.Device == caller.Device || now.Since(one.Value.At) > Patience).Select(static one => one.Key).ToList()) open.Remove(old);
            if (open.Count >= MostOpen) return null;
            open[Convert.ToHexString(number)] = new Challenge(caller, now, ek, isTrusted, ak, key, secret, nonce);
        }
        return new AttestationChallenge(number, credential.Credential, credential.Secret, nonce, TpmAlgorithm.Sha256, Mask);
    }

    /// <summary>Judges a proof. A challenge is used up by it, whatever comes of it; null when there is none (any more).</summary>
    /// <param name="caller">Who proves; must be who asked.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="last">What the device proved before; null for the first time.</param>
    /// <param name="now">The hub's time.</param>
    public AttestationVerdict? Prove(DeviceCaller caller, AttestationProof proof, AttestationRecord? last, CaptureTime now)
    {
        Challenge? challenge;
        lock (gate)
        {
            if (!open.Remove(Convert.ToHexString(proof.Number), out challenge)) return null;
        }
        if (challenge.Caller.Certificate != caller.Certificate || now.Since(challenge.At) > Patience) return null;
        if (!CryptographicOperations.FixedTimeEquals(challenge.Secret, proof.Secret)) return Against("secret-wrong");
        if (Stated(challenge, proof.Quote, proof.QuoteSignature, isQuote: true) is not { } quote || !quote.ExtraData.AsSpan().SequenceEqual(challenge.Nonce)) return Against("quote-bad");
        if (quote.Selection != (TpmAlgorithm.Sha256, Mask) || proof.Pcrs.Bank != TpmAlgorithm.Sha256 || proof.Pcrs.Mask != Mask) return Against("pcrs-others");
        if (!quote.PcrDigest.AsSpan().SequenceEqual(proof.Pcrs.Digest(SchemeHash(proof.QuoteSignature)))) return Against("pcrs-bad");
        if (challenge.Key is { } key && (Stated(challenge, proof.Certify, proof.CertifySignature, isQuote: false) is not { } certified || !certified.KeyName.AsSpan().SequenceEqual(key.Name))) return Against("key-not-certified");
        Dictionary<int, string> pcrs = proof.Pcrs.Numbers.Zip(proof.Pcrs.Values, static (number, value) => (number, value)).ToDictionary(static one => one.number, static one => Convert.ToHexStringLower(one.value));
        AttestationRecord record = new(caller.Device, now, Convert.ToHexStringLower(SHA256.HashData(challenge.Ek.Bytes)), challenge.IsEkTrusted, Convert.ToHexStringLower(challenge.Ak.Name), challenge.Key is null ? null : caller.KeyHash,
            pcrs, quote.Clock, quote.ResetCount, quote.RestartCount, last?.Expected ?? pcrs, last?.ApprovedBy);
        return Compared(caller, record, last, proof.Quote);
    }

    /// <summary>Compares a proof with the one before it.</summary>
    private static AttestationVerdict Compared(DeviceCaller caller, AttestationRecord record, AttestationRecord? last, byte[] quote)
    {
        List<string> notes = [];
        List<TrustEvent> events = [];
        string digest = Convert.ToHexStringLower(SHA256.HashData(quote));
        void Notice(TrustEventKind kind, string note, string seen, string expected)
        {
            notes.Add(note);
            events.Add(new TrustEvent(kind, record.At, caller.Certificate, caller.Device, caller.KeyHash, caller.Address, seen, expected, digest));
        }

        if (!record.IsEkTrusted) notes.Add("ek-untrusted");
        if (record.KeyHash is null) notes.Add("no-key");
        if (last is null) notes.Add("pcrs-first-seen");
        else if (last.EkHash != record.EkHash) Notice(TrustEventKind.ClockBack, "ek-changed", record.EkHash, last.EkHash);
        else if (record.Clock < last.Clock || (last.AkName == record.AkName && (record.ResetCount, record.RestartCount).CompareTo((last.ResetCount, last.RestartCount)) < 0))
            Notice(TrustEventKind.ClockBack, "clock-back", $"{record.ResetCount}.{record.RestartCount}.{record.Clock}", $"{last.ResetCount}.{last.RestartCount}.{last.Clock}");
        if (record.Changed.FirstOrDefault(-1) is >= 0 and int first)
            Notice(TrustEventKind.QuoteChanged, "pcrs-changed", string.Join(' ', record.Changed.Select(number => $"{number}:{record.Pcrs.GetValueOrDefault(number, "-")}")), $"{first}:{record.Expected.GetValueOrDefault(first, "-")}");
        return new AttestationVerdict(record, notes, events);
    }

    private static AttestationVerdict Against(string note) => new(null, [note], []);

    /// <summary>
    /// A statement of the attestation key; null when it is none. A quote must hold this challenge's nonce. A certification need not be new:
    /// the key's name holds that it never leaves its TPM, the secret shows that the attestation key lies in that TPM now, and the
    /// connection that the device has its key now.
    /// </summary>
    private static TpmAttest? Stated(Challenge challenge, byte[] statement, byte[] signature, bool isQuote) =>
        TpmAttest.Read(statement, out _) is { } attest && attest.IsQuote == isQuote && TpmSignature.Verify(challenge.Ak, statement, signature) ? attest : null;

    /// <summary>A quote's digest is made with the hash of its signature, which was verified before.</summary>
    private static HashAlgorithmName SchemeHash(byte[] signature) => TpmAlgorithm.HashName((ushort)((signature[2] << 8) | signature[3]))!.Value;

    /// <summary>Restricted: it signs only what the TPM itself states, so nobody can let it sign a made-up quote.</summary>
    private static bool IsAttestationKey(TpmPublic ak) => ak.Scheme != TpmAlgorithm.Null
        && (ak.Attributes & (Fixed | TpmAttributes.Restricted | TpmAttributes.Sign | TpmAttributes.Decrypt)) == (Fixed | TpmAttributes.Restricted | TpmAttributes.Sign);

    /// <summary>The key of the connection's certificate, made in the TPM and bound to it. A restricted key could not do TLS.</summary>
    private static bool IsDeviceKey(TpmPublic key, DeviceCaller caller) =>
        (key.Attributes & (Fixed | TpmAttributes.Sign | TpmAttributes.Restricted)) == (Fixed | TpmAttributes.Sign) && key.SubjectPublicKeyInfo() is { } info && info.AsSpan().SequenceEqual(caller.PublicKey);

    private sealed record Challenge(DeviceCaller Caller, CaptureTime At, TpmPublic Ek, bool IsEkTrusted, TpmPublic Ak, TpmPublic? Key, byte[] Secret, byte[] Nonce);
}
