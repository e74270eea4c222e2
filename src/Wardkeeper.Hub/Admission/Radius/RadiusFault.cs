namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>Why a call of the admission's front was refused; its kebab-case word is counted and told.</summary>
public enum RadiusFault
{
    /// <summary>It is no JSON object of attributes.</summary>
    NotJson,

    /// <summary>It is larger than any RADIUS packet becomes.</summary>
    TooLarge,

    /// <summary>It has more attributes than a RADIUS packet of 4,096 bytes can have.</summary>
    TooManyAttributes,

    /// <summary>An attribute is longer than it can be.</summary>
    AttributeTooLong,

    /// <summary>A text holds control characters.</summary>
    ControlCharacters,

    /// <summary>There is no Calling-Station-Id and no User-Name that is a MAC address.</summary>
    MacMissing,

    /// <summary>Calling-Station-Id is no MAC address.</summary>
    MacMalformed,

    /// <summary>It does not say which switch asks.</summary>
    NasMissing,

    /// <summary>Accounting without a session's identifier.</summary>
    SessionMissing,

    /// <summary>Acct-Status-Type is missing or is none that is known.</summary>
    StatusUnknown,

    /// <summary>A verified certificate was told without serial or issuer.</summary>
    CertificateIncomplete,
}
