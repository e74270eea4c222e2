using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Trust.Keys;

namespace Wardkeeper.Hub.Trust;

/// <summary>
/// Answers whether certificates are revoked (RFC 6960), from memory and signed by the authority's <see cref="OcspSigner"/>. A nonce is given back (RFC 9654). What an
/// authority did not issue is unknown; authorities whose key is not here are none that it answers for.
/// </summary>
internal sealed class OcspResponder(AuthorityBook book, OcspSigner responders, IdentityDirectory identities, TimeProvider time)
{
    /// <summary>Largest question that is read, in bytes.</summary>
    public const int Largest = 8 << 10;

    private const int MostQuestions = 16, LongestNonce = 128;
    private const string NonceId = "1.3.6.1.5.5.7.48.1.2", BasicId = "1.3.6.1.5.5.7.48.1.1", EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const int Malformed = 1, InternalError = 2, TryLater = 3, Unauthorized = 6;

    /// <summary>For how long an answer without a nonce may be kept.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Answers a question, DER; the answer is DER too, also when the question is none. What was issued for the answer is in the audit log before it leaves.</summary>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> question, CancellationToken cancel)
    {
        byte[] answer = Answer(question);
        await responders.WriteAsync(cancel);
        return answer;
    }

    private byte[] Answer(ReadOnlyMemory<byte> question)
    {
        if (question.Length > Largest) return Error(Malformed);
        List<Question> asked = [];
        ReadOnlyMemory<byte>? nonce;
        try
        {
            nonce = Read(question, asked);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException)
        {
            return Error(Malformed);
        }
        if (asked.Count is 0 or > MostQuestions || nonce is { Length: 0 or > LongestNonce }) return Error(Malformed);
        // One answer has one signer: the first certificate's issuer decides, others are unknown to it.
        Authority? signer = book.All.FirstOrDefault(one => IsAsked(asked[0], one));
        if (signer is not { Kind: AuthorityKind.Issuing } || signer.State is not (AuthorityState.Active or AuthorityState.Retiring)) return Error(Unauthorized);
        try
        {
            return Signed(signer, asked, nonce);
        }
        catch (AuthorityKeyException)
        {
            return Error(TryLater);
        }
        catch (CryptographicException)
        {
            return Error(InternalError);
        }
    }

    private static ReadOnlyMemory<byte>? Read(ReadOnlyMemory<byte> question, List<Question> asked)
    {
        AsnReader outer = new AsnReader(question, AsnEncodingRules.DER), whole = outer.ReadSequence(), request = whole.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (request.PeekTag() == new Asn1Tag(TagClass.ContextSpecific, 0, true)) request.ReadEncodedValue();
        if (request.PeekTag() == new Asn1Tag(TagClass.ContextSpecific, 1, true)) request.ReadEncodedValue();
        AsnReader list = request.ReadSequence();
        while (list.HasData)
        {
            AsnReader one = list.ReadSequence();
            ReadOnlyMemory<byte> id = one.PeekEncodedValue();
            AsnReader parts = one.ReadSequence();
            string hash = parts.ReadSequence().ReadObjectIdentifier();
            asked.Add(new Question(id, hash, parts.ReadOctetString(), parts.ReadOctetString(), parts.ReadInteger()));
        }
        if (!request.HasData) return null;
        AsnReader extensions = request.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 2, true)).ReadSequence();
        ReadOnlyMemory<byte>? nonce = null;
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            bool isNonce = extension.ReadObjectIdentifier() == NonceId;
            if (extension.PeekTag() == Asn1Tag.Boolean) extension.ReadBoolean();
            byte[] value = extension.ReadOctetString();
            if (isNonce) nonce = value;
        }
        return nonce;
    }

    private bool IsAsked(Question question, Authority authority)
    {
        if (authority.Certificate.Length == 0 || Hash(question.HashId) is not { } hash) return false;
        X509Certificate2 certificate = book.CertificateOf(authority);
        return hash(certificate.SubjectName.RawData).AsSpan().SequenceEqual(question.NameHash) && hash(certificate.PublicKey.EncodedKeyValue.RawData).AsSpan().SequenceEqual(question.KeyHash);
    }

#pragma warning disable CA5350 // SHA-1 is no protection here: RFC 6960 names authorities by it.
    private static byte[] Sha1(byte[] data) => SHA1.HashData(data);
#pragma warning restore CA5350

    private static Func<byte[], byte[]>? Hash(string id) => id switch
    {
        "1.3.14.3.2.26" => Sha1,
        "2.16.840.1.101.3.4.2.1" => SHA256.HashData,
        "2.16.840.1.101.3.4.2.2" => SHA384.HashData,
        "2.16.840.1.101.3.4.2.3" => SHA512.HashData,
        _ => null,
    };

    private byte[] Signed(Authority signer, List<Question> asked, ReadOnlyMemory<byte>? nonce)
    {
        OcspSigner.Signer responder = responders.Of(signer);
        byte[] data = Data(signer, responder.Certificate, asked, nonce), signature = responder.Sign(data);
        AsnWriter basic = new(AsnEncodingRules.DER);
        using (basic.PushSequence())
        {
            basic.WriteEncodedValue(data);
            using (basic.PushSequence()) basic.WriteObjectIdentifier(EcdsaWithSha256);
            basic.WriteBitString(signature);
            using (basic.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
            using (basic.PushSequence()) basic.WriteEncodedValue(responder.Certificate.RawData);
        }
        AsnWriter answer = new(AsnEncodingRules.DER);
        using (answer.PushSequence())
        {
            answer.WriteEnumeratedValue(Status.Successful);
            using (answer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
            using (answer.PushSequence())
            {
                answer.WriteObjectIdentifier(BasicId);
                answer.WriteOctetString(basic.Encode());
            }
        }
        return answer.Encode();
    }

    private byte[] Data(Authority signer, X509Certificate2 responder, List<Question> asked, ReadOnlyMemory<byte>? nonce)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        AsnWriter data = new(AsnEncodingRules.DER);
        using (data.PushSequence())
        {
            using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2, true))) data.WriteOctetString(Sha1(responder.PublicKey.EncodedKeyValue.RawData));
            data.WriteGeneralizedTime(now, omitFractionalSeconds: true);
            using (data.PushSequence())
            {
                foreach (Question question in asked) Write(data, question, signer, now);
            }
            if (nonce is { } given)
            {
                using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, true)))
                using (data.PushSequence())
                using (data.PushSequence())
                {
                    data.WriteObjectIdentifier(NonceId);
                    data.WriteOctetString(given.Span);
                }
            }
        }
        return data.Encode();
    }

    private void Write(AsnWriter data, Question question, Authority signer, DateTimeOffset now)
    {
        IssuedCertificate? certificate = question.Serial.Sign > 0 && IsAsked(question, signer) ? identities.FindCertificate(Convert.ToHexString(question.Serial.ToByteArray(isUnsigned: true, isBigEndian: true)), signer.KeyId) : null;
        using (data.PushSequence())
        {
            data.WriteEncodedValue(question.Id.Span);
            if (certificate is null) data.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 2));
            else if (certificate.RevokedAt is not { } revoked) data.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
            else
            {
                using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, true)))
                {
                    data.WriteGeneralizedTime(DateTimeOffset.FromUnixTimeSeconds(revoked.ToDate().ToUnixTimeSeconds()), omitFractionalSeconds: true);
                    using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true))) data.WriteEnumeratedValue(RevocationReasons.Of(certificate.RevocationReason!));
                }
            }
            data.WriteGeneralizedTime(now, omitFractionalSeconds: true);
            using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true))) data.WriteGeneralizedTime(now + Life, omitFractionalSeconds: true);
        }
    }

    private static byte[] Error(int status)
    {
        AsnWriter answer = new(AsnEncodingRules.DER);
        using (answer.PushSequence()) answer.WriteEnumeratedValue((Status)status);
        return answer.Encode();
    }

    private enum Status
    {
        Successful,
    }

    private sealed record Question(ReadOnlyMemory<byte> Id, string HashId, byte[] NameHash, byte[] KeyHash, BigInteger Serial);
}
