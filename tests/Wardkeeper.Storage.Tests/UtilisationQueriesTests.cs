using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Storage.Tests;

/// <summary>What devices did, counted from the history of what they said.</summary>
public class UtilisationQueriesTests
{
    private const string Ended = """{"kind":"examination","state":"completed","sop_instance":"1.2.1"}""", Stored = """{"kind":"dimse","command":"C-STORE","study_uid":"1.9"}""";

    [Fact]
    public async Task An_examination_is_under_way_from_its_beginning_until_its_end_was_told()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        UtilisationQueries queries = new(hub.History);
        await hub.StoreAsync(Said(1, Row(0, Created("1.2.1")), Row(0, Began("1.2.1")), Row(5, Stored)));
        DeviceUse use = Assert.Single(await Ask());
        Assert.Equal((1L, UseBasis.ProcedureSteps, 1L, At(0), At(5)), (use.Device, use.Basis, use.Exams, use.Since, use.Last));
        await hub.StoreAsync(Said(2, Row(7_200, Ended)));
        use = Assert.Single(await Ask());
        Assert.Equal((1L, null, At(7_200), 2), (use.Exams, use.Since, use.Last, use.Hours));
        await hub.StoreAsync(Said(3, Row(7_300, Created("1.2.2")), Row(7_300, Began("1.2.2"))));
        use = Assert.Single(await Ask());
        Assert.Equal((2L, At(7_300)), (use.Exams, use.Since));

        Task<IReadOnlyList<DeviceUse>> Ask() => queries.OfDevicesAsync(At(-10), At(10_000), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_sends_images_and_tells_of_no_step_has_no_beginning_and_who_was_only_asked_is_unknown()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        await hub.StoreAsync(Said(1, Row(0, Stored), Row(1, Stored), Row(2, """{"kind":"dimse","command":"C-ECHO"}""")));
        DeviceUse use = Assert.Single(await new UtilisationQueries(hub.History).OfDevicesAsync(At(-10), At(100), TestContext.Current.CancellationToken));
        Assert.Equal((UseBasis.Studies, 1L, null), (use.Basis, use.Exams, use.Since));
    }

    private static string Created(string step) => $$"""{"kind":"dimse","command":"N-CREATE","service":"mpps","sop_instance":"{{step}}"}""";

    private static string Began(string step) => $$"""{"kind":"examination","state":"in-progress","sop_instance":"{{step}}"}""";

    private static CaptureTime At(long seconds) => new(SampleBatches.Start.Nanoseconds + (seconds * CaptureTime.PerSecond));

    private static TransactionRow Row(long second, string json) => SampleBatches.Transaction(SampleBatches.Flow(1, 1, At(second)).View, json, "dicom");

    private static SensorBatch Said(long sequence, params TransactionRow[] rows) => new() { Sensor = "north", Sequence = sequence, End = rows[^1].Began, Transactions = rows };
}
