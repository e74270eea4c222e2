using System.Reflection;
using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The messages of devices. The input is one message as it comes: read as each kind there is, and as what TPMs state. What is accepted is
/// written again as the same bytes.
/// </summary>
internal sealed class DeviceProtocolTarget : IFuzzTarget
{
    private static readonly CertificateId One = new("a1b2", "01"), Two = new("c3d4", "7f02");
    private static readonly byte[] Point = [4, .. new byte[64]], Signature = new byte[64], Nonce = new byte[32];

    /// <summary>One reader for each message that the library has, so that none is forgotten.</summary>
    private static readonly Action<byte[]>[] Readers = [.. typeof(Message).Assembly.GetTypes()
        .Where(static type => type is { IsClass: true } && type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IMessage<>)))
        .Select(static type => typeof(DeviceProtocolTarget).GetMethod(nameof(Hold), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).CreateDelegate<Action<byte[]>>())];

    public string Name => "device-protocol";

    public bool IsFramed => false;

    public IEnumerable<byte[][]> Seeds()
    {
        byte[] envelope = Message.Encode(new TelemetryEnvelope(1, One, new byte[16], 7, 1_800_000_000_000_000_000, "vitals/1", null, [1, 2, 3], Signature));
        yield return [envelope];
        yield return [Message.Encode(new TelemetryBatch([envelope, envelope]))];
        yield return [Message.Encode(new TelemetryReceipt(5, 7, [TelemetryOutcome.Stored, TelemetryOutcome.BootReused]))];
        yield return [Message.Encode(new SessionOffer(1, One, Two, Nonce, Point, 5, Signature))];
        yield return [Message.Encode(new SessionAnswer(1, Two, new KeyId(new string('a', 32)), Nonce, Nonce, Point, 5, 3600, 1000, Signature))];
        yield return [Message.Encode(new SealedMessage(new KeyId(new string('a', 32)), true, 1, new byte[20]))];
        yield return [Message.Encode(new ReaderKey(1, One, ReaderKey.Own, Nonce, Point, 5, Signature))];
        yield return [Message.Encode(new DataKeyList(1, Two, One, Nonce, Point, [new WrappedDataKey(new KeyId(new string('b', 32)), "telemetry/d-17", 1, 1, 2, true, new byte[48])], Signature))];
        yield return [Message.Encode(new AttestationBegin([[1, 2]], [3], [4], [5]))];
        yield return [Message.Encode(new AttestationChallenge(new byte[16], [1], [2], Nonce, TpmAlgorithm.Sha256, 3))];
        yield return [Message.Encode(new AttestationProof(new byte[16], Nonce, [1], [2], new PcrValues(TpmAlgorithm.Sha256, 3, [Nonce, Nonce]), [3], [4]))];
        yield return [Message.Encode(new AttestationResult(true, 5, ["no-key"]))];
        yield return [Message.Encode(new IdentityQuestion(One))];
        yield return [Message.Encode(new IdentityAnswer(IdentityState.Valid, 17, Nonce, true, [1, 2]))];
        yield return [Message.Encode(new Refusal(RefusalReason.NotNow, 5))];
        yield return [new WireWriter().U16(TpmAlgorithm.Ecc).U16(TpmAlgorithm.Sha256).U32(0x00050072).U16(0).U16(TpmAlgorithm.Null).U16(TpmAlgorithm.EcDsa).U16(TpmAlgorithm.Sha256).U16(3).U16(TpmAlgorithm.Null).Bytes16(Nonce, 0, 32).Bytes16(Nonce, 0, 32).Written.ToArray()];
        yield return [new WireWriter().U32(0xFF544347).U16(0x8018).Bytes16(new byte[34], 0, 68).Bytes16(Nonce, 0, 64).U64(1).U32(2).U32(3).U8(1).U64(4).U32(1).U16(TpmAlgorithm.Sha256).Bytes8([255, 67, 0], 1, 3).Bytes16(Nonce, 32, 64).Written.ToArray()];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        byte[] bytes = records[0];
        foreach (Action<byte[]> read in Readers) read(bytes);
        TpmAttest.Read(bytes, out _);
        if (TpmPublic.Read(bytes, out _) is not { } key) return;
        BrokenPromiseException.Unless(key.Name.Length >= 34, "key-without-name", $"{key.Name.Length}");
        key.SubjectPublicKeyInfo();
        TpmSignature.Verify(key, bytes, SHA256.HashData(bytes));
    }

    private static void Hold<T>(byte[] bytes)
        where T : class, IMessage<T>
    {
        T? message = Message.Decode<T>(bytes, out ProtocolFault fault);
        BrokenPromiseException.Unless(message is null == fault is not ProtocolFault.None, "refused-without-a-fault", $"{typeof(T).Name} {fault}");
        if (message is not null) BrokenPromiseException.Unless(Message.Encode(message).AsSpan().SequenceEqual(bytes), "two-forms", typeof(T).Name);
    }
}
