using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>A monitor that exports data, and the station that reads it.</summary>
/// <param name="Monitor">Who exports.</param>
/// <param name="Station">Who reads.</param>
internal sealed record MonitorPair(HostNamespace Monitor, HostNamespace Station)
{
    /// <summary>Chooses both: a station that reads monitors where there is one, else any machine at which people sit.</summary>
    /// <exception cref="LabException">No monitor exports data.</exception>
    public static MonitorPair Of(SceneStage stage)
    {
        HospitalDevice monitor = stage.Dice.Of(Cast.Offering(stage.Site, "data-export"));
        HospitalDevice[] stations = [.. Cast.Inside(stage.Site).Where(device => device.Key != monitor.Key && device.Speaks.Contains("data-export") && !device.Offers.Contains("data-export"))];
        return new MonitorPair(stage.Site[monitor.Key], stage.Site[stage.Dice.Of(stations.Length > 0 ? stations : Cast.DesksOf(stage.Site, device => device.Key != monitor.Key)).Key]);
    }
}
