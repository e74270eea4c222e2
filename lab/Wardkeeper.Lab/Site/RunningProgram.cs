using System.Diagnostics;

namespace Wardkeeper.Lab.Site;

/// <summary>A server that runs in a host's namespace, its output in a log. Disposing it ends it, softly first.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Process process;
    private readonly string log;
    private readonly Task writing;

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
        if (!process.HasExited) Kernel.Terminate(process.Id);
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
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
