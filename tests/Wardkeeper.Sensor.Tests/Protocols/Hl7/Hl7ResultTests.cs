using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

/// <summary>What a row says of results, orders and doses, so that a forged one can be told; and of messages made to mislead.</summary>
public sealed class Hl7ResultTests
{
    private const string Obr = "PID|1||PATIENT77\rOBR|1|O7^HIS|L7|24323-8^CMP^LN|||20261123085500\r";

    [Fact]
    public void Equal_results_have_equal_digests_and_nothing_of_a_value_is_kept()
    {
        Hl7Exchange one = Result("4.2", "F"), same = Result("4.2", "C"), other = Result("7.9", "F"), otherUnit = Single(Sends(Message(rest: Obr + "OBX|1|NM|2823-3^Potassium^LN||4.2|mg/L|||||F\r")));
        Assert.StartsWith("2823-3^^F^", Shown(one.Results![0]), StringComparison.Ordinal);
        Assert.Equal(Value(one), Value(same));
        Assert.NotEqual(Value(one), Value(other));
        Assert.NotEqual(Value(one), Value(otherUnit));
        Assert.DoesNotContain("7.9", Conversation.Render([other])[0], StringComparison.Ordinal);
        Assert.Equal("20261123085500", one.ObservedAt);
    }

    [Fact]
    public void An_order_is_known_by_its_numbers_and_says_what_is_to_be_given()
    {
        Hl7Exchange order = Single(Sends(Message(type: "OML^O21", rest: "PID|1||PATIENT77\rORC|NW|O7^HIS\rOBR|1|O7^HIS\r")));
        Assert.Equal("NW", order.OrderControl);
        // The placer's number is that of the result; the filler's is another one, also when its text is the same.
        Assert.Equal(order.Orders!.Single(), Result("1", "F").Orders![0]);
        Assert.Equal(2, Single(Sends(Message(rest: "OBR|1|7|7\r"))).Orders!.Count);
        Hl7Exchange drug = Single(Sends(Message(type: "RDE^O11", rest: "ORC|XO|RX0\rRXE|^^^20261123|2345^Noradrenaline^L|5.0||ml/h\r")));
        Assert.Equal(("2345", 5.0, "ml/h"), (Shown(drug.GiveCode), drug.GiveAmount, drug.GiveUnits));
        Assert.Equal("Heparin", Shown(Single(Sends(Message(type: "RDE^O11", rest: "ORC|NW|RX0\rRXE|^^^20261123|^Heparin^L|5.0||ml/h\r"))).GiveCode));
        Hl7Exchange rate = Single(Sends(Message(type: "RGV^O15", rest: "ORC|RE|RX0\rRXG|1||^^^20261123|2345^Noradrenaline^L|50||263762^MDC_DIM_MILLI_L^MDC||||||||66|265266^MDC_DIM_MILLI_L_PER_HR^MDC\r")));
        Assert.Equal((66.0, "MDC_DIM_MILLI_L_PER_HR"), (rate.GiveAmount, rate.GiveUnits));
    }

    [Theory]
    [InlineData(@"ok\X0D\OBX\F\2\F\NM\F\2823-3", "segment")]
    [InlineData(@"ok\X0D4F42587C\", "segment")]
    [InlineData(@"ok\X1C0D\", "frame")]
    [InlineData(@"first line\X0D\second line", null)]
    [InlineData(@"first line\X0D0A\ECG\F\ST", null)]
    [InlineData(@"a \F\ b \T\ c \X41\", null)]
    public void Structure_that_escapes_bring_in_is_told_and_line_breaks_are_not(string text, string? injected) =>
        Assert.Equal(injected, Single(Sends(Message(rest: $"PID|1||PATIENT77\rOBX|1|TX|1^Note^L||{text}||||||F\r"))).Injection);

    [Fact]
    public void Broken_framing_is_counted_with_the_message_behind_it()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(Message("1")), Said.Client("noise"), new Said(Side.Client, [0x0B, .. "no header"u8, 0x1C, 0x0D]), Sends(Message("2")), Sends(Message("3"))]);
        Assert.Equal([0, 2, 0], conversation.Transactions.Cast<Hl7Exchange>().Select(row => row.FramingFaults));
    }

    private static Hl7Exchange Result(string value, string status) => Single(Sends(Message(rest: $"{Obr}OBX|1|NM|2823-3^Potassium^LN||{value}|mmol/L|||||{status}\r")));

    private static string Value(Hl7Exchange row) => Shown(row.Results![0]).Split('^')[3];
}
