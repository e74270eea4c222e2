namespace Wardkeeper.Hub.Access;

/// <summary>What a person or token may be. A person may hold several, but never <see cref="Auditor"/> beside another.</summary>
public enum Role
{
    /// <summary>Reads; optionally only the devices of some departments.</summary>
    Viewer,

    /// <summary>Keeps the ledger: edits devices, life cycle, owners.</summary>
    ClinicalEngineer,

    /// <summary>Judges findings.</summary>
    Analyst,

    /// <summary>Configures, manages persons; never edits the audit log.</summary>
    Administrator,

    /// <summary>Reads everything including the audit log; changes nothing.</summary>
    Auditor,
}
