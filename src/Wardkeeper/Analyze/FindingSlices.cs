using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Slices;

namespace Wardkeeper.Analyze;

/// <summary>Writes the packets around each finding's evidence as a file of its own; findings whose evidence names no packet have none.</summary>
internal static class FindingSlices
{
    /// <summary>Reads the captures again and writes.</summary>
    /// <exception cref="UserError">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<string> files, IReadOnlyList<Finding> findings)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // Packets of another run would be taken for this one's.
            foreach (string old in Directory.EnumerateFiles(folder, "F-*.pcapng")) File.Delete(old);
            SliceRequest[] requests = [.. findings.Select(finding => new SliceRequest(finding.Number, $"{finding.Id} {finding.Title.In(chinese: false)}", [.. finding.Evidence.Select(one => new SlicePoint(one.At, one.Packet))]))];
            SliceCutter.Cut(requests, () => CaptureFiles.Open(files), request => File.Create(Path.Combine(folder, Finding.IdOf(request.Number) + ".pcapng")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError([$"--slices {folder} cannot be written: {e.Message} Choose another folder or mend its permissions."]);
        }
    }
}
