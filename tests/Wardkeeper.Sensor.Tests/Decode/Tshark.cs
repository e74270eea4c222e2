using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Sensor.Tests.Decode;

/// <summary>
/// Asks tshark what it sees in a capture, one line of fields per packet, all occurrences of a field joined by commas. Answers are kept
/// in the user's cache under the capture's hash, tshark's version and the fields asked for, because tshark takes seconds to start.
/// </summary>
internal static class Tshark
{
    private static readonly string[] Options =
        ["-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];

    private static readonly Lazy<string?> Version = new(() =>
    {
        try
        {
            return Run(["--version"]).Split('\n')[0];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    });

    public static string[][] Ask(string capture, IReadOnlyList<string> fields)
    {
        Assert.SkipWhen(Version.Value is null, "tshark is not installed");
        string[] arguments = [.. Options, .. fields.SelectMany(field => new[] { "-e", field })];
        byte[] question = Encoding.UTF8.GetBytes(string.Join('\n', [Version.Value, .. arguments]));
        string key = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(File.ReadAllBytes(capture)), .. question]));
        string folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "wardkeeper-oracle");
        string cached = Path.Combine(folder, key);
        if (!File.Exists(cached))
        {
            string answer = Run(["-r", capture, .. arguments]);
            Directory.CreateDirectory(folder);
            string draft = $"{cached}.{Environment.ProcessId}";
            File.WriteAllText(draft, answer);
            File.Move(draft, cached, overwrite: true);
        }
        return [.. File.ReadLines(cached).Select(line => line.Split('\t'))];
    }

    private static string Run(string[] arguments)
    {
        ProcessStartInfo start = new("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
