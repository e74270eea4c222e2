using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.NetBiosDatagram;

/// <summary>Reads what machines announce of themselves (MS-BRWS, section 2.2) and their requests for a log-on (MS-ADTS, section 6.3.1).</summary>
internal static class BrowserMessage
{
    private const int NameLength = 16, LongestText = 128;
    private const uint Unix = 0x800, Workstation = 0x1000, Server = 0x8000;

    private static readonly (uint Bit, string Name)[] Types =
    [
        (1, "workstation"), (2, "server"), (4, "sql-server"), (8, "domain-controller"), (0x10, "backup-domain-controller"), (0x20, "time-source"), (0x40, "apple"), (0x80, "novell"), (0x100, "domain-member"),
        (0x200, "print-server"), (0x400, "dial-in-server"), (Unix, "unix"), (Workstation, "nt-workstation"), (Server, "nt-server"), (0x10000, "potential-browser"), (0x20000, "backup-browser"), (0x40000, "master-browser"),
        (0x80000, "domain-master-browser"), (0x400000, "windows-9x"), (0x2000000, "terminal-server"),
    ];

    /// <summary>Adds what a message in the browsers' mailslot says.</summary>
    public static NetBiosDatagramSeen Announcement(NetBiosDatagramSeen row, ReadOnlySpan<byte> data)
    {
        SpanReader reader = new(data);
        string? kind = reader.U8() switch
        {
            1 => "host announcement",
            2 => "announcement request",
            8 => "election",
            9 => "backup list request",
            10 => "backup list",
            11 => "become backup",
            12 => "domain announcement",
            13 => "master announcement",
            14 => "reset state",
            15 => "local master announcement",
            _ => null,
        };
        if (kind is null || reader.Failed) return row;
        row = row with { Kind = kind };
        if (kind is not ("host announcement" or "domain announcement" or "local master announcement")) return row;
        // Counter and period.
        reader.Skip(5);
        string? name = Narrow(reader.Take(NameLength));
        byte major = reader.U8(), minor = reader.U8();
        uint type = reader.U32Little();
        reader.Skip(4);
        if (reader.Failed) return row;
        List<string> types = [];
        foreach ((uint bit, string named) in Types)
        {
            if ((type & bit) != 0) types.Add(named);
        }
        bool isDomain = kind == "domain announcement";
        return row with
        {
            Name = name,
            Version = isDomain || major == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{major & 0x0F}.{minor}"),
            ServerType = types,
            IsWindows = (type & Unix) == 0 && (type & (Workstation | Server)) != 0,
            Comment = Narrow(reader.Rest),
        };
    }

    /// <summary>Adds what a message in the log-on service's mailslot says.</summary>
    public static NetBiosDatagramSeen LogOn(NetBiosDatagramSeen row, ReadOnlySpan<byte> data)
    {
        SpanReader reader = new(data);
        switch (reader.U16Little())
        {
            case 7:
                return row with { Kind = "controller request", Name = Narrow(reader.Rest) };
            case 18:
                reader.Skip(2);
                string? host = Wide(ref reader);
                return row with { Kind = "logon request", Name = host, User = Wide(ref reader) };
            case 19 or 23:
                return row with { Kind = "logon answer" };
            default:
                return row;
        }
    }

    private static string? Wide(ref SpanReader reader)
    {
        string? text = WideText.Of(reader.Rest, LongestText);
        reader.Skip(Math.Min(reader.Remaining, ((text?.Length ?? 0) + 1) * 2));
        return text;
    }

    private static string? Narrow(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0) bytes = bytes[..end];
        bytes = bytes[..Math.Min(bytes.Length, LongestText)].TrimEnd((byte)' ');
        return bytes.IsEmpty ? null : Encoding.Latin1.GetString(bytes);
    }
}
