using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Runs <c>wardkeeper analyze</c>: captures through the sensor into one ledger and one output.</summary>
internal static class AnalyzeRun
{
    /// <summary>Runs it and returns the exit code: 0, or 2 when not one capture could be read.</summary>
    /// <exception cref="UserError">Something in the options cannot be followed.</exception>
    /// <param name="options">What to do.</param>
    /// <param name="text">Where the summary goes.</param>
    /// <param name="errors">Where warnings go when the summary is JSON.</param>
    public static int Run(AnalyzeOptions options, TextWriter text, TextWriter errors)
    {
        byte[]? key = options.KeyFile is null ? null : ReadKey(options.KeyFile);
        PatientNames patients = new(showHashes: key is not null);
        SensorOptions sensor = new() { Workers = options.Workers, Local = options.Local, Masker = new PatientMasker(key) };
        DeviceLedger ledger = new(options.Local);
        using RowFiles? files = options.OutputFolder is null ? null : new RowFiles(options.OutputFolder, patients);
        using ICaptureSource source = CaptureFiles.Open(options.Files);
        using AnalysisOutput output = new(ledger, files, patients);
        SensorPipeline pipeline = new(sensor, source, output);
        using (ProgressLine progress = new(source, pipeline.Reader, options.Chinese))
        {
            pipeline.Run();
        }

        IReadOnlyList<Device> devices = ledger.Devices();
        Summary summary = new(pipeline, source, output, devices, patients);
        byte[] deviceLines = files is not null || options.Json ? DeviceRows.Lines(devices) : [];
        byte[] json = files is not null || options.Json ? SummaryJson.Of(summary, deviceLines) : [];
        if (files is not null)
        {
            files.Ensure("flows");
            files.WriteWhole("devices.ndjson", deviceLines);
            files.WriteWhole("summary.json", json);
        }
        if (options.Json) text.Write(System.Text.Encoding.UTF8.GetString(json));
        else SummaryText.Write(text, summary, options);
        bool nothingRead = summary.Packets == 0 && source.Problems.Any(problem => problem.Kind is CaptureProblemKind.NotACapture or CaptureProblemKind.Unreadable)
            && source.Captures.Count == 0;
        if (options.Json && source.Problems.Count > 0) SummaryText.WriteProblems(errors, source.Problems, options.Chinese);
        return nothingRead ? 2 : 0;
    }

    private static byte[] ReadKey(string path)
    {
        try
        {
            byte[] key = File.ReadAllBytes(path).AsSpan().Trim("\r\n \t"u8).ToArray();
            return key.Length >= 16 ? key : throw new UserError([$"--key {path} holds {key.Length} bytes; a key needs at least 16, for example from: openssl rand -hex 32"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError([$"--key {path} cannot be read: {e.Message}"]);
        }
    }
}
