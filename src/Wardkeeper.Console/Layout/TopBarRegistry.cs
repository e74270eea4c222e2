using System.Collections.Immutable;

namespace Wardkeeper.Console.Layout;

/// <summary>What the top bar shows between the time range and the person, one line each: a component without parameters. Sensors, jobs and the bell are here once something feeds them.</summary>
public static class TopBarRegistry
{
    /// <summary>The components, from left to right.</summary>
    public static ImmutableArray<Type> All { get; } =
    [
        typeof(ModeMark),
        typeof(SensorsMark),
        typeof(Parts.JobTray),
        typeof(Bell),
    ];
}
