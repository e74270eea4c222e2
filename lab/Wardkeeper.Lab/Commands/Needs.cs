using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Commands;

/// <summary>Which programs a hospital and its day need.</summary>
internal static class Needs
{
    /// <summary>Those of what the hospital offers.</summary>
    public static IEnumerable<Requirement> Of(HospitalPlan plan) => plan.Devices.SelectMany(device => device.Offers).Distinct().SelectMany(word => ServiceRegistry.Of(word).Needs);

    /// <summary>Those of what the hospital offers and of what happens in the played part of its day.</summary>
    public static IEnumerable<Requirement> Of(DayPlan day) => Of(day.Hospital).Concat(day.Events.Select(what => what.GetType()).Distinct().SelectMany(ActorRegistry.NeedsOf));
}
