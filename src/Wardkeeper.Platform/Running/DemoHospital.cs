using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Platform.Running;

/// <summary>The sample hospital of the demo: a recorded day, played back as if it happened now.</summary>
internal static class DemoHospital
{
    private static readonly string[] Places = ["samples/demo/hospital.pcap", "samples/hospital-day/hospital.pcap"];

    /// <summary>Opens it.</summary>
    /// <exception cref="UserError">The recording is not there.</exception>
    public static ICaptureSource Open(TimeProvider clock) => new PacedSource(new PacedOptions { Paths = [Find()] }, clock);

    /// <summary>What the sample hospital knows of itself; null when nobody wrote it down.</summary>
    public static string? Site() => Search("samples/demo/site.yaml");

    /// <summary>Its inventory; null when nobody wrote it down.</summary>
    public static string? Register() => Search("samples/demo/register.csv");

    private static string Find() => Places.Select(Search).FirstOrDefault(path => path is not null)
        ?? throw new UserError($"The sample hospital ({Places[0]}) was not found at or above {AppContext.BaseDirectory}. Start the demo from a checkout: ./wardkeeper up --demo");

    /// <summary>A sample, beside the program or in the checkout that the program was built in.</summary>
    private static string? Search(string place)
    {
        // The launcher says where the checkout is when the build lies elsewhere.
        for (string? folder = Environment.GetEnvironmentVariable("WARDKEEPER_CHECKOUT") ?? AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder.TrimEnd('/')))
        {
            string path = Path.Combine(folder, place);
            if (File.Exists(path)) return path;
        }
        return null;
    }
}
