using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.X509;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;
using Wardkeeper.Hub.Trust.SessionKeys;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>Suite 2 against the examples of the standards: SM2 (GB/T 32918.5, annex A), SM3 (GB/T 32905), SM4 (GB/T 32907), SM4-GCM (RFC 8998, A.1).</summary>
public sealed class SmSuiteTests
{
    private static readonly SmSuite Suite = SmSuite.Instance;

    [Theory]
    [InlineData("616263", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("61626364616263646162636461626364616263646162636461626364616263646162636461626364616263646162636461626364616263646162636461626364", "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    public void SM3_gives_the_standards_digests(string text, string digest) => Assert.Equal(digest, Convert.ToHexStringLower(Suite.Hash(Convert.FromHexString(text))));

    [Fact]
    public void SM2_verifies_the_standards_signature_and_no_other()
    {
        byte[] key = Info("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020", "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
        byte[] signature = Convert.FromHexString("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
        Assert.True(Suite.Verify(key, "message digest"u8, signature));
        Assert.False(Suite.Verify(key, "message digesT"u8, signature));
        signature[40] ^= 1;
        Assert.False(Suite.Verify(key, "message digest"u8, signature));
        Assert.False(Suite.Verify(key, "message digest"u8, signature.AsSpan(1)));
        Assert.False(Suite.Verify(key.AsSpan(1), "message digest"u8, signature));
    }

    [Fact]
    public void SM2_signs_by_the_standards_key_what_everybody_verifies()
    {
        Sm2Signature key = Sm2Signature.Make();
        byte[] info = Convert.FromBase64String(string.Concat(key.PublicKey.Split('\n').Where(line => !line.StartsWith('-'))));
        byte[] signature = key.SignPlain("a message"u8);
        Assert.Equal(CipherSuite.SignatureLength, signature.Length);
        Assert.True(Suite.Verify(info, "a message"u8, signature));
        // The same pair, as another implementation of the scheme takes it.
        SM2Signer other = new(PlainDsaEncoding.Instance);
        other.Init(false, new ParametersWithID(Org.BouncyCastle.Security.PublicKeyFactory.CreateKey(info), "1234567812345678"u8.ToArray()));
        other.BlockUpdate("a message"u8);
        Assert.True(other.VerifySignature(signature));
        // Suite 1 knows no such key.
        Assert.False(CipherSuite.P256.Verify(info, "a message"u8, signature));
    }

    [Fact]
    public void SM4_gives_the_standards_block_once_and_a_million_times()
    {
        SM4Engine engine = new();
        engine.Init(true, new KeyParameter(Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210")));
        byte[] block = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
        engine.ProcessBlock(block, block);
        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(block));
        for (int i = 1; i < 1_000_000; i++) engine.ProcessBlock(block, block);
        Assert.Equal("595298C7C6FD271F0402F804C33D3F66", Convert.ToHexString(block));
    }

    [Fact]
    public void SM4_GCM_gives_what_RFC_8998_says_and_opens_nothing_that_was_changed()
    {
        byte[] key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"), nonce = Convert.FromHexString("00001234567800000000ABCD"), beside = Convert.FromHexString("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        byte[] clear = Convert.FromHexString("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA");
        byte[] made = Suite.Seal(key, nonce, clear, beside);
        Assert.Equal("17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D83DE3541E4C2B58177E065A9BF7B62EC", Convert.ToHexString(made));
        Assert.Equal(clear, Suite.Open(key, nonce, made, beside));
        for (int i = 0; i < made.Length; i++)
        {
            byte[] changed = [.. made];
            changed[i] ^= 0x10;
            Assert.Null(Suite.Open(key, nonce, changed, beside));
        }
        Assert.Null(Suite.Open(key, nonce, made, beside.AsSpan(1)));
        Assert.Null(Suite.Open(key, nonce, made.AsSpan(0, 15), beside));
    }

    [Fact]
    public void Two_ends_agree_on_the_curve_of_SM2_and_on_no_point_beside_it()
    {
        using IAgreementKey one = Suite.NewAgreementKey(), other = Suite.NewAgreementKey();
        Assert.Equal(CipherSuite.PointLength, one.Public.Length);
        Assert.Equal(one.Agree(other.Public), other.Agree(one.Public));
        Assert.Equal(32, one.Agree(other.Public)!.Length);
        byte[] off = [.. other.Public];
        off[64] ^= 1;
        Assert.Null(one.Agree(off));
        Assert.Null(one.Agree(new byte[65]));
        using IAgreementKey p256 = CipherSuite.P256.NewAgreementKey();
        Assert.Null(one.Agree(p256.Public));
        Assert.Null(p256.Agree(one.Public));
    }

    [Fact]
    public void A_choice_of_suites_gives_what_was_named_and_nothing_in_its_place()
    {
        SuiteChoice sm = new(["sm", "rot13"]), p256 = new(["p256"]);
        Assert.Same(Suite, sm.Of(2));
        Assert.Null(sm.Of(1));
        Assert.Null(p256.Of(2));
        Assert.Same(CipherSuite.P256, p256.Of(1));
        Assert.All((byte[])[0, 3, 255], number => Assert.Null(SuiteChoice.Every.Of(number)));
    }

    private static byte[] Info(string x, string y) =>
        SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(new ECPublicKeyParameters("EC", GMNamedCurves.GetByName("sm2p256v1").Curve.CreatePoint(new BigInteger(x, 16), new BigInteger(y, 16)), GMObjectIdentifiers.sm2p256v1)).GetDerEncoded();
}
