using System.Diagnostics;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>A workstation's port for images that it has an archive move to it (<see cref="DicomPorts.Client"/>): one program has it at a time, the next one waits.</summary>
internal static class MovePort
{
    // The kernel's word for it (EADDRINUSE), which dcmtk passes on.
    private const string Taken = "Address already in use";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a program that listens there, again while another one does.</summary>
    /// <exception cref="LabException">It failed, or the port stayed taken.</exception>
    public static async Task<T> HoldAsync<T>(Func<Task<T>> run, CancellationToken cancel)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await run();
            }
            catch (LabException e) when (e.Message.Contains(Taken, StringComparison.Ordinal) && waited.Elapsed < Patience)
            {
                await Task.Delay(Pause, cancel);
            }
        }
    }
}
