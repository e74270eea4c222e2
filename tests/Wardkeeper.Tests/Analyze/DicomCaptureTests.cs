using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>Real DICOM conversations, compared with what is known to have run when they were captured.</summary>
public sealed class DicomCaptureTests
{
    [Fact]
    public void A_day_of_imaging_gives_every_association_and_exchange()
    {
        using Analysis day = Analysis.Of(SharedFiles.Path("captures/lab/dicom-day.pcap"));
        JsonElement[] associations = [.. Of(day, "association")], exchanges = [.. Of(day, "dimse")];
        Assert.Equal(14, associations.Length);
        Assert.All(associations, one => Assert.Equal("accepted released", $"{Text(one, "result")} {Text(one, "ended")}"));
        Assert.Equal(
            "C-ECHO 1, C-FIND 2, C-GET 1, C-MOVE 1, C-STORE 61, N-ACTION 1, N-CREATE 1, N-EVENT-REPORT 1, N-SET 1",
            string.Join(", ", exchanges.GroupBy(one => Text(one, "command")).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}")));
        Assert.All(exchanges, one => Assert.Equal("success", Text(one, "status_class")));
        Assert.All(exchanges, one => Assert.False(one.TryGetProperty("partial", out _)));
        Assert.Equal([13, 1], exchanges.Where(one => Text(one, "command") == "C-FIND").Select(one => one.GetProperty("pending_responses").GetInt32()));
        Assert.Equal(3, exchanges.Count(one => Text(one, "move_originator") == "WS01"));
        Assert.Equal(["OFFIS_DCMTK_367", "SIEMENS_S7VB20A"], associations.Where(one => Text(one, "calling_ae") == "CT01").Select(one => Text(one, "implementation_version")).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(day.Summary().GetProperty("counters").EnumerateArray(), counter => Text(counter, "name")!.StartsWith("dicom.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_objects_of_a_day_say_is_told()
    {
        using Analysis day = Analysis.Of(SharedFiles.Path("captures/lab/dicom-day.pcap"));
        JsonElement[] exchanges = [.. Of(day, "dimse")];
        JsonElement worklist = exchanges.First(one => Text(one, "command") == "C-FIND");
        Assert.Equal("CT CT01 13", $"{Text(worklist, "modality")} {Text(worklist, "station_ae")} {worklist.GetProperty("returned_patients")}");
        Assert.Equal(["in-progress", "completed"], Of(day, "examination").Select(one => Text(one, "state")));
        Assert.Single(Of(day, "examination").Select(one => Text(one, "sop_instance")).Distinct());
        // The scanner is in use by its own word from then to there.
        Assert.Equal(["dicom examining", "dicom standby"], day.Rows("devices").SelectMany(one => one.GetProperty("claims").EnumerateArray()).Where(claim => Text(claim, "kind") == "in-use" && Text(claim, "source") == "dicom").Select(claim => $"{Text(claim, "source")} {Text(claim, "value")}"));
        // The result of the commitment comes in another association than its request.
        JsonElement asked = exchanges.Single(one => Text(one, "command") == "N-ACTION"), answered = exchanges.Single(one => Text(one, "command") == "N-EVENT-REPORT");
        Assert.Equal(Text(asked, "transaction_uid"), Text(answered, "transaction_uid"));
        Assert.NotEqual(Text(asked, "uid"), Text(answered, "uid"));
        Assert.Equal(2, answered.GetProperty("referenced_instances").GetInt32());
        Assert.Equal(["CT SIEMENS SOMATOM Force", "DX Carestream Health DRX-Evolution", "SR HIB REPORT", "US GE Healthcare LOGIQ E10"],
            exchanges.Where(one => Text(one, "command") == "C-STORE").Select(one => $"{Text(one, "modality")} {Text(one, "manufacturer")} {Text(one, "model")}").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(37, exchanges.Where(one => Text(one, "command") == "C-STORE").Select(one => Text(one, "patient")).Distinct().Count());
        Assert.Equal("WS01 1", Of(day, "association").Where(one => Text(one, "move_originator") is not null).Select(one => $"{Text(one, "move_originator")} {one.GetProperty("move_originator_message_id")}").Distinct().Single());
        // The archive sends images that others made, the workstation takes them in: neither is described by them.
        Assert.Equal(["SOMATOM Force", "LOGIQ E10", "DRX-Evolution"], day.Rows("devices").Select(one => Text(one, "model")).Where(model => model is not null).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public void Files_over_the_web_are_read_and_two_faces_told()
    {
        using Analysis day = Analysis.Of(SharedFiles.Path("captures/lab/dicomweb-day.pcap")), polyglots = Analysis.Of(SharedFiles.Path("captures/lab/dicom-polyglot.pcap"));
        JsonElement[] web = [.. Of(day, "web")];
        Assert.Equal(["store", "search", "retrieve", "retrieve", "retrieve-uri"], web.Select(one => Text(one, "operation")));
        Assert.Equal([1, 0, 1, 0, 1], web.Select(one => one.TryGetProperty("instances", out JsonElement count) ? count.GetInt32() : 0));
        Assert.All(web, one => Assert.Equal(200, one.GetProperty("status_code").GetInt32()));
        Assert.Equal(1, web[1].GetProperty("matches").GetInt32());
        Assert.Single(web.Where(one => one.TryGetProperty("patients", out _)).Select(one => one.GetProperty("patients").ToString()).Distinct());
        Assert.Equal(["store windows-program", "store linux-program", "store ", "retrieve windows-program"], Of(polyglots, "web").Select(one => $"{Text(one, "operation")} {Text(one, "two_faced_file")}"));
    }

    [Fact]
    public void A_harvest_through_c_move_shows_every_moved_image()
    {
        using Analysis harvest = Analysis.Of(SharedFiles.Path("captures/lab/dicom-harvest.pcap"));
        Assert.Equal([("PACS01", 37), ("WS02", 38)], Of(harvest, "association").GroupBy(one => Text(one, "calling_ae")!).Select(group => (group.Key, group.Count())).Order());
        JsonElement[] exchanges = [.. Of(harvest, "dimse")];
        Assert.Equal(37, exchanges.Single(one => Text(one, "command") == "C-FIND").GetProperty("pending_responses").GetInt32());
        Assert.Equal(57, exchanges.Count(one => Text(one, "command") == "C-STORE" && Text(one, "move_originator") == "WS02"));
        Assert.Equal(57, exchanges.Where(one => Text(one, "command") == "C-MOVE" && Text(one, "move_destination") == "WS02").Sum(one => one.GetProperty("completed_sub_operations").GetInt32()));
    }

    [Fact]
    public void Guessed_titles_are_rejected_with_their_reasons()
    {
        using Analysis guesses = Analysis.Of(SharedFiles.Path("captures/lab/dicom-aeguess.pcap"));
        Assert.Equal(
            [("called-ae-title-not-recognized", 4), ("calling-ae-title-not-recognized", 53)],
            Of(guesses, "association").Where(one => Text(one, "result") == "rejected").GroupBy(one => Text(one, "reject_reason")!).Select(group => (group.Key, group.Count())).Order());
        Assert.Equal("C-ECHO", Text(Assert.Single(Of(guesses, "dimse")), "command"));
    }

    [Fact]
    public void An_image_in_frames_larger_than_the_wire_takes_is_counted_whole()
    {
        using Analysis offload = Analysis.Of(SharedFiles.Path("captures/lab/dicom-offload.pcap"));
        JsonElement store = Assert.Single(Of(offload, "dimse"));
        Assert.Equal("C-STORE success", $"{Text(store, "command")} {Text(store, "status_class")}");
        Assert.InRange(store.GetProperty("request_bytes").GetInt64(), 512 * 512 * 2, (512 * 512 * 2) + 4096);
    }

    [Fact]
    public void Plain_text_to_a_tls_port_is_an_association_without_an_answer()
    {
        using Analysis tls = Analysis.Of(SharedFiles.Path("captures/lab/dicom-tls.pcap"));
        JsonElement attempt = Assert.Single(Of(tls, "association"));
        Assert.Equal("BAD no-answer reset", $"{Text(attempt, "calling_ae")} {Text(attempt, "result")} {Text(attempt, "ended")}");
    }

    private static IEnumerable<JsonElement> Of(Analysis analysis, string kind) => analysis.Rows("dicom").Where(row => Text(row, "kind") == kind);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
