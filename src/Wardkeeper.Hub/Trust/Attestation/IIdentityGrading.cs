namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>Raises and lowers the grade of identities by what was proved of their keys; whoever keeps the certificates does it, and writes it down in the audit log.</summary>
public interface IIdentityGrading
{
    /// <summary>An identity is of this grade from now on. Does nothing when it is already.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="grade">Its grade.</param>
    /// <param name="evidence">What it was derived from, in English: which proof, when, of which TPM.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task GradeAsync(TrustedIdentity identity, IdentityGrade grade, string evidence, CancellationToken cancel);
}
