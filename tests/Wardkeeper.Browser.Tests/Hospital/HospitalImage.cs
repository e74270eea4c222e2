using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>
/// Data folders of a platform that has seen the sample hospital's day: the devices by the real path, and what a clinical engineer
/// would have entered (department, person, tag, bed) from the sample's own register. One is made for all tests; each console
/// has a copy of its own.
/// </summary>
internal static class HospitalImage
{
    private static readonly Actor Engineer = new("周敏", new HashSet<Role> { Role.ClinicalEngineer });
    private static readonly HashSet<string> LifeSupport = ["ventilator", "infusion-pump", "syringe-pump", "anaesthesia-machine"];
    private static readonly (string Field, string Key)[] Entered = [("department", "department"), ("person", "owner"), ("contact", "contact"), ("bed", "bed"), ("assetTag", "asset_tag")];
    private static string? made;

    /// <summary>Makes it.</summary>
    public static async Task MakeAsync()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-browser-image-").FullName;
        try
        {
            await using TestConsole console = await TestConsole.StartInAsync(folder, keep: true);
            RecordedDay day = RecordedDay.Shared;
            await console.DeliverAsync(day.Bindings, [], []);
            await EnterAsync(console);
            await console.DeliverAsync(day.Others, day.Flows, day.Transactions);
        }
        catch
        {
            await Folders.DeleteAsync(folder);
            throw;
        }
        made = folder;
    }

    /// <summary>Deletes it.</summary>
    public static async Task DeleteAsync()
    {
        if (made is { } folder) await Folders.DeleteAsync(folder);
    }

    /// <summary>Puts a copy into a folder.</summary>
    public static void CopyTo(string folder)
    {
        string from = made ?? throw new InvalidOperationException("The image is made before the first test.");
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    /// <summary>Enters the register as a person would, except for every fifth device: those nobody ever entered, as in a real one.</summary>
    private static async Task EnterAsync(TestConsole console)
    {
        Dictionary<string, JsonElement> register = File.ReadLines(Path.Combine(Checkout.Root, "samples/hospital-day/truth/devices.ndjson")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.TryGetProperty("mac", out _)).GroupBy(row => row.GetProperty("mac").GetString()!).ToDictionary(same => same.Key, same => same.First());
        Page<DeviceLine> seen = await console.Get<IDeviceQueries>().FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200));
        List<LedgerChange> changes = [];
        foreach (DeviceLine line in seen.Items)
        {
            if (line.Id % 5 == 0 || !register.TryGetValue(line.Mac.ToString(), out JsonElement row)) continue;
            Dictionary<string, string?> fields = Entered.Where(one => row.TryGetProperty(one.Key, out _)).ToDictionary(one => one.Field, one => (string?)row.GetProperty(one.Key).ToString());
            if (LifeSupport.Contains(row.GetProperty("type").GetString()!)) fields["consequence"] = "death-or-serious-injury";
            changes.Add(new EditDevice(line.Id, fields));
        }
        LedgerResult result = await console.Get<ILedgerCommands>().ApplyAsync(Engineer, changes, "stock-taking");
        if (result.Status != LedgerStatus.Done) throw new InvalidOperationException(string.Join("; ", result.Problems.Select(problem => $"{problem.Field}: {problem.Message}")));
    }
}
