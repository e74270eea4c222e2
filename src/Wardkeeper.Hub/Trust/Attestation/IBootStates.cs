using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>In which state a device's machine was started, as its chip proved it last, and which state is expected.</summary>
/// <param name="Device">Number of the device.</param>
/// <param name="At">When it was proved.</param>
/// <param name="Chip">SHA-256 of the chip's endorsement key, lower-case hex.</param>
/// <param name="IsChipTrusted">Whether a trusted maker vouches for the chip.</param>
/// <param name="KeyHash">SHA-256 of the key that was shown to lie in the chip, lower-case hex; null when none was.</param>
/// <param name="Shown">PCR values by number, lower-case hex.</param>
/// <param name="Expected">PCR values that are expected: the first that were seen, or those that a person approved last.</param>
/// <param name="ApprovedBy">Who approved what is expected; null while it is only what was seen first.</param>
public sealed record BootState(long Device, CaptureTime At, string Chip, bool IsChipTrusted, string? KeyHash, IReadOnlyDictionary<int, string> Shown, IReadOnlyDictionary<int, string> Expected, string? ApprovedBy)
{
    /// <summary>Numbers of PCRs that are not as expected.</summary>
    public IReadOnlyList<int> Changed => [.. Shown.Keys.Union(Expected.Keys).Where(number => Shown.GetValueOrDefault(number) != Expected.GetValueOrDefault(number)).Order()];

    /// <summary>Whether somebody has to look: nobody approved anything yet, or what was shown is something else.</summary>
    public bool Waits => ApprovedBy is null || Changed.Count > 0;

    /// <summary>What a person has to have seen before she approves it.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', Shown.OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}:{one.Value}"))))))[..32];

    internal static BootState Of(AttestationRecord record) => new(record.Device, record.At, record.EkHash, record.IsEkTrusted, record.KeyHash, record.Pcrs, record.Expected, record.ApprovedBy);
}

/// <summary>Boot states of devices with a chip, and people's word for them.</summary>
public interface IBootStates
{
    /// <summary>All, those that wait first, then by device.</summary>
    Task<IReadOnlyList<BootState>> AllAsync(CancellationToken cancel = default);

    /// <summary>That of a device; null when it never proved one.</summary>
    Task<BootState?> OfAsync(long device, CancellationToken cancel = default);

    /// <summary>Approves what a device showed last: from now on it is expected. In the audit log.</summary>
    /// <param name="who">Clinical engineer, analyst or administrator.</param>
    /// <param name="device">The device.</param>
    /// <param name="digest">Digest of the state that was looked at.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="Changes.RefusedException">It is not allowed, there is none, or the device shows another one by now.</exception>
    Task<BootState> ApproveAsync(Actor who, long device, string digest, string reason, CancellationToken cancel = default);
}
