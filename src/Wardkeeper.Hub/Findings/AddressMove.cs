using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>An address went from one hardware address to another, as the ledger noticed it.</summary>
/// <param name="Ip">The address.</param>
/// <param name="Before">Who had it.</param>
/// <param name="LastBefore">When that one was last seen with it.</param>
/// <param name="WasLeased">Whether a lease had given it to that one.</param>
/// <param name="After">Who has it now.</param>
/// <param name="At">Since when.</param>
/// <param name="IsLeased">Whether a lease gave it to this one.</param>
/// <param name="IsBack">Whether it came back to whom it had been taken from a moment before: two use it.</param>
public sealed record AddressMove(Address Ip, MacAddress Before, CaptureTime LastBefore, bool WasLeased, MacAddress After, CaptureTime At, bool IsLeased, bool IsBack)
{
    /// <summary>Number of the event that tells of it in a running ledger; 0 in that of a capture.</summary>
    public long Number { get; init; }
}
