namespace Wardkeeper.Hub.Trust;

/// <summary>How strongly a device proves that it is itself, from weak to strong.</summary>
public enum IdentityGrade
{
    /// <summary>Its MAC address only, which anybody can copy.</summary>
    MacOnly,

    /// <summary>Its MAC address at its own port, and it behaves like itself.</summary>
    FingerprintAndPort,

    /// <summary>A certificate whose key lies in a file: it can be copied with the file.</summary>
    SoftwareCertificate,

    /// <summary>A certificate whose key was shown to be made in a secure chip, which does not give it away.</summary>
    ChipCertificate,
}
