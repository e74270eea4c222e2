using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Commands;

/// <summary>Which programs a hospital and its day need.</summary>
internal static class Needs
{
    /// <summary>Those of what the hospital offers.</summary>
    public static IEnumerable<Requirement> OfServices(LabSettings settings) =>
        HospitalPlan.FromSeed(settings.Seed, settings.Size).Devices.SelectMany(device => device.Offers).Distinct().SelectMany(word => ServiceRegistry.Of(word).Needs);

    /// <summary>Those of what the hospital offers and of what happens in the played part of its day.</summary>
    public static IEnumerable<Requirement> Of(LabSettings settings) => OfServices(settings).Concat(
        DayPlan.FromSeed(HospitalPlan.FromSeed(settings.Seed, settings.Size), settings.Date, settings.From, settings.Length).Events.Select(what => what.GetType()).Distinct().SelectMany(ActorRegistry.NeedsOf));
}
