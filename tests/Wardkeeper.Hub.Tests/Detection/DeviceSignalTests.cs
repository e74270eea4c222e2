using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Detection.MedicalScenes;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Vital signs that stand still or come again, ends that nobody meant, alarms that fall silent, clocks that jump, and work that nobody announced.</summary>
public class DeviceSignalTests
{
    private const string Server = "10.0.0.1";

    internal const string Window = "maintenanceWindows: [{name: pumps, devices: [10.0.2.7], peers: [10.0.1.5], from: 1970-01-02T00:00:00Z, until: 1970-01-03T00:00:00Z}]";

    [Fact]
    public void Values_that_never_change_are_told_and_values_that_repeat_now_and_then_are_not()
    {
        Assert.Equal(Severity.Medium, Still(12, TimeSpan.FromMinutes(1)).Fires("vital-signs-frozen").Severity);
        Still(12, TimeSpan.FromSeconds(5)).IsSilent();
        Still(8, TimeSpan.FromMinutes(5)).IsSilent();
        Scene pairs = new();
        for (int i = 0; i < 30; i++) pairs.Polls("v" + (i / 2)).Later(TimeSpan.FromMinutes(1));
        pairs.IsSilent();
        // A pump runs at one rate.
        Scene pump = new();
        for (int i = 0; i < 20; i++) pump.Hl7(Lis, His, "p" + i, name: "PUMP", digest: "p" + i, more: ""","results":["157784^^R^a","157872^^R^b","184519^^R^c"]""").Later(TimeSpan.FromMinutes(2));
        pump.IsSilent();
    }

    [Fact]
    public void A_recording_that_is_played_is_told()
    {
        Scene played = Played(10, 30);
        Finding finding = played.Fires("vital-signs-copied");
        Assert.Equal((Bedside, Severity.Medium), (finding.Subject.Address, finding.Severity));
        Played(10, 16).IsSilent();
        Scene training = new();
        for (int i = 0; i < 40; i++) training.Says("hl7", Bedside, His, 2575, $$"""{"is_orig":true,"message_type":"ORU^R01","msh_3":"SIM","control_id":"{{i}}","processing_id":"T","digest":"t{{i}}","results":["147842^^R^{{i % 10}}","150456^^R^b","151578^^R^c"],"ack":"AA"}""");
        training.IsSilent();
    }

    [Fact]
    public void An_end_in_the_name_of_one_who_goes_on_is_forged()
    {
        const string Abort = """{"kind":"abort","is_orig":true}""", Answered = """{"kind":"poll","status":"ok"}""", Unanswered = """{"kind":"poll"}""", Associates = """{"kind":"association","status":"accepted"}""", ByMonitor = """{"kind":"abort","is_orig":false}""";
        Finding cut = In(Associates, Answered, Abort, Unanswered, Unanswered).Fires("connection-cut-forged");
        Assert.Equal((Severity.High, Bedside, "single packets"), (cut.Severity, cut.Subject.Address, cut.Facts.Single(fact => fact.Name == "source-proof").Observed));
        In(Associates, ByMonitor, Answered, Answered).Fires("connection-cut-forged");
        In(Associates, Answered, Abort, Associates, Answered, Answered).IsSilent();
        In(Associates, ByMonitor, Unanswered, Unanswered).IsSilent();
        In(Associates, Answered, Abort).IsSilent();
        In(Associates, Answered, Abort, Unanswered).IsSilent();
    }

    [Fact]
    public void A_forged_reset_counts_on_medical_connections_alone()
    {
        Assert.Equal(Severity.Medium, Reset(new Scene(), "hl7").Findings.Single(finding => finding.Type == "connection-cut-forged").Severity);
        Reset(new Scene(), "http").IsSilent();
        Reset(new Scene().Knows(Device(1, His, "patient-monitor")), "http").Fires("connection-cut-forged");
        new Scene().Flow(Lis, His, 8080, "http", "RSTO", "ShADadR").IsSilent();
    }

    [Fact]
    public void Alarms_are_silenced_by_those_who_watch_the_device()
    {
        const string Silence = ""","alarms_silenced":2,"invocation_state":"Fin","operation":"op1" """;
        Scene watched = new();
        for (int i = 0; i < 4; i++) watched.Sdc(His, "GetMdState").Later(TimeSpan.FromMinutes(5));
        watched.Sdc(His, "SetAlertState", Silence).IsSilent();
        Finding silenced = watched.Sdc(Rogue, "GetMdib").Sdc(Rogue, "SetAlertState", Silence).Fires("alarm-suppressed");
        Assert.Equal((Severity.High, Bedside, Rogue), (silenced.Severity, silenced.Subject.Address, silenced.Peer!.Address));
        Assert.Equal(Severity.Low, new Scene().Sdc(Rogue, "SetAlertState", Silence).Fires("alarm-suppressed").Severity);
        new Scene().Sdc(Rogue, "SetAlertState", ""","alarms_silenced":2,"invocation_state":"Fail" """).IsSilent();
        DeviceFacts central = Device(1, Rogue, "central-monitor");
        new Scene().Knows(central).Sdc(Rogue, "SetAlertState", Silence).Fires("alarm-suppressed");
        new Scene().Knows(central with { IsKnownToPeople = true }).Sdc(Rogue, "SetAlertState", Silence).Fires("alarm-suppressed");
        new Scene().Knows(central with { TypeIsFromPeople = true }).Sdc(Rogue, "SetAlertState", Silence).IsSilent();
        new Scene().Knows(central).Later(TimeSpan.FromHours(2)).Sdc(Rogue, "SetAlertState", Silence).Fires("alarm-suppressed");
        new Scene().Knows(central with { TypeSince = CaptureTime.FromSeconds(0) }).Later(TimeSpan.FromHours(2)).Sdc(Rogue, "SetAlertState", Silence).IsSilent();
        Assert.Equal("alarm-suppressed", new Scene().Hl7(Lis, His, "1", "ORU^R40", more: Alarm("start")).Hl7(Rogue, His, "2", "ORU^R40", digest: "b", more: Alarm("end")).Fires("alarm-suppressed").Type);
        new Scene().Hl7(Lis, His, "1", "ORU^R40", more: Alarm("start")).Hl7(Lis, His, "2", "ORU^R40", digest: "b", more: Alarm("end")).IsSilent();
    }

    [Fact]
    public void A_time_server_that_jumps_is_told_and_a_device_that_is_set_right_is_not()
    {
        Finding jump = Agreed(6).Time(Bedside, Server, ofServer: 7200, ofClient: 0).Fires("clock-jump");
        Assert.Equal((Server, Severity.High), (jump.Subject.Address, jump.Severity));
        Agreed(6).Time(Bedside, Server, ofServer: 0, ofClient: -86_400).Time(Bedside, Server).IsSilent();
        Agreed(3).Time(Bedside, Server, ofServer: 7200, ofClient: 0).IsSilent();
        // Both of them are wrong, and agree.
        Scene wrong = new Scene().Later(TimeSpan.FromDays(1));
        for (int i = 0; i < 9; i++) wrong.Time(Bedside, Server, 3000 + (i * 100), 3000 + (i * 100)).Later(TimeSpan.FromMinutes(1));
        wrong.IsSilent();
    }

    [Fact]
    public void Another_time_server_is_told_when_the_first_was_of_the_site_and_is_asked_no_more()
    {
        Assert.Equal(Severity.Low, Changed(Server).Fires("time-server-changed").Severity);
        Changed("203.0.113.1").IsSilent();
        Changed(Server, "servers: [{address: 10.0.9.66, roles: [ntp]}]").IsSilent();
        Scene both = new Scene().Later(TimeSpan.FromDays(1));
        for (int i = 0; i < 20; i++) both.Time(Bedside, Server).Time(Bedside, "10.0.9.66");
        both.IsSilent();
    }

    [Fact]
    public void Stamps_that_jump_equally_far_are_a_clock_and_a_queue_is_not()
    {
        Finding jump = Stamped(Stamped(new Scene(), 25, _ => 0), 8, _ => 86_400 * 3).Fires("clock-jump");
        Assert.Equal(("259200", Severity.Medium), (jump.Facts[0].Observed, jump.Severity));
        Stamped(Stamped(new Scene(), 25, _ => 0), 8, i => -20_000 + (i * 900)).IsSilent();
        // Summer time; a clock of which little is known; stamps that never kept step.
        Stamped(Stamped(new Scene(), 25, _ => 0), 8, _ => 3600).IsSilent();
        Stamped(Stamped(new Scene(), 10, _ => 0), 8, _ => 86_400 * 3).IsSilent();
        Stamped(new Scene(), 40, i => i * 7777).IsSilent();
    }

    [Fact]
    public void A_conversation_whose_messages_bear_one_stamp_says_it_once()
    {
        // Four conversations of seven messages in step, then two that waited for eleven minutes: no clock that jumped.
        Talks(Talks(new Scene(), 4, 0), 2, -700).IsSilent();
        Talks(Talks(new Scene(), 25, 0), 4, -700).IsSilent();
        Talks(Talks(new Scene(), 25, 0), 6, -700).Fires("clock-jump");
    }

    [Fact]
    public void A_device_whose_clock_is_off_is_listed_against_its_zone_or_that_of_the_others()
    {
        Finding off = Stamped(new Scene(), 15, _ => 700, "+0000").Reviewed().Fires("device-clock-off");
        Assert.Equal(("700", Severity.Low), (off.Facts[0].Observed, off.Severity));
        Stamped(new Scene(), 15, _ => 20, "+0000").Reviewed().IsSilent();
        Scene among = new();
        foreach (string ip in (string[])["10.0.2.11", "10.0.2.12", "10.0.2.13"]) Stamped(among, 15, _ => 28_800, from: ip);
        Stamped(among, 15, _ => 28_800 + 2000).Reviewed().Fires("device-clock-off");
        Stamped(new Scene(), 15, _ => 28_800 + 400).Reviewed().IsSilent();
    }

    [Fact]
    public void Work_on_a_device_is_announced_where_the_site_announces_work()
    {
        const string Firmware = """{"source":"ftp-data","filename":"firmware_v3.bin","is_orig":true}""";
        Assert.Equal(Severity.Medium, Pump(Window).Says("files", Rogue, Bedside, 50_000, Firmware).Fires("firmware-outside-maintenance").Severity);
        Assert.Equal(Severity.Low, Pump(Window.Replace(Bedside, "10.0.5.5", StringComparison.Ordinal)).Says("files", Rogue, Bedside, 50_000, Firmware).Fires("firmware-outside-maintenance").Severity);
        Pump("").Says("files", Rogue, Bedside, 50_000, Firmware).IsSilent();
        Pump(Window).Later(TimeSpan.FromDays(1)).Says("files", Lis, Bedside, 50_000, Firmware).IsSilent();
        Pump(Window).Later(TimeSpan.FromDays(1)).Says("files", Rogue, Bedside, 50_000, Firmware).Fires("firmware-outside-maintenance");
        Pump(Window).Says("files", Rogue, Bedside, 50_000, """{"source":"ftp-data","filename":"scan.jpg","is_orig":true}""").Says("files", Rogue, Bedside, 50_000, Firmware.Replace("true", "false", StringComparison.Ordinal)).IsSilent();
        Pump(Window).Says("snmp", Rogue, Bedside, 161, """{"set_requests":1}""").Fires("firmware-outside-maintenance");
        Pump(Window).Says("http", Rogue, Bedside, 80, """{"method":"POST","uri":"/cgi-bin/firmware_upload","request_body_len":90000,"status_code":200}""").Fires("firmware-outside-maintenance");
        Pump(Window).Says("ssh_session", Rogue, Bedside, 22, """{"shape":"interactive"}""").Fires("service-login-outside-maintenance");
        Pump(Window).Says("telnet", Rogue, Bedside, 23, """{"kind":"login","success":false}""").Says("ftp", Rogue, Bedside, 21, """{"command":"PASS","reply_code":530}""").Says("ssh_session", Rogue, Bedside, 22, """{"shape":"short"}""").IsSilent();
        new Scene(Window).Says("ssh_session", Rogue, Bedside, 22, """{"shape":"interactive"}""").IsSilent();
    }

    [Fact]
    public void Work_on_a_device_of_which_nobody_knows_yet_what_it_is_waits_until_that_is_known()
    {
        const string Upload = """{"shape":"upload"}""";
        Scene unknown = new Scene(Window).Says("ssh_session", Rogue, Bedside, 22, Upload);
        CaptureTime done = unknown.Now;
        unknown.Reviewed().IsSilent();
        Finding late = unknown.Later(TimeSpan.FromHours(1)).Knows(Device(1, Bedside, "infusion-pump", "infusion")).Reviewed().Fires("service-login-outside-maintenance");
        Assert.Equal(done, late.First);
        Assert.Equal(1, unknown.Reviewed().Fires("service-login-outside-maintenance").Count);
        // In its window by the machine that was named; and a device that is not medical.
        new Scene(Window).Later(TimeSpan.FromDays(1)).Says("ssh_session", Lis, Bedside, 22, Upload).Knows(Device(1, Bedside, "infusion-pump", "infusion")).Reviewed().IsSilent();
        new Scene(Window).Says("ssh_session", Rogue, Bedside, 22, Upload).Knows(Device(1, Bedside, "office-pc", "it")).Reviewed().IsSilent();
    }

    internal static Scene Pump(string site) => new Scene(site).Knows(Device(1, Bedside, "infusion-pump", "infusion"));

    internal static Scene Still(int count, TimeSpan apart)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Polls("v1").Later(apart);
        return scene;
    }

    internal static Scene Played(int length, int count)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Polls("v" + (i % length)).Later(TimeSpan.FromSeconds(10));
        return scene;
    }

    internal static Scene In(params string[] rows)
    {
        Scene scene = new();
        foreach (string row in rows) scene.Says("data_export", His, Bedside, 24105, row, "C1");
        return scene;
    }

    private static Scene Reset(Scene scene, string service) => scene.Flow(Lis, His, 2575, service, "RSTO", "ShADadR", resetForged: "orig");

    private static string Alarm(string phase) => $$""","alarm_event":"MDC_EVT_HI","alarm_phase":"{{phase}}" """;

    internal static Scene Changed(string before, string site = "")
    {
        Scene scene = new Scene(site).Later(TimeSpan.FromDays(1));
        for (int i = 0; i < 12; i++) scene.Time(Bedside, before);
        for (int i = 0; i < 5; i++) scene.Time(Bedside, "10.0.9.66");
        return scene;
    }

    internal static Scene Agreed(int count)
    {
        Scene scene = new Scene().Later(TimeSpan.FromDays(1));
        for (int i = 0; i < count; i++) scene.Time(Bedside, Server).Later(TimeSpan.FromMinutes(10));
        return scene;
    }

    /// <summary>Conversations every five minutes, seven messages each, all with the stamp of when it should have begun.</summary>
    private static Scene Talks(Scene scene, int count, long off)
    {
        for (int i = 0; i < count; i++)
        {
            string time = DateTime.UnixEpoch.AddSeconds(scene.Now.Seconds + 1 + off).ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", System.Globalization.CultureInfo.InvariantCulture);
            string uid = $"T{scene.Now.Seconds}";
            for (int n = 0; n < 7; n++) scene.Says("poct1a", "10.0.2.11", His, 3001, $$"""{"sender_role":"device","message_type":"OBS.R01","control_id":"{{uid}}{{n}}","message_time":"{{time}}","digest":"{{uid}}{{n}}"}""", uid);
            scene.Later(TimeSpan.FromMinutes(5));
        }
        return scene;
    }

    /// <summary>Messages every five minutes whose stamp is off by so many seconds.</summary>
    internal static Scene Stamped(Scene scene, int count, Func<int, long> off, string zone = "", string from = MedicalScenes.Bedside)
    {
        for (int i = 0; i < count; i++)
        {
            string time = DateTime.UnixEpoch.AddSeconds(scene.Now.Seconds + 1 + off(i)).ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture) + zone;
            scene.Hl7(from, His, $"{from}{scene.Now.Seconds}", name: from, digest: $"{from}{scene.Now.Seconds}", time: time).Later(TimeSpan.FromMinutes(5));
        }
        return scene;
    }
}
