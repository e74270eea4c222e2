using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Commands;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Tests.Run;

/// <summary>Nothing that can be planned is without somebody who does it.</summary>
public class RegistryTests
{
    [Fact]
    public void Every_kind_of_event_has_an_actor() =>
        Assert.Equal(typeof(LabEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LabEvent))).Select(type => type.Name).Order(), ActorRegistry.Kinds.Select(kind => kind.Name).Order());

    [Fact]
    public void Every_word_that_a_device_offers_is_a_service_and_every_service_is_offered()
    {
        HashSet<string> offered = [.. Enumerable.Range(1, 20).SelectMany(seed => HospitalPlan.FromSeed(seed, HospitalSize.Full).Devices).SelectMany(device => device.Offers)];
        Assert.Equal(offered.Order(StringComparer.Ordinal), ServiceRegistry.All.Select(service => service.Word).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_needed_program_names_its_package() =>
        Assert.All(Doctor.All, need => Assert.True(need.Program.Length > 0 && need.Package.Length > 0 && !need.Package.Contains(' ', StringComparison.Ordinal), need.Program));
}
