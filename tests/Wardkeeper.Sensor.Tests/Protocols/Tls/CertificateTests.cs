using CsCheck;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Tests.Protocols.Tls;

public class CertificateTests
{
    private static readonly byte[][] Certificates = [.. FromConversation("tls12-mutual")];

    [Fact]
    public void Certificates_of_a_handshake_are_read() => Assert.True(Certificates.Length >= 3);

    [Fact]
    public void Mutated_certificates_never_throw()
    {
        Gen.Select(Gen.Int[0, Certificates.Length - 1], Gen.Int[0, 1500].Array[1, 6], Gen.Byte.Array[6], Gen.Int[0, 1500]).Holds((which, at, values, length) =>
        {
            byte[] bytes = [.. Certificates[which]];
            for (int i = 0; i < at.Length; i++) bytes[at[i] % bytes.Length] = values[i];
            if (CertificateReader.TryRead(bytes.AsSpan(0, Math.Min(bytes.Length, length * 2)), out CertificateFacts facts)) facts.IsFor("pacs.ward.example");
        }, iter: 20_000);
    }

    [Fact]
    public void Every_cut_of_a_certificate_is_refused()
    {
        foreach (byte[] certificate in Certificates)
        {
            for (int length = 0; length < certificate.Length; length++) Assert.False(CertificateReader.TryRead(certificate.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Lying_lengths_are_refused_at_every_level()
    {
        foreach (byte[] certificate in Certificates)
        {
            for (int at = 0; at < certificate.Length - 4; at++)
            {
                if (certificate[at] is not (0x30 or 0x31 or 0x02 or 0x03 or 0x04 or 0x06)) continue;
                foreach (byte[] length in (byte[][])[[0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x83, 0xFF, 0xFF, 0xFF], [0x80], [0x7F]])
                {
                    byte[] lying = [.. certificate];
                    length.AsSpan(0, Math.Min(length.Length, lying.Length - at - 1)).CopyTo(lying.AsSpan(at + 1));
                    CertificateReader.TryRead(lying, out _);
                }
            }
        }
    }

    [Theory]
    [InlineData("pacs.ward.example", true)]
    [InlineData("PACS.ward.example.", true)]
    [InlineData("a.pacs.ward.example", true)]
    [InlineData("a.b.pacs.ward.example", false)]
    [InlineData(".pacs.ward.example", false)]
    [InlineData("ward.example", false)]
    [InlineData("", false)]
    public void Host_names_match_as_in_rfc6125(string host, bool matches)
    {
        Assert.True(CertificateReader.TryRead(Certificates[0], out CertificateFacts facts));
        Assert.Equal(matches, facts.IsFor(host));
    }

    [Theory]
    [InlineData(0x17, "491231235959Z", 2524607999L)]
    [InlineData(0x17, "500101000000Z", -631152000L)]
    [InlineData(0x18, "99991231235959Z", 253402300799L)]
    [InlineData(0x18, "20200229120000.5Z", 1582977600L)]
    [InlineData(0x17, "2002291200+0130", 1582972200L)]
    [InlineData(0x17, "200230120000Z", null)]
    [InlineData(0x17, "20022912", null)]
    [InlineData(0x18, "00000101000000Z", null)]
    [InlineData(0x18, "20200229120000.", null)]
    [InlineData(0x0C, "200229120000Z", null)]
    public void Times_are_read_or_left_out(byte tag, string text, long? seconds) =>
        Assert.Equal(seconds, DerReader.Time(tag, System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Names_are_escaped_as_in_rfc2253()
    {
        // CN = "#a,b+ü\0 " as UTF-8 text, an attribute nobody knows, and no string at all.
        byte[] value = [(byte)'#', (byte)'a', (byte)',', (byte)'b', (byte)'+', 0xC3, 0xBC, 0, (byte)' '];
        byte[] name =
        [
            0x31, 0x12, 0x30, 0x10, 0x06, 3, 0x55, 4, 3, 0x0C, 9, .. value,
            0x31, 0x0B, 0x30, 0x09, 0x06, 3, 0x29, 1, 1, 0x0C, 2, 0x68, 0x69,
            0x31, 0x0A, 0x30, 0x08, 0x06, 3, 0x55, 4, 10, 0x02, 1, 5,
        ];
        Assert.Equal("O=#020105,1.1.1.1=#0C026869,CN=\\#a\\,b\\+\\C3\\BC\\00\\ ", DistinguishedName.Format(name));
    }

    private static IEnumerable<byte[]> FromConversation(string name)
    {
        foreach (Said flight in TlsConversations.Read(name))
        {
            for (int at = 0; at + 5 < flight.Bytes.Length;)
            {
                byte[] b = flight.Bytes;
                int end = at + 5 + ((b[at + 3] << 8) | b[at + 4]);
                if (b[at] == 0x16 && b[at + 5] == 11)
                {
                    for (int c = at + 12; c + 3 < end;)
                    {
                        int length = (b[c] << 16) | (b[c + 1] << 8) | b[c + 2];
                        yield return b[(c + 3)..(c + 3 + length)];
                        c += 3 + length;
                    }
                }
                at = end;
            }
        }
    }
}
