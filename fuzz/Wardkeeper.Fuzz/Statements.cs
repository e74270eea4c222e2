using System.Reflection;
using System.Runtime.InteropServices;
using Wardkeeper.Sensor;

namespace Wardkeeper.Fuzz;

/// <summary>Which statements of a counted sensor ran. See <see cref="StatementCounter"/>.</summary>
internal sealed unsafe class Statements
{
    private const string Rooms = "/src/Wardkeeper.Sensor/";
    private readonly byte* marks;
    private readonly string[] places;

    private Statements(string[] places)
    {
        this.places = places;
        marks = (byte*)NativeMemory.AllocZeroed((nuint)places.Length);
    }

    /// <summary>Begins to watch; null if the sensor is not counted. Must be called before any code of the sensor runs.</summary>
    public static Statements? Begin()
    {
        Assembly sensor = typeof(SensorOptions).Assembly;
        if (sensor.GetType(StatementCounter.Holder)?.GetField(StatementCounter.Field) is not { } field) return null;
        Statements statements = new(File.ReadAllLines(ListBeside(sensor.Location)));
        field.SetValue(null, Pointer.Box(statements.marks, typeof(byte*)));
        return statements;
    }

    /// <summary>The list of places that is beside a counted assembly.</summary>
    public static string ListBeside(string assembly) => Path.ChangeExtension(assembly, ".statements");

    /// <summary>A set that knows nothing.</summary>
    public bool[] Nothing() => new bool[places.Length];

    /// <summary>Adds what ran since the last call to what is known, and forgets it; true if any of it is new.</summary>
    public bool Learn(bool[] known)
    {
        bool isNew = false;
        for (int i = 0; i < known.Length; i++)
        {
            if (marks[i] == 0) continue;
            marks[i] = 0;
            if (known[i]) continue;
            known[i] = true;
            isNew = true;
        }
        return isNew;
    }

    /// <summary>Statements of each folder, in order of their names, and how many of them ran.</summary>
    public IEnumerable<FolderCoverage> Folders(bool[] known) =>
        Places(known).GroupBy(static one => Path.GetDirectoryName(one.File)!).OrderBy(static folder => folder.Key, StringComparer.Ordinal)
            .Select(static folder => new FolderCoverage(folder.Key.Length == 0 ? "." : folder.Key, folder.Count(static one => one.Ran), folder.Count()));

    /// <summary>Lines on which a statement never ran.</summary>
    public IEnumerable<string> Missed(bool[] known) => Places(known).Where(static one => !one.Ran).Select(static one => $"{one.File}:{one.Line}").Distinct();

    /// <summary>Each statement once: what the compiler made several of (a finally) ran if one of them did.</summary>
    private IEnumerable<(string File, string Line, bool Ran)> Places(bool[] known) =>
        places.Select((place, i) => (Place: place[(place.LastIndexOf(Rooms, StringComparison.Ordinal) + Rooms.Length)..], Ran: known[i]))
            .Where(static one => !one.Place.StartsWith("obj/", StringComparison.Ordinal))
            .GroupBy(static one => one.Place)
            .Select(static same => (same.Key.Split(':')[0], same.Key.Split(':')[1], same.Any(static one => one.Ran)));
}
