namespace Wardkeeper.DeviceProtocol;

/// <summary>A device begins to show what its TPM is and what that TPM holds. Sent over a connection that its certificate opened.</summary>
/// <param name="EkCertificates">Certificate of the endorsement key (DER, the maker's), and those between it and the maker's root; empty when the TPM has none.</param>
/// <param name="Ek">The endorsement key (TPMT_PUBLIC): a storage key by the default template (restricted, decrypts).</param>
/// <param name="Ak">The attestation key (TPMT_PUBLIC): restricted, signs, made by this TPM and bound to it.</param>
/// <param name="Key">The key of the device's certificate in this TPM (TPMT_PUBLIC); empty when only the boot state is shown.</param>
public sealed record AttestationBegin(IReadOnlyList<byte[]> EkCertificates, byte[] Ek, byte[] Ak, byte[] Key) : IMessage<AttestationBegin>
{
    /// <summary>Most certificates.</summary>
    public const int MaxCertificates = 4;

    /// <summary>Most bytes of a certificate.</summary>
    public const int MaxCertificate = 8192;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.AttestationBegin;

    /// <inheritdoc/>
    public static int MaxLength => (MaxCertificates * (MaxCertificate + 2)) + (3 * (TpmPublic.MaxLength + 2)) + 8;

    /// <inheritdoc/>
    public static AttestationBegin Read(ref WireReader reader)
    {
        byte[][] certificates = new byte[reader.Count(0, MaxCertificates)][];
        for (int i = 0; i < certificates.Length; i++) certificates[i] = reader.Bytes16(1, MaxCertificate);
        return new AttestationBegin(certificates, reader.Bytes16(1, TpmPublic.MaxLength), reader.Bytes16(1, TpmPublic.MaxLength), reader.Bytes16(0, TpmPublic.MaxLength));
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Count(EkCertificates.Count, 0, MaxCertificates);
        foreach (byte[] certificate in EkCertificates) writer.Bytes16(certificate, 1, MaxCertificate);
        writer.Bytes16(Ek, 1, TpmPublic.MaxLength).Bytes16(Ak, 1, TpmPublic.MaxLength).Bytes16(Key, 0, TpmPublic.MaxLength);
    }
}

/// <summary>The hub's challenge. Counts once, and five minutes.</summary>
/// <param name="Number">Sixteen random bytes that name it.</param>
/// <param name="Credential">TPM2B_ID_OBJECT without its length: a secret that only the TPM with this EK and this AK opens (Part 1, section 24).</param>
/// <param name="Secret">TPM2B_ENCRYPTED_SECRET without its length.</param>
/// <param name="Nonce">32 random bytes: qualifying data of the quote.</param>
/// <param name="Bank">Bank of the PCRs that shall be quoted.</param>
/// <param name="Mask">Which PCRs.</param>
public sealed record AttestationChallenge(byte[] Number, byte[] Credential, byte[] Secret, byte[] Nonce, ushort Bank, uint Mask) : IMessage<AttestationChallenge>
{
    /// <summary>Bytes of a challenge's number.</summary>
    public const int NumberLength = 16;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 32;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.AttestationChallenge;

    /// <inheritdoc/>
    public static int MaxLength => 1024;

    /// <inheritdoc/>
    public static AttestationChallenge Read(ref WireReader reader)
    {
        AttestationChallenge challenge = new(reader.Exactly(NumberLength).ToArray(), reader.Bytes16(1, 256), reader.Bytes16(1, 512), reader.Exactly(NonceLength).ToArray(), reader.U16(), reader.U32());
        reader.Require(TpmAlgorithm.HashLength(challenge.Bank) > 0 && challenge.Mask is > 0 and <= PcrValues.MaxMask);
        return challenge;
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Exactly(Number, NumberLength).Bytes16(Credential, 1, 256).Bytes16(Secret, 1, 512).Exactly(Nonce, NonceLength).U16(Bank).U32(Mask);
    }

    /// <summary>The file that <c>tpm2_activatecredential -i</c> reads: mark, version, both structures with their lengths.</summary>
    public byte[] ToolFile() => new WireWriter().U32(0xBADCC0DE).U32(1).Bytes16(Credential, 1, 256).Bytes16(Secret, 1, 512).Written.ToArray();
}

/// <summary>The device's answer.</summary>
/// <param name="Number">The challenge's.</param>
/// <param name="Secret">What the TPM opened (TPM2_ActivateCredential).</param>
/// <param name="Quote">TPMS_ATTEST of TPM2_Quote by the AK, with the challenge's nonce.</param>
/// <param name="QuoteSignature">TPMT_SIGNATURE of it.</param>
/// <param name="Pcrs">The values that were quoted.</param>
/// <param name="Certify">TPMS_ATTEST of TPM2_Certify of the device's key by the AK, with any qualifying data; empty when no key is shown.</param>
/// <param name="CertifySignature">TPMT_SIGNATURE of it; empty when no key is shown.</param>
public sealed record AttestationProof(byte[] Number, byte[] Secret, byte[] Quote, byte[] QuoteSignature, PcrValues Pcrs, byte[] Certify, byte[] CertifySignature) : IMessage<AttestationProof>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.AttestationProof;

    /// <inheritdoc/>
    public static int MaxLength => 2 * (TpmAttest.MaxLength + TpmSignature.MaxLength) + (24 * 64) + 256;

    /// <inheritdoc/>
    public static AttestationProof Read(ref WireReader reader) => new(reader.Exactly(AttestationChallenge.NumberLength).ToArray(), reader.Bytes8(16, 64), reader.Bytes16(1, TpmAttest.MaxLength), reader.Bytes16(1, TpmSignature.MaxLength),
        PcrValues.Read(ref reader), reader.Bytes16(0, TpmAttest.MaxLength), reader.Bytes16(0, TpmSignature.MaxLength));

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Exactly(Number, AttestationChallenge.NumberLength).Bytes8(Secret, 16, 64).Bytes16(Quote, 1, TpmAttest.MaxLength).Bytes16(QuoteSignature, 1, TpmSignature.MaxLength);
        Pcrs.Write(writer);
        writer.Bytes16(Certify, 0, TpmAttest.MaxLength).Bytes16(CertifySignature, 0, TpmSignature.MaxLength);
    }
}

/// <summary>What the hub makes of a proof that holds so far as it goes.</summary>
/// <param name="IsChipKey">Whether the device's key counts as made in a chip from now on.</param>
/// <param name="Until">Until when it counts, in nanoseconds since 1970-01-01 UTC: then it is to be shown anew.</param>
/// <param name="Notes">What stands against more, as words: <c>ek-untrusted</c>, <c>no-key</c>, <c>pcrs-changed</c> …; at most 16.</param>
public sealed record AttestationResult(bool IsChipKey, long Until, IReadOnlyList<string> Notes) : IMessage<AttestationResult>
{
    /// <summary>Most notes.</summary>
    public const int MaxNotes = 16;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.AttestationResult;

    /// <inheritdoc/>
    public static int MaxLength => 1100;

    /// <inheritdoc/>
    public static AttestationResult Read(ref WireReader reader)
    {
        byte isChip = reader.U8();
        reader.Require(isChip <= 1);
        long until = reader.Time();
        string[] notes = new string[reader.Count(0, MaxNotes)];
        for (int i = 0; i < notes.Length; i++) notes[i] = reader.Word(64);
        return new AttestationResult(isChip == 1, until, notes);
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8(IsChipKey ? (byte)1 : (byte)0).Time(Until).Count(Notes.Count, 0, MaxNotes);
        foreach (string note in Notes) writer.Word(note, 64);
    }
}
