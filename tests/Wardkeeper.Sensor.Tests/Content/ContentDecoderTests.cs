using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Tests.Content;

public class ContentDecoderTests
{
    /// <summary>The head of zlib (RFC 1950, section 2.2) with its bit for a preset dictionary, which nobody has.</summary>
    private static readonly byte[] WantsDictionary = [0x78, 0xBB, 0, 0, 0, 1, 0x4B, 0x4C, 0x4A, 0x06, 0];

    [Fact]
    public void Data_that_want_a_dictionary_give_nothing_and_break_nothing()
    {
        byte[] into = new byte[100];
        Assert.Equal(0, ContentDecoder.Decode(ContentCoding.Deflate, WantsDictionary, WantsDictionary.Length, into));
        Assert.Empty(Transforms.ZlibDeflate(WantsDictionary));
    }
}
