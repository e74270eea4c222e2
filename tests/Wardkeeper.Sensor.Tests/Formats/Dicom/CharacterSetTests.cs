using System.Text;
using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Formats.Dicom;

/// <summary>The examples of PS3.5, annexes H to K, and what devices do beside them.</summary>
public sealed class CharacterSetTests
{
    [Theory]
    [InlineData("\\ISO 2022 IR 87", "5961 6D61 6461 5E54 6172 6F75 3D1B 2442 3B33 4544 1B28 425E 1B24 4242 404F 3A1B 2842 3D1B 2442 2464 245E 2440 1B28 425E 1B24 4224 3F24 6D24 261B 2842", "Yamada^Tarou=山田^太郎=やまだ^たろう")]
    [InlineData("ISO 2022 IR 13\\ISO 2022 IR 87", "D4CF C0DE 5EC0 DBB3 3D1B 2442 3B33 4544 1B28 4A5E 1B24 4242 404F 3A1B 284A 3D1B 2442 2464 245E 2440 1B28 4A5E 1B24 4224 3F24 6D24 261B 284A", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう")]
    [InlineData("\\ISO 2022 IR 149", "486F 6E67 5E47 696C 646F 6E67 3D1B 2429 43FB F35E 1B24 2943 D1CE D4D7 3D1B 2429 43C8 AB5E 1B24 2943 B1E6 B5BF", "Hong^Gildong=洪^吉洞=홍^길동")]
    [InlineData("\\ISO 2022 IR 58", "5A68 616E 675E 5869 616F 446F 6E67 3D1B 2429 41D5 C55E 1B24 2941 D0A1 B6AB 3D20", "Zhang^XiaoDong=张^小东= ")]
    [InlineData("ISO_IR 192", "5761 6E67 5E58 6961 6F44 6F6E 673D E78E 8B5E E5B0 8FE4 B89C 3D", "Wang^XiaoDong=王^小东=")]
    [InlineData("GB18030", "5761 6E67 5E58 6961 6F44 6F6E 673D CDF5 5ED0 A1B6 AB3D", "Wang^XiaoDong=王^小东=")]
    [InlineData("ISO_IR 144", "BBEE DAE6 D5DC D1E3 E0D3", "Люкцембург")]
    [InlineData("ISO_IR 100\\ISO 2022 IR 144", "42E4 721B 2D4C BBEE 5CE4", "BärЛю\\ä")]
    [InlineData("ISO_IR 166", "B9D2", "นา")]
    [InlineData("ISO_IR 13", "D4CF", "ﾔﾏ")]
    internal void Text_is_read_in_its_character_set(string declared, string hex, string text)
    {
        CharacterSet set = CharacterSet.Of(Encoding.ASCII.GetBytes(declared));
        Assert.Equal(text.TrimEnd(), set.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_second_byte_of_a_chinese_character_is_no_delimiter()
    {
        // 俓 is 82 5C in GBK, 俕 is 82 5E; both would be cut in two if the bytes were split first.
        foreach (string declared in (string[])["GB18030", "GBK"])
        {
            string text = CharacterSet.Of(Encoding.ASCII.GetBytes(declared)).Decode([0x82, 0x5C, (byte)'^', 0x82, 0x5E]);
            Assert.Equal(3, text.Length);
            Assert.Equal(1, text.IndexOf('^', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_was_not_declared_is_read_as_what_it_can_be()
    {
        Assert.Equal("王", default(CharacterSet).Decode([0xE7, 0x8E, 0x8B]));
        Assert.Equal("王小", default(CharacterSet).Decode([0xCD, 0xF5, 0xD0, 0xA1]));
        Assert.Equal("王小", CharacterSet.Of("ISO_IR 192"u8).Decode([0xCD, 0xF5, 0xD0, 0xA1]));
        Assert.Equal("Bär", default(CharacterSet).Decode([(byte)'B', 0xE4, (byte)'r']));
    }

    [Theory]
    [InlineData("ISO-IR 100")]
    [InlineData("ISO_IR_100")]
    [InlineData("ISO 2022 IR 100")]
    [InlineData("ISO_IR 100 ")]
    public void Spellings_of_devices_are_understood(string declared) => Assert.Equal(new CharacterSet(28591, true), CharacterSet.Of(Encoding.ASCII.GetBytes(declared)));

    [Fact]
    public void No_bytes_make_it_throw()
    {
        Random random = new(11);
        string[] sets = ["", "ISO_IR 192", "GB18030", "ISO_IR 13", "\\ISO 2022 IR 87", "\\ISO 2022 IR 159", "ISO_IR 149", "nonsense", "ISO_IR 99999999999"];
        byte[] bytes = new byte[60];
        for (int round = 0; round < 3000; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes[random.Next(40)] = 0x1B;
            if (round % 3 == 0) "\u001b$(D"u8.CopyTo(bytes.AsSpan(random.Next(40)));
            Assert.NotNull(CharacterSet.Of(Encoding.ASCII.GetBytes(sets[round % sets.Length])).Decode(bytes));
        }
    }
}
