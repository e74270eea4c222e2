using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Import;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Writes all devices of a filter as a table for people, in the language of whoever asks. Times are UTC, as in the API.</summary>
internal static class DeviceExport
{
    public const string Csv = "text/csv; charset=utf-8", Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static async Task WriteAsync(HttpContext context, string format, IDeviceQueries devices, DeviceFilter filter, SortOrder sort, IStringLocalizer<Words> words, Job job)
    {
        context.Response.ContentType = format == "csv" ? Csv : Xlsx;
        context.Response.Headers.ContentDisposition = $"attachment; filename=devices.{format}";
        if (format == "csv")
        {
            await WriteAsync(context.Response.Body, format, devices, filter, sort, words, job);
            return;
        }
        // The writer seeks, which an answer cannot.
        using MemoryStream file = new();
        await WriteAsync(file, format, devices, filter, sort, words, job);
        file.Position = 0;
        await file.CopyToAsync(context.Response.Body, job.Stop);
    }

    /// <summary>Writes all devices of a filter.</summary>
    /// <param name="into">Where to; must be able to seek for xlsx.</param>
    /// <param name="format">csv or xlsx.</param>
    /// <param name="devices">The ledger.</param>
    /// <param name="filter">Which devices.</param>
    /// <param name="sort">In which order.</param>
    /// <param name="words">Words of the headings.</param>
    /// <param name="job">Told how far it is.</param>
    public static async Task WriteAsync(Stream into, string format, IDeviceQueries devices, DeviceFilter filter, SortOrder sort, IStringLocalizer<Words> words, Job job)
    {
        string[] headings =
        [
            "ID", words["column.name"], words["field.type"], words["field.vendor"], words["field.model"], words["field.serialNumber"], words["field.assetTag"], words["field.department"], words["field.bed"],
            words["field.person"], words["field.contact"], "IP", "MAC", "VLAN", words["field.switchPort"], words["column.state"], words["field.consequence"], words["column.first"], words["column.seen"],
        ];
        IAsyncEnumerable<IReadOnlyList<string?>> rows = RowsAsync(devices, filter, sort, words, job);
        await TableWriter.WriteAsync(into, format, headings, rows, job.Stop);
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> RowsAsync(IDeviceQueries devices, DeviceFilter filter, SortOrder sort, IStringLocalizer<Words> words, Job job)
    {
        bool chinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        await foreach (DeviceLine line in job.CountedAsync(page => devices.FindAsync(filter, sort, page, job.Stop))) yield return Row(line, words, chinese);
    }

    private static string?[] Row(DeviceLine line, IStringLocalizer<Words> words, bool chinese) =>
    [
        Formats.DeviceNumber(line.Id), line.Name, line.Type is { } type ? Taxonomy.NameOf(type, chinese) : null, line.Vendor, line.Model, line.SerialNumber, line.AssetTag,
        line.Department is { } department ? Words.Of(words, "department", department) : null, line.Bed, line.Person, line.Contact,
        line.Ip.IsNone ? null : line.Ip.ToString(), line.Mac.IsNone ? null : line.Mac.ToString(), line.Vlan == 0 ? null : line.Vlan.ToString(CultureInfo.InvariantCulture), line.SwitchPort,
        Words.Of(words, "lifecycle", line.LifeCycle), line.Consequence is { } consequence ? Words.Of(words, "choice", consequence) : null,
        line.FirstSeen.Nanoseconds == 0 ? null : Formats.Iso(line.FirstSeen), line.LastSeen.Nanoseconds == 0 ? null : Formats.Iso(line.LastSeen),
    ];
}
