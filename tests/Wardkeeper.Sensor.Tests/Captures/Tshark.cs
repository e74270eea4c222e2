using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>
/// Runs tshark as a second opinion. What it says of a capture is kept outside the checkout, by the capture's hash, tshark's
/// version and the question, so that each is asked once.
/// </summary>
internal static class Tshark
{
    private static readonly string Cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "wardkeeper-oracles");
    private static readonly Lazy<string?> Version = new(FindVersion);

    /// <summary>Rows of the wanted fields for the frames that the filter selects; repeated values of a field are joined by U+001F.</summary>
    public static IReadOnlyList<string[]> Fields(string capture, string filter, params string[] fields)
    {
        List<string> arguments = ["-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-r", capture, "-Y", filter, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=\u001F", "-E", "occurrence=a"];
        foreach (string field in fields) arguments.AddRange(["-e", field]);
        return [.. Ask(capture, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    /// <summary>A row of the wanted fields for each packet, checksums looked at; repeated values of a field are joined by commas.</summary>
    public static IReadOnlyList<string[]> EveryPacket(string capture, params IEnumerable<string> fields)
    {
        List<string> arguments = ["-n", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-r", capture, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=,", "-E", "occurrence=a"];
        foreach (string field in fields) arguments.AddRange(["-e", field]);
        string text = Ask(capture, arguments);
        return text.Length == 0 ? [] : [.. (text.EndsWith('\n') ? text[..^1] : text).Split('\n').Select(line => line.Split('\t'))];
    }

    /// <summary>Length and SHA-256 of the files that tshark takes out of a capture, in no order.</summary>
    /// <param name="capture">The capture.</param>
    /// <param name="kind">Protocol that brings them: <c>ftp-data</c>, <c>tftp</c>, <c>smb</c>.</param>
    public static IReadOnlyList<(long Length, string Sha256)> Files(string capture, string kind)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("wardkeeper-objects-");
        try
        {
            Ask(capture, ["-n", "-q", "-r", capture, "--export-objects", $"{kind},{folder.FullName}"], isKept: false);
            return [.. folder.EnumerateFiles().Select(file => (file.Length, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)))))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Ask(string capture, List<string> arguments, bool isKept = true)
    {
        string? version = Version.Value;
        if (version is null)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "tshark is not installed");
            Assert.Fail("tshark is needed here and is not installed");
        }
        if (!isKept) return Run(arguments);
        Directory.CreateDirectory(Cache);
        string question = string.Join('\0', arguments.Where(argument => argument != capture)) + "\0" + version;
        byte[] hash = SHA256.HashData([.. SHA256.HashData(File.ReadAllBytes(capture)), .. Encoding.UTF8.GetBytes(question)]);
        string path = Path.Combine(Cache, Convert.ToHexStringLower(hash) + ".txt");
        if (File.Exists(path)) return File.ReadAllText(path);
        string answer = Run(arguments);
        string temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        File.WriteAllText(temporary, answer);
        File.Move(temporary, path, overwrite: true);
        return answer;
    }

    private static string Run(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    private static string? FindVersion()
    {
        try
        {
            return Run(["--version"]).Split('\n')[0];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
