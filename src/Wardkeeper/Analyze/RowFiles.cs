using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>The output folder: one file per kind of row, written as rows come. Holds at most a block per file.</summary>
internal sealed class RowFiles : IDisposable
{
    private const int Block = 64 * 1024;
    private readonly string folder;
    private readonly PatientNames patients;
    private readonly Dictionary<string, RowFile> files = new(StringComparer.Ordinal);

    /// <summary>Makes the folder if need be. Rows of an earlier run in it are removed, other files are not touched.</summary>
    /// <exception cref="UserError">The folder cannot be made or written.</exception>
    public RowFiles(string folder, PatientNames patients)
    {
        (this.folder, this.patients) = (folder, patients);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (string old in Directory.EnumerateFiles(folder, "*.ndjson")) File.Delete(old);
            File.Delete(Path.Combine(folder, "summary.json"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError([$"--out {folder} cannot be written: {e.Message} Choose another folder or mend its permissions."]);
        }
    }

    /// <summary>The file of a kind of rows, made when there is none.</summary>
    public RowFile Of(string name)
    {
        if (!files.TryGetValue(name, out RowFile? file)) files[name] = file = new RowFile(Path.Combine(folder, name + ".ndjson"), patients);
        return file;
    }

    public void Write(FlowRecord flow)
    {
        RowFile file = Of("flows");
        FlowRows.Write(file.Rows, flow);
        file.FlushIfLarge();
    }

    /// <summary>Writes all rows of a kind.</summary>
    public void WriteAll<T>(string name, IEnumerable<T> values, Action<RowWriter, T> write)
    {
        RowFile file = Of(name);
        foreach (T value in values)
        {
            file.Rows.Line(value, write);
            file.FlushIfLarge();
        }
    }

    /// <summary>Writes a file as a whole.</summary>
    public void WriteWhole(string name, ReadOnlySpan<byte> content)
    {
        using Stream stream = Open(name);
        stream.Write(content);
    }

    /// <summary>Opens a file that is written from its beginning to its end; the caller closes it.</summary>
    public Stream Open(string name) => new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.Read, Block);

    /// <summary>Makes sure that a file exists even when it has no rows.</summary>
    public void Ensure(string name) => Of(name);

    public void Dispose()
    {
        foreach (RowFile file in files.Values) file.Dispose();
    }
}

/// <summary>A file of rows.</summary>
internal sealed class RowFile(string path, PatientNames patients) : IDisposable
{
    // Many kinds of rows are written side by side: their blocks together should not leave the processor's cache.
    private const int Block = 64 * 1024;
    private readonly FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1);

    /// <summary>Writes rows; they are gone when they are flushed.</summary>
    public JsonRows Rows { get; } = new(patients);

    /// <summary>Writes the rows to the file when there are many.</summary>
    public void FlushIfLarge()
    {
        if (Rows.Written.Length >= Block) Flush();
    }

    public void Dispose()
    {
        Flush();
        stream.Dispose();
    }

    private void Flush()
    {
        stream.Write(Rows.Written);
        Rows.Clear();
    }
}
