using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>What dcmdump says of one file. Each file is asked once, the answer is kept in the test's temporary folder.</summary>
internal sealed partial class Dcmdump
{
    private static readonly string Cache = Path.Combine(Path.GetTempPath(), "wardkeeper-dcmdump");

    /// <summary>Whether it read the file to its end.</summary>
    public bool IsGood { get; private init; }

    /// <summary>Whether its texts were converted; else only ASCII ones can be compared.</summary>
    public bool IsConverted { get; private init; }

    /// <summary>Values at the top by group and element, first occurrence, padding removed; null for an empty one.</summary>
    public Dictionary<uint, string?> Values { get; } = [];

    /// <summary>Asks for some elements of a file.</summary>
    public static Dcmdump Of(string file, IEnumerable<uint> tags)
    {
        string[] wanted = [.. tags.SelectMany(static tag => (string[])["+P", string.Create(CultureInfo.InvariantCulture, $"{tag >> 16:x4},{tag & 0xFFFF:x4}")])];
        (int code, _) = Ask(file, "whole", ["-q", file]);
        (int converted, string text) = Ask(file, "utf8", ["-q", "+U8", "+p", "+L", "-Un", .. wanted, file]);
        if (converted != 0) (_, text) = Ask(file, "raw", ["-q", "+p", "+L", "-Un", .. wanted, file]);
        Dcmdump dump = new() { IsGood = code == 0, IsConverted = converted == 0 };
        foreach (Match line in Line().Matches(text))
        {
            uint tag = (uint.Parse(line.Groups["group"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 16) | uint.Parse(line.Groups["element"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            string value = line.Groups["value"].Value;
            // Of an element without a known representation it shows the bytes.
            if (line.Groups["vr"].Value == "UN" && Bytes().IsMatch(value)) value = Encoding.Latin1.GetString(Convert.FromHexString(value.Replace("\\", "", StringComparison.Ordinal)));
            value = value.Trim(' ', '\0');
            dump.Values.TryAdd(tag, value.Length == 0 ? null : value);
        }
        return dump;
    }

    private static (int Code, string Text) Ask(string file, string question, string[] arguments)
    {
        Directory.CreateDirectory(Cache);
        string path = Path.Combine(Cache, $"{Path.GetFileName(file)}.{new FileInfo(file).Length}.{question}.{arguments.Length}.txt");
        if (!File.Exists(path))
        {
            (int code, string answer) = Run(arguments);
            string temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
            File.WriteAllText(temporary, code.ToString(CultureInfo.InvariantCulture) + "\n" + (question == "whole" ? "" : answer));
            File.Move(temporary, path, overwrite: true);
        }
        string[] kept = File.ReadAllText(path).Split('\n', 2);
        return (int.Parse(kept[0], CultureInfo.InvariantCulture), kept[1]);
    }

    private static (int Code, string Text) Run(string[] arguments)
    {
        ProcessStartInfo start = new("dcmdump", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "dcmdump is not installed");
            throw;
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{2}(\\[0-9a-f]{2})*$")]
    private static partial Regex Bytes();

    /// <summary>A line of an element at the top: tag, representation, value in brackets, then length and multiplicity.</summary>
    [GeneratedRegex(@"^\((?<group>[0-9a-f]{4}),(?<element>[0-9a-f]{4})\) (?<vr>\S\S) (\[(?<value>.*)\]|\(no value available\)|(?<value>[^\[(].*?))\s+# +\S+ *\d+ \w+\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
