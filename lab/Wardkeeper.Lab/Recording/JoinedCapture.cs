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
    /// <returns>How many packets there are, and for each scene the numbers of its packets, from 1.</returns>
    public static (long Packets, IReadOnlyDictionary<SceneMark, List<long>> Scenes) Write(string path, IEnumerable<(Department Department, string File)> parts, TimeWarp warp, IReadOnlyList<SceneMark> scenes)
    {
        List<Frame> frames = [.. parts.SelectMany(part => PcapFile.Read(part.File, part.Department.Vlan))];
        // By time as recorded; frames of the same microsecond by virtual LAN, so that the order never depends on the files'.
        frames = [.. frames.OrderBy(frame => frame.At).ThenBy(frame => frame.Vlan)];
        (long At, Frame Frame)[] shown = [.. frames.Select(frame => (At: warp.Of(frame), frame)).OrderBy(one => one.At)];
        PcapFile.Write(path, shown);

        Dictionary<SceneMark, List<long>> numbers = scenes.ToDictionary(scene => scene, _ => new List<long>());
        if (scenes.Count > 0)
        {
            for (int i = 0; i < shown.Length; i++)
            {
                foreach (SceneMark scene in scenes)
                {
                    if (scene.Holds(shown[i].Frame)) numbers[scene].Add(i + 1);
                }
            }
        }
        return (shown.Length, numbers);
    }
}
