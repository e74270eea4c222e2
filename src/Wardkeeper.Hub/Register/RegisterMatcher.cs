using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>What the ledger knows of a device, as far as a register's row can be compared with it.</summary>
/// <param name="Device">Its number.</param>
/// <param name="AssetTag">Asset tag.</param>
/// <param name="SerialNumber">Serial number.</param>
/// <param name="Macs">Hardware addresses.</param>
/// <param name="Ips">Addresses it has now.</param>
/// <param name="Type">Type.</param>
/// <param name="Vendor">Maker.</param>
/// <param name="IsSeen">Whether it was seen in the network.</param>
public sealed record MatchCandidate(long Device, string? AssetTag, string? SerialNumber, IReadOnlyList<MacAddress> Macs, IReadOnlyList<Address> Ips, string? Type, string? Vendor, bool IsSeen);

/// <summary>How sure a match is.</summary>
public enum MatchStrength
{
    /// <summary>No device.</summary>
    None,

    /// <summary>A person must decide: the address alone agrees, or several devices fit, or something contradicts.</summary>
    Doubtful,

    /// <summary>The address and the type agree.</summary>
    Likely,

    /// <summary>Asset tag, serial number or hardware address agree and nothing contradicts.</summary>
    Sure,
}

/// <summary>What a row was found to be.</summary>
/// <param name="Row">The row.</param>
/// <param name="Device">The device it is, or that it may be; null when none fits.</param>
/// <param name="Strength">How sure.</param>
/// <param name="By">What agreed: asset-tag, serial-number, mac, ip-and-type, ip.</param>
/// <param name="Against">What contradicts: type, serial-number, several-devices, row-NUMBER (another row is the same device).</param>
public sealed record RegisterMatch(RegisterRow Row, long? Device, MatchStrength Strength, string? By, IReadOnlyList<string> Against);

/// <summary>
/// Finds the device of each row: by asset tag, then serial number, then hardware address, then IP address with type. One device is
/// matched by one row; the stronger match has it, among equals the earlier row.
/// </summary>
public static class RegisterMatcher
{
    /// <summary>Matches all rows.</summary>
    public static IReadOnlyList<RegisterMatch> Match(IReadOnlyList<RegisterRow> rows, IReadOnlyList<MatchCandidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(candidates);
        Index index = new(candidates);
        RegisterMatch[] matches = [.. rows.Select(row => Match(row, index))];
        Dictionary<long, int> taken = [];
        foreach (int i in Enumerable.Range(0, matches.Length).OrderByDescending(i => matches[i].Strength).ThenBy(i => i))
        {
            if (matches[i].Device is not { } device || matches[i].Strength < MatchStrength.Likely) continue;
            if (taken.TryAdd(device, i)) continue;
            matches[i] = matches[i] with { Strength = MatchStrength.Doubtful, Against = [.. matches[i].Against, $"row-{matches[taken[device]].Row.Number}"] };
        }
        return matches;
    }

    private static RegisterMatch Match(RegisterRow row, Index index)
    {
        foreach ((string by, IReadOnlyList<MatchCandidate> found) in index.Sure(row))
        {
            if (found.Count == 0) continue;
            if (found.Count > 1) return new RegisterMatch(row, found[0].Device, MatchStrength.Doubtful, by, ["several-devices"]);
            string[] against = [.. Against(row, found[0])];
            // A serial number is not the world's: two makers may use the same. A tag on another serial number was moved or mistyped.
            return new RegisterMatch(row, found[0].Device, against.Length == 0 || by == "mac" ? MatchStrength.Sure : MatchStrength.Doubtful, by, against);
        }
        List<MatchCandidate> at = index.ByIp(row);
        if (at.Count == 0) return new RegisterMatch(row, null, MatchStrength.None, null, []);
        if (at.Count > 1) return new RegisterMatch(row, at[0].Device, MatchStrength.Doubtful, "ip", ["several-devices"]);
        string[] contradicted = [.. Against(row, at[0])];
        bool sameType = row.Values.TryGetValue("type", out string? type) && type == at[0].Type;
        return new RegisterMatch(row, at[0].Device, sameType && contradicted.Length == 0 ? MatchStrength.Likely : MatchStrength.Doubtful, sameType ? "ip-and-type" : "ip", contradicted);
    }

    private static IEnumerable<string> Against(RegisterRow row, MatchCandidate device)
    {
        if (row.Values.TryGetValue("type", out string? type) && device.Type is not null && device.Type != type) yield return "type";
        if (row.Values.TryGetValue("serialNumber", out string? serial) && device.SerialNumber is not null && !Same(device.SerialNumber, serial)) yield return "serial-number";
    }

    private static bool Same(string left, string right) => string.Equals(left.Trim(), right.Trim(), StringComparison.OrdinalIgnoreCase);

    private sealed class Index
    {
        private readonly Dictionary<string, List<MatchCandidate>> tags = new(StringComparer.OrdinalIgnoreCase), serials = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<MacAddress, List<MatchCandidate>> macs = [];
        private readonly Dictionary<Address, List<MatchCandidate>> ips = [];

        public Index(IReadOnlyList<MatchCandidate> candidates)
        {
            foreach (MatchCandidate candidate in candidates)
            {
                if (candidate.AssetTag is { } tag) Add(tags, tag.Trim(), candidate);
                if (candidate.SerialNumber is { } serial) Add(serials, serial.Trim(), candidate);
                foreach (MacAddress mac in candidate.Macs) Add(macs, mac, candidate);
                foreach (Address ip in candidate.Ips) Add(ips, ip, candidate);
            }
        }

        public IEnumerable<(string By, IReadOnlyList<MatchCandidate> Found)> Sure(RegisterRow row)
        {
            if (row.Values.TryGetValue("assetTag", out string? tag)) yield return ("asset-tag", tags.GetValueOrDefault(tag, []));
            if (row.Values.TryGetValue("serialNumber", out string? serial)) yield return ("serial-number", serials.GetValueOrDefault(serial, []));
            if (row.Values.TryGetValue("mac", out string? text) && RegisterValues.TryMac(text, out MacAddress mac)) yield return ("mac", macs.GetValueOrDefault(mac, []));
        }

        public List<MatchCandidate> ByIp(RegisterRow row) =>
            row.Values.TryGetValue("ip", out string? text) && Address.TryParse(text, out Address ip) ? ips.GetValueOrDefault(ip, []) : [];

        private static void Add<T>(Dictionary<T, List<MatchCandidate>> index, T key, MatchCandidate candidate)
            where T : notnull
        {
            if (!index.TryGetValue(key, out List<MatchCandidate>? list)) index[key] = list = [];
            if (!list.Contains(candidate)) list.Add(candidate);
        }
    }
}
