using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.Lab.Tests;

/// <summary>What tcpdump records in a namespace, and tshark's reading of it.</summary>
internal sealed class PairRecording : IDisposable
{
    private readonly Process tcpdump;
    private readonly string path;
    private bool stopped;

    private PairRecording(Process tcpdump, string path)
    {
        this.tcpdump = tcpdump;
        this.path = path;
    }

    /// <summary>Records from now on.</summary>
    public static PairRecording Start(string name, string path)
    {
        Process tcpdump = Tool.StartIn(name, "tcpdump", "-i", "eth0", "-U", "--immediate-mode", "-Z", "root", "-s", "0", "-w", path);
        while (tcpdump.StandardError.ReadLine() is { } line && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }
        return new(tcpdump, path);
    }

    /// <summary>Stops, and reads fields of the frames that a filter selects; repeated values of a field are joined by U+001F.</summary>
    public IReadOnlyList<string[]> Fields(string filter, string[] fields, params string[] options)
    {
        string text = Ask([.. options, "-Y", filter, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=\u001F", .. fields.SelectMany(field => (string[])["-e", field])]);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Running as user", StringComparison.Ordinal)).Select(line => line.Split('\t'))];
    }

    /// <summary>Stops, and prints what tshark says with the given options.</summary>
    public string Ask(params IEnumerable<string> options)
    {
        Needs.Program("tshark");
        Stop();
        return Tool.Run("tshark", ["-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-r", path, .. options]);
    }

    public void Dispose()
    {
        Stop();
        tcpdump.Dispose();
    }

    private void Stop()
    {
        if (stopped) return;
        stopped = true;
        Tool.Run("kill", "-INT", tcpdump.Id.ToString(CultureInfo.InvariantCulture));
        tcpdump.WaitForExit();
    }
}
