using System.Diagnostics;

namespace Wardkeeper.Lab.Site;

/// <summary>A server that runs in a host's namespace, its output in a log. Disposing it ends it, softly first, and then whatever it started.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Process process;
    private readonly string log;
    private readonly Task writing;
    private readonly long begin;
    private string? mounts;

    internal RunningProgram(Process process, string name, string log)
    {
        (this.process, this.log, Name) = (process, log, name);
        process.StandardInput.Close();
        begin = File.Exists(log) ? new FileInfo(log).Length : 0;
        writing = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream), CopyAsync(process.StandardError.BaseStream));
    }

    /// <summary>Name of the program.</summary>
    public string Name { get; }

    /// <summary>Its process.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Remembers by which mounts its children can be found; they live longer than it when it ends by itself.</summary>
    internal void Remember() => mounts = NamespacePrograms.MountsOf(process.Id) ?? mounts;

    /// <summary>The end of what it printed.</summary>
    public string Tail()
    {
        try
        {
            string text = File.ReadAllText(log);
            return text.Length <= 600 ? text.Trim() : text[^600..].Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Waits until it has printed a text.</summary>
    /// <exception cref="LabException">It ended before, or took longer than the limit.</exception>
    internal async Task AwaitAsync(string text, TimeSpan limit, CancellationToken cancel)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!Printed().Contains(text, StringComparison.Ordinal))
        {
            // What a program that has ended printed last may still be on its way.
            bool isOver = HasEnded && writing.IsCompleted;
            if (isOver && Printed().Contains(text, StringComparison.Ordinal)) return;
            if (isOver || waited.Elapsed > limit) throw new LabException($"{Name} did not say '{text}': {Tail()} (whole output: {log})");
            await Task.Delay(10, cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Remember();
            Kernel.Terminate(process.Id);
        }
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        if (mounts is not null) NamespacePrograms.KillByMounts(mounts);
        await Task.WhenAny(writing, Task.Delay(Patience));
        process.Dispose();
    }

    /// <summary>What it has printed itself; programs before it may have written to the same log.</summary>
    private string Printed()
    {
        if (!File.Exists(log)) return "";
        using FileStream stream = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = begin;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Both streams of the program, and others that ran before it, share the log: each piece goes to its end, wherever that is by then.</summary>
    private async Task CopyAsync(Stream from)
    {
        await using FileStream into = new(log, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 1);
        byte[] buffer = new byte[4096];
        for (int read = await from.ReadAsync(buffer); read > 0; read = await from.ReadAsync(buffer))
        {
            lock (process)
            {
                into.Seek(0, SeekOrigin.End);
                into.Write(buffer, 0, read);
            }
        }
    }
}
