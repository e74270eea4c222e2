using System.Text.Json;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Tests.Exchange;

/// <summary>Import and export as commands, on the real stores, by the way that is taken when nobody runs; the way through the socket carries the same requests.</summary>
public sealed class ExchangeTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_register_goes_in_and_devices_and_findings_come_out()
    {
        string register = folder.Write("register.csv", "资产编号,设备名称,购置日期\nZC-1,=HYPERLINK(1),2024/5/1\nZC-2,监护仪,2024-13-45\n"), file = folder["out.csv"];
        await using LocalControl control = Open();
        Task<ControlAnswer> Import(string path, string kind, params string[] switches) => RunAsync(control, "import", [("file", path), ("as", kind), .. switches.Select(one => (one, "yes"))]);
        Task<ControlAnswer> Export(string what, string format, string to, bool force = false) => RunAsync(control, "export", [("what", what), ("format", format), ("file", to), .. force ? [("force", "yes")] : Array.Empty<(string, string)>()]);

        ControlAnswer refused = await Import(register, "register");
        Assert.Equal((2, "row 3, column 3 (购置日期) \"2024-13-45\": not a day such as 2026-11-29"), (refused.ExitCode, refused.Lines![1]));
        Assert.StartsWith("Nothing was changed", refused.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, (await Import(register, "register", "preview")).ExitCode);
        Assert.StartsWith("Applied", (await Import(register, "register", "skip")).Lines![^1], StringComparison.Ordinal);
        ControlAnswer border = await Import(folder.Write("nat.csv", "public ip,public port,private ip,protocol\n203.0.113.5,443,10.0.0.9,tcp\n"), "publishing");
        Assert.Equal(("inforce", 1), (border.Facts!.Value.GetProperty("state").GetString(), border.Facts!.Value.GetProperty("services").GetInt64()));
        Assert.Contains("cannot be read as a table", (await Import(folder.Write("noise.xlsx", "PK\u0003\u0004"), "register")).Mistakes!.Single(), StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await Import(folder["none.csv"], "register")).Mistakes!.Single(), StringComparison.Ordinal);

        // What a spreadsheet would run is text; nothing is overwritten unless told so.
        Assert.Equal(0, (await Export("devices", "csv", file)).ExitCode);
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("'=HYPERLINK(1)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ZC-2", text, StringComparison.Ordinal);
        Assert.Contains("--force", (await Export("devices", "json", file)).Mistakes!.Single(), StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await Export("devices", "json", file, force: true)).ExitCode);
        using (JsonDocument devices = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))) Assert.Equal("ZC-1", devices.RootElement[0].GetProperty("assetTag").GetString());
        Assert.Equal(0, (await Export("findings", "xlsx", folder["findings.xlsx"])).ExitCode);
        Assert.Equal((byte)'P', (await File.ReadAllBytesAsync(folder["findings.xlsx"], TestContext.Current.CancellationToken))[0]);
        Assert.Contains("was not written", (await Export("findings", "csv", folder["nowhere/findings.csv"])).Mistakes!.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path), name => name.Contains(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_only_a_clinical_engineer_may_enter_is_taken_from_a_register_and_stays_when_it_is_read_again()
    {
        string register = folder.Write("register.csv", "device name,device type,mac,consequence,equipment class,status\nPump,infusion-pump,00:12:21:00:00:01,death-or-serious-injury,II,in use\nKiosk,report-kiosk,00:12:21:00:00:02,none,I,in use\n"), file = folder["out.json"];
        await using LocalControl control = Open();
        // Read again, they are the same two.
        for (int times = 0; times < 2; times++)
        {
            ControlAnswer taken = await RunAsync(control, "import", [("file", register), ("as", "register")]);
            Assert.Equal(0, taken.ExitCode);
            Assert.Contains("only in the register: 2", taken.Lines![0], StringComparison.Ordinal);
        }
        Assert.Equal(0, (await RunAsync(control, "export", [("what", "devices"), ("format", "json"), ("file", file)])).ExitCode);
        using JsonDocument devices = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(["death-or-serious-injury", "none"], devices.RootElement.EnumerateArray().Select(device => device.GetProperty("consequence").GetString()).Order());
        Assert.All(devices.RootElement.EnumerateArray(), device => Assert.Equal("deployed", device.GetProperty("lifeCycle").GetString()));
    }

    private static Task<ControlAnswer> RunAsync(LocalControl control, string command, (string Name, string Value)[] arguments) =>
        control.RunAsync(new ControlRequest { Command = command, Arguments = arguments.ToDictionary(one => one.Name, one => one.Value) }, _ => { }, TestContext.Current.CancellationToken);

    private LocalControl Open()
    {
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>> { ["data"] = [folder["data"]] }, new Dictionary<string, string> { ["HOME"] = folder.Path }, null);
        return LocalControl.TryOpen(loader, loader.Load(), TimeProvider.System, mayStart: true)!;
    }
}
