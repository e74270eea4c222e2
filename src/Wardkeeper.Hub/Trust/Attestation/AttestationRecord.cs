using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>What a device's TPM proved last, and what it is compared with next time.</summary>
/// <param name="Device">Number of the device in the ledger.</param>
/// <param name="At">When it was proved.</param>
/// <param name="EkHash">SHA-256 of the endorsement key's public part, lower-case hex: tells TPMs apart.</param>
/// <param name="IsEkTrusted">Whether a trusted maker vouches for that key.</param>
/// <param name="AkName">Name of the attestation key, lower-case hex.</param>
/// <param name="KeyHash">SHA-256 of the subject public key info of the key that was shown to lie in this TPM, lower-case hex; null when none was.</param>
/// <param name="Pcrs">PCR values by number, lower-case hex.</param>
/// <param name="Clock">The TPM's clock, ms.</param>
/// <param name="ResetCount">How often it was reset.</param>
/// <param name="RestartCount">How often it was restarted since.</param>
/// <param name="Expected">PCR values that are expected; the first that were seen, or those that a person approved last.</param>
/// <param name="ApprovedBy">Who approved them; null while they only are the first that were seen.</param>
internal sealed record AttestationRecord(long Device, CaptureTime At, string EkHash, bool IsEkTrusted, string AkName, string? KeyHash, IReadOnlyDictionary<int, string> Pcrs, ulong Clock, uint ResetCount, uint RestartCount, IReadOnlyDictionary<int, string> Expected, string? ApprovedBy)
{
    /// <summary>How long a proof counts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Whether a key counts as made in a chip and staying there: proved lately, in a TPM that a trusted maker vouches for.</summary>
    public bool ProvesChip(string keyHash, CaptureTime now) => IsEkTrusted && KeyHash == keyHash && now.Since(At) < Life;

    /// <summary>Numbers of PCRs that are not as expected.</summary>
    public IEnumerable<int> Changed => Pcrs.Keys.Union(Expected.Keys).Where(number => Pcrs.GetValueOrDefault(number) != Expected.GetValueOrDefault(number)).Order();
}
