using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Recording;

/// <summary>Joins the bridges' captures into the one that a mirror port gives, at the day's times, and says which packets belong to which scene.</summary>
internal static class JoinedCapture
{
    /// <summary>Writes the capture.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="parts">One file per department.</param>
    /// <param name="warp">Puts the frames at their time of the day.</param>
    /// <param name="scenes">Scenes that ran.</param>
    /// <returns>How many packets there are, and the packets of each scene, in the order of the scenes.</returns>
    public static (long Packets, IReadOnlyList<ScenePackets> Scenes) Write(string path, IEnumerable<(Department Department, string File)> parts, TimeWarp warp, IReadOnlyList<SceneMark> scenes)
    {
        List<Frame> frames = [.. parts.SelectMany(part => PcapFile.Read(part.File, part.Department.Vlan))];
        // By time as recorded; frames of the same microsecond by virtual LAN, so that the order never depends on the files'.
        frames = [.. frames.OrderBy(frame => frame.At).ThenBy(frame => frame.Vlan)];
        (long At, Frame Frame)[] shown = [.. frames.Select(frame => (At: warp.Of(frame) - EarlierOf(scenes, frame), frame)).OrderBy(one => one.At)];
        PcapFile.Write(path, shown);
        return (shown.Length, [.. scenes.Select(scene => PacketsOf(scene, shown))]);
    }

    /// <summary>Writes the capture that there would be without some scenes: their packets are left out.</summary>
    public static void WriteWithout(string path, IEnumerable<(Department Department, string File)> parts, IReadOnlyList<SceneMark> scenes) =>
        PcapFile.Write(path, parts.SelectMany(part => PcapFile.Read(part.File, part.Department.Vlan)).Where(frame => !scenes.Any(scene => scene.Holds(frame)))
            .OrderBy(frame => frame.At).ThenBy(frame => frame.Vlan).Select(frame => (At: frame.At - EarlierOf(scenes, frame), frame)).OrderBy(one => one.At));

    private static long EarlierOf(IReadOnlyList<SceneMark> scenes, Frame frame) => scenes.Sum(scene => scene.Earlier(frame));

    private static ScenePackets PacketsOf(SceneMark scene, (long At, Frame Frame)[] shown)
    {
        List<long> numbers = [];
        for (int i = 0; i < shown.Length; i++)
        {
            if (scene.Holds(shown[i].Frame)) numbers.Add(i + 1);
        }
        return numbers.Count == 0 ? new ScenePackets([], 0, 0) : new ScenePackets(numbers, shown[numbers[0] - 1].At, shown[numbers[^1] - 1].At);
    }
}

/// <summary>A scene's packets in a capture.</summary>
/// <param name="Numbers">Their numbers, from 1, ascending.</param>
/// <param name="First">Time of the first, microseconds since 1970; 0 when there is none.</param>
/// <param name="Last">Time of the last.</param>
internal sealed record ScenePackets(IReadOnlyList<long> Numbers, long First, long Last);
