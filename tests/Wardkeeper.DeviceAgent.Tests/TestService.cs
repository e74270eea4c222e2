using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>The hub's service for devices, made of the shared library: it checks every signature and counter, and hands out keys.</summary>
internal sealed class TestService
{
    private readonly EcdsaSigner signer;
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, byte[]> taken = [];
    private readonly DataKey dataKey;
    private AttestationBegin? begun;
    private AttestationChallenge? challenge;
    private byte[] secret = [];

    public TestService(X509Certificate2 server)
    {
        signer = new EcdsaSigner(CertificateId.Of(server)!, server.GetECDsaPrivateKey()!);
        dataKey = new DataKey(KeyId.New(), "telemetry/d-1", 1, 1, long.MaxValue, true, RandomNumberGenerator.GetBytes(32));
    }

    /// <summary>Answers telemetry with 503 while set.</summary>
    public volatile bool IsClosed;

    /// <summary>Stores the next batch and loses the answer.</summary>
    public volatile bool LoseAnswer;

    /// <summary>What was stored: counter and clear text.</summary>
    public ConcurrentDictionary<ulong, string> Stored { get; } = [];

    /// <summary>Outcomes other than stored.</summary>
    public ConcurrentQueue<TelemetryOutcome> Troubles { get; } = [];

    public int Sessions { get; private set; }

    /// <summary>The suite that is spoken here; every other is refused.</summary>
    public CipherSuite Suite { get; set; } = CipherSuite.P256;

    private IMessageSigner Own => Suite is SmSuite ? new SmSigner(signer) : signer;

    public AttestationProof? Proof { get; private set; }

    public async Task<(int Status, byte[] Body)> AnswerAsync(string what, byte[] body, X509Certificate2 client)
    {
        byte[] key = client.PublicKey.ExportSubjectPublicKeyInfo();
        long now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        switch (what)
        {
            case "telemetry":
                if (IsClosed) return (503, Message.Encode(new Refusal(RefusalReason.NotNow, 1)));
                TelemetryBatch batch = Message.Decode<TelemetryBatch>(body, out _)!;
                TelemetryOutcome[] outcomes;
                lock (gate) outcomes = [.. batch.Envelopes.Select(envelope => Take(envelope, CertificateId.Of(client)!, key))];
                if (LoseAnswer)
                {
                    LoseAnswer = false;
                    return (503, Message.Encode(new Refusal(RefusalReason.NotNow, 1)));
                }
                return (200, Message.Encode(new TelemetryReceipt(now, taken.Keys.DefaultIfEmpty().Max(), outcomes)));
            case "session":
                SessionOffer offer = Message.Decode<SessionOffer>(body, out _)!;
                if (offer.Suite != Suite.Number) return (400, Message.Encode(new Refusal(RefusalReason.UnknownSuite, 0)));
                Sessions++;
                return SessionAgreement.Answer(offer, key, Own, SessionTerms.Default, now, out _) is { } agreed ? (200, Message.Encode(agreed.Answer)) : (403, Message.Encode(new Refusal(RefusalReason.BadSignature, 0)));
            case "keys":
                ReaderKey reader = Message.Decode<ReaderKey>(body, out _)!;
                if (reader.Suite != Suite.Number) return (400, Message.Encode(new Refusal(RefusalReason.UnknownSuite, 0)));
                return Signing.IsSigned(reader, Suite, key) ? (200, Message.Encode(DataKeyRequest.Wrap(reader, [dataKey], Own)!)) : (403, Message.Encode(new Refusal(RefusalReason.BadSignature, 0)));
            case "attestation/begin":
                begun = Message.Decode<AttestationBegin>(body, out _)!;
                return (200, Message.Encode(challenge = await ChallengeAsync(begun)));
            default:
                return Prove(Message.Decode<AttestationProof>(body, out _)!, key);
        }
    }

    private TelemetryOutcome Take(byte[] bytes, CertificateId client, byte[] key)
    {
        TelemetryEnvelope? envelope = Message.Decode<TelemetryEnvelope>(bytes, out _);
        TelemetryOutcome outcome = envelope is null ? TelemetryOutcome.Malformed
            : taken.TryGetValue(envelope.Counter, out byte[]? before) ? before.AsSpan().SequenceEqual(bytes) ? TelemetryOutcome.StoredBefore : TelemetryOutcome.CounterUsed
            : envelope.Suite != Suite.Number ? TelemetryOutcome.UnknownSuite
            : envelope.Signer != client ? TelemetryOutcome.IdentityDiffers
            : !Signing.IsSigned(envelope, Suite, key) ? TelemetryOutcome.BadSignature
            : TelemetryOutcome.Stored;
        if (outcome == TelemetryOutcome.Stored)
        {
            taken[envelope!.Counter] = bytes;
            byte[] clear = envelope.DataKey is null ? envelope.Payload : envelope.Open(Suite, dataKey.Secret)!;
            Stored[envelope.Counter] = Encoding.UTF8.GetString(clear);
        }
        else
        {
            Troubles.Enqueue(outcome);
        }
        return outcome;
    }

    /// <summary>The credential is made by an independent program, tpm2_makecredential, which needs no TPM.</summary>
    private async Task<AttestationChallenge> ChallengeAsync(AttestationBegin begin)
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-credential-").FullName;
        try
        {
            TpmPublic ak = TpmPublic.Read(begin.Ak, out _)!;
            secret = RandomNumberGenerator.GetBytes(32);
            byte[] sized = [(byte)(begin.Ek.Length >> 8), (byte)begin.Ek.Length, .. begin.Ek];
            await File.WriteAllBytesAsync(Path.Combine(folder, "ek.pub"), sized);
            await File.WriteAllBytesAsync(Path.Combine(folder, "secret"), secret);
            (int code, _, string errors) = await Programs.RunAsync("tpm2_makecredential", [], "", "-Q", "-T", "none", "-u", Path.Combine(folder, "ek.pub"), "-s", Path.Combine(folder, "secret"), "-n", Convert.ToHexStringLower(ak.Name), "-o", Path.Combine(folder, "blob"));
            Assert.True(code == 0, errors);
            byte[] blob = await File.ReadAllBytesAsync(Path.Combine(folder, "blob"));
            int credential = (blob[8] << 8) | blob[9];
            return new AttestationChallenge(RandomNumberGenerator.GetBytes(16), blob[10..(10 + credential)], blob[(12 + credential)..], RandomNumberGenerator.GetBytes(32), TpmAlgorithm.Sha256, 0b111);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private (int, byte[]) Prove(AttestationProof proof, byte[] client)
    {
        Proof = proof;
        TpmPublic ak = TpmPublic.Read(begun!.Ak, out _)!;
        TpmAttest? quote = TpmAttest.Read(proof.Quote, out _);
        bool holds = proof.Number.AsSpan().SequenceEqual(challenge!.Number) && proof.Secret.AsSpan().SequenceEqual(secret) && quote is { IsQuote: true } && quote.ExtraData.AsSpan().SequenceEqual(challenge.Nonce)
            && TpmSignature.Verify(ak, proof.Quote, proof.QuoteSignature) && quote.PcrDigest.AsSpan().SequenceEqual(proof.Pcrs.Digest(HashAlgorithmName.SHA256)) && begun.EkCertificates.Count == 1;
        bool isChip = TpmPublic.Read(begun.Key, out _) is { } certified && certified.SubjectPublicKeyInfo()!.AsSpan().SequenceEqual(client) && TpmSignature.Verify(ak, proof.Certify, proof.CertifySignature)
            && TpmAttest.Read(proof.Certify, out _) is { IsQuote: false } statement && statement.KeyName.AsSpan().SequenceEqual(certified.Name);
        return holds ? (200, Message.Encode(new AttestationResult(isChip, 1, isChip ? [] : ["no-key"]))) : (403, Message.Encode(new Refusal(RefusalReason.NotProved, 0)));
    }
}
