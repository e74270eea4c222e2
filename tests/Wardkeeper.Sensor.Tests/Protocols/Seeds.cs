using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>The hand-made messages in <c>fuzz/seeds</c>: each file is one client message or one datagram.</summary>
internal static class Seeds
{
    private static string Root => Path.Combine(SharedFiles.Project, "fuzz", "seeds");

    /// <summary>One message.</summary>
    public static byte[] Read(string protocol, string name) => File.ReadAllBytes(Path.Combine(Root, protocol, name + ".bin"));

    /// <summary>Every message with its protocol, in order of their names.</summary>
    public static IEnumerable<(string Protocol, string Name, byte[] Bytes)> All()
    {
        if (!Directory.Exists(Root)) yield break;
        foreach (string folder in Directory.GetDirectories(Root).Order(StringComparer.Ordinal))
        {
            foreach (string file in Directory.GetFiles(folder, "*.bin").Order(StringComparer.Ordinal))
                yield return (Path.GetFileName(folder), Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
        }
    }
}
