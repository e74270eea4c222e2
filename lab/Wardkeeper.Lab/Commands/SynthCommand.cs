using System.CommandLine;
using System.Globalization;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Synth;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab synth</c>: a hospital of any size over many days, statistically like a recorded one, without programs.</summary>
internal static class SynthCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Argument<string> recording = new("RECORDING") { Description = "Folder of a recording: its hospital.pcap and truth/" };
        Option<int> devices = new("--devices") { Description = "Devices", HelpName = "N", DefaultValueFactory = _ => 2000 };
        Option<int> days = new("--days") { Description = "Days", HelpName = "N", DefaultValueFactory = _ => 30 };
        Option<string?> packets = new("--pcap") { Description = "Write the packets into this file (- for standard output)", HelpName = "FILE" };
        Option<string?> flows = new("--flows") { Description = "Write one row a flow into this file (- for standard output)", HelpName = "FILE" };
        Option<long> most = new("--most") { Description = "Stop after so many packets or rows", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
        Command command = new("synth", "Makes the traffic of a hospital of any size over many days, like a recorded one, without running programs.") { recording, devices, days, packets, flows, most, options.Seed, options.Date, options.Language };
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel =>
        {
            if (parsed.GetValue(devices) is < 10 or > 100_000) throw new LabException("--devices must be between 10 and 100000");
            if (parsed.GetValue(days) is < 1 or > 400) throw new LabException("--days must be between 1 and 400");
            if (parsed.GetValue(most) < 1) throw new LabException("--most must be at least 1");
            if (parsed.GetValue(packets) is null == parsed.GetValue(flows) is null) throw new LabException("name one of --pcap FILE and --flows FILE");
            string folder = parsed.GetValue(recording)!;
            string capture = RecordingFolder.CaptureOf(folder);
            LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, options.IsChinese(parsed));
            progress.Stage("stage-learning", capture);
            TrafficModel model = TrafficModel.Learn(capture, RecordingFolder.TruthOf(folder));
            Synthesis synthesis = new(model, SynthDevice.Populate(model, parsed.GetValue(devices)), parsed.GetValue(options.Seed), parsed.GetValue(options.Date), parsed.GetValue(days));
            progress.Stage("stage-synth");
            long count = Write(synthesis, parsed.GetValue(packets), parsed.GetValue(flows), parsed.GetValue(most), done => progress.Part(0, int.MaxValue, done.ToString("N0", CultureInfo.InvariantCulture)), cancel);
            progress.End();
            Console.Error.WriteLine(Texts.Format("synth-done", options.IsChinese(parsed), count));
            return Task.FromResult(0);
        }));
        return command;
    }

    private static long Write(Synthesis synthesis, string? packets, string? flows, long most, Action<long> progress, CancellationToken cancel)
    {
        string file = packets ?? flows!;
        using BufferedStream into = new(file == "-" ? Console.OpenStandardOutput() : File.Create(file), 1 << 20);
        return packets is not null ? SynthWriter.Packets(synthesis, into, most, progress, cancel) : SynthWriter.Flows(synthesis, into, most, progress, cancel);
    }
}
