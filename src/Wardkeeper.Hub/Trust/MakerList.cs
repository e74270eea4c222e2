using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>A maker's list of revoked certificates as it is held: of those that one of its authorities signed.</summary>
/// <param name="Issuer">Key identifier of the authority that signed list and certificates, lower-case hex.</param>
/// <param name="IssuerName">Its name, as RFC 4514 writes it.</param>
/// <param name="Root">Number of the maker's root that vouches for it.</param>
/// <param name="Made">When the maker made it.</param>
/// <param name="Next">When the maker makes the next one at the latest; null when it does not say.</param>
/// <param name="Revoked">How many certificates it names.</param>
/// <param name="Content">The list, DER.</param>
/// <param name="Since">When it was imported.</param>
/// <param name="By">Who imported it.</param>
public sealed record MakerList(string Issuer, string IssuerName, long Root, CaptureTime Made, CaptureTime? Next, int Revoked, byte[] Content, CaptureTime Since, string By)
{
    /// <summary>Whether the maker promised a newer one before this moment.</summary>
    public bool IsOutdatedAt(CaptureTime now) => Next < now;
}

/// <summary>What a list says (RFC 5280, section 5), its signature unchecked.</summary>
/// <param name="Der">The list, DER.</param>
/// <param name="Signed">It with its signature.</param>
/// <param name="IssuerName">Name of who signed it, DER.</param>
/// <param name="IssuerKey">Key identifier of who signed it, lower-case hex; null when the list names none.</param>
/// <param name="Number">Its number; null when it has none.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Next">When the next one is made; null when it does not say.</param>
/// <param name="Revoked">Serial numbers, as <see cref="SerialNumbers"/> writes them, and when each was revoked.</param>
internal sealed record RevocationList(byte[] Der, SignedContent Signed, ReadOnlyMemory<byte> IssuerName, string? IssuerKey, BigInteger? Number, DateTimeOffset Made, DateTimeOffset? Next, FrozenDictionary<string, DateTimeOffset> Revoked)
{
    /// <summary>Largest list, in bytes, and most certificates in one.</summary>
    public const int Largest = 8 << 20, MostRevoked = 200_000;

    private const string NumberExtension = "2.5.29.20", AuthorityKey = "2.5.29.35", Delta = "2.5.29.27", Distribution = "2.5.29.28", CertificateIssuer = "2.5.29.29";

    /// <summary>Reads a list, DER or PEM. Hostile input is a value: never throws on it.</summary>
    /// <param name="content">The file.</param>
    /// <param name="fault">Why it is not taken; null when it is.</param>
    public static RevocationList? Read(byte[] content, out CsrFault? fault)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > Largest)
        {
            fault = new CsrFault("list-too-large", $"The list has {content.Length} bytes; at most {Largest} are read.");
            return null;
        }
        try
        {
            byte[] der = Decode(content);
            return Read(der, SignedContent.Read(der), out fault);
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException or FormatException)
        {
            fault = new CsrFault("list-malformed", "The file is no list of revoked certificates (RFC 5280, section 5) in DER or PEM: " + e.Message);
            return null;
        }
    }

    private static byte[] Decode(byte[] content)
    {
        if (content.AsSpan().IndexOf("-----BEGIN X509 CRL-----"u8) < 0) return content;
        string text = Encoding.Latin1.GetString(content);
        string list = text[text.IndexOf("-----BEGIN X509 CRL-----", StringComparison.Ordinal)..];
        return PemEncoding.TryFind(list, out PemFields fields) ? Convert.FromBase64String(list[fields.Base64Data]) : content;
    }

    private static RevocationList? Read(byte[] der, SignedContent signed, out CsrFault? fault)
    {
        fault = null;
        AsnReader list = new AsnReader(signed.Content, AsnEncodingRules.DER).ReadSequence();
        if (list.PeekTag() == Asn1Tag.Integer) list.ReadInteger();
        list.ReadSequence();
        ReadOnlyMemory<byte> issuer = list.ReadEncodedValue();
        DateTimeOffset made = Time(list);
        DateTimeOffset? next = list.HasData && IsTime(list.PeekTag()) ? Time(list) : null;
        Dictionary<string, DateTimeOffset> revoked = new(StringComparer.Ordinal);
        if (list.HasData && list.PeekTag() == Asn1Tag.Sequence)
        {
            AsnReader entries = list.ReadSequence();
            while (entries.HasData)
            {
                if (revoked.Count == MostRevoked)
                {
                    fault = new CsrFault("list-too-large", $"The list names more than {MostRevoked} certificates.");
                    return null;
                }
                AsnReader entry = entries.ReadSequence();
                string serial = SerialNumbers.Text(entry.ReadIntegerBytes().Span);
                revoked[serial] = Time(entry);
                if (entry.HasData && Partial(Extensions(entry.ReadSequence())) is { } why) fault = why;
            }
        }
        List<(string Type, bool IsCritical, byte[] Value)> extensions = list.HasData ? Extensions(list.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)).ReadSequence()) : [];
        list.ThrowIfNotEmpty();
        fault ??= Partial(extensions);
        if (fault is not null) return null;
        BigInteger? number = null;
        string? key = null;
        foreach ((string type, _, byte[] value) in extensions)
        {
            AsnReader inside = new(value, AsnEncodingRules.DER);
            if (type == NumberExtension) number = inside.ReadInteger();
            if (type == AuthorityKey && inside.ReadSequence() is { HasData: true } names && names.PeekTag() is { TagClass: TagClass.ContextSpecific, TagValue: 0 } tag) key = Convert.ToHexStringLower(names.ReadOctetString(tag));
        }
        return new RevocationList(der, signed, issuer, key, number, made, next, revoked.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Why a list that says this does not speak of every certificate of its issuer, or of those of others; null when it does.</summary>
    private static CsrFault? Partial(List<(string Type, bool IsCritical, byte[] Value)> extensions)
    {
        foreach ((string type, bool isCritical, byte[] value) in extensions)
        {
            if (type is Delta or CertificateIssuer) return new CsrFault("list-partial", "The list holds changes of another one only, or certificates of several issuers. Ask the maker for the complete list of each authority.");
            // Where it is fetched may stand in it; that it means some certificates alone may not.
            if (type == Distribution && IsNarrow(value)) return new CsrFault("list-partial", "The list means a part of its issuer's certificates only. Ask the maker for the complete one.");
            if (isCritical && type is not (Distribution or AuthorityKey or NumberExtension or "2.5.29.21")) return new CsrFault("list-unknown", $"The list holds an extension ({type}) that must be understood and is not.");
        }
        return null;
    }

    private static bool IsNarrow(byte[] value)
    {
        AsnReader point = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        bool isNarrow = false;
        for (; point.HasData; point.ReadEncodedValue()) isNarrow |= point.PeekTag().TagValue != 0;
        return isNarrow;
    }

    private static List<(string Type, bool IsCritical, byte[] Value)> Extensions(AsnReader extensions)
    {
        List<(string, bool, byte[])> read = [];
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string type = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            read.Add((type, isCritical, extension.ReadOctetString()));
        }
        return read;
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset Time(AsnReader reader) => reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
