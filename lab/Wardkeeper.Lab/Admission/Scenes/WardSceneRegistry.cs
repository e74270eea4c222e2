namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>Every scene of admission: one line each.</summary>
internal static class WardSceneRegistry
{
    /// <summary>All scenes.</summary>
    public static IReadOnlyList<IWardScene> All { get; } = [new Kiosk(), new OldMonitor(), new LifeSupport(), new HubKilled(), new PowerCut(), new RenewalNight(), new NewPump(), new ClonedCredential(), new StolenDisk(), new CommunityTerminal()];

    /// <summary>The scene of a name; null when there is none.</summary>
    public static IWardScene? Find(string name) => All.FirstOrDefault(scene => scene.Name == name);
}
