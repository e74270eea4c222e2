namespace Wardkeeper.Sensor.Protocols.Jetdirect;

/// <summary>Every way to be wrong.</summary>
internal static class JetdirectFaults
{
    /// <summary>More lines of job language before a job than any job has.</summary>
    public static readonly Fault TooManyLines = new("jetdirect.too-many-lines", "HP PJL Technical Reference 2");
}
