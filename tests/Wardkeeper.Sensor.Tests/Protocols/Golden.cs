using System.Runtime.CompilerServices;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>
/// Golden files: <c>golden/NAME.jsonl</c> beside the test holds one line per transaction, the protocol's own fields only. With
/// WARDKEEPER_ACCEPT=1 (<c>./test --accept</c>) they are written anew; read the diff before it is committed.
/// </summary>
internal static class Golden
{
    /// <summary>Compares lines with the golden file of this name in the folder of the calling test.</summary>
    public static void Hold(string name, IReadOnlyList<string> lines, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "golden", name + ".jsonl");
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, lines);
            return;
        }
        Assert.True(File.Exists(path), $"{path} is missing; make it with ./test --accept and read it");
        string[] expected = File.ReadAllLines(path);
        int same = expected.Zip(lines).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == expected.Length && same == lines.Count) return;
        Assert.Fail($"{name}: line {same + 1} of {lines.Count} (expected {expected.Length})\nexpected {(same < expected.Length ? expected[same] : "(end)")}\ngot      {(same < lines.Count ? lines[same] : "(end)")}");
    }
}
