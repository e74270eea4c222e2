using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7MessageTests
{
    [Fact]
    public void Every_part_is_addressed_as_the_standard_writes_it()
    {
        Assert.True(Hl7Message.TryParse(Admit, out Hl7Message message));
        Hl7Segment header = message.Segment("MSH"), patient = message.Segment(3);
        Assert.Equal("|", header.Field(1).Text());
        Assert.Equal("^~\\&", header.Field(2).Text());
        Assert.Equal("^~\\&", header.Field(2).Component(1).Text());
        Assert.Equal("ADT1", header.Field(3).Text());
        Assert.Equal("A01", header.Field(9).Component(2).Text());
        Assert.Equal("PID", patient.Name.ToString());
        Assert.Equal(2, patient.Field(3).Repetitions);
        Assert.Equal("9988776", patient.Field(3).Repetition(2).Component(1).Subcomponent(1).Text());
        Assert.True(patient.Field(3).Repetition(3).IsEmpty);
        Assert.True(patient.Field(99).Component(2).IsEmpty);
        Assert.True(patient.Field(0).IsEmpty);
        Assert.True(message.Segment("OBX").Field(5).IsEmpty);
        Assert.True(message.Segment("PID", 2).IsEmpty);
        Assert.True(message.Segment(9).IsEmpty);
    }

    [Fact]
    public void Other_delimiters_are_taken_from_the_header_and_shown_as_the_usual_ones()
    {
        Hl7Exchange row = Single(Sends("MSH#*%$@#APP*1@2*X#FAC#R#RF#2026##ORU*R01*ORU_R01#ID$F$7#P#2.5\rPID#1##HL1***A%HL2\rOBX#1\r"));
        Assert.Equal(("ORU^R01", "ORU_R01", "APP^1&2^X", "ID|7", "2.5"), (row.MessageType, row.MessageStructure, row.Msh3, Shown(row.ControlId), row.Version));
        Assert.Equal(new Sensor.Observations.PatientMasker().Identifier("HL1"), row.Patient);
        Assert.Equal(["MSH", "PID", "OBX"], row.Segments);
    }

    [Fact]
    public void A_doubled_escape_character_and_letters_as_delimiters_do_no_harm()
    {
        Assert.Equal(Hl7Separators.Usual with { Truncation = '\0' }, Hl7Separators.Of("MSH|^~\\\\&|A"));
        Assert.Equal(new Hl7Separators('|', '\0', '~', '\0', '\0', '\0'), Hl7Separators.Of("MSH|0~00|A"));
        Assert.Equal(Hl7Separators.Usual, Hl7Separators.Of("MSH||A"));
        Assert.Equal(Hl7Separators.Usual, Hl7Separators.Of("MSH"));
    }

    [Theory]
    [InlineData(@"a\F\b\S\c\T\d\R\e\E\f", @"a|b^c&d~e\f")]
    [InlineData(@"\X41\\X0D0a\", "A\r\n")]
    [InlineData(@"\XE78E8B\", "王")]
    [InlineData(@"\XFC\", "ü")]
    [InlineData(@"\H\bold\N\ \.br\x", "bold \nx")]
    [InlineData(@"\P\", "#")]
    [InlineData(@"\Q\ \X4\ \XZZ\ \X\ \\", @"\Q\ \X4\ \XZZ\ \X\ \\")]
    [InlineData(@"end\", @"end\")]
    [InlineData(@"\.sp3\\F\", @"\.sp3\|")]
    public void Escape_sequences_are_decoded_and_unknown_ones_kept(string sent, string read)
    {
        Assert.Equal(read, Hl7Escapes.Decode(sent, Hl7Separators.Usual, 1000));
        Assert.True(Hl7Escapes.Decode(sent, Hl7Separators.Usual, 3).Length <= 3);
    }

    [Fact]
    public void A_flood_of_escape_characters_is_read_in_bounded_time() =>
        Assert.Equal(199, Hl7Escapes.Decode(new string('\\', 1_000_000), Hl7Separators.Usual, 199).Length);

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r\r\n\r")]
    public void Any_line_end_separates_segments(string end)
    {
        Hl7Exchange row = Single(Sends(Admit.Replace("\r", end, StringComparison.Ordinal)));
        Assert.Equal(["MSH", "EVN", "PID", "PV1"], row.Segments);
        Assert.Equal("A01", row.MessageType![4..]);
    }

    [Fact]
    public void What_a_writer_wrote_the_reader_reads()
    {
        Gen<char> character = Gen.Char["aZ09|^~\\&#*%$@ \u00FC王媆秪\"'"];
        Gen<string> text = Gen.String[character, 0, 6];
        Gen<string[][][][]> segments = text.Array[1, 3].Array[1, 3].Array[1, 3].Array[1, 5];
        Gen.Select(segments, Gen.Bool, Gen.Bool).Holds((fields, unusual, chinese) =>
        {
            Hl7Separators use = unusual ? new('#', '*', '%', '$', '@', '\0') : Hl7Separators.Usual with { Truncation = '\0' };
            string written = Write(fields, use);
            string wire = chinese ? Gb18030.GetString(Gb18030.GetBytes(written)) : written;
            Assert.True(Hl7Message.TryParse(wire, out Hl7Message message));
            for (int field = 0; field < fields.Length; field++)
            {
                for (int repetition = 0; repetition < fields[field].Length; repetition++)
                {
                    for (int component = 0; component < fields[field][repetition].Length; component++)
                    {
                        string[] parts = fields[field][repetition][component];
                        Hl7Element read = message.Segment("ZZZ").Field(field + 1).Repetition(repetition + 1).Component(component + 1);
                        for (int part = 0; part < parts.Length; part++) Assert.Equal(parts[part], read.Subcomponent(part + 1).Text());
                    }
                }
            }
        });
    }

    private static string Write(string[][][][] fields, Hl7Separators use)
    {
        StringBuilder into = new($"MSH{use.Field}{use.Component}{use.Repetition}{use.Escape}{use.Subcomponent}{use.Field}A\rZZZ");
        foreach (string[][][] field in fields)
        {
            into.Append(use.Field).AppendJoin(use.Repetition, field.Select(repetition =>
                string.Join(use.Component, repetition.Select(component => string.Join(use.Subcomponent, component.Select(part => Escape(part, use)))))));
        }
        return into.Append('\r').ToString();
    }

    private static string Escape(string text, Hl7Separators use)
    {
        StringBuilder into = new();
        foreach (char value in text)
        {
            // Of the usual delimiters those are hexadecimal that this message does not use, because the reader shows them all alike.
            string sequence = value == use.Field ? "F" : value == use.Component ? "S" : value == use.Subcomponent ? "T"
                : value == use.Repetition ? "R" : value == use.Escape ? "E" : "";
            if (sequence.Length == 0) into.Append(value);
            else if (Hl7Separators.Usual.ToUsual(value) == use.ToUsual(value) && value != use.Escape) into.Append(use.Escape).Append(sequence).Append(use.Escape);
            else into.Append(use.Escape).Append('X').Append(((int)value).ToString("X2", System.Globalization.CultureInfo.InvariantCulture)).Append(use.Escape);
        }
        return into.ToString();
    }
}
