namespace Wardkeeper.DeviceProtocol;

/// <summary>Second byte of every message: which one it is.</summary>
public enum MessageKind : byte
{
    /// <summary><see cref="TelemetryEnvelope"/>.</summary>
    Telemetry = 0x01,

    /// <summary><see cref="DeviceProtocol.TelemetryBatch"/>.</summary>
    TelemetryBatch = 0x02,

    /// <summary><see cref="DeviceProtocol.TelemetryReceipt"/>.</summary>
    TelemetryReceipt = 0x03,

    /// <summary><see cref="DeviceProtocol.SessionOffer"/>.</summary>
    SessionOffer = 0x10,

    /// <summary><see cref="DeviceProtocol.SessionAnswer"/>.</summary>
    SessionAnswer = 0x11,

    /// <summary><see cref="DeviceProtocol.SealedMessage"/>.</summary>
    SealedMessage = 0x12,

    /// <summary><see cref="DeviceProtocol.ReaderKey"/>.</summary>
    ReaderKey = 0x20,

    /// <summary><see cref="DeviceProtocol.DataKeyList"/>.</summary>
    DataKeyList = 0x21,

    /// <summary><see cref="DeviceProtocol.AttestationBegin"/>.</summary>
    AttestationBegin = 0x30,

    /// <summary><see cref="DeviceProtocol.AttestationChallenge"/>.</summary>
    AttestationChallenge = 0x31,

    /// <summary><see cref="DeviceProtocol.AttestationProof"/>.</summary>
    AttestationProof = 0x32,

    /// <summary><see cref="DeviceProtocol.AttestationResult"/>.</summary>
    AttestationResult = 0x33,

    /// <summary><see cref="DeviceProtocol.IdentityQuestion"/>.</summary>
    IdentityQuestion = 0x40,

    /// <summary><see cref="DeviceProtocol.IdentityAnswer"/>.</summary>
    IdentityAnswer = 0x41,

    /// <summary><see cref="DeviceProtocol.Refusal"/>.</summary>
    Refusal = 0x7F,
}

/// <summary>A message that has exactly one form in bytes: what is read and written again gives the same bytes.</summary>
/// <typeparam name="TSelf">The message.</typeparam>
public interface IMessage<TSelf>
    where TSelf : class, IMessage<TSelf>
{
    /// <summary>Its second byte.</summary>
    static abstract MessageKind Kind { get; }

    /// <summary>Most bytes that it can have.</summary>
    static abstract int MaxLength { get; }

    /// <summary>Reads what follows version and kind. What is wrong is noted in the reader; the message then counts for nothing.</summary>
    static abstract TSelf Read(ref WireReader reader);

    /// <summary>Writes what follows version and kind.</summary>
    void Write(WireWriter writer);
}

/// <summary>From messages to bytes and back. Docs: <c>docs/device-protocol.md</c>.</summary>
public static class Message
{
    /// <summary>First byte of every message.</summary>
    public const byte Version = 1;

    /// <summary>A message as bytes.</summary>
    /// <exception cref="ArgumentException">A field is beyond its bound.</exception>
    public static byte[] Encode<T>(T message)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(message);
        WireWriter writer = new();
        message.Write(writer.U8(Version).U8((byte)T.Kind));
        return writer.Written.ToArray();
    }

    /// <summary>Bytes as a message; null when they are none, with the reason.</summary>
    public static T? Decode<T>(ReadOnlySpan<byte> bytes, out ProtocolFault fault)
        where T : class, IMessage<T>
    {
        fault = ProtocolFault.TooLong;
        if (bytes.Length > T.MaxLength) return null;
        WireReader reader = new(bytes);
        if (reader.U8() != Version) reader.Fail(ProtocolFault.UnknownVersion);
        if (reader.U8() != (byte)T.Kind) reader.Fail(ProtocolFault.WrongKind);
        T? message = reader.Fault == ProtocolFault.None ? T.Read(ref reader) : null;
        if (reader.Left > 0) reader.Fail(ProtocolFault.TrailingBytes);
        fault = reader.Fault;
        return fault == ProtocolFault.None ? message : null;
    }
}
