using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Session;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Search;

/// <summary>Finds devices by name, address in any spelling, tag, serial number, bed, person or pinyin initials.</summary>
internal sealed class DeviceSearch(Look look, Formats formats, IStringLocalizer<Words> words) : ISearchSource
{
    private const int Most = 6, MacDigits = 12;

    public async Task<IReadOnlyList<SearchHit>> FindAsync(string text, Actor person, CancellationToken cancel)
    {
        DeviceFilter filter = new() { Text = text, Visible = person.Departments };
        Page<DeviceLine> found = await look.Devices.FindAsync(filter, new SortOrder("name"), new PageRequest(1, Most), cancel);
        // Whoever names a number means that device, not those whose number begins with it.
        DeviceLine? named = text.StartsWith("D-", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? (await look.Devices.GetAsync(id, person.Departments, cancel))?.Line : null;
        List<SearchHit> hits = [.. (named is null ? [] : new[] { named }).Concat(found.Items.Where(line => line.Id != named?.Id)).Take(Most).Select(line => Hit(line, IsAddress(text)))];
        if (found.Total > hits.Count)
            hits.Add(new SearchHit("device", words["search.all", Formats.Count(found.Total)], "", new Addresses.AddressBuilder("/devices").Set("q", text).ToString()));
        return hits;
    }

    /// <summary>Whether an IP or a hardware address was typed, in any spelling.</summary>
    private static bool IsAddress(string text)
    {
        if (text.AsSpan().ContainsAny('.', ':') && Sensor.Observations.Address.TryParse(text, out _)) return true;
        string digits = string.Concat(text.Where(letter => letter is not (':' or '-' or '.')));
        return digits.Length == MacDigits && digits.All(char.IsAsciiHexDigit);
    }

    /// <summary>A device. Whoever asks for an address wants to know whom to call and where it is plugged in, and is told also when nobody knows.</summary>
    private SearchHit Hit(DeviceLine line, bool isAddress)
    {
        string name = line.Name ?? words["device.unnamed"];
        string?[] parts =
        [
            line.Type is { } type ? formats.Type(type) : words["nothing.unknown"],
            line.Department is { } department ? Words.Of(words, "department", department) : null,
            line.Bed is { } bed ? words["bed", bed].Value : null,
            line.Ip.IsNone ? null : line.Ip.ToString(),
            line.AssetTag,
        ];
        string? whom = line.Person is null ? isAddress ? words["search.noperson"].Value : null : line.Contact is null ? isAddress ? words["search.nophone", line.Person].Value : line.Person : $"{line.Person} ☎ {line.Contact}";
        string? port = line.SwitchPort is not null ? words["search.port", line.SwitchPort].Value : isAddress ? words["search.noport"].Value : null;
        return new SearchHit("device", $"{Formats.DeviceNumber(line.Id)} · {name}", string.Join(" · ", parts.OfType<string>()), $"/devices/{line.Id}", whom, port);
    }
}
