using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Signs with the private key of a certificate, wherever that key lies: in a file, on a token, in a TPM.</summary>
public interface IMessageSigner
{
    /// <summary>The certificate whose key signs.</summary>
    CertificateId Signer { get; }

    /// <summary>The suite.</summary>
    CipherSuite Suite { get; }

    /// <summary>A signature over these bytes, <see cref="CipherSuite.SignatureLength"/> bytes (r and s).</summary>
    byte[] Sign(ReadOnlySpan<byte> data);
}

/// <summary>A signer over .NET's own key type; a key behind an OpenSSL engine or a token's own subclass is one too.</summary>
/// <param name="signer">The certificate.</param>
/// <param name="key">Its P-256 key; stays the caller's.</param>
public sealed class EcdsaSigner(CertificateId signer, ECDsa key) : IMessageSigner
{
    /// <inheritdoc/>
    public CertificateId Signer => signer;

    /// <inheritdoc/>
    public CipherSuite Suite => CipherSuite.P256;

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}

/// <summary>A message that carries a signature over all of itself as its last field.</summary>
/// <typeparam name="TSelf">The message.</typeparam>
public interface ISigned<TSelf> : IMessage<TSelf>
    where TSelf : class, ISigned<TSelf>
{
    /// <summary>Number of the suite.</summary>
    byte Suite { get; }

    /// <summary>The certificate whose key signed.</summary>
    CertificateId Signer { get; }

    /// <summary>The signature; empty before it is signed.</summary>
    byte[] Signature { get; }

    /// <summary>The same with a signature.</summary>
    TSelf With(byte[] signature);
}

/// <summary>
/// Signatures over messages. What is signed is a label (<c>wardkeeper/1/</c> and the kind's number in two hex digits, so that no signature
/// counts for another kind), a zero byte, and the message's bytes before the signature.
/// </summary>
public static class Signing
{
    /// <summary>A message, signed.</summary>
    /// <exception cref="ArgumentException">The message names another signer or suite.</exception>
    public static T Sign<T>(T message, IMessageSigner signer)
        where T : class, ISigned<T>
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(signer);
        if (message.Suite != signer.Suite.Number || message.Signer != signer.Signer) throw new ArgumentException("The message names another signer or suite.", nameof(signer));
        return message.With(signer.Sign(SignedBytes(message)));
    }

    /// <summary>Whether a message is signed by the key of the certificate that it names.</summary>
    /// <param name="message">The message.</param>
    /// <param name="suite">The suite; must be the one that the message names.</param>
    /// <param name="subjectPublicKeyInfo">Public key of that certificate (DER, RFC 5280, section 4.1.2.7).</param>
    public static bool IsSigned<T>(T message, CipherSuite suite, ReadOnlySpan<byte> subjectPublicKeyInfo)
        where T : class, ISigned<T>
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(suite);
        return message.Suite == suite.Number && suite.Verify(subjectPublicKeyInfo, SignedBytes(message), message.Signature);
    }

    /// <summary>Reads a signature, the last field.</summary>
    internal static byte[] Read(ref WireReader reader) => reader.Bytes8(CipherSuite.SignatureLength, CipherSuite.SignatureLength);

    /// <summary>Writes a signature, the last field.</summary>
    internal static void Write(WireWriter writer, byte[] signature) => writer.Bytes8(signature, CipherSuite.SignatureLength, CipherSuite.SignatureLength);

    private static byte[] SignedBytes<T>(T message)
        where T : class, ISigned<T>
    {
        byte[] encoded = Message.Encode(message.With(new byte[CipherSuite.SignatureLength]));
        return [.. Encoding.ASCII.GetBytes($"wardkeeper/1/{(byte)T.Kind:x2}"), 0, .. encoded.AsSpan(0, encoded.Length - CipherSuite.SignatureLength - 1)];
    }
}
