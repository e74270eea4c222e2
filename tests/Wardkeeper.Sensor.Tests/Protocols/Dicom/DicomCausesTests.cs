using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

/// <summary>Associations that others caused, in a day of real DICOM programs.</summary>
public sealed class DicomCausesTests
{
    [Fact]
    public void Moved_objects_name_the_association_of_their_move()
    {
        List<Transaction> rows = SensorRun.Of([SharedFiles.Path("captures/lab/dicom-day.pcap")]).Transactions;
        DimseExchange move = Assert.Single(rows.OfType<DimseExchange>(), row => row.Command == "C-MOVE");
        DimseExchange[] moved = [.. rows.OfType<DimseExchange>().Where(row => row is { Command: "C-STORE", MoveOriginator: not null })];
        Assert.Equal(move.CompletedSubOperations, moved.Length);
        Assert.All(moved, row => Assert.Equal(move.Flow!.Uid, row.Cause));
        Assert.Contains(rows.OfType<AssociationAttempt>(), row => row.Flow!.Uid == moved[0].Flow!.Uid && row.Cause == move.Flow!.Uid);
        Assert.Null(move.Cause);
        Assert.All(rows.OfType<DimseExchange>().Where(row => row is { Command: "C-STORE", MoveOriginator: null }), row => Assert.Null(row.Cause));
    }

    [Fact]
    public void The_result_of_a_commitment_names_the_association_that_asked_for_it()
    {
        List<Transaction> rows = SensorRun.Of([SharedFiles.Path("captures/lab/dicom-day.pcap")], workers: 4).Transactions;
        DimseExchange asked = Assert.Single(rows.OfType<DimseExchange>(), row => row.Command == "N-ACTION"), result = Assert.Single(rows.OfType<DimseExchange>(), row => row.Command == "N-EVENT-REPORT");
        Assert.NotEqual(asked.Flow!.Uid, result.Flow!.Uid);
        Assert.Equal(asked.Flow!.Uid, result.Cause);
        Assert.Equal(asked.Flow!.Uid, Assert.Single(rows.OfType<AssociationAttempt>(), row => row.Flow!.Uid == result.Flow!.Uid).Cause);
    }

    [Fact]
    public void The_latest_request_of_a_name_counts_and_the_oldest_is_forgotten()
    {
        Causes causes = new();
        causes.Take(new CauseNote(new CauseKey("CT1", 1, "PACS"), "Cfirst"));
        causes.Take(new CauseNote(new CauseKey("CT1", 1, "PACS"), "Csecond"));
        AssociationAttempt caused = new(default, default) { Result = "accepted", MoveOriginator = "CT1", MoveOriginatorMessageId = 1, CalledAe = "PACS" };
        causes.Explain(caused);
        Assert.Equal("Csecond", caused.Cause);
        for (int i = 0; i < 5000; i++) causes.Take(new CauseNote(new CauseKey("CT2", i, "PACS"), "Cother"));
        AssociationAttempt late = new(default, default) { Result = "accepted", MoveOriginator = "CT1", MoveOriginatorMessageId = 1, CalledAe = "PACS" };
        causes.Explain(late);
        Assert.Null(late.Cause);
    }
}
