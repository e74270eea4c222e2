using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Recording;

/// <summary>A tcpdump that listens at one card of a namespace.</summary>
internal sealed partial class Dump : IAsyncDisposable
{
    /// <summary>The cards' frames have 1514 bytes at most. tcpdump's ring has slots of this length: with its default there are 64 of them, and a port scan loses frames.</summary>
    private const string LongestFrame = "2048";

    private const int Answers = 3;

    private static readonly TimeSpan Asking = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromSeconds(5);

    private readonly Lock entry = new();
    private readonly List<string> said = [];
    private readonly Process process;
    private readonly Task saying;

    private Dump(Process process)
    {
        this.process = process;
        saying = ListenAsync();
    }

    /// <summary>The program.</summary>
    public static Services.Requirement Needs { get; } = new("tcpdump", "tcpdump");

    /// <summary>Number of the process.</summary>
    public int Id => process.Id;

    /// <summary>Starts, and returns when it listens.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="card">The card in it.</param>
    /// <param name="file">Where it writes.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It does not listen, with what it said.</exception>
    public static async Task<Dump> StartAsync(string space, string card, string file, IEnumerable<string> more, CancellationToken cancel)
    {
        ProcessStartInfo start = new("ip", ["netns", "exec", space, "setsid", Needs.Program, "-i", card, "-s", LongestFrame, "-U", "-Z", "root", "--immediate-mode", "-w", file, .. more]) { RedirectStandardError = true };
        Process process = Process.Start(start) ?? throw new LabException("tcpdump could not be started");
        List<string> said = [];
        while (await process.StandardError.ReadLineAsync(cancel) is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal)) return new Dump(process);
            said.Add(line);
        }
        await process.WaitForExitAsync(cancel);
        using (process) throw new LabException(string.Create(CultureInfo.InvariantCulture, $"tcpdump does not listen at {card}: exit code {process.ExitCode}. {string.Join(' ', said)}").TrimEnd());
    }

    /// <summary>
    /// Ends it, when it has written what the kernel had for it: frames that still lie in its ring are neither written nor counted as lost
    /// when it is interrupted, and on a busy machine that was a whole connection.
    /// </summary>
    /// <exception cref="LabException">Frames were lost: the recording would not be true.</exception>
    public async Task StopAsync()
    {
        await EmptyAsync();
        Kernel.Interrupt(process.Id);
        await process.WaitForExitAsync();
        await saying;
        if (!said.Contains("0 packets dropped by kernel")) throw new LabException($"frames were lost while recording: {string.Join(' ', said.TakeLast(3))}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>
    /// Waits until what the kernel had when this was called is written. Which of what it received the program was told to leave out is not known here, therefore it is also enough
    /// that nothing more was written from one answer to the next, several times.
    /// </summary>
    private async Task EmptyAsync()
    {
        (long? received, long written, int same) = (null, -1, 0);
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !process.HasExited;)
        {
            int before = Lines;
            Kernel.Ask(process.Id);
            await Task.Delay(Asking);
            if (Counts(before) is not { } counts) continue;
            same = counts.Written == written ? same + 1 : 0;
            written = counts.Written;
            if (written >= (received ??= counts.Received) || same == Answers) return;
        }
    }

    private int Lines
    {
        get
        {
            lock (entry) return said.Count;
        }
    }

    private (long Written, long Received)? Counts(int from)
    {
        lock (entry)
        {
            Match? counts = said.Skip(from).Select(line => Answer().Match(line)).LastOrDefault(match => match.Success);
            return counts is null ? null : (long.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(counts.Groups[2].Value, CultureInfo.InvariantCulture));
        }
    }

    private async Task ListenAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lock (entry) said.Add(line);
        }
    }

    // tcpdump(1): what SIGUSR1 makes it say.
    [GeneratedRegex(@"^tcpdump: (\d+) packets? captured, (\d+) packets? received by filter", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Answer();
}
