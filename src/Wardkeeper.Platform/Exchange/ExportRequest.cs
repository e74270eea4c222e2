using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Api;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Exchange;

/// <summary>What the owner of the data folder does for <c>wardkeeper export</c>. A file appears whole or not at all, readable by its owner alone, and never in the place of another unless told so.</summary>
internal static class ExportRequest
{
    /// <summary>Bytes of JSON that are held before they are written.</summary>
    private const int Held = 1 << 18;

    /// <summary>Writes a file.</summary>
    public static async Task<ControlAnswer> RunAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        string path = request.Required("file"), what = request.Required("what"), format = request.Required("format");
        bool overwrites = request["force"] is not null;
        if (Directory.Exists(path)) throw new UserError($"{path} is a folder; name a file with --out.");
        if (!overwrites && File.Exists(path)) throw new UserError($"{path} is there already. Name another file with --out, or overwrite it with --force.");
        string partial = path + ".partial-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (FileStream file = new(partial, options))
            {
                await services.GetRequiredService<JobBoard>().RunAsync(
                    who, JobKind.Export, path,
                    async job =>
                    {
                        await WriteAsync(services, file, what, format, request["language"] ?? "en", job);
                        return true;
                    },
                    _ => "/" + what,
                    cancel: cancel);
                file.Flush(true);
            }
            File.Move(partial, path, overwrites);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} was not written by the process that owns the data folder: {e.Message}");
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
        long bytes = new FileInfo(path).Length;
        return new ControlAnswer { Lines = [$"Wrote {what} into {path} ({bytes / 1e3:F0} kB)."], Facts = JsonSerializer.SerializeToElement(new { what, format, file = path, bytes }) };
    }

    private static async Task WriteAsync(IServiceProvider services, Stream into, string what, string format, string language, Job job)
    {
        CancellationToken cancel = job.Stop;
        IDeviceQueries devices = services.GetRequiredService<IDeviceQueries>();
        IFindingQueries findings = services.GetRequiredService<IFindingQueries>();
        FindingFilter all = new() { Suppressed = SuppressedView.Include };
        if (format == "json")
        {
            if (what == "devices") await JsonAsync(into, page => devices.FindAsync(new DeviceFilter(), new SortOrder("id"), page, cancel), job);
            else await JsonAsync(into, page => findings.FindAsync(all, new SortOrder("number"), page, cancel), job);
            return;
        }
        // Words come in the language of the task that asks for them.
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        IStringLocalizer<Words> words = services.GetRequiredService<IStringLocalizer<Words>>();
        if (what == "devices") await DeviceExport.WriteAsync(into, format, devices, new DeviceFilter(), new SortOrder("id"), words, job);
        else await FindingExport.WriteAsync(into, format, findings, all, words, services.GetRequiredService<IStringLocalizer<FindingsPage>>(), job);
    }

    /// <summary>A JSON array of what the API gives page by page.</summary>
    private static async Task JsonAsync<T>(Stream into, Func<PageRequest, Task<Page<T>>> read, Job job)
    {
        await using Utf8JsonWriter writer = new(into, new JsonWriterOptions { Indented = true, Encoder = ApiJson.Options.Encoder });
        writer.WriteStartArray();
        await foreach (T item in job.CountedAsync(read))
        {
            JsonSerializer.Serialize(writer, item, ApiJson.Options);
            if (writer.BytesPending > Held) await writer.FlushAsync(job.Stop);
        }
        writer.WriteEndArray();
    }
}
