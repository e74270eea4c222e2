using System.Globalization;
using System.Numerics;
using System.Text;
using Wardkeeper.DeviceAgent.Chips;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Attestation;

/// <summary>
/// What the TPM says for the device: who made it (certificate of its endorsement key), that an attestation key lies in that very TPM (credential activation),
/// what was started on the device (quote of the PCRs with the hub's nonce), and, when the key of the device's certificate lies in the same TPM, that it does
/// (certified by the attestation key). The attestation key is made anew each time and forgotten.
/// </summary>
internal sealed class TpmProver(AttestationSettings settings, TpmTools tools, TpmKey? key)
{
    // Keys of the first templates (TCG EK Credential Profile 2.3, B.3) are used under a policy, those of the later ones (B.4) by their empty password.
    private bool IsLowRange => settings.EkCertificate != "0x1c00016";

    private string Algorithm => settings.EkCertificate switch { "0x1c00016" => "ecc384", "0x1c00002" => "rsa", _ => "ecc" };

    /// <summary>Makes the keys; the first message.</summary>
    public async Task<AttestationBegin> BeginAsync(CancellationToken cancel)
    {
        bool hasCertificate = await tools.TryAsync("tpm2_nvread", [settings.EkCertificate, "-o", "ek.der"], cancel);
        await tools.RunAsync("tpm2_createek", ["-Q", "-c", "ek.ctx", "-G", Algorithm, "-u", "ek.pub"], cancel);
        await tools.RunAsync("tpm2_readpublic", ["-Q", "-c", "ek.ctx", "-f", "tpmt", "-o", "ek.tpmt"], cancel);
        await tools.RunAsync("tpm2_createak", ["-Q", "-C", "ek.ctx", "-c", "ak.ctx", "-G", "ecc", "-g", "sha256", "-s", "ecdsa", "-u", "ak.tpmt", "-f", "tpmt", "-n", "ak.name"], cancel);
        return new AttestationBegin(hasCertificate ? [Certificate(tools.Read("ek.der"))] : [], tools.Read("ek.tpmt"), tools.Read("ak.tpmt"), key?.Public[2..] ?? []);
    }

    /// <summary>Answers the hub's challenge.</summary>
    public async Task<AttestationProof> ProveAsync(AttestationChallenge challenge, CancellationToken cancel)
    {
        string bank = challenge.Bank switch { TpmAlgorithm.Sha256 => "sha256", TpmAlgorithm.Sha384 => "sha384", _ => "sha512" };
        int[] numbers = [.. Enumerable.Range(0, 24).Where(number => (challenge.Mask >> number & 1) != 0)];
        string selection = $"{bank}:{string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}";
        tools.Write("credential", challenge.ToolFile());
        await ActivateAsync(cancel);
        await tools.RunAsync("tpm2_pcrread", [selection, "-o", "pcrs"], cancel);
        await tools.RunAsync("tpm2_quote", ["-Q", "-c", "ak.ctx", "-l", selection, "-q", Convert.ToHexStringLower(challenge.Nonce), "-m", "quote", "-s", "quote.sig", "-g", "sha256"], cancel);
        if (key is not null) await CertifyAsync(key, cancel);
        byte[] values = tools.Read("pcrs");
        int size = TpmAlgorithm.HashLength(challenge.Bank);
        if (values.Length != size * BitOperations.PopCount(challenge.Mask)) throw new AgentFault(Outcome.Chip, $"this TPM has not all of the registers {selection}");
        PcrValues pcrs = new(challenge.Bank, challenge.Mask, [.. values.Chunk(size)]);
        return new AttestationProof(challenge.Number, tools.Read("secret"), tools.Read("quote"), tools.Read("quote.sig"), pcrs, key is null ? [] : tools.Read("certified"), key is null ? [] : tools.Read("certified.sig"));
    }

    /// <summary>The TPM's memory may hold more bytes than the certificate has.</summary>
    private static byte[] Certificate(byte[] memory)
    {
        System.Formats.Asn1.AsnDecoder.ReadEncodedValue(memory, System.Formats.Asn1.AsnEncodingRules.BER, out _, out _, out int length);
        return memory[..length];
    }

    /// <summary>
    /// The TPM states that it holds the device's key. The authorisation for that is the key's own, which the token's PIN unseals; it is handed over in files that
    /// only the owner reads, since every user sees the arguments of a command.
    /// </summary>
    private async Task CertifyAsync(TpmKey key, CancellationToken cancel)
    {
        tools.Write("seal.pub", key.SealPublic);
        tools.Write("seal.priv", key.SealPrivate);
        tools.Write("seal.auth", Encoding.ASCII.GetBytes(key.SealAuthorisation));
        await tools.RunAsync("tpm2_load", ["-Q", "-C", key.Parent, "-u", "seal.pub", "-r", "seal.priv", "-c", "seal.ctx"], cancel);
        await tools.RunAsync("tpm2_unseal", ["-Q", "-c", "seal.ctx", "-p", "file:seal.auth", "-o", "unsealed"], cancel);
        tools.Write("key.pub", key.Public);
        tools.Write("key.priv", key.Private);
        tools.Write("key.auth", Encoding.ASCII.GetBytes(key.OpenAuthorisation(tools.Read("unsealed"))));
        await tools.RunAsync("tpm2_load", ["-Q", "-C", key.Parent, "-u", "key.pub", "-r", "key.priv", "-c", "key.ctx"], cancel);
        await tools.RunAsync("tpm2_certify", ["-Q", "-C", "ak.ctx", "-c", "key.ctx", "-P", "file:key.auth", "-g", "sha256", "-o", "certified", "-s", "certified.sig"], cancel);
    }

    private async Task ActivateAsync(CancellationToken cancel)
    {
        string[] use = ["-Q", "-c", "ak.ctx", "-C", "ek.ctx", "-i", "credential", "-o", "secret"];
        if (IsLowRange)
        {
            if (!await tools.TryAsync("tpm2_startauthsession", ["--policy-session", "-S", "policy.ctx"], cancel) || !await tools.TryAsync("tpm2_policysecret", ["-Q", "-S", "policy.ctx", "-c", "e"], cancel))
                throw new AgentFault(Outcome.Chip, "the TPM starts no session for its endorsement key; has its endorsement hierarchy a password?");
            use = [.. use, "-P", "session:policy.ctx"];
        }
        await tools.RunAsync("tpm2_activatecredential", use, cancel);
    }
}
