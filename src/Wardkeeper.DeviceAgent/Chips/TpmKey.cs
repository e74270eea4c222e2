namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>
/// A key of tpm2-pkcs11's as the TPM takes it. Nothing here is of use without that very TPM: the private parts are encrypted by it. The device key's
/// authorisation is encrypted by a wrapping key that the TPM gives out against <paramref name="SealAuthorisation"/>, which the PIN makes.
/// </summary>
/// <param name="Parent">The TPM's persistent handle of the storage key above both, as tpm2-tools write it.</param>
/// <param name="SealPublic">Sealed object that holds the wrapping key: TPM2B_PUBLIC.</param>
/// <param name="SealPrivate">The same: TPM2B_PRIVATE.</param>
/// <param name="SealAuthorisation">What opens it.</param>
/// <param name="Public">The device's key: TPM2B_PUBLIC.</param>
/// <param name="Private">The same: TPM2B_PRIVATE.</param>
/// <param name="SealedAuthorisation">Its authorisation under AES-256-GCM: nonce, tag and cipher text in hex with colons between.</param>
internal sealed record TpmKey(string Parent, byte[] SealPublic, byte[] SealPrivate, string SealAuthorisation, byte[] Public, byte[] Private, string SealedAuthorisation)
{
    /// <summary>The authorisation of the device's key, by the wrapping key that the TPM unsealed (64 hex digits).</summary>
    /// <exception cref="AgentFault">It is not of the form that tpm2-pkcs11 1.x writes, or of another store.</exception>
    public string OpenAuthorisation(byte[] unsealed)
    {
        try
        {
            byte[] key = Convert.FromHexString(System.Text.Encoding.ASCII.GetString(unsealed));
            if (SealedAuthorisation.Split(':') is not [{ } nonce, { } tag, { } cipher]) throw new FormatException("three parts are expected");
            byte[] sealedBytes = Convert.FromHexString(cipher), clear = new byte[sealedBytes.Length];
            using System.Security.Cryptography.AesGcm gcm = new(key, 16);
            gcm.Decrypt(Convert.FromHexString(nonce), sealedBytes, Convert.FromHexString(tag), clear);
            return System.Text.Encoding.ASCII.GetString(clear);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            throw new AgentFault(Outcome.Chip, "the store of tpm2-pkcs11 does not open the device's key for certification", wrong);
        }
    }
}
