using CsCheck;

namespace Wardkeeper.DeviceProtocol.Tests;

/// <summary>Each message has one form in bytes: written and read it is the same, and what is accepted is written as it was read.</summary>
public class MessageTests
{
    private static readonly Gen<CertificateId> Certificates = Gen.Select(Gen.Byte.Array[1, 32], Gen.Byte.Array[0, 19], Gen.Byte[1, 255])
        .Select((issuer, serial, first) => new CertificateId(Convert.ToHexStringLower(issuer), Convert.ToHexStringLower([first, .. serial])));
    private static readonly Gen<KeyId> Numbers = Gen.Byte.Array[16].Select(bytes => new KeyId(Convert.ToHexStringLower(bytes)));
    private static readonly Gen<string> WordsOf = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789.-/"], 1, 64];
    private static readonly Gen<byte[]> Points = Gen.Byte.Array[65], Nonces = Gen.Byte.Array[32], Signatures = Gen.Byte.Array[64];
    private static readonly Gen<long> Times = Gen.Long[0, long.MaxValue];

    [Fact]
    public void Envelopes() => Hold(Gen.Select(Gen.Byte, Certificates, Gen.Byte.Array[16], Gen.ULong[1, TelemetryEnvelope.MaxCounter], Times, WordsOf, Numbers.Nullable(), Gen.Byte.Array[16, 300])
        .Select(Signatures).Select((one, signature) => new TelemetryEnvelope(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6, one.Item7, one.Item8, signature)));

    [Fact]
    public void Batches_and_receipts()
    {
        Hold(Gen.Byte.Array[1, 40].Array[1, 256].Select(envelopes => new TelemetryBatch(envelopes)));
        Hold(Gen.Select(Times, Gen.ULong[0, TelemetryEnvelope.MaxCounter], Gen.Byte[0, 9].Array[1, 256]).Select((at, highest, outcomes) => new TelemetryReceipt(at, highest, [.. outcomes.Select(one => (TelemetryOutcome)one)])));
    }

    [Fact]
    public void Agreements()
    {
        Hold(Gen.Select(Gen.Byte, Certificates, Certificates, Nonces, Points, Times, Signatures).Select((suite, signer, peer, nonce, point, at, signature) => new SessionOffer(suite, signer, peer, nonce, point, at, signature)));
        Hold(Gen.Select(Gen.Select(Gen.Byte, Certificates, Numbers, Nonces), Gen.Select(Nonces, Points, Times), Gen.Select(Gen.UInt[60, 86_400], Gen.UInt[1, 1u << 31], Signatures))
            .Select((a, b, c) => new SessionAnswer(a.Item1, a.Item2, a.Item3, a.Item4, b.Item1, b.Item2, b.Item3, c.Item1, c.Item2, c.Item3)));
        Hold(Gen.Select(Numbers, Gen.Bool, Gen.ULong[1, 1ul << 31], Gen.Byte.Array[16, 200]).Select((key, from, counter, content) => new SealedMessage(key, from, counter, content)));
    }

    [Fact]
    public void Data_keys()
    {
        Gen<WrappedDataKey> wrapped = Gen.Select(Gen.Select(Numbers, WordsOf, Gen.UInt[1, uint.MaxValue]), Gen.Select(Gen.Long[0, 1000], Gen.Long[1001, long.MaxValue], Gen.Bool, Gen.Byte.Array[32, 48]))
            .Select((a, b) => new WrappedDataKey(a.Item1, a.Item2, a.Item3, b.Item1, b.Item2, b.Item3, b.Item4));
        Hold(Gen.Select(Gen.Byte, Certificates, WordsOf, Nonces, Points, Times, Signatures).Select((suite, signer, scope, nonce, point, at, signature) => new ReaderKey(suite, signer, scope, nonce, point, at, signature)));
        Hold(Gen.Select(Gen.Byte, Certificates, Certificates, Nonces, Points, wrapped.Array[0, 5], Signatures).Select((suite, signer, to, nonce, point, keys, signature) => new DataKeyList(suite, signer, to, nonce, point, keys, signature)));
    }

    [Fact]
    public void Attestation()
    {
        Gen<PcrValues> pcrs = Gen.Select(Gen.UInt[1, PcrValues.MaxMask], Gen.Byte).Select((mask, fill) => new PcrValues(TpmAlgorithm.Sha256, mask, [.. Enumerable.Range(0, System.Numerics.BitOperations.PopCount(mask)).Select(_ => Enumerable.Repeat(fill, 32).ToArray())]));
        Hold(Gen.Select(Gen.Byte.Array[1, 100].Array[0, 4], Gen.Byte.Array[1, 100], Gen.Byte.Array[1, 100], Gen.Byte.Array[0, 100]).Select((certificates, ek, ak, key) => new AttestationBegin(certificates, ek, ak, key)));
        Hold(Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[1, 256], Gen.Byte.Array[1, 300], Nonces, Gen.UInt[1, PcrValues.MaxMask]).Select((number, credential, secret, nonce, mask) => new AttestationChallenge(number, credential, secret, nonce, TpmAlgorithm.Sha384, mask)));
        Hold(Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[16, 64], Gen.Byte.Array[1, 100], Gen.Byte.Array[1, 100], pcrs, Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 100]).Select((number, secret, quote, signature, values, certify, second) => new AttestationProof(number, secret, quote, signature, values, certify, second)));
        Hold(Gen.Select(Gen.Bool, Times, WordsOf.Array[0, 16]).Select((isChip, until, notes) => new AttestationResult(isChip, until, notes)));
        Hold(Certificates.Select(certificate => new IdentityQuestion(certificate)));
        Hold(Gen.Select(Gen.Byte[0, 3], Gen.ULong, Nonces, Gen.Bool, Gen.Byte.Array[0, 200]).Select((state, device, hash, isChip, key) => new IdentityAnswer((IdentityState)state, device, hash, isChip, key)));
        Hold(Gen.Select(WordsOf, Gen.UInt).Select((reason, after) => new Refusal(reason, after)));
    }

    [Fact]
    public void Bytes_that_are_no_message_say_why()
    {
        byte[] good = Message.Encode(new Refusal("not-now", 5));
        Assert.Equal(ProtocolFault.UnknownVersion, Fault([2, .. good.AsSpan(1)]));
        Assert.Equal(ProtocolFault.WrongKind, Fault([1, 1, .. good.AsSpan(2)]));
        Assert.Equal(ProtocolFault.TrailingBytes, Fault([.. good, 0]));
        Assert.Equal(ProtocolFault.BadValue, Fault([1, 0x7F, 1, (byte)'A', 0, 0, 0, 0]));
        Assert.Equal(ProtocolFault.TooShort, Fault([1, 0x7F, 0, 0, 0, 0, 0]));
        Assert.Equal(ProtocolFault.TooLong, Fault([1, 0x7F, 65, .. new byte[70]]));
        for (int length = 0; length < good.Length; length++) Assert.Equal(ProtocolFault.Truncated, Fault(good.AsSpan(0, length)));

        static ProtocolFault Fault(ReadOnlySpan<byte> bytes)
        {
            Assert.Null(Message.Decode<Refusal>(bytes, out ProtocolFault fault));
            return fault;
        }
    }

    [Fact]
    public void Values_beyond_their_bounds_are_not_written()
    {
        Assert.ThrowsAny<ArgumentException>(() => Message.Encode(new Refusal("Capital", 0)));
        Assert.ThrowsAny<ArgumentException>(() => Message.Encode(new TelemetryBatch([])));
        Assert.ThrowsAny<ArgumentException>(() => Message.Encode(new SealedMessage(KeyId.New(), true, 1, new byte[15])));
        Assert.ThrowsAny<ArgumentException>(() => Message.Encode(new AttestationResult(true, -1, [])));
    }

    private static void Hold<T>(Gen<T> messages)
        where T : class, IMessage<T> => messages.Sample(message =>
        {
            byte[] bytes = Message.Encode(message);
            Assert.InRange(bytes.Length, 3, T.MaxLength);
            T? read = Message.Decode<T>(bytes, out ProtocolFault fault);
            Assert.True(read is not null, $"{typeof(T).Name}: {fault}");
            Assert.Equal(bytes, Message.Encode(read));
            // A changed byte gives another message or none, never an exception, and what is accepted is written as it was read.
            byte[] changed = [.. bytes];
            int at = (bytes.Length * 7 / 11) + (bytes[^1] % 3);
            changed[at % bytes.Length] ^= 0x81;
            if (Message.Decode<T>(changed, out _) is { } other) Assert.Equal(changed, Message.Encode(other));
            Assert.Null(Message.Decode<T>(bytes.AsSpan(0, at % bytes.Length), out _));
        }, seed: "0000000000000", iter: 60, threads: 1);
}
