using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>A copied identity, and what only looks like one.</summary>
public class IdentityTests
{
    [Fact]
    public void A_device_that_moves_or_has_two_cards_is_one()
    {
        InTurn("10.0.1.5", "10.0.1.6", "10.0.1.7").IsSilent();
        InTurn("10.0.1.5", "10.0.1.5", "10.0.1.6", "10.0.1.6").IsSilent();
        DeviceFacts both = Device(17, "10.0.1.5", "10.0.1.6");
        Presented(new Scene().Knows(both), "10.0.1.5", "10.0.1.6", "10.0.1.5").IsSilent();
        Presented(new Scene(), "10.0.1.5").Later(TimeSpan.FromHours(1)).Notices(TrustEventKind.Presented, "10.0.1.6").Later(TimeSpan.FromHours(1)).Notices(TrustEventKind.Presented, "10.0.1.5").IsSilent();
    }

    [Fact]
    public void A_renewed_certificate_with_the_same_key_is_one() =>
        new Scene().Notices(TrustEventKind.Presented, "10.0.1.5").Notices(TrustEventKind.Presented, "10.0.1.5", serial: "02").IsSilent();

    [Fact]
    public void Two_places_are_one_finding_whichever_speaks_last() =>
        Assert.Equal(2, InTurn("10.0.1.5", "10.0.1.6", "10.0.1.5", "10.0.1.6").Fires("identity-at-two-places").Count);

    internal static Scene InTurn(params string[] places) => Presented(new Scene(), places);

    internal static DeviceFacts Device(long number, params string[] places) => new() { Id = number, Ips = [.. places.Select(Parsed)] };

    private static Scene Presented(Scene scene, params string[] places) => places.Aggregate(scene, static (one, place) => one.Notices(TrustEventKind.Presented, place));

    private static Address Parsed(string text) => Address.TryParse(text, out Address address) ? address : throw new ArgumentException(text);
}
