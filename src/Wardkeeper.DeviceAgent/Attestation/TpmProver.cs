using System.Globalization;
using System.Numerics;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Attestation;

/// <summary>
/// What the TPM says for the device: who made it (certificate of its endorsement key), that an attestation key lies in that very TPM (credential activation),
/// and what was started on the device (quote of the PCRs with the hub's nonce). The attestation key is made anew each time and forgotten.
/// </summary>
internal sealed class TpmProver(AttestationSettings settings, TpmTools tools)
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
        return new AttestationBegin(hasCertificate ? [Certificate(tools.Read("ek.der"))] : [], tools.Read("ek.tpmt"), tools.Read("ak.tpmt"), []);
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
        byte[] values = tools.Read("pcrs");
        int size = TpmAlgorithm.HashLength(challenge.Bank);
        if (values.Length != size * BitOperations.PopCount(challenge.Mask)) throw new AgentFault(Outcome.Chip, $"this TPM has not all of the registers {selection}");
        PcrValues pcrs = new(challenge.Bank, challenge.Mask, [.. values.Chunk(size)]);
        return new AttestationProof(challenge.Number, tools.Read("secret"), tools.Read("quote"), tools.Read("quote.sig"), pcrs, [], []);
    }

    /// <summary>The TPM's memory may hold more bytes than the certificate has.</summary>
    private static byte[] Certificate(byte[] memory)
    {
        System.Formats.Asn1.AsnDecoder.ReadEncodedValue(memory, System.Formats.Asn1.AsnEncodingRules.BER, out _, out _, out int length);
        return memory[..length];
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
