namespace Wardkeeper.DeviceProtocol;

/// <summary>A server, an app or a gateway asks the hub whether a certificate that it was shown counts now.</summary>
/// <param name="Certificate">Which.</param>
public sealed record IdentityQuestion(CertificateId Certificate) : IMessage<IdentityQuestion>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.IdentityQuestion;

    /// <inheritdoc/>
    public static int MaxLength => 64;

    /// <inheritdoc/>
    public static IdentityQuestion Read(ref WireReader reader) => new(CertificateId.Read(ref reader));

    /// <inheritdoc/>
    public void Write(WireWriter writer) => Certificate.Write(writer);
}

/// <summary>How a certificate stands.</summary>
public enum IdentityState : byte
{
    /// <summary>It counts.</summary>
    Valid = 0,

    /// <summary>It was revoked.</summary>
    Revoked = 1,

    /// <summary>It is not valid yet, or not any more.</summary>
    NotInForce = 2,

    /// <summary>It is none that was issued or bound here.</summary>
    Unknown = 3,
}

/// <summary>The hub's answer. It counts over the connection that it came by.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Device">Number of its device in the ledger; 0 when unknown.</param>
/// <param name="KeyHash">SHA-256 of its subject public key info, 32 bytes; zeros when unknown.</param>
/// <param name="IsChipKey">Whether its key was proved to lie in a chip.</param>
/// <param name="PublicKey">Its subject public key info; empty while the hub has not seen the certificate itself.</param>
public sealed record IdentityAnswer(IdentityState State, ulong Device, byte[] KeyHash, bool IsChipKey, byte[] PublicKey) : IMessage<IdentityAnswer>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.IdentityAnswer;

    /// <inheritdoc/>
    public static int MaxLength => 1100;

    /// <inheritdoc/>
    public static IdentityAnswer Read(ref WireReader reader)
    {
        byte state = reader.U8();
        ulong device = reader.U64();
        byte[] hash = reader.Exactly(32).ToArray();
        byte isChip = reader.U8();
        reader.Require(state <= (byte)IdentityState.Unknown && isChip <= 1);
        return new IdentityAnswer((IdentityState)state, device, hash, isChip == 1, reader.Bytes16(0, 1024));
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8((byte)State).U64(Device).Exactly(KeyHash, 32).U8(IsChipKey ? (byte)1 : (byte)0).Bytes16(PublicKey, 0, 1024);
    }
}
