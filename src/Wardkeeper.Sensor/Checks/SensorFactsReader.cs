using System.Globalization;
using Wardkeeper.Sensor.Capture.Live;

namespace Wardkeeper.Sensor.Checks;

/// <summary>Gathers from the system what <see cref="SensorChecks"/> go by. Needs no privileges, changes nothing, and never throws for what it cannot find out.</summary>
internal static class SensorFactsReader
{
    private const int RawCapability = 13, Unsynchronised = 5, ReceivedCell = 1, ErrorsCell = 2, SentCell = 9;

    /// <summary>The machine and its interfaces as they are now.</summary>
    /// <param name="interfaces">Names of those that are asked about.</param>
    /// <param name="before">What was read some seconds ago; tells whether an interface has sent since. Null the first time.</param>
    /// <param name="live">How the interfaces that are being captured from are doing; empty when none is.</param>
    public static SensorFacts Read(IReadOnlyList<string> interfaces, IReadOnlyDictionary<string, long>? before, IReadOnlyList<LiveInterfaceStatus> live)
    {
        if (!OperatingSystem.IsLinux()) return new SensorFacts { MayCapture = false, Interfaces = [.. interfaces.Select(name => new InterfaceFacts { Name = name })] };
        Dictionary<string, long[]> counts = Counts();
        using InterfaceQuery query = new();
        return new SensorFacts
        {
            MayCapture = MayCapture(),
            IsClockKept = IsClockKept(),
            Available = [.. counts.Keys.Order(StringComparer.Ordinal)],
            Interfaces = [.. interfaces.Select(name => Interface(name, query, counts, before, live))],
        };
    }

    /// <summary>Packets that each interface has sent since it was set up, to compare with later.</summary>
    public static IReadOnlyDictionary<string, long> Sent() => Counts().ToDictionary(pair => pair.Key, pair => pair.Value[SentCell], StringComparer.Ordinal);

    /// <summary>Packets that each interface has received since it was set up.</summary>
    public static IReadOnlyDictionary<string, long> Received() => Counts().ToDictionary(pair => pair.Key, pair => pair.Value[ReceivedCell], StringComparer.Ordinal);

    private static InterfaceFacts Interface(string name, InterfaceQuery query, Dictionary<string, long[]> counts, IReadOnlyDictionary<string, long>? before, IReadOnlyList<LiveInterfaceStatus> live)
    {
        if (query.Flags(name) is not { } flags) return new InterfaceFacts { Name = name };
        long[]? cells = counts.GetValueOrDefault(name);
        LiveInterfaceStatus? status = live.FirstOrDefault(one => one.Name == name);
        return new InterfaceFacts
        {
            Name = name,
            Exists = true,
            IsUp = flags.IsUp,
            HasCarrier = flags.HasCarrier,
            Hardware = query.Hardware(name) ?? -1,
            IsWireless = Directory.Exists($"/sys/class/net/{name}/wireless"),
            Addresses = [.. Addresses(name, query)],
            Sent = cells is not null && before is not null && before.TryGetValue(name, out long sent) ? Math.Max(0, cells[SentCell] - sent) : null,
            ReceiveErrors = cells?[ErrorsCell],
            Mtu = query.Mtu(name),
            JoinsPackets = query.JoinsPackets(name),
            Captured = status?.Packets,
            KernelDrops = status?.KernelDrops ?? 0,
        };
    }

    private static IEnumerable<string> Addresses(string name, InterfaceQuery query)
    {
        if (query.Address4(name) is { } address) yield return address.ToString();
        // Address, index, prefix, scope, flags and name of each IPv6 address.
        foreach (string[] cells in Lines("/proc/thread-self/net/if_inet6").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (cells.Length == 6 && cells[5] == name && cells[0].Length == 32) yield return new System.Net.IPAddress(Convert.FromHexString(cells[0])).ToString();
        }
    }

    /// <summary>The counters of each interface: eight of what it received, from bytes on, and eight of what it sent.</summary>
    private static Dictionary<string, long[]> Counts()
    {
        Dictionary<string, long[]> counts = new(StringComparer.Ordinal);
        foreach (string line in Lines("/proc/thread-self/net/dev"))
        {
            int colon = line.LastIndexOf(':');
            if (colon < 0) continue;
            long[] cells = [.. line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0)];
            if (cells.Length >= 16) counts[line[..colon].Trim()] = cells;
        }
        return counts;
    }

    private static bool? MayCapture()
    {
        string? line = Lines("/proc/thread-self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong capabilities) ? (capabilities >> RawCapability & 1) != 0 : null;
    }

    private static unsafe bool? IsClockKept()
    {
        // struct timex is 208 bytes on 64-bit systems; all zeros asks without changing anything.
        byte* timex = stackalloc byte[256];
        new Span<byte>(timex, 256).Clear();
        int state = LibC.AdjustTime(timex);
        return state < 0 ? null : state != Unsynchronised;
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
