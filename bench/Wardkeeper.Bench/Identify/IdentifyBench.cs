using System.Text.Json;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;

namespace Wardkeeper.Bench.Identify;

/// <summary>
/// <c>./wardkeeper bench identify [--captures DIR] [--out FILE] [--speed]</c>: how right the identification is, on captures of which somebody
/// said what they are of. Every capture is read as it is and with a locally administered hardware address in place of the real one;
/// and with the knowledge that was written from its own model left out. <c>--speed</c> measures only how quick it is, and writes nothing.
/// </summary>
internal static class IdentifyBench
{
    /// <summary>Recordings of the laboratory that nobody looked at when facts were written.</summary>
    public const string OtherSeeds = "laboratory, other seeds";

    public const string WithMac = "with MAC", WithoutMac = "without MAC", LeftOut = "without MAC, model left out";

    private static readonly string[] Samples = ["hospital-day", "demo"];

    public static int Run(string home, string[] args)
    {
        if (args.Contains("--speed"))
        {
            Console.WriteLine(IdentifyPage.SpeedOf(SpeedIn(home), SharesIn(home)));
            return 0;
        }
        string collection = Program.Option(args, "--captures") ?? Path.Combine(Path.GetDirectoryName(home)!, "shared/captures");
        if (!File.Exists(Path.Combine(collection, "device-labels.tsv"))) return Program.Refuse($"{collection} holds no device-labels.tsv; name the collection with --captures DIR");
        LabelledCaptures labelled = LabelledCaptures.Read(collection);
        List<Answer> answers = [];
        string[] seeds = Program.Option(args, "--lab") is { } lab ? [.. Directory.EnumerateDirectories(lab).Where(folder => File.Exists(Path.Combine(folder, "hospital.pcap"))).Order(StringComparer.Ordinal)] : [];
        string scratch = Directory.CreateTempSubdirectory("wardkeeper-identify-").FullName, without = Path.Combine(scratch, "without.pcap");
        try
        {
            foreach (LabelledCapture capture in labelled.Captures) answers.AddRange(AnswersOf(capture, labelled, without));
            foreach (string sample in Samples) answers.AddRange(Laboratory(Path.Combine(home, "samples", sample), "laboratory", without));
            foreach (string seed in seeds) answers.AddRange(Laboratory(seed, OtherSeeds, without));
        }
        finally
        {
            Directory.Delete(scratch, true);
        }
        string page = IdentifyPage.Of(answers, SpeedIn(home), SharesIn(home), labelled);
        string path = Program.Option(args, "--out") ?? Path.Combine(home, "docs/identification.md");
        File.WriteAllText(path, page);
        Console.WriteLine(page);
        return 0;
    }

    private static IdentifySpeed SpeedIn(string home) => IdentifySpeed.Measure(Path.Combine(home, "samples/demo/hospital.pcap"));

    private static SensorShare[] SharesIn(string home) => [.. Samples.Select(sample => SensorShare.Measure(Path.Combine(home, "samples", sample)))];

    private static IEnumerable<Answer> AnswersOf(LabelledCapture capture, LabelledCaptures labelled, string without)
    {
        HashSet<string> types = [.. capture.Others.Select(label => labelled.Truth[label].Type)];
        string vendor = labelled.Truth[capture.Label].Vendor, half = LabelledCaptures.IsFirstHalf(capture.Label) ? "first" : "held back";
        yield return Answer.Of(capture.Label, half, WithMac, CaptureLedger.Of(capture.Path).Identify(capture.Mac, KnowledgeBase.Shipped), types, vendor);
        MacRemoval.Write(capture.Path, [capture.Mac], without);
        CaptureLedger ledger = CaptureLedger.Of(without);
        string substitute = MacRemoval.Substitute(capture.Mac);
        yield return Answer.Of(capture.Label, half, WithoutMac, ledger.Identify(substitute, KnowledgeBase.Shipped), types, vendor);
        yield return Answer.Of(capture.Label, half, LeftOut, ledger.Identify(substitute, KnowledgeBase.Shipped.WithoutModels(capture.Others)), types, vendor);
    }

    private static List<Answer> Laboratory(string recording, string half, string without)
    {
        Dictionary<string, JsonElement> truth = [];
        foreach (string line in File.ReadLines(Path.Combine(recording, "truth/devices.ndjson")))
        {
            JsonElement device = JsonElement.Parse(line);
            foreach (JsonElement one in device.GetProperty("interfaces").EnumerateArray()) truth[one.GetProperty("mac").GetString()!] = device;
        }
        string capture = Path.Combine(recording, "hospital.pcap"), name = Path.GetFileName(recording);
        List<Answer> answers = [];
        Add(capture, WithMac, truth);
        MacRemoval.Write(capture, truth.Keys, without);
        Add(without, WithoutMac, truth.ToDictionary(one => MacRemoval.Substitute(one.Key), one => one.Value));
        return answers;

        void Add(string path, string setting, Dictionary<string, JsonElement> known)
        {
            foreach (Device device in CaptureLedger.Of(path).Devices(KnowledgeBase.Shipped))
            {
                if (device.Macs.Count > 0 && known.TryGetValue(device.Macs[0].ToString(), out JsonElement own))
                    answers.Add(Answer.Of($"{name} {own.GetProperty("key").GetString()}", half, setting, device.Identity, [own.GetProperty("type").GetString()!], own.GetProperty("vendor").GetString()!));
            }
        }
    }
}
