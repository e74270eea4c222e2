using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7PrivacyTests
{
    private const string Patient = "PID|1|ALT555^^^X|HL00001^^^HOSP^MR~9988776^^^NHS^NI|OLD444||MILLER^ANNA^Q~SHORT^BO||19600101|F|||1 MAIN ST^^TOWN|||||||ACC333|123-45-6789\r";

    [Fact]
    public void No_name_or_identifier_of_a_patient_leaves_in_clear()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>(
        [
            Sends(Message("X-HL00001-9988776-hl00001-ALT555-OLD444-ACC333-Miller-7", rest: Patient)),
            Answers(Ack("X-HL00001-9988776-hl00001-ALT555-OLD444-ACC333-Miller-7", "AE", "ERR|PID^1^5^HL00001|PID|HL00001^MILLER ANNA is unknown|E||||MILLER\r")),
            Answers(Ack("X-HL00001-9988776-hl00001-ALT555-OLD444-ACC333-Miller-7", "AR")),
            Sends("FHS|^~\\&\rBHS|^~\\&|||||||||B-HL00001\r" + Message("m2", rest: Patient)),
        ]);
        Assert.Equal(3, conversation.Transactions.Count);
        string all = string.Join('\n', conversation.Lines.Concat(conversation.Observe().Select(o => o.ToString())));
        foreach (string secret in new[] { "HL00001", "9988776", "ALT555", "OLD444", "ACC333", "6789", "MILLER", "ANNA", "SHORT", "MAIN", "TOWN", "19600101" })
            Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"control_id\":\"X-patient-", all, StringComparison.Ordinal);
        Assert.Equal("patient-1", Shown(((Hl7Exchange)conversation.Transactions[0]).Patient));
    }

    [Theory]
    [InlineData("PID|1||HL1^^^H\r")]
    [InlineData("PID|1|HL1\r")]
    [InlineData("PID|1|||HL1\r")]
    [InlineData("PID|1||\"\"\rMRG|HL1^^^H\r")]
    [InlineData("PID|1|| hl1 \r")]
    [InlineData("PID|1||H\\X4C\\1\r")]
    [InlineData("QRD|2026|R|I|Q|||1^RD|HL1|DEM\r")]
    [InlineData("QPD|Q22^Find^HL7|1|@PID.3.1^HL1\r")]
    public void The_patient_is_found_wherever_the_message_names_it(string segments) =>
        Assert.Equal(new PatientMasker().Identifier("HL1"), Single(Sends(Message(rest: segments))).Patient);

    [Theory]
    [InlineData("QRD|2026|R|I|Q|||100^RD|*|DEM\r")]
    [InlineData("PID|1||\"\"||\"\"\r")]
    [InlineData("PID|1||   \r")]
    [InlineData("PID|1||^^^HOSP^MR\r")]
    public void Where_no_patient_is_named_there_is_none(string segments) => Assert.Null(Single(Sends(Message(rest: segments))).Patient);

    [Fact]
    public void A_lone_acknowledgement_gives_no_error_but_a_number() =>
        Assert.Equal([null, "207"], Conversation.Of<Hl7Analyser>([Answers(Ack("1", "AE", "ERR|||HL00001\r")), Answers(Ack("2", "AE", "ERR|||207\r"))]).Transactions.Select(t => ((Hl7Exchange)t).AckError));

    [Fact]
    public void Short_identifiers_are_masked_only_where_they_stand_alone()
    {
        Assert.Equal("A123-patient-1-9", Shown(Single(Sends(Message("A123-123-9", rest: "PID|1||123\r"))).ControlId));
        Assert.Equal("7", Shown(Single(Sends(Message("7", rest: "PID|1||7\r"))).ControlId));
    }
}
