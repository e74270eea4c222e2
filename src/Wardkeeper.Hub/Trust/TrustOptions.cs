using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Trust;

/// <summary>How the hospital's authorities are set up; members are asked each time, so that settings can change.</summary>
internal sealed class TrustOptions
{
    /// <summary>How long a list of revoked certificates holds.</summary>
    public static readonly TimeSpan CrlLife = TimeSpan.FromDays(7);

    /// <summary>How long a list of the root holds, whose key is not at hand every week.</summary>
    public static readonly TimeSpan RootCrlLife = TimeSpan.FromDays(400);

    /// <summary>Folder of key files.</summary>
    public required string KeyFolder { get; init; }

    /// <summary>Organisation in the subjects of certificates; empty for none.</summary>
    public Func<string> Organization { get; init; } = () => "";

    /// <summary>Where lists and OCSP answers are fetched.</summary>
    public Func<PublicationPoints> Points { get; init; } = () => new PublicationPoints(null);

    /// <summary>The module of tokens, a shared library; null when none is used.</summary>
    public Func<string?> TokenModule { get; init; } = () => null;

    /// <summary>The file with the token's PIN; null when none is used.</summary>
    public Func<string?> PinFile { get; init; } = () => null;

    /// <summary>Seals passwords of key files.</summary>
    public required SecretBox Box { get; init; }
}
