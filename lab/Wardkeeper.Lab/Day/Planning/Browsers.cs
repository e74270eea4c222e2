using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>What devices call themselves when they ask for a page.</summary>
internal static class Browsers
{
    /// <summary>User agent of a device's browser or program, by its system.</summary>
    public static string Of(HospitalDevice device) => device.SoftwareVersion switch
    {
        _ when device.Type == "nurse-handheld" => $"Mozilla/5.0 (Linux; {device.SoftwareVersion}; {device.Model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.106 Mobile Safari/537.36",
        "Windows 7 SP1" => "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        { } version when version.StartsWith("Windows", StringComparison.Ordinal) => "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36",
        _ => "curl/7.88.1",
    };
}
