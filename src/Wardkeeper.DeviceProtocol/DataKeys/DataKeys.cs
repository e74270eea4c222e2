using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>
/// A reader asks the hub for data keys. It shows a public key that the hub encrypts them to, made for this request, so that nobody who
/// gets the reader's certificate key later can open what was handed out.
/// </summary>
/// <param name="Suite">Number of the suite.</param>
/// <param name="Signer">Certificate of the reader: device, server or app.</param>
/// <param name="Scope">Whose keys are asked for: <see cref="Own"/>, or a scope's word.</param>
/// <param name="Nonce">32 random bytes; they come back in the answer.</param>
/// <param name="Public">Public half of a key made for this request only.</param>
/// <param name="At">The reader's time, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Signature">Over all of it.</param>
public sealed record ReaderKey(byte Suite, CertificateId Signer, string Scope, byte[] Nonce, byte[] Public, long At, byte[] Signature) : ISigned<ReaderKey>
{
    /// <summary>The scope of the asking device itself.</summary>
    public const string Own = "own";

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.ReaderKey;

    /// <inheritdoc/>
    public static int MaxLength => 384;

    /// <inheritdoc/>
    public ReaderKey With(byte[] signature) => this with { Signature = signature };

    /// <inheritdoc/>
    public static ReaderKey Read(ref WireReader reader) => new(reader.U8(), CertificateId.Read(ref reader), reader.Word(64),
        reader.Exactly(SessionOffer.NonceLength).ToArray(), reader.Exactly(CipherSuite.PointLength).ToArray(), reader.Time(), Signing.Read(ref reader));

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8(Suite);
        Signer.Write(writer);
        writer.Word(Scope, 64).Exactly(Nonce, SessionOffer.NonceLength).Exactly(Public, CipherSuite.PointLength).Time(At);
        Signing.Write(writer, Signature);
    }
}

/// <summary>One data key, encrypted to one reader.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Scope">What it is for: a word of at most 64 characters, for example <c>telemetry/d-17</c>.</param>
/// <param name="Epoch">Which one of its scope: 1, 2, 3 …</param>
/// <param name="NotBefore">From when on it encrypts, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="NotAfter">Until when it encrypts. What it has encrypted it goes on opening.</param>
/// <param name="MayWrite">Whether this reader may encrypt with it, too.</param>
/// <param name="Wrapped">The key, encrypted.</param>
public sealed record WrappedDataKey(KeyId Key, string Scope, uint Epoch, long NotBefore, long NotAfter, bool MayWrite, byte[] Wrapped)
{
    /// <summary>Reads it.</summary>
    internal static WrappedDataKey Read(ref WireReader reader)
    {
        KeyId key = KeyId.Read(ref reader);
        string scope = reader.Word(64);
        uint epoch = reader.U32();
        long from = reader.Time(), to = reader.Time();
        byte may = reader.U8();
        reader.Require(epoch > 0 && to > from && may <= 1);
        return new WrappedDataKey(key, scope, epoch, from, to, may == 1, reader.Bytes8(CipherSuite.TagLength + 16, CipherSuite.TagLength + 32));
    }

    /// <summary>Writes it.</summary>
    internal void Write(WireWriter writer)
    {
        WriteHead(writer);
        writer.Bytes8(Wrapped, CipherSuite.TagLength + 16, CipherSuite.TagLength + 32);
    }

    /// <summary>Writes what is authenticated beside the key.</summary>
    internal void WriteHead(WireWriter writer)
    {
        Key.Write(writer);
        writer.Word(Scope, 64).U32(Epoch).Time(NotBefore).Time(NotAfter).U8(MayWrite ? (byte)1 : (byte)0);
    }
}

/// <summary>The hub's answer to a <see cref="ReaderKey"/>: the data keys that this reader may have.</summary>
/// <param name="Suite">Number of the suite.</param>
/// <param name="Signer">The hub's certificate.</param>
/// <param name="Reader">The reader's certificate.</param>
/// <param name="Nonce">The request's.</param>
/// <param name="Public">Public half of the hub's key, made for this answer only.</param>
/// <param name="Keys">At most 256, newest first in each scope.</param>
/// <param name="Signature">Over all of it.</param>
public sealed record DataKeyList(byte Suite, CertificateId Signer, CertificateId Reader, byte[] Nonce, byte[] Public, IReadOnlyList<WrappedDataKey> Keys, byte[] Signature) : ISigned<DataKeyList>
{
    /// <summary>Most keys in one.</summary>
    public const int MaxKeys = 256;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.DataKeyList;

    /// <inheritdoc/>
    public static int MaxLength => 512 + (MaxKeys * 192);

    /// <inheritdoc/>
    public DataKeyList With(byte[] signature) => this with { Signature = signature };

    /// <inheritdoc/>
    public static DataKeyList Read(ref WireReader reader)
    {
        byte suite = reader.U8();
        CertificateId signer = CertificateId.Read(ref reader), to = CertificateId.Read(ref reader);
        byte[] nonce = reader.Exactly(SessionOffer.NonceLength).ToArray(), point = reader.Exactly(CipherSuite.PointLength).ToArray();
        WrappedDataKey[] keys = new WrappedDataKey[reader.Count(0, MaxKeys)];
        for (int i = 0; i < keys.Length; i++) keys[i] = WrappedDataKey.Read(ref reader);
        return new DataKeyList(suite, signer, to, nonce, point, keys, Signing.Read(ref reader));
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8(Suite);
        Signer.Write(writer);
        Reader.Write(writer);
        writer.Exactly(Nonce, SessionOffer.NonceLength).Exactly(Public, CipherSuite.PointLength).Count(Keys.Count, 0, MaxKeys);
        foreach (WrappedDataKey key in Keys) key.Write(writer);
        Signing.Write(writer, Signature);
    }
}

/// <summary>A data key in clear, at an end that may have it.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Scope">What it is for.</param>
/// <param name="Epoch">Which one of its scope.</param>
/// <param name="NotBefore">From when on it encrypts, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="NotAfter">Until when it encrypts.</param>
/// <param name="MayWrite">Whether this end may encrypt with it.</param>
/// <param name="Secret">The key, <see cref="Length"/> bytes, in every suite: keys of an encryption are derived from it.</param>
public sealed record DataKey(KeyId Key, string Scope, uint Epoch, long NotBefore, long NotAfter, bool MayWrite, byte[] Secret)
{
    /// <summary>Bytes of a data key.</summary>
    public const int Length = 32;
}

/// <summary>Handing out data keys: asking, wrapping, unwrapping.</summary>
public sealed class DataKeyRequest : IDisposable
{
    private readonly CipherSuite suite;
    private readonly IAgreementKey own;

    private DataKeyRequest(CipherSuite suite, IAgreementKey own, ReaderKey key) => (this.suite, this.own, Key) = (suite, own, key);

    /// <summary>What is sent.</summary>
    public ReaderKey Key { get; }

    /// <summary>Begins to ask.</summary>
    /// <param name="signer">This end's certificate.</param>
    /// <param name="now">This end's time, in nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="scope">Whose keys: <see cref="ReaderKey.Own"/>, or a scope's word.</param>
    public static DataKeyRequest Begin(IMessageSigner signer, long now, string scope = ReaderKey.Own)
    {
        ArgumentNullException.ThrowIfNull(signer);
        IAgreementKey own = signer.Suite.NewAgreementKey();
        ReaderKey key = new(signer.Suite.Number, signer.Signer, scope, RandomNumberGenerator.GetBytes(SessionOffer.NonceLength), own.Public, now, []);
        return new DataKeyRequest(signer.Suite, own, Signing.Sign(key, signer));
    }

    /// <summary>The hub's answer: keys for a reader whose request it has checked; null when the reader's public key is none.</summary>
    public static DataKeyList? Wrap(ReaderKey reader, IReadOnlyList<DataKey> keys, IMessageSigner signer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(signer);
        using IAgreementKey own = signer.Suite.NewAgreementKey();
        if (own.Agree(reader.Public) is not { } secret) return null;
        byte[] point = own.Public;
        List<WrappedDataKey> wrapped = [];
        foreach (DataKey key in keys)
        {
            WrappedDataKey one = new(key.Key, key.Scope, key.Epoch, key.NotBefore, key.NotAfter, key.MayWrite, []);
            wrapped.Add(one with { Wrapped = signer.Suite.Seal(WrappingKey(signer.Suite, secret, reader, signer.Signer, point, key.Key), new byte[CipherSuite.NonceLength], key.Secret, Head(one)) });
        }
        CryptographicOperations.ZeroMemory(secret);
        return Signing.Sign(new DataKeyList(signer.Suite.Number, signer.Signer, reader.Signer, reader.Nonce, point, wrapped, []), signer);
    }

    /// <summary>The keys of an answer; null with the fault when it is not the hub's answer to this request.</summary>
    /// <param name="list">The answer.</param>
    /// <param name="hub">The hub's certificate.</param>
    /// <param name="hubKey">Its subject public key info.</param>
    /// <param name="fault">Why there are none.</param>
    public IReadOnlyList<DataKey>? Unwrap(DataKeyList list, CertificateId hub, ReadOnlySpan<byte> hubKey, out ProtocolFault fault)
    {
        ArgumentNullException.ThrowIfNull(list);
        fault = ProtocolFault.BadSignature;
        if (list.Signer != hub || !Signing.IsSigned(list, suite, hubKey)) return null;
        fault = ProtocolFault.BadValue;
        if (list.Reader != Key.Signer || !list.Nonce.AsSpan().SequenceEqual(Key.Nonce) || own.Agree(list.Public) is not { } secret) return null;
        List<DataKey> keys = [];
        fault = ProtocolFault.DoesNotOpen;
        foreach (WrappedDataKey one in list.Keys)
        {
            byte[]? clear = suite.Open(WrappingKey(suite, secret, Key, hub, list.Public, one.Key), new byte[CipherSuite.NonceLength], one.Wrapped, Head(one));
            if (clear is null || clear.Length != DataKey.Length) return null;
            keys.Add(new DataKey(one.Key, one.Scope, one.Epoch, one.NotBefore, one.NotAfter, one.MayWrite, clear));
        }
        CryptographicOperations.ZeroMemory(secret);
        fault = ProtocolFault.None;
        return keys;
    }

    /// <summary>Forgets the key of the request.</summary>
    public void Dispose() => own.Dispose();

    /// <summary>A key that encrypts one data key for one reader once: its nonce may be zero.</summary>
    private static byte[] WrappingKey(CipherSuite suite, byte[] secret, ReaderKey reader, CertificateId hub, byte[] hubPoint, KeyId number)
    {
        WireWriter info = new WireWriter().Raw("wardkeeper/1 data key\0"u8).U8(suite.Number);
        reader.Signer.Write(info);
        hub.Write(info);
        return suite.Derive(secret, reader.Nonce, info.Raw(reader.Public).Raw(hubPoint).Raw(number.Bytes()).Written, suite.KeyLength);
    }

    private static byte[] Head(WrappedDataKey key)
    {
        WireWriter head = new();
        key.WriteHead(head);
        return head.Written.ToArray();
    }
}
