namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>What the device knows of its own identity; one sealed record, so that a power cut leaves the old or the new one.</summary>
internal sealed record IdentityState
{
    /// <summary>Name of the sealed record.</summary>
    public const string Record = "identity";

    /// <summary>How many keys were made; the next one's label has the next number.</summary>
    public int Keys { get; init; }

    /// <summary>The certificate in use; null before the first.</summary>
    public HeldCertificate? Current { get; init; }

    /// <summary>The one before; its key stays until the new one has proved itself in use.</summary>
    public HeldCertificate? Previous { get; init; }

    /// <summary>A request that the hub has not answered finally.</summary>
    public PendingRequest? Pending { get; init; }

    /// <summary>Root certificates that are trusted.</summary>
    public IReadOnlyList<HeldAnchor> Anchors { get; init; } = [];
}

/// <summary>A certificate and its key's label.</summary>
/// <param name="Key">Label in the chip.</param>
/// <param name="Chain">DER in base64: the device's own, then those between it and the root.</param>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
internal sealed record HeldCertificate(string Key, IReadOnlyList<string> Chain, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>A request under way.</summary>
/// <param name="Key">Label of its key.</param>
/// <param name="Request">PKCS#10, DER in base64; the same is sent again.</param>
/// <param name="AskAt">When the hub wants to be asked again.</param>
internal sealed record PendingRequest(string Key, string Request, DateTimeOffset AskAt);

/// <summary>A root certificate.</summary>
/// <param name="Certificate">DER in base64.</param>
/// <param name="LastListed">When the hub last named it.</param>
internal sealed record HeldAnchor(string Certificate, DateTimeOffset LastListed);
