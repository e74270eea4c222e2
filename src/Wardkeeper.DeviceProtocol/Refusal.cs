namespace Wardkeeper.DeviceProtocol;

/// <summary>The hub's answer when it does not do what was asked: body of every answer whose status is not 200.</summary>
/// <param name="Reason">Why, as a word of <see cref="RefusalReason"/>.</param>
/// <param name="RetryAfter">Seconds after which the same may be asked again; 0 when asking again does not help.</param>
public sealed record Refusal(string Reason, uint RetryAfter) : IMessage<Refusal>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.Refusal;

    /// <inheritdoc/>
    public static int MaxLength => 128;

    /// <inheritdoc/>
    public static Refusal Read(ref WireReader reader) => new(reader.Word(64), reader.U32());

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Word(Reason, 64).U32(RetryAfter);
    }
}

/// <summary>Words of refusals. Each is counted by the hub under its name.</summary>
public static class RefusalReason
{
    /// <summary>The bytes are not the message that belongs here (status 400).</summary>
    public const string BadMessage = "bad-message";

    /// <summary>The certificate is none that was issued or bound here (403).</summary>
    public const string UnknownIdentity = "unknown-identity";

    /// <summary>The certificate was revoked (403).</summary>
    public const string Revoked = "revoked";

    /// <summary>The certificate is not valid yet, or not any more (403).</summary>
    public const string NotInForce = "not-in-force";

    /// <summary>The message names another certificate than the connection (403).</summary>
    public const string IdentityDiffers = "identity-differs";

    /// <summary>The signature is wrong (403).</summary>
    public const string BadSignature = "bad-signature";

    /// <summary>The suite is not accepted (400).</summary>
    public const string UnknownSuite = "unknown-suite";

    /// <summary>The time in the message is too far from the hub's (400).</summary>
    public const string TimeOff = "time-off";

    /// <summary>The challenge is not known, was used already, or its time is over (409).</summary>
    public const string NoChallenge = "no-challenge";

    /// <summary>The attestation does not hold (403).</summary>
    public const string NotProved = "not-proved";

    /// <summary>Too much was asked in too short a time (429).</summary>
    public const string TooOften = "too-often";

    /// <summary>The hub cannot store or do it now (503): keep it and ask again.</summary>
    public const string NotNow = "not-now";
}
