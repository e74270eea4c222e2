using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Devices;

/// <summary>Address of a file with all devices of a view: the API's keys instead of the page's.</summary>
internal static class DevicesFile
{
    /// <summary>Writes the address.</summary>
    /// <param name="view">The view.</param>
    /// <param name="format">csv or xlsx.</param>
    public static string Address(DevicesQuery view, string format)
    {
        DeviceFilter filter = view.Filter;
        List<KeyValuePair<string, string?>> query = [new("format", format), new("sort", (view.Table.Sort ?? new SortOrder("name")).ToString())];
        Each(query, "text", filter.Text is { } text ? [text] : []);
        Each(query, "type", filter.Types);
        Each(query, "category", filter.Categories);
        Each(query, "department", filter.Departments);
        Each(query, "vendor", filter.Vendors);
        Each(query, "person", filter.Persons);
        Each(query, "lifeCycle", filter.LifeCycles);
        Each(query, "subnet", filter.Subnets);
        Each(query, "vlan", filter.Vlans.Select(vlan => vlan.ToString(CultureInfo.InvariantCulture)));
        Each(query, "protocol", filter.Protocols);
        Each(query, "port", filter.Ports.Select(port => port.ToString(CultureInfo.InvariantCulture)));
        Each(query, "hasConflict", Flag(filter.HasConflict));
        Each(query, "isLifeSupport", Flag(filter.IsLifeSupport));
        Each(query, "isRetiredButAlive", Flag(filter.IsRetiredButAlive));
        Each(query, "isPublished", Flag(filter.IsPublished));
        Each(query, "firstSeenSince", Time(filter.FirstSeenSince));
        Each(query, "lastSeenSince", Time(filter.LastSeenSince));
        return QueryHelpers.AddQueryString("/api/v1/devices/export", query);
    }

    private static void Each(List<KeyValuePair<string, string?>> query, string key, IEnumerable<string> values) => query.AddRange(values.Select(value => new KeyValuePair<string, string?>(key, value)));

    private static string[] Flag(bool? value) => value switch { null => [], true => ["true"], _ => ["false"] };

    private static string[] Time(CaptureTime? value) => value is { } time ? [Formats.Iso(time)] : [];
}
