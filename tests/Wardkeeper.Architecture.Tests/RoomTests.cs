using System.Reflection;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Data flows one way; what a room may know is fixed.</summary>
public class RoomTests
{
    private static readonly Assembly Sensor = typeof(Transaction).Assembly, Hub = typeof(DeviceLedger).Assembly;
    private static readonly ArchUnitNET.Domain.Architecture Rooms = new ArchLoader().LoadAssemblies(Sensor, Hub).Build();

    [Fact]
    public void The_sensor_needs_the_base_library_and_nothing_else() =>
        Assert.All(Sensor.GetReferencedAssemblies(), reference => Assert.StartsWith("System", reference.Name!));

    [Fact]
    public void The_hub_knows_the_sensor_and_no_web() =>
        Assert.All(Hub.GetReferencedAssemblies(), reference => Assert.True(reference.Name!.StartsWith("System", StringComparison.Ordinal) || reference.Name is "Wardkeeper.Sensor" or "Wardkeeper.DeviceProtocol" or "Wardkeeper.DeviceProtocol.Sm" or "YamlDotNet" or "Pkcs11Interop", $"the hub uses {reference.Name}"));

    [Fact]
    public void The_hub_uses_only_what_leaves_the_sensor() =>
        Types().That().ResideInNamespaceMatching(@"^Wardkeeper\.Hub").Should().NotDependOnAnyTypesThat()
            .ResideInNamespaceMatching(@"^Wardkeeper\.Sensor\.(Capture|Decode|Flows|Protocols|Content)").WithoutRequiringPositiveResults().Check(Rooms);

    [Theory]
    [InlineData("Observations", "Capture|Decode|Flows|Protocols|Content|Formats")]
    [InlineData("Capture", "Decode|Flows|Protocols|Content|Formats")]
    [InlineData("Decode", "Protocols|Content|Formats")]
    [InlineData("Protocols", "Capture|Decode|Flows")]
    [InlineData("Content", "Capture|Decode|Flows")]
    [InlineData("Formats", "Capture|Decode|Flows|Protocols|Content")]
    public void In_the_sensor_data_flows_one_way(string room, string later)
    {
        // ObservationBatch and PatientMasker are Observations; what a protocol is given comes through the seam alone.
        Types().That().ResideInNamespaceMatching($@"^Wardkeeper\.Sensor\.{room}(\..*)?$").Should().NotDependOnAnyTypesThat()
            .ResideInNamespaceMatching($@"^Wardkeeper\.Sensor\.({later})(\..*)?$").WithoutRequiringPositiveResults().Check(Rooms);
    }

    [Fact]
    public void Nothing_public_in_the_sensor_hands_out_bytes_of_a_packet()
    {
        foreach (System.Type type in Sensor.GetExportedTypes().Where(type => typeof(Transaction).IsAssignableFrom(type) || typeof(Observation).IsAssignableFrom(type)))
            Assert.DoesNotContain(type.GetProperties(BindingFlags.Public | BindingFlags.Instance), property => property.PropertyType == typeof(byte[]) || property.PropertyType == typeof(Memory<byte>));
    }

    [Fact]
    public void The_product_never_reads_the_truth_of_a_laboratory()
    {
        string[] projects = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Checkout.Root, path))];
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.DoesNotContain(Checkout.Lines(project), line => line.Contains("lab/", StringComparison.Ordinal)));
        Assert.All(Checkout.Sources("src"), path => Assert.DoesNotContain(Checkout.Lines(path), line => line.Contains("truth", StringComparison.OrdinalIgnoreCase) || line.Contains("Wardkeeper.Lab", StringComparison.Ordinal)));
    }
}
