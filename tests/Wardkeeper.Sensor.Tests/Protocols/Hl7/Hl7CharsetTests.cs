using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7CharsetTests
{
    private static readonly Encoding Latin1 = Encoding.Latin1;

    /// <summary>Characters whose second byte in GB18030 is a delimiter: \ ^ | ~, and @ for messages that use it.</summary>
    private static readonly string[] Traps = ["媆", "腲", "弢", "秪", "丂"];

    [Fact]
    public void Second_bytes_that_look_like_delimiters_separate_nothing()
    {
        foreach (string trap in Traps)
        {
            byte[] bytes = Gb18030.GetBytes(trap);
            Assert.Contains(bytes[1], "\\^|~@"u8.ToArray());
            string message = $"MSH|^~\\&|王{trap}科|医院{trap}|HIS|HOSP|20261123||ADT^A08^ADT_A01|T{trap}1|P|2.5||||||GB 18030-2000\rPID|1||HL8^^^H^MR||王^{trap}明||19650606|F\r";
            Hl7Exchange row = Single(Sends(message, Gb18030));
            Assert.Equal(("gb18030", "GB 18030-2000", $"王{trap}科", $"医院{trap}"), (row.DecodedAs, row.CharacterSet, row.Msh3, row.Msh4));
            Assert.Equal(($"T{trap}1", "ADT^A08", "2.5", "HIS"), (Shown(row.ControlId), row.MessageType, row.Version, row.Msh5));
            Assert.Equal(new PatientMasker().Identifier("HL8"), row.Patient);
            Splits.HoldFor<Hl7Analyser>([Sends(message, Gb18030)]);
        }
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "gb18030", "王小东医院", "gb18030", true)] // says UTF-8, is not
    [InlineData("GB 18030-2000", "utf-8", "王小东医院", "utf-8", true)]
    [InlineData("8859/1", "utf-8", "Müller", "utf-8", true)]
    [InlineData("8859/2", "utf-8", "Dvořák", "utf-8", true)]
    [InlineData("8859/1", "gb18030", "王小东医院", "gb18030", true)]
    [InlineData("ASCII", "gb18030", "王小东医院", "gb18030", true)]
    [InlineData("", "gb18030", "王小东医院", "gb18030", false)]
    [InlineData("", "gb18030", "媆小东", "gb18030", false)]
    [InlineData("", "utf-8", "王小东", "utf-8", false)]
    [InlineData("", "iso-8859-1", "Grü", "iso-8859-1", false)] // ü and the separator would be one Chinese character
    [InlineData("8859/1", "iso-8859-1", "Müller", "iso-8859-1", false)]
    [InlineData("8859/1", "iso-8859-1", "Grü", "iso-8859-1", false)]
    [InlineData("8859/2", "iso-8859-2", "Dvořák", "iso-8859-2", false)]
    [InlineData("8859/5", "iso-8859-5", "Иванов", "iso-8859-5", false)]
    [InlineData("8859/15", "iso-8859-15", "Grü€", "iso-8859-15", false)]
    [InlineData("ISO-8859-1", "iso-8859-1", "Grü", "iso-8859-1", false)]
    [InlineData("BIG-5", "big5", "許功蓋", "big5", false)] // second bytes are \
    [InlineData("KS X 1001", "euc-kr", "홍길동", "euc-kr", false)]
    [InlineData("SHIFT_JIS", "shift_jis", "表ソ能", "shift_jis", false)] // second bytes are \
    [InlineData("~ISO IR87", "iso-2022-jp", "山田太郎", "iso-2022-jp", false)]
    [InlineData("GB18030", "gb18030", "𠀀㐀王", "gb18030", false)] // four bytes
    [InlineData("GB 18030-2000", "gb18030", "吴", "gb18030", false)]
    [InlineData("GB 18030-2000", "gb18030", "侣", "gb18030", false)] // also valid UTF-8
    [InlineData("UNICODE UTF-8~GB 18030-2000", "utf-8", "王", "utf-8", false)]
    [InlineData("martian", "iso-8859-1", "Grü", "iso-8859-1", false)]
    public void The_bytes_decide_and_a_lie_is_counted(string declared, string written, string name, string decodedAs, bool lie)
    {
        string message = Message("1", more: $"||||||{declared}", rest: $"PID|1||P4711||{name}\rZZZ|{name}|{name}^{name}|end\r").Replace("|APP|", $"|{name}|", StringComparison.Ordinal);
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(message, CodePagesEncodingProvider.Instance.GetEncoding(written) ?? Encoding.GetEncoding(written))]);
        Hl7Exchange row = Single(conversation);
        Assert.Equal((decodedAs, name), (row.DecodedAs, row.Msh3));
        Assert.Equal(["MSH", "PID", "ZZZ"], row.Segments);
        Assert.Equal(lie, conversation.Faults.Contains(Hl7Faults.CharacterSet));
    }

    [Fact]
    public void A_character_cut_in_two_does_not_make_utf8_another_set()
    {
        byte[] message = Framed(Message("1", more: "||||||UNICODE UTF-8", rest: "PID|1||P4711||王小东^李小龙\rNTE|1||王\r"));
        // The last character loses its third byte.
        Hl7Exchange row = Single(new Said(Side.Client, [.. message[..^5], .. message[^4..]]));
        Assert.Equal("utf-8", row.DecodedAs);
    }

    [Fact]
    public void Text_without_any_other_character_is_ascii() => Assert.Equal("ascii", Single(Sends(Message(more: "||||||8859/1"), Latin1)).DecodedAs);
}
