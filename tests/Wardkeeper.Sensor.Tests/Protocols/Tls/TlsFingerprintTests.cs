using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Tests.Protocols.Tls;

public class TlsFingerprintTests
{
    private static readonly ushort[] Chrome = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035];

    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("a", "0cc175b9c0f1b6a831c399e269772661")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a")]
    public void Md5_is_that_of_rfc1321(string text, string hash)
    {
        using Fingerprint fingerprint = default;
        fingerprint.Add(Encoding.ASCII.GetBytes(text));
        Assert.Equal(hash, fingerprint.Md5());
    }

    [Fact]
    public void Md5_is_that_of_the_platform_for_every_length()
    {
        for (int length = 0; length < 300; length++)
        {
            byte[] text = [.. Enumerable.Range(0, length).Select(static i => (byte)(i * 7))];
            using Fingerprint fingerprint = default;
            fingerprint.Add(text);
#pragma warning disable CA5351 // The second opinion on a fingerprint; nothing is protected.
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(text)), fingerprint.Md5());
#pragma warning restore CA5351
        }
    }

    [Fact]
    public void Ja3_is_that_of_its_authors()
    {
        // The two examples in JA3's description.
        byte[] full = Hello(
            0x0301,
            [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            (0, ServerName("example")),
            (10, Listed16(23, 24, 25)),
            (11, [1, 0]));
        Assert.Equal("ada70206e40642a3e4461f35503241d5", Ja3(full));
        byte[] bare = Hello(0x0301, [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99]);
        Assert.Equal("de350869b8c85de67a350c8d186f11e6", Ja3(bare));
    }

    [Fact]
    public void Ja4_is_that_of_its_authors()
    {
        // The worked example of JA4's technical description; the order of suites and extensions must not matter, GREASE neither.
        ushort[] signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
        (ushort, byte[])[] extensions =
        [
            (0x0a0a, []), (0x001b, []), (0x0000, ServerName("example")), (0x0033, []), (0x0010, Alpn("h2", "http/1.1")), (0x4469, []),
            (0x0017, []), (0x002d, []), (0x000d, Listed16(signatures)), (0x0005, []), (0x0023, []), (0x0012, []),
            (0x002b, [6, 0x1a, 0x1a, 3, 4, 3, 3]), (0xff01, []), (0x000b, []), (0x000a, []), (0x0015, []), (0x2a2a, []),
        ];
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4(Hello(0x0303, [0x3a3a, .. Chrome], extensions)));
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4(Hello(0x0303, [.. Chrome.Reverse(), 0x3a3a], [.. extensions.Reverse()])));
    }

    [Theory]
    [InlineData("h2", "h2")]
    [InlineData("http/1.1", "h1")]
    [InlineData("h", "hh")]
    [InlineData("\u00ab", "ab")]
    [InlineData("\u0030\u00ab", "3b")]
    [InlineData("", "00")]
    public void Ja4_shows_the_first_protocol(string protocol, string shown) =>
        Assert.Equal(shown, Ja4(Hello(0x0303, Chrome, (0x0010, Alpn(protocol))))[8..10]);

    [Fact]
    public void Ja4_counts_no_further_than_ninety_nine()
    {
        string ja4 = Ja4(Hello(0x0303, [.. Enumerable.Range(1, 300).Select(static i => (ushort)i)], [.. Enumerable.Range(100, 150).Select(static i => ((ushort)i, Array.Empty<byte>()))]));
        Assert.StartsWith("t12i999900_", ja4, StringComparison.Ordinal);
        Assert.Equal("t12i150000_8daaf6152771_000000000000", Ja4(Hello(0x0303, Chrome)));
    }

    private static string Ja3(byte[] body) => ClientHello.TryRead(body, out ClientHello hello) ? TlsFingerprints.Ja3(in hello) : "";

    private static string Ja4(byte[] body) => ClientHello.TryRead(body, out ClientHello hello) ? TlsFingerprints.Ja4(in hello) : "";

    internal static byte[] Hello(ushort version, ushort[] suites, params (ushort Type, byte[] Data)[] extensions)
    {
        byte[] block = [.. extensions.SelectMany(static one => (byte[])[.. U16(one.Type), .. U16(one.Data.Length), .. one.Data])];
        return [.. U16(version), .. new byte[32], 0, .. U16(2 * suites.Length), .. suites.SelectMany(static suite => U16(suite)), 1, 0, .. extensions.Length == 0 ? [] : (byte[])[.. U16(block.Length), .. block]];
    }

    internal static byte[] ServerName(string name) => [.. U16(name.Length + 3), 0, .. U16(name.Length), .. Encoding.Latin1.GetBytes(name)];

    private static byte[] Alpn(params string[] names)
    {
        byte[] list = [.. names.SelectMany(static name => (byte[])[(byte)name.Length, .. Encoding.Latin1.GetBytes(name)])];
        return [.. U16(list.Length), .. list];
    }

    private static byte[] Listed16(params ushort[] values) => [.. U16(2 * values.Length), .. values.SelectMany(static value => U16(value))];

    private static byte[] U16(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
