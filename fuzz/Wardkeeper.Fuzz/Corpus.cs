namespace Wardkeeper.Fuzz;

/// <summary>
/// Inputs of a target that went where none went before. <c>fuzz/corpus</c> holds few: those that reach each statement that was ever
/// reached. What a run found besides is beside the program and lost with it. A file holds inputs as <see cref="Records"/> hold records.
/// </summary>
internal static class Corpus
{
    /// <summary>Longest input that is kept, in bytes.</summary>
    private const int Longest = 2048;

    private static readonly string Working = Path.Combine(AppContext.BaseDirectory, "..", "corpus");

    /// <summary>The few inputs that are kept in the checkout.</summary>
    public static IEnumerable<byte[][]> Kept(IFuzzTarget target) => Read(target, FuzzFiles.Beside("corpus"));

    /// <summary>What runs found since.</summary>
    public static IEnumerable<byte[][]> Found(IFuzzTarget target) => Read(target, Working);

    /// <summary>Puts what a run found beside the program.</summary>
    public static void Save(IFuzzTarget target, IEnumerable<byte[][]> inputs) => Write(target, Working, inputs);

    /// <summary>
    /// Keeps of all known inputs those that are needed to reach all statements that they reach together, short ones rather than long
    /// ones. What its seeds or the targets before it reach needs no others.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="statements">The marks of the sensor.</param>
    /// <param name="reached">Statements that are reached already; those that this target reaches are added.</param>
    public static void Distil(IFuzzTarget target, Statements statements, bool[] reached)
    {
        List<byte[][]> Needed(IEnumerable<byte[][]> inputs, bool[] known)
        {
            List<byte[][]> needed = [];
            foreach (byte[][] input in inputs)
            {
                Fuzzer.Failure(target, input);
                if (statements.Learn(known)) needed.Add(input);
            }
            return needed;
        }

        foreach (byte[][] seed in target.Seeds()) Fuzzer.Failure(target, seed);
        statements.Learn(reached);
        IEnumerable<byte[][]> known = Kept(target).Concat(Found(target)).Where(static input => input.Sum(static record => record.Length) <= Longest);
        List<byte[][]> few = Needed(known.OrderBy(static input => input.Sum(static record => record.Length)), [.. reached]);
        few.Reverse();
        few = Needed(few, reached);
        few.Reverse();
        Write(target, FuzzFiles.Beside("corpus"), few);
    }

    private static IEnumerable<byte[][]> Read(IFuzzTarget target, string folder)
    {
        string path = Path.Combine(folder, FuzzFiles.FolderNameOf(target) + ".bin");
        return File.Exists(path) ? Records.Read(File.ReadAllBytes(path)).Select(input => Records.Read(target, input)) : [];
    }

    private static void Write(IFuzzTarget target, string folder, IEnumerable<byte[][]> inputs)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FuzzFiles.FolderNameOf(target) + ".bin");
        byte[] file = Records.Write([.. inputs.Select(input => Records.Write(target, input)).Where(static input => input.Length <= ushort.MaxValue)]);
        if (file.Length == 0) File.Delete(path);
        else File.WriteAllBytes(path, file);
    }
}
