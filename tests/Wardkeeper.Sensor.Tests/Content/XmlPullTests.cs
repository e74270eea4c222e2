using System.Text;
using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Tests.Content;

public sealed class XmlPullTests
{
    [Theory]
    [InlineData("<a><b x='1'/>text</a>", "+a +b -b 'text' -a")]
    [InlineData("<?xml version='1.0'?><!-- <no> --><p:a p:x=\"a>b\">\n <![CDATA[<raw>]]></p:a>", "+a '<raw>' -a")]
    [InlineData("<a", "")]
    [InlineData("<>", "")]
    [InlineData("<a x=\"1>", "")]
    [InlineData("<a></a></a><b/>", "+a -a")] // more ends than beginnings
    [InlineData("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "")] // no document type is read
    [InlineData("<a><!DOCTYPE b><b/></a>", "+a")]
    public void Tags_and_text_come_in_order(string xml, string expected) => Assert.Equal(expected, Walk(Encoding.UTF8.GetBytes(xml)));

    [Fact]
    public void Depth_is_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        Assert.Equal(XmlPull.MaxDepth, Walk(Encoding.UTF8.GetBytes(deep)).Split(' ').Length);
    }

    [Theory]
    [InlineData("<a x='1' y = \"2\"/>", "y", "2")]
    [InlineData("<a xlink:y='2'/>", "y", "2")]
    [InlineData("<a x='y=\"3\"' y='2'/>", "y", "2")]
    [InlineData("<a y='&lt;&#65;&#x4E2D;&amp;&unknown;&#0;&#xFFFFFF;'/>", "y", "<A中&&unknown;&#0;&#xFFFFFF;")]
    [InlineData("<a y=2/>", "y", null)]
    [InlineData("<a/>", "y", null)]
    [InlineData("<a y=''/>", "y", null)]
    public void Attributes_are_found_and_decoded(string xml, string name, string? expected)
    {
        XmlPull pull = new(Encoding.UTF8.GetBytes(xml));
        Assert.Equal(XmlNode.Open, pull.Read());
        pull.TryAttribute(Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value);
        Assert.Equal(expected, XmlPull.Decode(value, Encoding.UTF8));
    }

    [Fact]
    public void Random_bytes_never_throw_and_always_end()
    {
        Random random = new(11);
        byte[] alphabet = [.. "<>/='\"&;!-[]?ab x"u8, 0x81, 0xFF, 0];
        for (int round = 0; round < 5000; round++) Walk([.. Enumerable.Range(0, random.Next(120)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
    }

    private static string Walk(byte[] bytes)
    {
        XmlPull pull = new(bytes);
        List<string> seen = [];
        for (int steps = 0; steps <= 2 * bytes.Length + 2; steps++)
        {
            switch (pull.Read())
            {
                case XmlNode.Open:
                    pull.TryAttribute("x"u8, out ReadOnlySpan<byte> value);
                    XmlPull.Decode(value, Encoding.UTF8);
                    seen.Add("+" + Encoding.Latin1.GetString(pull.LocalName));
                    break;
                case XmlNode.Close: seen.Add("-" + Encoding.Latin1.GetString(pull.LocalName)); break;
                case XmlNode.Text: seen.Add($"'{Encoding.Latin1.GetString(pull.Text)}'"); break;
                default: return string.Join(' ', seen);
            }
        }
        throw new InvalidOperationException("It does not end.");
    }
}
