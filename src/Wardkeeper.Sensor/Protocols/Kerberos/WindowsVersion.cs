using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>Names of Windows by the version it states. A desktop and a server of one version state the same.</summary>
internal static class WindowsVersion
{
    /// <summary>A version as <c>10.0.17763</c> with its name; null for what others than Windows state (their build is 0).</summary>
    public static string? Named(string? version)
    {
        string[] parts = version?.Split('.') ?? [];
        if (parts.Length != 3 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int build) || build == 0) return null;
        string? name = (parts[0], parts[1]) switch
        {
            ("4", "0") => "NT 4.0",
            ("5", "0") => "2000",
            ("5", "1") => "XP",
            ("5", "2") => "Server 2003 or XP x64",
            ("6", "0") => "Vista or Server 2008",
            ("6", "1") => "7 or Server 2008 R2",
            ("6", "2") => "8 or Server 2012",
            ("6", "3") => "8.1 or Server 2012 R2",
            ("10", "0") => OfBuild(build),
            _ => null,
        };
        return name is null ? null : $"Windows {name} ({version})";
    }

    private static string OfBuild(int build) => build switch
    {
        < 14393 => "10",
        14393 => "10 1607 or Server 2016",
        < 17763 => "10",
        17763 => "10 1809 or Server 2019",
        < 20348 => "10",
        < 22000 => "Server 2022",
        < 26100 => "11",
        _ => "11 24H2 or Server 2025",
    };
}
