using System.Text.Json;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>How intruders go from machine to machine in a Windows network, and what looks like it.</summary>
public class WindowsDetectorTests
{
    private const string Client = "10.0.1.5", Server = "10.0.9.9";

    /// <summary>One remote call with its texts, from the client to the server.</summary>
    internal static Scene Call(string endpoint, string operation, params string[] arguments) => Calls(new Scene(), endpoint, operation, arguments: arguments);

    /// <summary>Tickets for so many services, one after another.</summary>
    internal static Scene Tickets(int count, string cipher, bool isWeakOnly = false, string service = "HTTP/app")
    {
        Scene scene = new();
        for (int i = 0; i < count; i++)
            scene.Says("kerberos", Client, Server, 88, $$"""{"request_type":"TGS","client":"li/HOSPITAL","service":"{{service}}{{i}}","success":true,"cipher":"{{cipher}}","weak_only":{{(isWeakOnly ? "true" : "false")}}}""");
        return scene;
    }

    /// <summary>Log-ins of so many users that are answered without a proof.</summary>
    internal static Scene LogIns(int count, bool isProven = false)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++)
            scene.Says("kerberos", Client, Server, 88, $$"""{"request_type":"AS","client":"user{{i}}/HOSPITAL","service":"krbtgt/HOSPITAL","success":true,"cipher":"rc4-hmac","preauthenticated":{{(isProven ? "true" : "false")}}}""");
        return scene;
    }

    /// <summary>A log-in at one machine, whose challenge another machine made.</summary>
    internal static Scene Relay(ushort port, string middle = "10.0.1.66", double otherTime = 0)
    {
        const string Challenge = """{"username":"li","server_nb_computer_name":"FILES","server_time":1795399404.123456}""";
        string other = otherTime == 0 ? Challenge : Challenge.Replace("1795399404.123456", otherTime.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new Scene().Says("ntlm", middle, Server, port, Challenge).Says("ntlm", Client, middle, port, other);
    }

    /// <summary>Remote desktops, each opened from the one before while that lasts; the innermost ends first.</summary>
    internal static Scene Chain(params string[] machines) => Desktops(new Scene(), machines);

    /// <summary>Files of a share that are read, and others with an ending in their place.</summary>
    internal static Scene Sweep(int files, string ending, bool isRead, string? note = null, bool isDeleted = true)
    {
        Scene scene = new();
        for (int i = 0; i < files; i++)
        {
            if (isRead) File(scene, "FILE_OPEN", $"letters\\l{i}.doc", read: 5000);
            File(scene, "FILE_OPEN", $"letters\\l{i}.doc{ending}", written: 5000);
            if (isDeleted) File(scene, "FILE_DELETE", $"letters\\l{i}.doc");
        }
        if (note is not null) File(scene, "FILE_OPEN", "letters\\" + note, written: 200);
        if (note is not null) File(scene, "FILE_OPEN", "letters\\after.doc" + ending, written: 200);
        return scene;
    }

    [Fact]
    public void A_service_weighs_more_behind_a_program_in_an_administrative_share_whichever_is_told_first()
    {
        Assert.Equal(Severity.Medium, Call("svcctl", "CreateServiceW", "updater", "C:\\tool\\agent.exe").Fires("remote-service-created").Severity);
        Scene placed = File(new Scene(), "FILE_OPEN", "tool.exe", written: 50_000, share: "ADMIN$");
        Assert.Equal(Severity.High, Calls(placed, "svcctl", "CreateServiceW", "BTOB", "%systemroot%\\tool.exe").Fires("remote-service-created").Severity);
        Scene later = File(Call("svcctl", "CreateServiceW", "BTOB"), "FILE_OPEN", "tool.exe", written: 50_000, share: "ADMIN$");
        Finding finding = later.Fires("remote-service-created");
        Assert.Equal((Severity.High, 2), (finding.Severity, finding.Count));
        Assert.Contains(finding.Facts, fact => fact is { Name: "file-put-there", Observed: "tool.exe" });
        Assert.Equal(Severity.High, Call("svcctl", "CreateServiceW", "x", "%COMSPEC% /Q /c echo dir").Fires("remote-service-created").Severity);
        Assert.Equal(Severity.High, File(new Scene(), "PIPE_OPEN", "PSEXESVC-stdin", share: "IPC$").Fires("remote-service-created").Severity);
    }

    [Fact]
    public void One_machine_that_reaches_many_is_one_finding_with_their_number()
    {
        Scene scene = new();
        for (int i = 1; i <= 40; i++) scene.Says("dce_rpc", Client, $"10.0.9.{i}", 445, """{"endpoint":"svcctl","operation":"CreateServiceW"}""");
        Assert.Contains(scene.Fires("remote-service-created").Facts, fact => fact is { Name: "targets", Observed: "40" });
    }

    [Fact]
    public void What_starts_nothing_is_refused_or_is_the_declared_scanner_is_no_execution()
    {
        Call("svcctl", "EnumServicesStatusW").IsSilent();
        Call("IWbemServices", "ExecQuery").IsSilent();
        Calls(new Scene(), "svcctl", "CreateServiceW", code: "0x00000005").IsSilent();
        Calls(new Scene("declaredScanners: 10.0.1.5"), "svcctl", "CreateServiceW").IsSilent();
        File(new Scene(), "FILE_OPEN", "setup.exe", written: 50_000, share: "software").IsSilent();
        File(new Scene(), "FILE_OPEN", "report.txt", written: 50_000, share: "C$").IsSilent();
    }

    [Fact]
    public void A_zerologon_that_was_let_in_is_critical()
    {
        Scene scene = new();
        for (int i = 0; i < 20; i++) scene.Says("dce_rpc", Client, Server, 49_668, """{"endpoint":"netlogon","operation":"NetrServerAuthenticate3","return_code":"0xc0000022","zero_challenge":true}""");
        Assert.Equal(Severity.High, scene.Fires("zerologon").Severity);
        scene.Says("dce_rpc", Client, Server, 49_668, """{"endpoint":"netlogon","operation":"NetrServerAuthenticate3","return_code":"0x00000000","zero_challenge":true}""");
        Assert.Equal(Severity.Critical, scene.Fires("zerologon").Severity);
        Call("netlogon", "NetrServerAuthenticate3").IsSilent();
    }

    [Fact]
    public void A_printers_notification_names_its_client_and_is_forced_only_by_an_address()
    {
        Call("spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx", "\\\\WARD-PC7").IsSilent();
        Call("spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx", "\\\\10.0.1.66\\x").Fires("forced-authentication");
        Call("efsrpc", "EfsRpcOpenFileRaw", "C:\\secret.doc").IsSilent();
        Call("efsrpc", "EfsRpcOpenFileRaw", "\\\\" + Server + "\\share\\a.doc").IsSilent();
        Assert.Equal(Severity.Medium, Calls(new Scene(), "efsrpc", "EfsRpcEncryptFileSrv", level: "privacy").Fires("forced-authentication").Severity);
    }

    [Fact]
    public void Controllers_copy_the_directory_among_themselves()
    {
        Scene scene = new Scene().Says("kerberos", "10.0.2.2", Client, 88, """{"request_type":"AS","success":true,"preauthenticated":true,"client":"li/HOSPITAL"}""");
        Calls(scene, "drsuapi", "DRSGetNCChanges").IsSilent();
        Calls(new Scene(), "drsuapi", "DRSCrackNames").IsSilent();
        Assert.Equal(Severity.Medium, Call("drsuapi", "DRSGetNCChanges").Fires("directory-copied").Severity);
        Scene known = Calls(new Scene(), "drsuapi", "DRSBind").Later(TimeSpan.FromHours(2));
        Assert.Equal(Severity.High, Calls(known, "drsuapi", "DRSGetNCChanges").Fires("directory-copied").Severity);
    }

    [Fact]
    public void Tickets_of_old_machines_of_machines_and_with_AES_are_not_harvested()
    {
        Tickets(9, "rc4-hmac").IsSilent();
        Tickets(40, "aes256-cts-hmac-sha1-96").IsSilent();
        Tickets(40, "rc4-hmac", service: "cifs/server").IsSilent();
        Tickets(3, "rc4-hmac", isWeakOnly: true).Fires("service-tickets-harvested");
        LogIns(40, isProven: true).IsSilent();
        LogIns(2).IsSilent();
    }

    [Fact]
    public void A_challenge_that_comes_from_two_machines_is_relayed_and_proxies_of_the_web_are_not()
    {
        Finding finding = Relay(445).Fires("log-in-relayed");
        Assert.Equal("10.0.1.66", finding.Subject.Address);
        Relay(80).IsSilent();
        Relay(445, otherTime: 1795399404.123457).IsSilent();
        // The same connection, seen a second time.
        const string Challenge = """{"username":"li","server_nb_computer_name":"FILES","server_time":1795399404.123456}""";
        new Scene().Says("ntlm", Client, Server, 445, Challenge).Says("ntlm", Client, Server, 445, Challenge).IsSilent();
    }

    [Fact]
    public void Four_desktops_in_a_row_weigh_more_and_gateways_are_silent()
    {
        Assert.Equal(Severity.Low, Chain("10.0.1.5", "10.0.1.25", "10.0.1.35").Fires("remote-desktop-chain").Severity);
        Assert.Equal(Severity.Medium, Chain("10.0.1.5", "10.0.1.25", "10.0.1.35", "10.0.1.45").Findings.Where(finding => finding.Type == "remote-desktop-chain").Max(finding => finding.Severity));
        Desktops(new Scene("servers: [{address: 10.0.1.25, roles: [terminal]}]"), "10.0.1.5", "10.0.1.25", "10.0.1.35").IsSilent();
        Scene gateway = new();
        foreach (string visitor in (string[])["10.0.1.6", "10.0.1.7", "10.0.1.8"]) gateway.Conversation(visitor, "10.0.1.25", 3389, service: "rdp", sent: 5000, answered: 5000, seconds: 300);
        Assert.DoesNotContain(Desktops(gateway, "10.0.1.5", "10.0.1.25", "10.0.1.35").Findings, finding => finding.Type == "remote-desktop-chain");
    }

    [Fact]
    public void Files_that_get_a_foreign_ending_are_told_and_a_note_makes_it_critical()
    {
        Assert.Equal(Severity.High, Sweep(12, ".locked", isRead: true).Fires("files-replaced").Severity);
        Finding finding = Sweep(12, ".locked", isRead: true, note: "README_RESTORE.txt").Fires("files-replaced");
        Assert.Equal(Severity.Critical, finding.Severity);
        // Written over, then renamed.
        Scene renamed = new();
        for (int i = 0; i < 12; i++)
        {
            File(renamed, "FILE_OPEN", $"a{i}.doc", read: 10);
            File(renamed, "FILE_OPEN", $"a{i}.doc", written: 5000);
            File(renamed, "FILE_RENAME", $"a{i}.doc.crypt", before: $"a{i}.doc");
        }
        renamed.Fires("files-replaced");
    }

    [Fact]
    public void A_backup_programs_endings_and_a_handful_of_files_are_silent()
    {
        Scene backup = new();
        for (int i = 0; i < 300; i++) File(backup, "FILE_OPEN", $"a{i}.doc", read: 5000);
        backup.IsSilent();
        Sweep(60, ".bak", isRead: true, isDeleted: false).IsSilent();
        Sweep(60, ".gz", isRead: true).IsSilent();
        Sweep(5, ".locked", isRead: true).IsSilent();
        Scene upload = new();
        for (int i = 0; i < 60; i++) File(upload, "FILE_RENAME", $"image{i}.dcm", before: $"image{i}.part");
        upload.IsSilent();
    }

    private static Scene Calls(Scene scene, string endpoint, string operation, string? a = null, string? b = null, string? code = null, string? level = null, string[]? arguments = null) =>
        scene.Says("dce_rpc", Client, Server, 445, JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["endpoint"] = endpoint,
            ["operation"] = operation,
            ["auth_level"] = level,
            ["arguments"] = arguments ?? ((string?[])[a, b]).OfType<string>().ToArray(),
            ["return_code"] = code,
        }.Where(one => one.Value is not null).ToDictionary()));

    private static Scene File(Scene scene, string action, string name, long read = 0, long written = 0, string share = "data", string? before = null) =>
        scene.Says("smb_files", Client, Server, 445, JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["action"] = "SMB::" + action,
            ["path"] = $"\\\\{Server}\\{share}",
            ["name"] = name,
            ["prev_name"] = before,
            ["bytes_read"] = read,
            ["bytes_written"] = written,
        }.Where(one => one.Value is not null).ToDictionary()));

    private static Scene Desktops(Scene scene, params string[] machines)
    {
        // All lie within each other; the row of one is told when it ends, and the clock of a scene goes on.
        for (int i = 0; i + 1 < machines.Length; i++) scene.Conversation(machines[i], machines[i + 1], 5900, service: "rfb", sent: 5000, answered: 5000, seconds: 600, after: 10);
        return scene;
    }
}
