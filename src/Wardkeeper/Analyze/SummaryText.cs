using System.Globalization;
using System.Text;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>The summary for people: calm, in their language, without colour when it does not go to a terminal.</summary>
internal static class SummaryText
{
    private const int DevicesShown = 60, CapturesShown = 20, FindingsShown = 40, AlikeShown = 4;

    public static void Write(TextWriter into, Summary summary, AnalyzeOptions options)
    {
        bool zh = options.Chinese, colour = ReferenceEquals(into, Console.Out) && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        Heading(into, Texts.Get("captures", zh), colour);
        foreach (CaptureInfo capture in summary.Captures.Take(CapturesShown))
            into.WriteLine("  " + Texts.Format("capture-line", zh, Path.GetFileName(capture.Name), capture.Format, capture.Packets, capture.First is { } first && capture.Last is { } last ? Period(first, last) : Texts.Get("no-packets", zh)));
        string span = summary.Span is { } whole ? Period(whole.First, whole.Last) : Texts.Get("no-packets", zh);
        into.WriteLine("  " + Texts.Format("total", zh, summary.Packets, Size(summary.Bytes), summary.Flows, span));
        if (summary.Patients > 0) into.WriteLine("  " + Texts.Format("patients", zh, summary.Patients));
        Protocols(into, summary, zh, colour);
        if (HighlightsText.TryTable(summary.Highlights, zh, out TextTable said))
        {
            Heading(into, Texts.Get("said", zh), colour);
            said.Write(into);
        }
        Devices(into, summary, zh, colour);
        Findings(into, summary, zh, colour);
        Oddities(into, summary, zh, colour);
        if (summary.Problems.Count > 0)
        {
            Heading(into, Texts.Get("problems", zh), colour);
            WriteProblems(into, summary.Problems, zh);
        }
        if (options.OutputFolder is { } folder) into.WriteLine(Environment.NewLine + Texts.Format("written", zh, folder));
    }

    public static void WriteProblems(TextWriter into, IReadOnlyList<CaptureProblem> problems, bool chinese)
    {
        foreach (CaptureProblem problem in problems)
            into.WriteLine("  " + Texts.Format("problem-" + problem.Kind, chinese, problem.Source, problem.ByteOffset, problem.PacketNumber, problem.Detail));
    }

    private static void Protocols(TextWriter into, Summary summary, bool zh, bool colour)
    {
        if (summary.Services.Count == 0) return;
        Heading(into, Texts.Get("protocols", zh), colour);
        TextTable table = new(Texts.Get("protocol-head", zh), Texts.Get("flows-head", zh), Texts.Get("packets-head", zh), Texts.Get("bytes-head", zh));
        table.AlignRight(1, 2, 3);
        foreach ((string name, AnalysisOutput.ServiceCount count) in summary.Services.OrderByDescending(pair => pair.Value.Bytes).ThenBy(pair => pair.Key, StringComparer.Ordinal))
            table.Add(name == "-" ? Texts.Get("unrecognised", zh) : name, Number(count.Flows), Number(count.Packets), Size(count.Bytes));
        table.Write(into);
    }

    private static void Devices(TextWriter into, Summary summary, bool zh, bool colour)
    {
        Heading(into, $"{Texts.Get("devices", zh)} ({Number(summary.Devices.Count)})", colour);
        if (summary.Devices.Count == 0)
        {
            into.WriteLine("  " + Texts.Get("devices-none", zh));
            return;
        }
        TextTable table = new(Texts.Get("device-head", zh), Texts.Get("address-head", zh), Texts.Get("vendor-head", zh), Texts.Get("type-head", zh), Texts.Get("name-head", zh), Texts.Get("does-head", zh));
        foreach (Device device in summary.Devices.Take(DevicesShown))
        {
            string address = device.Ips.Count > 0 ? device.Ips[0].ToString() : device.Macs.Count > 0 ? device.Macs[0].ToString() : "";
            if (device.Ips.Count > 1) address += FormattableString.Invariant($" +{device.Ips.Count - 1}");
            string type = device.Type is null ? Texts.Get("unknown", zh) : Taxonomy.NameOf(device.Type, zh);
            table.Add(device.Id, address, Cut(device.Vendor ?? Texts.Get(device.Notes.Contains("randomised-mac") ? "randomised-mac" : "unknown", zh), 28), type, Cut(device.Name ?? "", 24), Cut(Does(device, zh), 70));
        }
        table.Write(into);
        if (summary.Devices.Count > DevicesShown) into.WriteLine("  " + Texts.Format("more-devices", zh, summary.Devices.Count - DevicesShown));
    }

    private static string Does(Device device, bool zh)
    {
        List<string> parts = [];
        if (device.AeTitles.Count > 0) parts.Add(Texts.Format("ae", zh, string.Join(' ', device.AeTitles.Take(4))));
        string[] offers = [.. device.Offers.Select(Name).Distinct().Take(6)], uses = [.. device.Uses.Select(Name).Distinct().Take(6)];
        if (offers.Length > 0) parts.Add(Texts.Format("offers", zh, string.Join(' ', offers)));
        if (uses.Length > 0) parts.Add(Texts.Format("uses", zh, string.Join(' ', uses)));
        return string.Join("; ", parts);
    }

    private static string Name(ServiceTally service) => service.Protocol ?? string.Create(CultureInfo.InvariantCulture, $"{(service.Carrier == Carrier.Tcp ? "tcp" : "udp")}/{service.Port}");

    private static void Findings(TextWriter into, Summary summary, bool zh, bool colour)
    {
        Heading(into, $"{Texts.Get("findings", zh)} ({Number(summary.Findings.Count)})", colour);
        if (summary.Findings.Count == 0)
        {
            into.WriteLine("  " + Texts.Get("findings-none", zh));
            return;
        }
        TextTable table = new(Texts.Get("severity-head", zh), Texts.Get("finding-head", zh), Texts.Get("who-head", zh), Texts.Get("what-head", zh), Texts.Get("seen-head", zh));
        table.AlignRight(4);
        List<(Finding First, int Alike, long Seen)> lines = Gathered(summary.Findings);
        foreach ((Finding finding, int alike, long seen) in lines.Take(FindingsShown))
        {
            string who = alike > 1 ? Texts.Format("alike", zh, alike) : finding.Subject.Device is { } device ? string.Create(CultureInfo.InvariantCulture, $"D-{device.Id} {finding.Subject.Address}") : finding.Subject.Address;
            string what = alike > 1 ? FindingTexts.NameOfType(finding.Type, zh) : Cut(finding.Title.In(zh), 90);
            table.Add(FindingTexts.Get("severity." + finding.Severity.Word(), zh), finding.Id, who, what, Number(seen));
        }
        table.Write(into);
        int left = lines.Skip(FindingsShown).Sum(line => line.Alike);
        if (left > 0) into.WriteLine("  " + Texts.Format("more-findings", zh, left));
    }

    /// <summary>Worst first; what is of low severity and one type is one line when it is many.</summary>
    private static List<(Finding First, int Alike, long Seen)> Gathered(IReadOnlyList<Finding> findings)
    {
        Dictionary<(Severity, string), int> kinds = findings.CountBy(finding => (finding.Severity, finding.Type)).ToDictionary();
        return [.. findings
            .GroupBy(finding => finding.Severity > Severity.Low || kinds[(finding.Severity, finding.Type)] <= AlikeShown ? finding.Id : $"{finding.Severity} {finding.Type}")
            .Select(group => (First: group.First(), Alike: group.Count(), Seen: group.Sum(finding => finding.Count)))
            .OrderByDescending(line => line.First.Severity).ThenBy(line => line.First.Number)];
    }

    private static void Oddities(TextWriter into, Summary summary, bool zh, bool colour)
    {
        if (summary.Counters.Count == 0) return;
        Heading(into, Texts.Get("odd", zh), colour);
        foreach ((string name, long count, long first) in summary.Counters) into.WriteLine("  " + Texts.Format("odd-line", zh, name, count, first));
    }

    private static void Heading(TextWriter into, string text, bool colour)
    {
        into.WriteLine();
        into.WriteLine(colour ? $"\u001b[1m{text}\u001b[0m" : text);
    }

    private static string Period(CaptureTime first, CaptureTime last) => $"{Moment(first)} – {Moment(last)} UTC";

    internal static string Moment(CaptureTime time)
    {
        long seconds = Math.Clamp(time.Nanoseconds / CaptureTime.PerSecond, -62_135_596_800, 253_402_300_799);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    internal static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Size(long bytes) => bytes switch
    {
        < 1_000 => FormattableString.Invariant($"{bytes} B"),
        < 1_000_000 => FormattableString.Invariant($"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => FormattableString.Invariant($"{bytes / 1e6:F1} MB"),
        _ => FormattableString.Invariant($"{bytes / 1e9:F2} GB"),
    };

    internal static string Cut(string text, int length)
    {
        StringBuilder into = new();
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += TextTable.Width(rune);
            if (width > length) return into.Append('…').ToString();
            into.Append(rune);
        }
        return text;
    }
}
