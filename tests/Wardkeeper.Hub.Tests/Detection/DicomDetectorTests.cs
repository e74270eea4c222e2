using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Detection.DicomScenes;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Attacks on DICOM are found, and what looks like them in a hospital's day is not.</summary>
public class DicomDetectorTests
{
    private const string Window = "maintenanceWindows: [{name: export, devices: [10.0.1.5], from: '1970-01-01T00:00:00Z', until: '1971-01-01T00:00:00Z'}]";

    [Fact]
    public void A_caller_is_unknown_only_to_a_server_that_was_watched()
    {
        new Scene().Associates("10.0.1.5", "CT_1").Associates("10.0.1.7", "NEW_1").IsSilent();
        Daily(new Scene(), 4, scene => scene.Associates("10.0.1.5", "CT_1")).Associates("10.0.1.7", "NEW_1").IsSilent();
        Finding finding = Watched().Associates("10.0.1.7", "NEW_1").Associates("10.0.1.7", "NEW_1").Fires("dicom-caller-unknown");
        Assert.Equal(("10.0.1.7", "10.0.9.9", 2L, Severity.Low), (finding.Subject.Address, finding.Peer!.Address, finding.Count, finding.Severity));
        // From the next day on it is one of those who call.
        Assert.Equal(1, Watched().Associates("10.0.1.7", "NEW_1").Later(TimeSpan.FromDays(2)).Associates("10.0.1.7", "NEW_1").Fires("dicom-caller-unknown").Count);
        Watched().Refused("10.0.1.7", "NEW_1").IsSilent();
        // The archive itself, known by its title for long, calls another server for the first time.
        Scene known = Daily(new Scene(), 10, scene => scene.Associates("10.0.1.5", "CT_1").Says("dicom", "10.0.1.5", "10.0.9.8", 104, Association("CT_1", "RIS_1")));
        Assert.Equal(Severity.Info, known.Associates("10.0.9.8", "RIS_1").Fires("dicom-caller-unknown").Severity);
        Watched("declaredScanners: 10.0.1.7").Associates("10.0.1.7", "NEW_1").IsSilent();
    }

    [Fact]
    public void A_title_taken_while_its_owner_works_weighs_more_than_a_device_that_was_replaced()
    {
        Finding taken = Watched().Associates("10.0.1.5", "CT_1").Associates("10.0.1.7", "CT_1").Fires("dicom-title-taken");
        Assert.Equal(Severity.Medium, taken.Severity);
        Assert.Contains(new Fact("address", "10.0.1.7", "10.0.1.5"), taken.Facts);
        Assert.Equal(Severity.Low, Watched().Later(TimeSpan.FromDays(5)).Associates("10.0.1.7", "CT_1", "9.9", "V9").Fires("dicom-title-taken").Severity);
        DeviceFacts laptop = new() { Id = 9, Ips = [Scene.Ip("10.0.1.7")], Subject = Subject.Of(default, Scene.Ip("10.0.1.7")), FirstSeen = CaptureTime.FromSeconds(864_000) };
        Assert.Equal(Severity.High, Watched().Knows(laptop).Associates("10.0.1.5", "CT_1").Associates("10.0.1.7", "CT_1", "9.9", "PYNETDICOM").Fires("dicom-title-taken").Severity);
        // A stranger that comes with one address after another does not make it a title that all share.
        Assert.Equal(["10.0.1.7", "10.0.1.8", "10.0.1.9", "10.0.1.10"], Watched().Associates("10.0.1.7", "CT_1").Associates("10.0.1.8", "CT_1").Associates("10.0.1.9", "CT_1").Associates("10.0.1.10", "CT_1").Findings.Select(finding => finding.Subject.Address));
        // Its owner only has another address; three machines share the title anyway.
        DeviceFacts moved = new() { Id = 3, Ips = [Scene.Ip("10.0.1.5"), Scene.Ip("10.0.1.7")] };
        Daily(new Scene().Knows(moved with { IsKnownToPeople = true }), 10, scene => scene.Associates("10.0.1.5", "CT_1")).Associates("10.0.1.7", "CT_1").IsSilent();
        // The ledger also joins a forger's card to it, by the serial number that he copies.
        Daily(new Scene().Knows(moved), 10, scene => scene.Associates("10.0.1.5", "CT_1")).Associates("10.0.1.7", "CT_1").Fires("dicom-title-taken");
        Daily(new Scene(), 10, scene => scene.Associates("10.0.1.5", "WS").Associates("10.0.1.6", "WS").Associates("10.0.1.8", "WS")).Associates("10.0.1.7", "WS").IsSilent();
    }

    [Fact]
    public void Another_program_behind_a_title_is_told_by_how_much_of_it_is_other()
    {
        string own = Contexts(1, 2), wide = Contexts(1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal(Severity.Info, Watched(more: own).Associates("10.0.1.5", "CT_1", version: "V2", more: own).Fires("dicom-program-changed").Severity);
        Assert.Equal(Severity.Low, Watched(more: own).Associates("10.0.1.5", "CT_1", "9.9", "X", own).Fires("dicom-program-changed").Severity);
        Assert.Equal(Severity.Medium, Watched(more: own).Associates("10.0.1.5", "CT_1", "9.9", "X", wide).Fires("dicom-program-changed").Severity);
        Watched(more: own).Associates("10.0.1.5", "CT_1", more: Contexts(1, 3)).IsSilent();
        // An archive proposes what a C-MOVE asked for.
        Watched(more: own).Associates("10.0.1.5", "CT_1", more: wide + ",\"move_originator\":\"WS_1\"").IsSilent();
        Daily(new Scene(), 10, scene => scene.Associates("10.0.1.5", "CT_1", "9.9", "B").Associates("10.0.1.5", "CT_1")).Associates("10.0.1.5", "CT_1", "9.9", "B").IsSilent();
        Watched("maintenanceWindows: [{name: update, devices: [10.0.1.5], from: '1970-01-10T00:00:00Z', until: '1971-01-01T00:00:00Z'}]", own).Associates("10.0.1.5", "CT_1", "9.9", "X", wide).IsSilent();
    }

    [Fact]
    public void Guessed_titles_are_told_fast_or_slow_and_mistyped_ones_are_not()
    {
        Guessed(7).IsSilent();
        Assert.Equal(Severity.Medium, Guessed(8).Fires("dicom-title-guessing").Severity);
        Guessed(12, TimeSpan.FromMinutes(3)).IsSilent();
        Guessed(16, TimeSpan.FromHours(1)).Fires("dicom-title-guessing");
        Guessed(40, TimeSpan.FromHours(5)).IsSilent();
        Finding found = Guessed(9).Associates("10.0.1.7", "CT_1").Fires("dicom-title-guessing");
        Assert.Equal(Severity.High, found.Severity);
        Assert.Contains(found.Facts, fact => fact is { Name: "title-let-in", Observed: "CT_1 → PACS_1" });
        // One wrong title for ever; a server that is full.
        Many(new Scene(), 200, scene => scene.Refused("10.0.1.7", "CT_l")).IsSilent();
        Scene full = new();
        for (int i = 0; i < 20; i++) full.Refused("10.0.1.7", "WS" + i, "transient");
        full.IsSilent();
    }

    [Fact]
    public void Many_who_guess_a_few_titles_each_are_one_finding_at_the_server()
    {
        Scene scene = new();
        for (int i = 0; i < 30; i++) scene.Refused("10.0.1." + (10 + (i % 6)), "GUESS" + i);
        Assert.Equal("10.0.9.9", scene.Fires("dicom-title-guessing").Subject.Address);
        // A server that lost its list refuses everybody, with the one title each has.
        Scene lost = new();
        for (int i = 0; i < 120; i++) lost.Refused("10.0.1." + (10 + (i % 60)), "DEVICE" + (i % 60));
        lost.IsSilent();
    }

    [Fact]
    public void A_scanner_that_begins_to_fetch_is_beyond_its_role_and_a_workstation_is_not()
    {
        const string Get = "\"service\":\"query-retrieve\",\"study_uid\":\"1.2\",\"completed_sub_operations\":60,\"status_class\":\"success\"";
        Finding finding = Storing().Exchanges("C-GET", Get).Fires("dicom-beyond-role");
        Assert.Equal(Severity.Low, finding.Severity);
        Assert.Equal(Severity.Medium, Storing().Exchanges("C-GET", Get).Exchanges("C-GET", Get).Fires("dicom-beyond-role").Severity);
        new Scene().Stores("10.0.1.5", "1").Exchanges("C-GET", Get).IsSilent();
        Storing(Window).Exchanges("C-GET", Get).IsSilent();
        Storing().Exchanges("C-FIND", "\"service\":\"worklist\",\"pending_responses\":4").IsSilent();
        Daily(new Scene(), 10, scene => Many(scene.Exchanges("C-GET", Get), 3, one => one.Stores("10.0.1.5", one.Now.ToString()))).Exchanges("C-GET", Get).IsSilent();
    }

    [Fact]
    public void Images_of_a_kind_that_a_device_cannot_make_are_told()
    {
        Assert.Equal("dicom-foreign-images", Storing().Stores("10.0.1.5", "1", "Ultrasound Image Storage").Fires("dicom-foreign-images").Type);
        // A PET scanner is a CT scanner too; reports and captures anybody writes; what is sent because somebody asked for it says nothing.
        Storing().Stores("10.0.1.5", "1", "Positron Emission Tomography Image Storage").Stores("10.0.1.5", "2", "Secondary Capture Image Storage").Stores("10.0.1.5", "3", "Basic Text SR Storage").IsSilent();
        Storing().Stores("10.0.1.5", "1", "Ultrasound Image Storage", more: ",\"move_originator\":\"WS_1\"").IsSilent();
        Daily(new Scene(), 10, scene => scene.Stores("10.0.1.5", scene.Now + ".1").Stores("10.0.1.5", scene.Now + ".2", "MR Image Storage").Stores("10.0.1.5", scene.Now + ".3", "Digital X-Ray Image Storage")).Stores("10.0.1.5", "1", "Ultrasound Image Storage").IsSilent();
        // What people entered holds from the first image on.
        DeviceFacts ultrasound = new() { Id = 4, Type = "ultrasound-scanner", IsKnownToPeople = true, TypeIsFromPeople = true, Ips = [Scene.Ip("10.0.1.5")] };
        new Scene().Knows(ultrasound).Stores("10.0.1.5", "1").Fires("dicom-foreign-images");
        new Scene().Knows(ultrasound).Stores("10.0.1.5", "1", "Ultrasound Multi-frame Image Storage").IsSilent();
        new Scene().Knows(ultrasound with { TypeIsFromPeople = false }).Stores("10.0.1.5", "1").IsSilent();
    }

    [Fact]
    public void Deleting_is_ordinary_in_printing_alone()
    {
        new Scene().Exchanges("N-DELETE", "\"service\":\"print\",\"status_class\":\"success\"").IsSilent();
        Assert.Equal(Severity.Low, new Scene().Exchanges("N-DELETE", "\"status_class\":\"failure\"").Fires("dicom-delete").Severity);
    }

    [Fact]
    public void A_harvest_is_everybody_and_then_one_after_another()
    {
        new Scene().Finds("").Fetches(7).IsSilent();
        Assert.Equal(Severity.Medium, new Scene().Finds("").Fetches(8).Fires("dicom-harvest").Severity);
        Assert.Equal(Severity.High, new Scene().Finds("\"PatientID\"").Fetches(20).Fires("dicom-harvest").Severity);
        // A research export asks for what it needs; a list that shows nobody; images of one study one by one.
        new Scene().Finds("\"StudyDate\"").Fetches(40).IsSilent();
        new Scene().Finds("", found: 3).Fetches(8).IsSilent();
        Scene reader = new Scene().Finds("");
        for (int i = 0; i < 40; i++) reader.Fetches(1, from: i).Later(TimeSpan.FromMinutes(2));
        reader.IsSilent();
        Many(new Scene().Finds(""), 30, scene => scene.Fetches(1)).IsSilent();
        new Scene(Window).Finds("").Fetches(40).IsSilent();
        new Scene("servers: [{address: 10.0.1.5, roles: [dicom]}]").Finds("").Fetches(40).IsSilent();
    }

    [Fact]
    public void Each_is_held_against_his_own_past()
    {
        static Scene Working(int perDay, int days = 20) => Daily(new Scene(), days, scene => scene.Finds("\"StudyDate\"").Fetches(perDay, from: (int)(scene.Now.Nanoseconds / 1_000_000_000)));
        Working(10).Fetches(29).IsSilent();
        Assert.Contains(Working(10).Fetches(31).Fires("dicom-harvest").Facts, fact => fact is { Name: "studies-fetched", Observed: "31", Expected: "10" });
        Working(2).Fetches(20).IsSilent();
        // Slowly: every day less than three times the most of a day, but a week such as there never was one.
        Scene slow = Working(0, 20);
        for (int day = 0; day < 21; day++) slow = slow.Fetches(4, from: day * 100).Later(TimeSpan.FromDays(1));
        slow.IsSilent();
        for (int day = 0; day < 14; day++) slow = slow.Fetches(day < 3 ? 11 : 16, from: 5000 + (day * 100)).Later(TimeSpan.FromDays(1));
        Assert.Contains(slow.Fires("dicom-harvest").Facts, fact => fact is { Name: "shape", Observed: "more in a week than ever" });
        // Who always lists everybody is measured by how much he fetches.
        Daily(new Scene(), 20, scene => scene.Finds("").Fetches(6, from: (int)(scene.Now.Nanoseconds / 1_000_000_000))).Finds("").Fetches(15).IsSilent();
    }

    [Fact]
    public void A_machine_that_an_archive_never_served_is_told_sooner()
    {
        static Scene Served() => Daily(new Scene(), 10, scene => scene.Finds("\"StudyDate\"", client: "10.0.1.6").Fetches(3, "10.0.1.6", (int)(scene.Now.Nanoseconds / 1_000_000_000)));
        Served().Finds("\"StudyDate\"").Fetches(9).IsSilent();
        Served().Finds("\"StudyDate\"").Fetches(10).Fires("dicom-harvest");
        Served().Finds("", found: 60).Fires("dicom-query-sweep");
        Served().Finds("\"StudyDate\"", found: 200).IsSilent();
    }

    [Fact]
    public void Queries_for_everybody_are_a_sweep_when_no_person_makes_them_so_fast()
    {
        Many(new Scene(), 7, scene => scene.Finds("\"PatientName\"", 10)).IsSilent();
        Assert.Equal(Severity.Medium, Many(new Scene(), 8, scene => scene.Finds("\"PatientName\"", 10)).Fires("dicom-query-sweep").Severity);
        Many(new Scene(), 30, scene => scene.Finds("\"PatientName\"", 10).Later(TimeSpan.FromSeconds(20))).IsSilent();
        Many(new Scene(), 30, scene => scene.Exchanges("C-FIND", "\"service\":\"worklist\",\"query_keys\":[],\"pending_responses\":10")).IsSilent();
        Daily(new Scene(), 3, scene => Many(scene, 3, one => one.Finds("", 10))).IsSilent();
    }

    [Fact]
    public void A_destination_is_unknown_when_nobody_at_the_site_used_it_before()
    {
        new Scene().Associates("10.0.1.5", "CT_1").Moves("GHOST").IsSilent();
        // A title that came up today is nobody's yet, unless who uses it asks: a new workstation.
        Scene Calls(string station) => Watched().Says("dicom", "10.0.9.9", station, 104, Association("PACS_1", "WS_7"));
        Calls("10.0.1.7").Moves("WS_7").Fires("dicom-move-destination");
        Calls("10.0.1.5").Moves("WS_7").IsSilent();
        Calls("10.0.1.7").Later(TimeSpan.FromDays(2)).Moves("WS_7").IsSilent();
        // What comes after it in the same hour is told too.
        Assert.Equal(2, Watched().Moves("GHOST").Moves("GHOST").Fires("dicom-move-destination").Count);
        Watched().Moves("CT_1").IsSilent();
        Assert.Equal(Severity.Low, Watched().Moves("GHOST", ",\"status\":49152,\"status_class\":\"failure\"").Fires("dicom-move-destination").Severity);
        Watched(Window).Moves("GHOST").IsSilent();
    }

    [Fact]
    public void Destinations_tried_one_after_another_are_guesses()
    {
        const string Refused = ",\"status\":43009,\"status_class\":\"failure\"";
        Scene scene = new();
        for (int i = 0; i < 3; i++) scene.Moves("D" + i, Refused);
        Many(scene, 50, one => one.Moves("D1", Refused)).IsSilent();
        Assert.Contains("D3", scene.Moves("D3", Refused).Fires("dicom-move-destination").Title.In(chinese: false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_partner_outside_that_is_served_every_day_is_habit()
    {
        static Scene Sends(Scene scene) => scene.Says("dicom", "10.0.9.9", "203.0.113.5", 104, Association("PACS_1", "FAR_1", more: ",\"move_originator\":\"WS_1\""));
        Assert.Equal(1, Sends(Daily(new Scene(), 10, scene => Sends(scene))).Fires("dicom-moved-outside").Count);
        Assert.Equal(Severity.High, Sends(Watched()).Fires("dicom-moved-outside").Severity);
        Watched().Says("dicom", "10.0.9.9", "10.0.1.5", 104, Association("PACS_1", "CT_1", more: ",\"move_originator\":\"WS_1\"")).IsSilent();
    }

    [Fact]
    public void An_object_is_changed_when_another_machine_stores_it_with_other_content()
    {
        new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1").IsSilent();
        new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.5", "1.1", digest: "bb").IsSilent();
        new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.2", digest: "bb").IsSilent();
        new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1", digest: "bb", more: ",\"move_originator\":\"WS_1\"").IsSilent();
        Assert.Equal(Severity.Low, new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1", digest: "bb").Fires("dicom-object-changed").Severity);
        Assert.Equal(Severity.Medium, Storing().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1", digest: "bb").Fires("dicom-object-changed").Severity);
        Finding pixels = Storing().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1", pixels: 1200).Fires("dicom-object-changed");
        Assert.Equal(Severity.High, pixels.Severity);
        Assert.Contains(new Fact("pixel-bytes", "1200", "1000"), pixels.Facts);
        // A station that corrects studies does so every day.
        Scene corrected = new();
        for (int day = 0; day < 6; day++) corrected.Stores("10.0.1.5", "1." + day).Stores("10.0.1.7", "1." + day, digest: "bb").Later(TimeSpan.FromDays(2));
        Assert.Equal(1, corrected.Fires("dicom-object-changed").Count);
    }

    [Fact]
    public void Deletions_count_at_servers_of_images_by_whom_did_not_do_so_before()
    {
        new Scene().Deletes("10.0.1.7").IsSilent();
        new Scene().Web("search").Deletes("10.0.1.7", "/api/users/5").Deletes("10.0.1.7", status: 403).IsSilent();
        Assert.Equal(Severity.Low, new Scene().Web("search").Deletes("10.0.1.7").Fires("dicom-object-deleted").Severity);
        Assert.Equal(Severity.Medium, Daily(new Scene(), 10, scene => scene.Web("search")).Deletes("10.0.1.7").Fires("dicom-object-deleted").Severity);
        Assert.StartsWith("resources deleted on", new Scene().Web("search").Deletes("10.0.1.7", "/tools/bulk-delete", method: "POST").Fires("dicom-object-deleted").Title.In(chinese: false), StringComparison.Ordinal);
        new Scene().Web("search").Deletes("10.0.1.7", "/tools/bulk-delete", method: "GET").Deletes("10.0.1.7", "/tools/lookup", method: "POST").IsSilent();
        Assert.Equal(1, Daily(new Scene().Web("search"), 10, scene => scene.Deletes("10.0.1.7")).Fires("dicom-object-deleted").Count);
    }

    [Fact]
    public void A_device_that_is_built_wrong_is_no_fuzzer()
    {
        new Scene().Malformed("10.0.1.5", "dicom.pdv-length", "dicom.pdu-length").IsSilent();
        Many(new Scene(), 100, scene => scene.Malformed("10.0.1.5", "dicom.pdu-exceeds-maximum", "dicom.value-representation", "dicom.data-set-trailing", "dicom.context-id")).IsSilent();
        Assert.Equal(Severity.Medium, new Scene().Malformed("10.0.1.5", "dicom.pdv-length").Malformed("10.0.1.5", "dicom.pdu-length").Malformed("10.0.1.5", "dicom.unknown-command").Fires("dicom-malformed").Severity);
        Assert.Equal(Severity.Low, new Scene().Malformed("10.0.1.5", "dicom.item-overrun").Fires("dicom-malformed").Severity);
        new Scene("declaredScanners: 10.0.1.5").Malformed("10.0.1.5", "dicom.item-overrun").IsSilent();
        // One mistake a day, and each day the same ones.
        Scene old = new();
        foreach (string fault in (string[])["dicom.pdv-length", "dicom.pdu-length", "dicom.unknown-command"]) old.Malformed("10.0.1.5", fault).Later(TimeSpan.FromDays(2));
        old.Malformed("10.0.1.5", "dicom.pdv-length", "dicom.pdu-length", "dicom.unknown-command").IsSilent();
    }

    [Fact]
    public void Connections_without_a_protocol_count_at_ports_that_speak_dicom()
    {
        static Scene Garbled(Scene scene, int count, long sent = 40, ushort port = 104) => Many(scene, count, one => one.Flow("10.0.1.7", "10.0.9.9", port, sent: sent));
        Garbled(new Scene(), 40).IsSilent();
        Garbled(new Scene().Associates("10.0.1.5", "CT_1"), 19).IsSilent();
        Garbled(new Scene().Associates("10.0.1.5", "CT_1"), 60, sent: 0).IsSilent();
        Garbled(new Scene().Associates("10.0.1.5", "CT_1"), 200).IsSilent();
        Scene fuzzed = new Scene().Associates("10.0.1.5", "CT_1");
        for (int i = 0; i < 20; i++) Garbled(fuzzed, 1, sent: 20 + i);
        fuzzed.Fires("dicom-malformed");
    }

    [Fact]
    public void A_file_with_two_faces_is_its_senders()
    {
        Finding sent = new Scene().Web("store", ",\"two_faced_file\":\"linux-program\",\"is_sent\":true").Fires("two-faced-dicom-file");
        Assert.Equal(("10.0.1.5", "10.0.9.9", Severity.High), (sent.Subject.Address, sent.Peer!.Address, sent.Severity));
        Assert.Contains("DIMSE", sent.Explanation.In(chinese: false), StringComparison.Ordinal);
        Finding fetched = new Scene().Web("retrieve", ",\"two_faced_file\":\"pdf\",\"is_sent\":false").Fires("two-faced-dicom-file");
        Assert.Equal(("10.0.9.9", Severity.Medium), (fetched.Subject.Address, fetched.Severity));
        new Scene().Web("store", ",\"is_sent\":true").IsSilent();
    }
}
