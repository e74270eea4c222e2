using Wardkeeper.Hub.Findings;
using static Wardkeeper.Hub.Tests.Detection.MedicalScenes;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Forged, repeated and altered clinical messages: what fires, and what looks like it and is honest.</summary>
public class MedicalDetectorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_retransmission_is_no_replay_and_the_same_bytes_from_elsewhere_are()
    {
        new Scene().Hl7(Lis, His, "1").Hl7(Lis, His, "1").Hl7(Lis, His, "1").IsSilent();
        Finding replay = new Scene().Hl7(Lis, His, "1").Hl7(Rogue, His, "1").Hl7(Rogue, His, "1").Fires("message-replayed");
        Assert.Equal((Severity.High, Rogue, His, 2L), (replay.Severity, replay.Subject.Address, replay.Peer!.Address, replay.Count));
        // An engine passes the message on to another receiver; one device has two addresses; a message that nobody took may be repeated by a second node.
        new Scene().Hl7(Lis, His, "1").Hl7(His, "10.0.1.20", "1").IsSilent();
        DeviceFacts two = Device(1, Lis, "server", "it") with { Ips = [Scene.Ip(Lis), Scene.Ip("10.0.1.6")], IsKnownToPeople = true };
        new Scene().Knows(two).Hl7(Lis, His, "1").Hl7("10.0.1.6", His, "1").IsSilent();
        // That both addresses are one device's is believed when a person said so: who pretends to be a device also says that he is.
        new Scene().Knows(two with { IsKnownToPeople = false }).Hl7(Lis, His, "1").Hl7("10.0.1.6", His, "1").Fires("message-replayed");
        Assert.Equal(Severity.Low, new Scene().Hl7(Lis, His, "1", ack: "").Hl7("10.0.1.6", His, "1", ack: "").Fires("message-replayed").Severity);
        new Scene().Hl7Many(6, Minute, Lis, His).Hl7Many(6, Minute, "10.0.1.6", His).Hl7(Lis, His, "1").Hl7("10.0.1.6", His, "1").IsSilent();
    }

    [Fact]
    public void The_same_control_id_with_other_content_is_an_alteration_unless_the_sender_does_so()
    {
        Finding altered = new Scene().Hl7(Lis, His, "1", digest: "a", more: Result("v1")).Hl7(Rogue, His, "1", digest: "b", more: Result("v2")).Fires("message-altered");
        Assert.Equal("results", altered.Facts.Single(fact => fact.Name == "differs").Observed);
        Assert.Equal(Severity.High, altered.Severity);
        // On the way, from the sender's own address: believed of a sender that never reuses a control id.
        Assert.Equal(Severity.Medium, new Scene().Hl7Many(20, Minute, Lis, His).Hl7(Lis, His, "1", digest: "a").Hl7(Lis, His, "1", digest: "b").Fires("message-altered").Severity);
        new Scene().Hl7(Lis, His, "1", digest: "a").Hl7(Lis, His, "1", digest: "b").IsSilent();
        // Mended after it was refused; stamped anew at each try; a counter that began anew; a constant.
        new Scene().Hl7Many(20, Minute, Lis, His).Hl7(Lis, His, "1", digest: "a", ack: "AE").Hl7(Lis, His, "1", digest: "b").IsSilent();
        new Scene().Hl7Many(20, Minute, Lis, His).Hl7(Lis, His, "1", digest: "a", more: Result("v1")).Hl7(Lis, His, "1", digest: "b", more: Result("v1"), time: "20261123091005").IsSilent();
        new Scene().Hl7Many(20, Minute, Lis, His).Hl7(Lis, His, "1", digest: "a").Hl7(Lis, His, "1", digest: "b", time: "20261124091005").IsSilent();
        Scene constant = new Scene().Hl7Many(20, Minute, Lis, His);
        for (int i = 0; i < 9; i++) constant.Hl7(Lis, His, "0", digest: "c" + i, time: $"2026112309{i}000");
        constant.Hl7(Lis, His, "0", digest: "x").Hl7(Lis, His, "0", digest: "y").IsSilent();
    }

    [Fact]
    public void A_laboratory_message_from_elsewhere_is_a_replay_or_an_alteration_too()
    {
        Scene Astm(Scene scene, string from, string digest, string value) => scene.Says("astm", from, His, 15200,
            $$"""{"is_orig":true,"sender":"XN-550^1","records":["H","P","O","R","L"],"tests":["WBC"],"patients":["p1"],"digest":"{{digest}}","results":["WBC^^F^{{value}}"],"orders":["s1"],"message_time":"20261123090000","status":"acked"}""");
        Astm(Astm(new Scene(), Lis, "a", "v1"), Rogue, "a", "v1").Fires("message-replayed");
        Astm(Astm(new Scene(), Lis, "a", "v1"), Rogue, "b", "v2").Fires("message-altered");
        Astm(Astm(new Scene(), Lis, "a", "v1"), Lis, "a", "v1").IsSilent();
        Scene Poct(Scene scene, string from, string digest, string value) => scene.Says("poct1a", from, His, 3001,
            $$"""{"is_orig":true,"sender_role":"device","message_type":"OBS.R01","control_id":"10004","device_id":"i-STAT^1","message_time":"2026-11-23T09:00:00+08:00","patients":["p1"],"digest":"{{digest}}","results":["2345-7^^NEW^{{value}}"],"observed_at":"2026-11-23T08:59:00+08:00","ack":"AA"}""");
        Poct(Poct(new Scene(), Lis, "a", "v1"), Rogue, "b", "v2").Fires("message-altered");
        Poct(Poct(new Scene(), Lis, "a", "v1"), Lis, "a", "v1").IsSilent();
    }

    [Fact]
    public void A_final_result_that_changes_without_a_correction_is_told()
    {
        Assert.Equal(Severity.Low, new Scene().Hl7(Lis, His, "1", digest: "a", more: Result("v1")).Hl7(Lis, His, "2", digest: "b", more: Result("v2")).Fires("result-altered").Severity);
        Assert.Equal(Severity.High, new Scene().Hl7(Lis, His, "1", digest: "a", more: Result("v1")).Hl7(Rogue, His, "2", name: "OTHER", digest: "b", more: Result("v2")).Fires("result-altered").Severity);
        foreach (string honest in (string[])[Result("v2", "C"), Result("v2", at: "20261123100000"), Result("v2", order: "o2"), Result("v1")])
            new Scene().Hl7(Lis, His, "1", digest: "a", more: Result("v1")).Hl7(Lis, His, "2", digest: "b", more: honest).IsSilent();
        new Scene().Hl7(Lis, His, "1", digest: "a", more: Result("v1", "P")).Hl7(Lis, His, "2", digest: "b", more: Result("v2")).IsSilent();
        const string Lines = ""","results":["t^^F^v1","t^^F^v2"],"orders":["o1"]""";
        new Scene().Hl7(Lis, His, "1", digest: "a", more: Lines).Hl7(Lis, His, "2", digest: "b", more: Lines.Replace("v1", "v3", StringComparison.Ordinal)).IsSilent();
    }

    [Fact]
    public void A_result_has_to_be_of_the_patient_of_its_order()
    {
        Assert.Equal(Severity.Medium, Ordered(Ordered(new Scene(), 10, "p1"), 1, "p2", 10).Fires("result-of-another-patient").Severity);
        Ordered(new Scene(), 10, "p2").IsSilent();
        Ordered(Ordered(new Scene(), 10, "p1").Says("hl7", His, Lis, 2575, """{"is_orig":true,"message_type":"ADT^A40","msh_3":"HIS","control_id":"M1","digest":"m","patient":"p2","ack":"AA"}"""), 1, "p2", 10).IsSilent();
    }

    [Fact]
    public void A_name_that_is_anothers_is_not_to_be_used()
    {
        const string Pump = "SPACE^001221FFFE300041^EUI-64";
        Assert.Equal(Severity.Medium, new Scene().Hl7(Lis, His, "1", name: Pump).Hl7(Rogue, His, "2", name: Pump, digest: "b").Fires("message-sender-impersonated").Severity);
        // A machine that takes two names of others, whatever the history.
        Finding two = new Scene().Hl7(Lis, His, "1", name: "A").Hl7("10.0.1.6", His, "2", name: "B", digest: "b").Hl7(Rogue, His, "3", name: "A", digest: "c").Hl7(Rogue, His, "4", name: "B", digest: "d").Fires("message-sender-impersonated");
        Assert.Equal((Severity.High, Rogue), (two.Severity, two.Subject.Address));
        // A machine of another kind behind an established name; one of unknown kind is only told.
        Scene Established() => new Scene().Knows(Device(1, Lis, "server", "it")).Knows(Device(2, Rogue, "camera", "building")).Hl7Many(25, TimeSpan.FromMinutes(5), Lis, His);
        Assert.Equal(Severity.High, Established().Hl7(Rogue, His, "x").Fires("message-sender-impersonated").Severity);
        Assert.Equal(Severity.Low, Established().Hl7("10.0.1.7", His, "x").Fires("message-sender-impersonated").Severity);
        // A name that several share; a declared server; an engine; one that took over; a device of a dock.
        new Scene().Hl7(Lis, His, "1").Hl7(Rogue, His, "2", digest: "b").Hl7(Rogue, His, "3", digest: "c").Hl7Many(30, TimeSpan.FromMinutes(5), Lis, His).Hl7("10.0.1.7", His, "4", digest: "e").IsSilent();
        new Scene($"servers: [{{address: {Rogue}, roles: [hl7]}}]").Hl7(Lis, His, "1", name: Pump).Hl7(Rogue, His, "2", name: Pump, digest: "b").IsSilent();
        new Scene().Hl7("10.0.3.3", Rogue, "0", name: "C").Hl7(Lis, His, "1", name: Pump).Hl7(Rogue, His, "2", name: Pump, digest: "b").IsSilent();
        Established().Later(TimeSpan.FromHours(25)).Hl7(Rogue, His, "x").IsSilent();
    }

    [Fact]
    public void Who_only_reported_does_not_order()
    {
        Scene Reports() => new Scene().Knows(Device(1, Bedside, "patient-monitor")).Hl7Many(25, TimeSpan.FromMinutes(20), Bedside, His, name: "MON");
        Assert.Equal(Severity.Medium, Reports().Hl7(Bedside, His, "x", "RDE^O11", "MON").Fires("message-outside-role").Severity);
        Reports().Hl7(Bedside, His, "x", "ORU^R40", "MON").IsSilent();
        new Scene().Hl7(Bedside, His, "x", "RDE^O11", "MON").IsSilent();
        new Scene().Hl7(Bedside, His, "y", "ADT^A04", "MON").Hl7Many(25, TimeSpan.FromMinutes(20), Bedside, His, name: "MON").Hl7(Bedside, His, "x", "ORM^O01", "MON").IsSilent();
    }

    [Fact]
    public void A_new_sender_is_told_once_of_a_receiver_that_was_heard_for_a_week()
    {
        Scene week = new Scene().Hl7Many(120, TimeSpan.FromHours(2), Lis, His).Hl7("10.0.1.7", His, "x", name: "N1").Hl7("10.0.1.8", His, "y", name: "N2", digest: "z");
        Finding unknown = week.Fires("message-sender-unknown");
        Assert.Equal((His, 2L, Severity.Low), (unknown.Subject.Address, unknown.Count, unknown.Severity));
        new Scene().Hl7Many(120, Minute, Lis, His).Hl7("10.0.1.7", His, "x", name: "N1").IsSilent();
    }

    [Fact]
    public void Messages_that_are_made_to_mislead_are_told()
    {
        Assert.Equal(Severity.High, new Scene().Hl7(Lis, His, "1", more: ""","injection":"segment" """).Fires("message-escape-injection").Severity);
        new Scene().Hl7(Lis, His, "1", more: ""","segments":["MSH","OBX"],"segment_counts":[1,30000]""").Fires("message-segment-flood");
        new Scene().Hl7(Lis, His, "1", more: ""","segments":["MSH","OBX"],"segment_counts":[1,3000]""").IsSilent();
        Assert.Equal(Severity.Low, new Scene().Hl7Many(5, TimeSpan.FromSeconds(1), Lis, His, more: ""","framing_faults":1""").Fires("message-framing-abuse").Severity);
        Assert.Equal(Severity.Medium, new Scene().Hl7Many(60, Minute, Lis, His).Hl7Many(6, TimeSpan.FromSeconds(1), Lis, His, "ORU^R40", more: ""","framing_faults":2""").Fires("message-framing-abuse").Severity);
        new Scene().Hl7Many(4, TimeSpan.FromSeconds(1), Lis, His, more: ""","framing_faults":1""").IsSilent();
    }

    [Fact]
    public void Whoever_never_asked_for_patients_data_is_told()
    {
        Finding asked = new Scene().Hl7Many(120, TimeSpan.FromMinutes(15), Lis, His).Hl7("10.0.1.7", His, "q", "QRY^A19", "EXT").Fires("clinical-data-queried");
        Assert.Equal((His, Severity.Low), (asked.Subject.Address, asked.Severity));
        new Scene().Hl7Many(12, TimeSpan.FromHours(3), Lis, His, "QBP^Q22", "EMR").Hl7(Lis, His, "q", "QBP^Q22", "EMR").IsSilent();
        new Scene().Hl7("10.0.1.7", His, "q", "QRY^A19", "EXT").IsSilent();
        // Monitors: a second client of a monitor that one reads for days.
        Scene monitor = new();
        for (int i = 0; i < 14; i++) monitor.Says("data_export", His, Bedside, 24105, """{"kind":"association","status":"accepted"}""").Later(TimeSpan.FromHours(2));
        monitor.IsSilent();
        monitor.Says("data_export", Rogue, Bedside, 24105, """{"kind":"association","status":"accepted"}""").Fires("clinical-data-queried");
    }

    [Fact]
    public void An_infusion_comes_from_whom_and_in_what_amount_it_is_expected()
    {
        Finding foreign = new Scene().Hl7(Lis, His, "1", "RDE^O11", more: Gives(5)).Hl7(Rogue, His, "2", "RDE^O11", digest: "b", more: Gives(200, control: "XO")).Fires("infusion-order-foreign");
        Assert.Equal((Severity.High, "200 ml/h", "5 ml/h"), (foreign.Severity, foreign.Facts.Single(fact => fact.Name == "amount").Observed, foreign.Facts.Single(fact => fact.Name == "amount").Expected));
        new Scene().Hl7(Lis, His, "1", "RDE^O11", more: Gives(5)).Hl7(Lis, His, "2", "RDE^O11", digest: "b", more: Gives(8, control: "XO")).IsSilent();
        new Scene().Hl7(Lis, His, "1", "RDE^O11", more: Gives(5)).Hl7("10.0.1.7", His, "2", "RGV^O15", "BCMA", "b", Gives(6, control: "RE")).IsSilent();
        Assert.Equal(Severity.Medium, Infused(25, TimeSpan.FromHours(1)).Hl7("10.0.1.7", His, "x", "RDE^O11", "NEW", "z", Gives(9, "rx9")).Fires("infusion-order-foreign").Severity);
        Assert.Equal(Severity.High, Infused(25, TimeSpan.FromHours(1)).Hl7(Lis, His, "x", "RDE^O11", digest: "z", more: Gives(200, "rx9")).Fires("infusion-amount-unusual").Severity);
        Assert.Equal(Severity.Low, Infused(12, TimeSpan.FromHours(1)).Hl7(Lis, His, "x", "RDE^O11", digest: "z", more: Gives(45, "rx9")).Fires("infusion-amount-unusual").Severity);
        Infused(25, TimeSpan.FromHours(1)).Hl7(Lis, His, "x", "RDE^O11", digest: "z", more: Gives(20, "rx9")).IsSilent();
        Infused(5, TimeSpan.FromHours(1)).Hl7(Lis, His, "x", "RDE^O11", digest: "z", more: Gives(200, "rx9")).IsSilent();
    }

    internal static Scene Ordered(Scene scene, int count, string patient, int from = 0)
    {
        for (int i = from; i < from + count; i++)
        {
            scene.Hl7(His, Lis, "O" + i, "OML^O21", "HIS", "o" + i, $$""","orders":["n{{i}}"],"order_control":"NW" """).Says("hl7", Lis, His, 2575,
                $$"""{"is_orig":true,"message_type":"ORU^R01","msh_3":"LIS","control_id":"R{{i}}","digest":"r{{i}}","patient":"{{patient}}","orders":["n{{i}}"],"results":["1^^F^v{{i}}"],"ack":"AA"}""");
        }
        return scene;
    }

    internal static Scene Infused(int count, TimeSpan apart)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Hl7(Lis, His, "i" + i, "RDE^O11", digest: "i" + i, more: Gives(5 + (i % 5), "o" + i)).Later(apart);
        return scene;
    }
}
