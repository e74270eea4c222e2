using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>Requests for certificates: what is read of good ones, and the reason for which each bad one is refused.</summary>
public sealed class CsrCheckTests
{
    [Fact]
    public void A_good_request_tells_its_key_its_serial_number_and_its_names()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new(DistinguishedNames.Make((DistinguishedNames.CommonName, "泵 9"), (DistinguishedNames.SerialNumber, "SN-0009")), key, HashAlgorithmName.SHA384);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("pump9.hospital.example");
        names.AddIpAddress(System.Net.IPAddress.Parse("10.0.0.9"));
        request.CertificateExtensions.Add(names.Build());
        request.OtherRequestAttributes.Add(Attribute("1.2.840.113549.1.9.7", writer => writer.WriteCharacterString(UniversalTagNumber.PrintableString, "AAAA")));
        byte[] der = request.CreateSigningRequest();

        CheckedRequest read = CsrCheck.Check(der, 2048, out CsrFault? fault)!;

        Assert.Null(fault);
        Assert.Equal((KeyKind.P384, 384, "泵 9", "SN-0009", "AAAA"), (read.Kind, read.Bits, read.CommonName, read.DeviceSerial, read.ChallengePassword));
        Assert.Equal(["pump9.hospital.example"], read.DnsNames);
        Assert.Equal("10.0.0.9", read.Addresses.Single().ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), read.KeyHash);
    }

    [Fact]
    public void An_rsa_key_is_taken_from_the_least_length_on()
    {
        using RSA key = RSA.Create(2048);
        byte[] der = new CertificateRequest("CN=old", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        Assert.Equal((KeyKind.Rsa, 2048), (CsrCheck.Check(der, 2048, out _)!.Kind, CsrCheck.Check(der, 2048, out _)!.Bits));
        Assert.Null(CsrCheck.Check(der, 3072, out CsrFault? fault));
        Assert.Equal("key-weak", fault!.Code);
    }

    public static TheoryData<string, string> Bad { get; } = new()
    {
        { "not-asn1", "csr-malformed" }, { "empty", "csr-malformed" }, { "trailing", "csr-malformed" }, { "cut", "csr-malformed" }, { "too-large", "csr-too-large" }, { "changed", "csr-signature" },
        { "p521", "key-curve" }, { "brainpool", "key-curve" }, { "rsa1024", "key-weak" }, { "sha1", "signature-algorithm" }, { "off-curve", "key-point" }, { "control", "csr-name" }, { "long-name", "csr-malformed" },
        { "bad-dns", "csr-name" }, { "many-names", "csr-malformed" }, { "other-key", "csr-signature" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_request_is_refused_with_its_reason(string what, string code)
    {
        Assert.Null(CsrCheck.Check(Make(what), 2048, out CsrFault? fault));
        Assert.Equal(code, fault!.Code);
        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public void Weak_rsa_keys_show_by_their_numbers()
    {
        BigInteger good = new(RSA.Create(2048).ExportParameters(false).Modulus, true, true);
        byte[] f4 = [1, 0, 1];
        Assert.Null(KeyStrength.Weakness(Bytes(good), f4));
        Assert.Contains("exponent", KeyStrength.Weakness(Bytes(good), [3]), StringComparison.Ordinal);
        Assert.Contains("divisible by 7", KeyStrength.Weakness(Bytes((good / 30 * 30 * 7) + 7), f4), StringComparison.Ordinal);
        // A power of 65537 in every prime, as the faulty library's keys are.
        BigInteger product = 1, faulty = 0;
        foreach (int prime in Enumerable.Range(3, 165).Where(number => Enumerable.Range(2, number - 2).TakeWhile(divisor => divisor * divisor <= number).All(divisor => number % divisor != 0))) product *= prime;
        faulty = BigInteger.ModPow(65537, 12345, product);
        while (KeyStrength.Weakness(Bytes(faulty), f4)?.StartsWith("its modulus", StringComparison.Ordinal) == true) faulty += product;
        Assert.Contains("CVE-2017-15361", KeyStrength.Weakness(Bytes(faulty), f4), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_byte_changed_is_refused_or_still_a_signed_request_and_nothing_is_thrown()
    {
        byte[] good = Make("good");
        for (int at = 0; at < good.Length; at++)
        {
            byte[] changed = [.. good];
            changed[at] ^= 0x21;
            Assert.Null(CsrCheck.Check(changed, 2048, out CsrFault? fault));
            Assert.NotNull(fault);
        }
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("base64")]
    [InlineData("lines")]
    [InlineData("der")]
    public void A_request_is_read_in_every_form_that_clients_send(string form)
    {
        byte[] der = Make("good");
        byte[] sent = form switch
        {
            "pem" => System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", der)),
            "base64" => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(der)),
            "lines" => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) + "\r\n"),
            _ => der,
        };
        Assert.Equal(der, CsrCheck.Decode(sent));
    }

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static AsnEncodedData Attribute(string type, Action<AsnWriter> value)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        value(writer);
        return new AsnEncodedData(new Oid(type), writer.Encode());
    }

    private static byte[] Ec(ECCurve curve, string name = "CN=d", Action<CertificateRequest>? with = null)
    {
        using ECDsa key = ECDsa.Create(curve);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        with?.Invoke(request);
        return request.CreateSigningRequest();
    }

    private static byte[] Make(string what)
    {
        byte[] good = Ec(ECCurve.NamedCurves.nistP256, "CN=dev, SERIALNUMBER=SN1");
        switch (what)
        {
            case "not-asn1": return "Hello, this is no request."u8.ToArray();
            case "empty": return [];
            case "trailing": return [.. good, 0];
            case "cut": return good[..^3];
            case "too-large": return new byte[CsrCheck.Largest + 1];
            case "changed":
                int serial = good.AsSpan().IndexOf("SN1"u8);
                good[serial + 2] = (byte)'2';
                return good;
            case "p521": return Ec(ECCurve.NamedCurves.nistP521);
            case "brainpool": return Ec(ECCurve.NamedCurves.brainpoolP256r1);
            case "rsa1024": return Rsa(1024, HashAlgorithmName.SHA256);
            case "sha1": return Rsa(2048, HashAlgorithmName.SHA1);
            case "off-curve":
                int point = good.AsSpan().IndexOf(new byte[] { 0x03, 0x42, 0x00, 0x04 });
                good[point + 40] ^= 1;
                return good;
            case "control": return Ec(ECCurve.NamedCurves.nistP256, "CN=\"a\u0001b\"");
            case "long-name": return Ec(ECCurve.NamedCurves.nistP256, "CN=" + new string('x', 400));
            case "bad-dns": return Ec(ECCurve.NamedCurves.nistP256, with: request => request.CertificateExtensions.Add(Names("a b\0.example")));
            case "many-names": return Ec(ECCurve.NamedCurves.nistP256, with: request => request.CertificateExtensions.Add(Names([.. Enumerable.Range(0, 40).Select(i => $"h{i}.example")])));
            case "other-key":
                // A request whose key was exchanged for another's: the other's holder signed nothing.
                byte[] other = Ec(ECCurve.NamedCurves.nistP256);
                int mine = good.AsSpan().IndexOf(new byte[] { 0x03, 0x42, 0x00, 0x04 }), theirs = other.AsSpan().IndexOf(new byte[] { 0x03, 0x42, 0x00, 0x04 });
                other.AsSpan(theirs, 68).CopyTo(good.AsSpan(mine));
                return good;
            default: return good;
        }
    }

    private static byte[] Rsa(int bits, HashAlgorithmName hash)
    {
        using RSA key = RSA.Create(bits);
        return new CertificateRequest("CN=r", key, hash, RSASignaturePadding.Pkcs1).CreateSigningRequest();
    }

    private static X509Extension Names(params string[] dns)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string name in dns) writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
        }
        return new X509Extension("2.5.29.17", writer.Encode(), false);
    }
}
