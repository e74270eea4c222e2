using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust.Keys;

/// <summary>The key of an authority, wherever it lies. May be used by many at once.</summary>
internal interface IAuthorityKey : IDisposable
{
    /// <summary>Kind of the key.</summary>
    KeyKind Kind { get; }

    /// <summary>The public half.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Hash that it signs with.</summary>
    HashAlgorithmName Hash { get; }

    /// <summary>Signs certificates, requests and lists; throws <see cref="AuthorityKeyException"/> when the key cannot be used just now.</summary>
    X509SignatureGenerator Signer { get; }
}

/// <summary>An authority's key cannot be used: a token that is gone, a file that is missing, a wrong password.</summary>
/// <param name="message">What is wrong and what to do, in English.</param>
/// <param name="inner">What the system said.</param>
internal sealed class AuthorityKeyException(string message, Exception? inner = null) : Exception(message, inner);
