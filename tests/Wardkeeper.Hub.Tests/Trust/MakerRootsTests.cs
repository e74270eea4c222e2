using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>Makers' roots and lists of revoked certificates: whom they vouch for, whom they refuse and why, and which lists are not taken.</summary>
public sealed class MakerRootsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Maker maker = new("Pumps");

    public void Dispose() => maker.Dispose();

    [Fact]
    public void A_certificate_that_its_maker_revoked_is_refused_and_no_other_is()
    {
        MakerRoots roots = Trusting(maker);
        using X509Certificate2 good = maker.Bear("PU-1"), bad = maker.Bear("PU-2");
        Assert.Null(roots.Judge(bad, [maker.Line], Now).Fault);
        roots.Put(Held(roots, maker.List(Now.AddDays(-1), Now.AddDays(6), bad)));
        MakerVerdict refused = roots.Judge(bad, [maker.Line], Now);
        Assert.Equal("client-certificate-revoked-by-maker", refused.Fault!.Code);
        Assert.Contains("2026-05-30", refused.Fault.Message, StringComparison.Ordinal);
        Assert.Null(refused.Root);
        MakerVerdict taken = roots.Judge(good, [maker.Line], Now);
        Assert.Equal(("Pumps", CertificateMaker.KeyId(maker.Line)), (taken.Root!.Name, taken.Issuer));
    }

    [Fact]
    public void An_outdated_list_still_refuses_whom_it_names_and_nobody_else()
    {
        MakerRoots roots = Trusting(maker);
        using X509Certificate2 good = maker.Bear("PU-1"), bad = maker.Bear("PU-2");
        roots.Put(Held(roots, maker.List(Now.AddDays(-400), Now.AddDays(-370), bad)));
        Assert.True(Assert.Single(roots.Lists).IsOutdatedAt(CaptureTime.FromDate(Now)));
        Assert.Null(roots.Judge(good, [maker.Line], Now).Fault);
        Assert.Equal("client-certificate-revoked-by-maker", roots.Judge(bad, [maker.Line], Now).Fault!.Code);
    }

    [Fact]
    public void A_revoked_authority_between_takes_its_devices_with_it()
    {
        MakerRoots roots = Trusting(maker);
        using X509Certificate2 device = maker.Bear("PU-1");
        RevocationList list = Read(maker.RootList(Now.AddDays(-1), Now.AddDays(6), maker.Line))!;
        roots.Put(Held(roots, list.Der));
        Assert.Equal("client-certificate-revoked-by-maker", roots.Judge(device, [maker.Line], Now).Fault!.Code);
    }

    [Fact]
    public void With_its_root_a_makers_lists_go()
    {
        MakerRoots roots = Trusting(maker);
        using X509Certificate2 bad = maker.Bear("PU-2");
        roots.Put(Held(roots, maker.List(Now.AddDays(-1), Now.AddDays(6), bad)));
        roots.Remove(7);
        Assert.Empty(roots.Lists);
        Assert.Equal("client-certificate-foreign", roots.Judge(bad, [maker.Line], Now).Fault!.Code);
    }

    [Fact]
    public void What_cannot_be_verified_is_told_from_what_is_foreign()
    {
        MakerRoots roots = Trusting(maker);
        using Maker other = new("Others");
        using X509Certificate2 foreign = other.Bear("X-1"), device = maker.Bear("PU-1");
        Assert.Equal("client-certificate-foreign", roots.Judge(foreign, [other.Line], Now).Fault!.Code);
        // The authority between has been over for a year.
        MakerVerdict over = roots.Judge(device, [maker.Line], Now.AddYears(30));
        Assert.Equal("client-certificate-unverifiable", over.Fault!.Code);
        Assert.Contains("NotTimeValid", over.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_another_signed_has_no_signer()
    {
        MakerRoots roots = Trusting(maker);
        using Maker other = new("Pumps");
        using X509Certificate2 bad = maker.Bear("PU-2");
        RevocationList forged = Read(other.List(Now.AddDays(-1), Now.AddDays(6), bad))!;
        Assert.Null(roots.SignerOf(forged, [other.Line], Now));
        Assert.Null(roots.SignerOf(forged, [maker.Line], Now));
        byte[] torn = maker.List(Now.AddDays(-1), Now.AddDays(6), bad);
        torn[^5] ^= 1;
        Assert.Null(roots.SignerOf(Read(torn)!, [maker.Line], Now));
        Assert.Null(roots.SignerOf(Read(maker.List(Now.AddDays(-1), Now.AddDays(6), bad))!, [], Now));
    }

    [Theory]
    [InlineData("2.5.29.27", "020101", "list-partial")]
    [InlineData("2.5.29.28", "3003840101", "list-partial")]
    [InlineData("2.5.29.28", "3003810101", "list-partial")]
    [InlineData("1.2.3.4", "0500", "list-unknown")]
    public void A_list_that_does_not_mean_all_of_its_issuers_certificates_is_not_taken(string extension, string value, string code)
    {
        byte[] list = maker.Handmade([(extension, true, Convert.FromHexString(value.Replace("0101", "01FF", StringComparison.Ordinal)))]);
        Assert.Null(RevocationList.Read(list, out CsrFault? fault));
        Assert.Equal(code, fault!.Code);
    }

    [Fact]
    public void Where_a_list_is_fetched_may_stand_in_it()
    {
        // distributionPoint [0] { fullName [0] { URI } }
        byte[] list = maker.Handmade([("2.5.29.28", true, Convert.FromHexString("3009A007A0058603612F62"))]);
        Assert.NotNull(RevocationList.Read(list, out CsrFault? fault));
        Assert.Null(fault);
    }

    [Fact]
    public void What_is_no_list_is_refused_and_never_thrown_at_anybody()
    {
        using X509Certificate2 bad = maker.Bear("PU-2");
        byte[] list = maker.List(Now.AddDays(-1), Now.AddDays(6), bad);
        Assert.Null(RevocationList.Read(maker.Line.RawData, out CsrFault? fault));
        Assert.Equal("list-malformed", fault!.Code);
        Random random = new(4);
        for (int i = 0; i < 3000; i++)
        {
            byte[] torn = [.. list];
            torn[random.Next(torn.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) torn = torn[..random.Next(torn.Length)];
            RevocationList? read = RevocationList.Read(torn, out fault);
            Assert.Equal(read is null, fault is not null);
        }
        Assert.Null(RevocationList.Read(new byte[RevocationList.Largest + 1], out fault));
        Assert.Equal("list-too-large", fault!.Code);
    }

    [Fact]
    public void A_list_in_text_is_read_beside_certificates()
    {
        using X509Certificate2 bad = maker.Bear("PU-2");
        byte[] list = maker.List(Now.AddDays(-1), Now.AddDays(6), bad);
        byte[] text = Encoding.ASCII.GetBytes(maker.Line.ExportCertificatePem() + "\n" + PemEncoding.WriteString("X509 CRL", list) + "\n");
        Assert.Equal(list, Read(text)!.Der);
    }

    private static RevocationList? Read(byte[] content) => RevocationList.Read(content, out _);

    private static MakerRoots Trusting(Maker maker)
    {
        MakerRoots roots = new();
        roots.Put(new MakerRoot(7, "Pumps", "CN=x", CertificateMaker.KeyId(maker.Root), Convert.ToHexStringLower(SHA256.HashData(maker.Root.RawData)), maker.Root.RawData, default, default, "chen"));
        return roots;
    }

    private MakerList Held(MakerRoots roots, byte[] content)
    {
        RevocationList list = Read(content)!;
        (string issuer, MakerRoot root) = roots.SignerOf(list, [maker.Line], Now)!.Value;
        return new MakerList(issuer, "CN=x", root.Number, CaptureTime.FromDate(list.Made), CaptureTime.FromDate(list.Next!.Value), list.Revoked.Count, content, default, "chen");
    }

    /// <summary>A maker with a root and an authority that issues.</summary>
    private sealed class Maker : IDisposable
    {
        private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384), lineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Maker(string name)
        {
            Root = Authority($"O={name}, CN=Root", rootKey).CreateSelfSigned(Now.AddYears(-5), Now.AddYears(40));
            CertificateRequest line = Authority($"O={name}, CN=Line", lineKey);
            line.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
            using X509Certificate2 made = line.Create(Root, Now.AddYears(-4), Now.AddYears(20), [2, 1]);
            Line = made.CopyWithPrivateKey(lineKey);
        }

        public X509Certificate2 Root { get; }

        public X509Certificate2 Line { get; }

        public X509Certificate2 Bear(string serial)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new($"serialNumber={serial}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Line.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
            return request.Create(Line.SubjectName, X509SignatureGenerator.CreateForECDsa(lineKey), Now.AddYears(-3), Now.AddYears(90), [3, .. Encoding.ASCII.GetBytes(serial)]);
        }

        public byte[] List(DateTimeOffset made, DateTimeOffset next, X509Certificate2 revoked) => Made(Line, made, next, revoked);

        public byte[] RootList(DateTimeOffset made, DateTimeOffset next, X509Certificate2 revoked) => Made(Root, made, next, revoked);

        /// <summary>A list with extensions that .NET's builder does not make.</summary>
        public byte[] Handmade((string Type, bool IsCritical, byte[] Value)[] extensions)
        {
            AsnWriter content = new(AsnEncodingRules.DER);
            using (content.PushSequence())
            {
                content.WriteInteger(1);
                Algorithm(content);
                content.WriteEncodedValue(Line.SubjectName.RawData);
                content.WriteUtcTime(Now);
                content.WriteUtcTime(Now.AddDays(7));
                using (content.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                using (content.PushSequence())
                {
                    foreach ((string type, bool isCritical, byte[] value) in extensions)
                    {
                        using (content.PushSequence())
                        {
                            content.WriteObjectIdentifier(type);
                            if (isCritical) content.WriteBoolean(true);
                            content.WriteOctetString(value);
                        }
                    }
                }
            }
            byte[] signed = content.Encode();
            AsnWriter list = new(AsnEncodingRules.DER);
            using (list.PushSequence())
            {
                list.WriteEncodedValue(signed);
                Algorithm(list);
                list.WriteBitString(lineKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            }
            return list.Encode();
        }

        public void Dispose()
        {
            Root.Dispose();
            Line.Dispose();
            rootKey.Dispose();
            lineKey.Dispose();
        }

        private static void Algorithm(AsnWriter writer)
        {
            using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }

        private static byte[] Made(X509Certificate2 signer, DateTimeOffset made, DateTimeOffset next, X509Certificate2 revoked)
        {
            CertificateRevocationListBuilder list = new();
            list.AddEntry(revoked, made.AddDays(-1));
            return list.Build(signer, 1, next, HashAlgorithmName.SHA256, thisUpdate: made);
        }

        private static CertificateRequest Authority(string name, ECDsa key)
        {
            CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            return request;
        }
    }
}
