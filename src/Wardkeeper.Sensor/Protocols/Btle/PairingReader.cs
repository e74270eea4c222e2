namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>Follows the security manager (Bluetooth Core, volume 3, part H): from what both sides can do follows how they pair.</summary>
internal sealed class PairingReader
{
    private const byte Request = 1, Response = 2, Failed = 5, SecurityRequest = 0x0B;
    private const int Bonding = 1, Protected = 4, SecureConnections = 8;
    private const int KeyboardOnly = 2, NoInputNoOutput = 3;

    private byte capability, outOfBand, wanted, keySize;
    private bool hasRequest;

    /// <summary>Takes a message; true if it says something worth a row.</summary>
    public bool Take(ReadOnlySpan<byte> message, ref BtleEvent into)
    {
        switch (message[0])
        {
            case Request when message.Length >= 5:
                (capability, outOfBand, wanted, keySize, hasRequest) = (message[1], message[2], message[3], message[4], true);
                return false;
            case Response when message.Length >= 5 && hasRequest:
                hasRequest = false;
                bool isSecure = (wanted & message[3] & SecureConnections) != 0;
                into = into with
                {
                    Kind = "pairing",
                    PairingMethod = Method(isSecure, message[1], message[2], message[3]),
                    IsSecureConnections = isSecure,
                    IsBonding = (wanted & message[3] & Bonding) != 0,
                    KeySize = Math.Min(keySize, message[4]),
                };
                return true;
            case Failed when message.Length >= 2:
                into = into with { Kind = "pairing-failed", ReasonCode = message[1] };
                return true;
            case SecurityRequest when message.Length >= 2:
                into = into with { Kind = "security-request" };
                return true;
            default:
                return false;
        }
    }

    /// <summary>Forgets what was asked.</summary>
    public void Clear() => hasRequest = false;

    /// <summary>Part H, 2.3.5.1, tables 2.6 to 2.8.</summary>
    private string Method(bool isSecure, byte otherCapability, byte otherOutOfBand, byte otherWanted)
    {
        if (isSecure ? (outOfBand | otherOutOfBand) != 0 : (outOfBand & otherOutOfBand) != 0) return "out-of-band";
        if (((wanted | otherWanted) & Protected) == 0 || capability >= 5 || otherCapability >= 5 || capability == NoInputNoOutput || otherCapability == NoInputNoOutput) return "just-works";
        bool bothConfirm = capability is 1 or 4 && otherCapability is 1 or 4;
        if (isSecure && bothConfirm) return "numeric-comparison";
        return capability < KeyboardOnly && otherCapability < KeyboardOnly ? "just-works" : "passkey";
    }
}
