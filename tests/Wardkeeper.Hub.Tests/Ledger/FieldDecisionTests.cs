using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Ledger;

/// <summary>What is the software of a device, and what is only a program on it.</summary>
public sealed class FieldDecisionTests
{
    private static FieldValue? Software(params ClaimTally[] claims) => FieldDecision.Of(FieldCatalogue.Find("softwareVersion")!, new ClaimsByKind(claims), null);

    private static ClaimTally Says(string value, string source, string origin, int from = 0, int until = 10, ClaimKind kind = ClaimKind.Software) =>
        new() { Kind = kind, Value = value, Source = source, Origin = origin, First = CaptureTime.FromSeconds(from, 0), Last = CaptureTime.FromSeconds(until, 0), Count = 2 };

    [Fact]
    public void A_web_server_on_a_pump_says_nothing_of_the_software_of_the_pump()
    {
        FieldValue decided = Software(Says("GoAhead-Webs", "http", "Server"), Says("03.12.00", "hl7", "MDC_ID_PROD_SPEC_SW"), Says("OpenSSH_9.2", "ssh", "identification"))!;
        Assert.Equal(("03.12.00", null, false), (decided.Value, decided.Guess, decided.HasConflict));
        Assert.Equal(3, decided.Claims.Count);
    }

    [Fact]
    public void A_device_that_tells_two_versions_of_its_own_is_in_conflict() =>
        Assert.True(Software(Says("03.12.00", "hl7", "MDC_ID_PROD_SPEC_SW"), Says("04.00.00", "snmp", "entPhysicalSoftwareRev"))!.HasConflict);

    [Fact]
    public void Where_only_programs_are_known_they_stand_side_by_side()
    {
        FieldValue decided = Software(Says("nginx/1.24.0", "http", "Server"), Says("OpenSSH_9.2", "ssh", "identification"))!;
        Assert.Equal(("OpenSSH_9.2, nginx/1.24.0", null, false), (decided.Value, decided.Guess, decided.HasConflict));
    }

    [Fact]
    public void A_program_that_was_updated_is_told_as_it_is_now()
    {
        FieldValue decided = Software(Says("nginx/1.24.0", "http", "Server"), Says("nginx/1.27.1", "http", "Server", 20, 30))!;
        Assert.Equal("nginx/1.27.1", decided.Value);
        Assert.Equal(2, decided.Claims.Count);
    }
}
