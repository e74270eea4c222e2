using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>Raises and lowers the grade of certificates in the store, in the name of the proof of the device's chip.</summary>
internal sealed class AttestedGrading(ITrustCommands commands) : IIdentityGrading
{
    private static readonly Actor Proof = new("system:attestation", new HashSet<Role>());

    /// <inheritdoc/>
    public Task GradeAsync(TrustedIdentity identity, IdentityGrade grade, string evidence, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return commands.GradeAsync(Proof, identity.Number, grade, evidence, cancel);
    }
}
