namespace Wardkeeper.DeviceProtocol;

/// <summary>One thing that a device says, signed by the key of its certificate.</summary>
/// <param name="Suite">Number of the suite.</param>
/// <param name="Signer">The device's certificate.</param>
/// <param name="Boot">Sixteen random bytes, drawn anew each time the sender starts.</param>
/// <param name="Counter">1 for the device's first envelope, and one more for each, over all starts and renewed certificates. At most 2⁶³−1.</param>
/// <param name="At">The device's time, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="PayloadKind">What the payload is: a word of at most 64 characters, for example <c>vitals/1</c>.</param>
/// <param name="DataKey">Number of the data key that the payload is encrypted with; null when it is clear.</param>
/// <param name="Payload">At most <see cref="MaxPayload"/> bytes; encrypted they end in a tag.</param>
/// <param name="Signature">Over all of it.</param>
public sealed record TelemetryEnvelope(byte Suite, CertificateId Signer, byte[] Boot, ulong Counter, long At, string PayloadKind, KeyId? DataKey, byte[] Payload, byte[] Signature) : ISigned<TelemetryEnvelope>
{
    /// <summary>Bytes of a boot id.</summary>
    public const int BootLength = 16;

    /// <summary>Most bytes of a payload, the tag included.</summary>
    public const int MaxPayload = 65_536;

    /// <summary>Highest counter.</summary>
    public const ulong MaxCounter = long.MaxValue;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.Telemetry;

    /// <inheritdoc/>
    public static int MaxLength => MaxPayload + 512;

    /// <inheritdoc/>
    public TelemetryEnvelope With(byte[] signature) => this with { Signature = signature };

    /// <inheritdoc/>
    public static TelemetryEnvelope Read(ref WireReader reader)
    {
        byte suite = reader.U8();
        CertificateId signer = CertificateId.Read(ref reader);
        byte[] boot = reader.Exactly(BootLength).ToArray();
        ulong counter = reader.U64();
        reader.Require(counter is > 0 and <= MaxCounter);
        long at = reader.Time();
        string kind = reader.Word(64);
        KeyId? key = KeyId.ReadOptional(ref reader);
        byte[] payload = reader.Bytes32(key is null ? 0 : CipherSuite.TagLength, MaxPayload);
        return new TelemetryEnvelope(suite, signer, boot, counter, at, kind, key, payload, Signing.Read(ref reader));
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        WriteHead(writer);
        writer.Bytes32(Payload, DataKey is null ? 0 : CipherSuite.TagLength, MaxPayload);
        Signing.Write(writer, Signature);
    }

    /// <summary>
    /// The same with its payload encrypted. The key and nonce of this one envelope are derived from the data key, the boot id and the counter,
    /// so none is used twice; everything before the payload is authenticated with it.
    /// </summary>
    /// <param name="suite">The suite of the envelope.</param>
    /// <param name="number">Number of the data key.</param>
    /// <param name="dataKey">The data key.</param>
    public TelemetryEnvelope Sealed(CipherSuite suite, KeyId number, ReadOnlySpan<byte> dataKey)
    {
        ArgumentNullException.ThrowIfNull(suite);
        TelemetryEnvelope named = this with { DataKey = number };
        (byte[] key, byte[] nonce, byte[] beside) = named.Protection(suite, dataKey);
        return named with { Payload = suite.Seal(key, nonce, Payload, beside) };
    }

    /// <summary>The clear payload; null when the data key is another one or something was changed.</summary>
    public byte[]? Open(CipherSuite suite, ReadOnlySpan<byte> dataKey)
    {
        ArgumentNullException.ThrowIfNull(suite);
        (byte[] key, byte[] nonce, byte[] beside) = Protection(suite, dataKey);
        return suite.Open(key, nonce, Payload, beside);
    }

    private (byte[] Key, byte[] Nonce, byte[] Beside) Protection(CipherSuite suite, ReadOnlySpan<byte> dataKey)
    {
        WireWriter head = new();
        WriteHead(head);
        byte[] derived = suite.Derive(dataKey, Boot, [.. "wardkeeper/1 telemetry payload\0"u8, .. head.Written], suite.KeyLength + CipherSuite.NonceLength);
        return (derived[..suite.KeyLength], derived[suite.KeyLength..], head.Written.ToArray());
    }

    private void WriteHead(WireWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(Counter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Counter, MaxCounter);
        writer.U8(Suite);
        Signer.Write(writer);
        writer.Exactly(Boot, BootLength).U64(Counter).Time(At).Word(PayloadKind, 64);
        KeyId.WriteOptional(writer, DataKey);
    }
}

/// <summary>Number of a key: sixteen random bytes in lower-case hex.</summary>
/// <param name="Hex">32 digits.</param>
public readonly record struct KeyId(string Hex)
{
    /// <summary>Bytes of it.</summary>
    public const int Length = 16;

    /// <summary>A new one.</summary>
    public static KeyId New() => new(Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(Length)));

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>As bytes.</summary>
    public byte[] Bytes() => Convert.FromHexString(Hex);

    /// <summary>Reads one.</summary>
    internal static KeyId Read(ref WireReader reader) => new(Convert.ToHexStringLower(reader.Exactly(Length)));

    /// <summary>Writes it.</summary>
    internal void Write(WireWriter writer) => writer.Exactly(Bytes(), Length);

    /// <summary>Reads a byte 0 for none, or a byte 1 and one.</summary>
    internal static KeyId? ReadOptional(ref WireReader reader)
    {
        byte has = reader.U8();
        reader.Require(has <= 1);
        return has == 1 ? Read(ref reader) : null;
    }

    /// <summary>Writes a byte 0 for none, or a byte 1 and it.</summary>
    internal static void WriteOptional(WireWriter writer, KeyId? key)
    {
        writer.U8(key is null ? (byte)0 : (byte)1);
        key?.Write(writer);
    }
}
