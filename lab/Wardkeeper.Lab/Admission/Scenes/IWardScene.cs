using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A promise of admission, tried with real programs: what happens in a ward when somebody comes who does not belong, or something breaks that must not matter. Played twice:
/// with the protection, when everything judged must hold, and without it, when something must not: else nothing was shown.
/// </summary>
internal interface IWardScene
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it shows, in English.</summary>
    string English { get; }

    /// <summary>The same in Chinese.</summary>
    string Chinese { get; }

    /// <summary>What is switched off in the counter-run: key of a text.</summary>
    string Protection { get; }

    /// <summary>Devices, where the command line does not say; 0 when their number is the scene's own.</summary>
    int Devices { get; }

    /// <summary>Programs that it runs, besides those that every scene needs.</summary>
    IReadOnlyList<Requirement> Needs { get; }

    /// <summary>Plays it and judges what the server's capture shows.</summary>
    /// <param name="run">Where everything of this run is made, told and removed.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It could not be played.</exception>
    Task PlayAsync(SceneStand run, CancellationToken cancel);
}

/// <summary>What a person asks of a scene.</summary>
internal sealed record WardSettings
{
    /// <summary>Decides every choice: addresses, times, order.</summary>
    public required int Seed { get; init; }

    /// <summary>Begin of its namespaces' names.</summary>
    public required string Name { get; init; }

    /// <summary>Number of devices; 0 is the scene's own.</summary>
    public required int Devices { get; init; }

    /// <summary>Its VLANs.</summary>
    public required Wires.WardVlans Vlans { get; init; }

    /// <summary>MAC address of the device in question, upper case with hyphens; null for one from the seed.</summary>
    public required string? Mac { get; init; }

    /// <summary>The deadline.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>How long a rightful device may be unheard at most.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>After how many minutes everybody must ask again.</summary>
    public required int SessionMinutes { get; init; }

    /// <summary>The Wardkeeper that protects.</summary>
    public required string Program { get; init; }

    /// <summary>Whether Chinese is wanted.</summary>
    public required bool IsChinese { get; init; }
}
