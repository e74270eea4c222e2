using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Platform.Running;

/// <summary>The sample hospital of the demo: a recorded day, played back as if it happened now.</summary>
internal static class DemoHospital
{
    private static readonly string[] Places = ["samples/demo/hospital.pcap", "samples/hospital-day/hospital.pcap"];

    /// <summary>Opens it.</summary>
    /// <exception cref="UserError">The recording is not there.</exception>
    public static ICaptureSource Open(TimeProvider clock) => new PacedSource(new PacedOptions { Paths = [Find()] }, clock);

    /// <summary>The recording, beside the program or in the checkout that the program was built in.</summary>
    private static string Find()
    {
        // The launcher says where the checkout is when the build lies elsewhere.
        for (string? folder = Environment.GetEnvironmentVariable("WARDKEEPER_CHECKOUT") ?? AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder.TrimEnd('/')))
        {
            foreach (string place in Places)
            {
                string path = Path.Combine(folder, place);
                if (File.Exists(path)) return path;
            }
        }
        throw new UserError($"The sample hospital ({Places[0]}) was not found at or above {AppContext.BaseDirectory}. Start the demo from a checkout: ./wardkeeper up --demo");
    }
}
