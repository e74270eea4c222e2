namespace Wardkeeper.Hub.Access;

/// <summary>One-time codes of RFC 6238: six digits, 30 seconds, one step of tolerance to either side.</summary>
public interface IOneTimeCodes
{
    /// <summary>A fresh secret.</summary>
    byte[] MakeSecret();

    /// <summary>The secret as a person types it, in base32.</summary>
    string Show(byte[] secret);

    /// <summary>The address an authenticator reads from a QR code.</summary>
    string Url(byte[] secret, string userName);

    /// <summary>The time step a code belongs to; null when it is wrong or outside the tolerance.</summary>
    long? Match(byte[] secret, string code, DateTimeOffset now);
}
