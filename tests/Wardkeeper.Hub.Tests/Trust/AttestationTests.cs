using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>The hub's side in plain .NET against a software TPM that tpm2-tools drive: endorsement keys on a curve and RSA, and each way to cheat.</summary>
public sealed class AttestationTests(SoftwareTpm tpm) : IClassFixture<SoftwareTpm>
{
    private static readonly CaptureTime Now = CaptureTime.FromDate(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("ecc384", "0x1c00016")]
    [InlineData("ecc", null)]
    [InlineData("rsa", "0x1c00002")]
    public void Key_in_a_chip_is_proved(string ek, string? certificate)
    {
        Device device = new(tpm, ek, certificate);
        AttestationDesk desk = new(EkRoots.OfPem(File.ReadAllText(tpm.Inside("ca/issuercert.pem")) + "\n" + File.ReadAllText(tpm.Inside("ca/swtpm-localca-rootca-cert.pem"))));
        AttestationChallenge challenge = desk.Begin(device.Caller, device.Begin, Now, out string note)!;
        Assert.True(challenge is not null, note);
        AttestationVerdict verdict = desk.Prove(device.Caller, device.Prove(challenge), null, Now)!;

        Assert.True(verdict.Record is not null, string.Join(' ', verdict.Notes));
        Assert.Equal(certificate is not null, verdict.Record.IsEkTrusted);
        Assert.Equal(certificate is not null, verdict.Record.ProvesChip(device.Caller.KeyHash, Now));
        Assert.False(verdict.Record.ProvesChip("other", Now));
        Assert.Equal(11, verdict.Record.Pcrs.Count);
        Assert.Contains("pcrs-first-seen", verdict.Notes);
        Assert.Null(desk.Prove(device.Caller, device.Last!, null, Now));
    }

    [Fact]
    public void Changed_start_and_set_back_clock_are_noticed()
    {
        Device device = new(tpm, "ecc384", "0x1c00016");
        AttestationDesk desk = new(new EkRoots([]));
        AttestationRecord first = desk.Prove(device.Caller, device.Prove(desk.Begin(device.Caller, device.Begin, Now, out _)!), null, Now)!.Record!;
        tpm.Tpm("tpm2_pcrextend", "4:sha256=" + new string('a', 64));
        AttestationVerdict changed = desk.Prove(device.Caller, device.Prove(desk.Begin(device.Caller, device.Begin, Now, out _)!), first, Now)!;
        TrustEvent one = Assert.Single(changed.Events);
        Assert.Equal(TrustEventKind.QuoteChanged, one.Kind);
        Assert.StartsWith("4:", one.Seen, StringComparison.Ordinal);
        Assert.Contains("ek-untrusted", changed.Notes);
        AttestationVerdict back = desk.Prove(device.Caller, device.Prove(desk.Begin(device.Caller, device.Begin, Now, out _)!), changed.Record! with { Clock = ulong.MaxValue, Expected = changed.Record.Pcrs }, Now)!;
        Assert.Equal(TrustEventKind.ClockBack, Assert.Single(back.Events).Kind);
    }

    [Fact]
    public void Every_way_to_cheat_fails_with_its_note()
    {
        Device device = new(tpm, "ecc384", "0x1c00016");
        AttestationDesk desk = new(new EkRoots([]));
        AttestationChallenge challenge = desk.Begin(device.Caller, device.Begin, Now, out _)!;
        AttestationProof proof = device.Prove(challenge);

        string Cheat(Func<AttestationProof, AttestationProof> change, bool isFresh = true)
        {
            AttestationChallenge own = isFresh ? desk.Begin(device.Caller, device.Begin, Now, out _)! : challenge;
            AttestationVerdict? verdict = desk.Prove(device.Caller, change(isFresh ? device.Prove(own) : proof), null, Now);
            Assert.Null(verdict?.Record);
            return verdict?.Notes[0] ?? "no-challenge";
        }

        Assert.Equal("secret-wrong", Cheat(one => one with { Secret = new byte[32] }));
        Assert.Equal("quote-bad", Cheat(one => one with { Quote = proof.Quote, QuoteSignature = proof.QuoteSignature }));
        Assert.Equal("quote-bad", Cheat(one => one with { QuoteSignature = proof.QuoteSignature }));
        Assert.Equal("quote-bad", Cheat(one => one with { Quote = one.Certify, QuoteSignature = one.CertifySignature }));
        Assert.Equal("pcrs-bad", Cheat(one => one with { Pcrs = one.Pcrs with { Values = [.. one.Pcrs.Values.Select(value => value.Select(b => (byte)(b ^ 1)).ToArray())] } }));
        (byte[] statement, byte[] signature) = device.CertifyAnother();
        Assert.Equal("key-not-certified", Cheat(one => one with { Certify = statement, CertifySignature = signature }));
        Assert.Equal("key-not-certified", Cheat(one => one with { Certify = one.Quote, CertifySignature = one.QuoteSignature }));
        Assert.Equal("key-not-certified", Cheat(one => one with { Certify = [], CertifySignature = [] }));
        Assert.Equal("no-challenge", Cheat(one => one, isFresh: false));
        Assert.Null(desk.Prove(device.Caller with { Certificate = new CertificateId("aa", "99") }, device.Prove(desk.Begin(device.Caller, device.Begin, Now, out _)!), null, Now));

        // A key that was loaded from outside is not one that the chip made; an attestation key that signs anything is none.
        using ECDsa soft = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(desk.Begin(device.Caller with { PublicKey = soft.ExportSubjectPublicKeyInfo() }, device.Begin, Now, out string note));
        Assert.Equal("key-bad", note);
        Assert.Null(desk.Begin(device.Caller, device.Begin with { Ak = device.Begin.Key }, Now, out note));
        Assert.Equal("ak-bad", note);
        Assert.Null(desk.Begin(device.Caller, device.Begin with { Ek = device.Begin.Ak }, Now, out note));
        Assert.Equal("ek-bad", note);
        Assert.Null(desk.Begin(device.Caller, device.Begin with { Ek = [1, 2, 3] }, Now, out note));
    }

    [Fact]
    public void Key_derivation_gives_what_the_standard_says()
    {
        // One block of HMAC-SHA-256 over counter, label, zero, contexts and bits, computed by hand.
        byte[] expected = HMACSHA256.HashData("key"u8, [0, 0, 0, 1, .. "STORAGE"u8, 0, 1, 2, 3, 0, 0, 0, 128]);
        Assert.Equal(expected[..16], CredentialMaker.KeyDerivation(HashAlgorithmName.SHA256, [.. "key"u8], "STORAGE", [1, 2], [3], 16));
    }

    /// <summary>A device with its keys in the TPM.</summary>
    private sealed class Device
    {
        private readonly SoftwareTpm tpm;
        private readonly string ek;

        public Device(SoftwareTpm tpm, string ek, string? certificate)
        {
            (this.tpm, this.ek) = (tpm, ek);
            tpm.Tpm("tpm2_createek", "-Q", "-c", ek + ".ctx", "-G", ek, "-u", ek + ".pub");
            tpm.Tpm("tpm2_createak", "-Q", "-C", ek + ".ctx", "-c", "ak.ctx", "-G", "ecc", "-g", "sha256", "-s", "ecdsa", "-u", "ak.pub", "-n", "ak.name", "-f", "tpmt");
            tpm.Tpm("tpm2_createprimary", "-Q", "-C", "o", "-c", "primary.ctx");
            tpm.Tpm("tpm2_create", "-Q", "-C", "primary.ctx", "-G", "ecc256", "-u", "key.pub", "-r", "key.priv", "-a", "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign");
            tpm.Tpm("tpm2_load", "-Q", "-C", "primary.ctx", "-u", "key.pub", "-r", "key.priv", "-c", "key.ctx");
            tpm.Tpm("tpm2_readpublic", "-Q", "-c", ek + ".ctx", "-f", "tpmt", "-o", "ek.tpmt");
            tpm.Tpm("tpm2_readpublic", "-Q", "-c", "key.ctx", "-f", "tpmt", "-o", "key.tpmt");
            byte[][] certificates = [];
            if (certificate is not null)
            {
                tpm.Tool("tpm2_nvread", certificate, "-o", "ek.der");
                certificates = [tpm.Read("ek.der")];
            }
            Begin = new AttestationBegin(certificates, tpm.Read("ek.tpmt"), tpm.Read("ak.pub"), tpm.Read("key.tpmt"));
            Assert.Equal(tpm.Read("ak.name"), TpmPublic.Read(Begin.Ak, out _)!.Name);
            byte[] info = TpmPublic.Read(Begin.Key, out _)!.SubjectPublicKeyInfo()!;
            Caller = new DeviceCaller(new CertificateId("aa", "01"), 17, info, Convert.ToHexStringLower(SHA256.HashData(info)), Address.FromV4(1));
        }

        public DeviceCaller Caller { get; }

        public AttestationBegin Begin { get; }

        public AttestationProof? Last { get; private set; }

        public (byte[] Statement, byte[] Signature) CertifyAnother()
        {
            tpm.Tpm("tpm2_certify", "-Q", "-C", "ak.ctx", "-c", "primary.ctx", "-g", "sha256", "-o", "another.msg", "-s", "another.sig");
            return (tpm.Read("another.msg"), tpm.Read("another.sig"));
        }

        public AttestationProof Prove(AttestationChallenge challenge)
        {
            challenge = Message.Decode<AttestationChallenge>(Message.Encode(challenge), out _)!;
            File.WriteAllBytes(tpm.Inside("cred.blob"), challenge.ToolFile());
            // Keys of the high-range templates (P-384) take the empty password; those of the older ones only the policy.
            if (ek == "ecc384")
            {
                tpm.Tpm("tpm2_activatecredential", "-Q", "-c", "ak.ctx", "-C", ek + ".ctx", "-i", "cred.blob", "-o", "got.bin");
            }
            else
            {
                tpm.Tool("tpm2_startauthsession", "--policy-session", "-S", "s.ctx");
                tpm.Tool("tpm2_policysecret", "-Q", "-S", "s.ctx", "-c", "e");
                tpm.Tool("tpm2_activatecredential", "-Q", "-c", "ak.ctx", "-C", ek + ".ctx", "-i", "cred.blob", "-o", "got.bin", "-Psession:s.ctx");
                tpm.Tool("tpm2_flushcontext", "s.ctx");
                tpm.Tool("tpm2_flushcontext", "-t");
            }
            string nonce = Convert.ToHexStringLower(challenge.Nonce), numbers = string.Join(',', Enumerable.Range(0, 24).Where(number => (challenge.Mask & (1u << number)) != 0));
            tpm.Tpm("tpm2_quote", "-Q", "-c", "ak.ctx", "-l", "sha256:" + numbers, "-q", nonce, "-m", "quote.msg", "-s", "quote.sig", "-g", "sha256");
            tpm.Tpm("tpm2_certify", "-Q", "-C", "ak.ctx", "-c", "key.ctx", "-g", "sha256", "-o", "certify.msg", "-s", "certify.sig");
            tpm.Tool("tpm2_pcrread", "-Q", "sha256:" + numbers, "-o", "pcrs.bin");
            byte[] pcrs = tpm.Read("pcrs.bin");
            AttestationProof proof = new(challenge.Number, tpm.Read("got.bin"), tpm.Read("quote.msg"), tpm.Read("quote.sig"), new PcrValues(challenge.Bank, challenge.Mask, [.. pcrs.Chunk(32)]), tpm.Read("certify.msg"), tpm.Read("certify.sig"));
            return Last = Message.Decode<AttestationProof>(Message.Encode(proof), out _)!;
        }
    }
}
