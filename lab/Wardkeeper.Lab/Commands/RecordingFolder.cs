using Wardkeeper.Lab.Run;

namespace Wardkeeper.Lab.Commands;

/// <summary>Finds the parts of a recording.</summary>
internal static class RecordingFolder
{
    /// <summary>Its capture.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static string CaptureOf(string folder)
    {
        string path = Path.Combine(folder, DayRecording.CaptureName);
        return File.Exists(path) ? path : throw new LabException($"{path} is not there; name the folder of a recording of 'wardkeeper lab record'");
    }

    /// <summary>The folder of its truth.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static string TruthOf(string folder)
    {
        string path = Path.Combine(folder, DayRecording.TruthName);
        return File.Exists(Path.Combine(path, "devices.ndjson")) ? path : throw new LabException($"{path} holds no devices.ndjson; name the folder of a recording of 'wardkeeper lab record'");
    }
}
