using System.Diagnostics;

namespace Wardkeeper.Lab.Site;

/// <summary>A server that runs in a host's namespace, its output in a log. Disposing it ends it, softly first, and then whatever it started.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Process process;
    private readonly string log;
    private readonly Task writing;
    private string? mounts;

    internal RunningProgram(Process process, string name, string log)
    {
        (this.process, this.log, Name) = (process, log, name);
        process.StandardInput.Close();
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

    private async Task CopyAsync(Stream from)
    {
        FileStream into = new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1);
        await using (into)
        {
            await from.CopyToAsync(into);
        }
    }
}
