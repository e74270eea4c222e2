using Wardkeeper.Lab.Attacks.Files;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class FileSceneTests
{
    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device("files", 11, "server", offers: ["smb", "ftp"]), TestHospital.Device("pc2", 12, "office-pc", 20, offers: "smb"), TestHospital.Device("srv2", 13, "server", 20),
        TestHospital.Device("pc1", 14, "office-pc", 20), TestHospital.Device("pacs", 30, "pacs-server", aeTitle: "PACS01", offers: "dicom"),
    ];

    /// <summary>The same devices, with nothing but shares.</summary>
    private static HospitalDevice[] Shares() => [.. Devices().Select(device => device with { Offers = [.. device.Offers.Where(word => word == "smb")] })];

    [LabFact("smbd smbclient tshark tcpdump")]
    public Task A_sweep_writes_beside_every_document_and_deletes_it() => SweepAsync(4, "write-and-delete");

    [LabFact("smbd smbclient tshark tcpdump")]
    public Task A_sweep_overwrites_and_renames_every_document() => SweepAsync(1, "overwrite-and-rename");

    private static async Task SweepAsync(int seed, string way)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Shares());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "ransomware-sweep", seed);
        Assert.Equal(way, play["way"]);
        string attacker = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {attacker} || arp.src.proto_ipv4 == {attacker} || arp.dst.proto_ipv4 == {attacker}");
        // Nothing is left of it on the servers' disks.
        foreach (string server in play["servers"].Split(' ')) Assert.Empty(Directory.EnumerateFileSystemEntries(SmbService.FolderOf(hospital.Site, hospital.Site[server])));
        string create = $"smb2.cmd == 5 && smb2.flags.response == 0 && ip.src == {attacker}";
        HashSet<string> opened = [.. (await play.Capture.FieldsAsync(create, "smb2.filename")).SelectMany(line => line.Split(','))];
        Assert.Contains(opened, name => name.EndsWith(play["note"], StringComparison.Ordinal));
        if (way == "write-and-delete") Assert.Equal(play.Number("files") / play["servers"].Split(' ').Length, opened.Count(name => name.EndsWith(play["end"], StringComparison.Ordinal)));
    }

    [LabFact("smbd smbclient tshark tcpdump")]
    public async Task A_backup_reads_and_changes_nothing()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Shares());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "ransomware-sweep-twin", 2);
        string backup = hospital.Site[play["backup"]].Device.Ip.ToString();
        await play.MarkedAreAsync($"ip.addr == {backup} && tcp.port == 445 && ({string.Join(" || ", play["servers"].Split(' ').Select(server => $"ip.addr == {hospital.Site[server].Device.Ip}"))})");
        // SMB2 WRITE is command 9 ([MS-SMB2], 2.2.1).
        Assert.True(await play.CountAsync("smb2.cmd == 8") > 0 || await play.CountAsync("smb.cmd == 0x2e") > 0);
        Assert.Equal(0, await play.CountAsync("smb2.cmd == 9 || smb.cmd == 0x2f"));
    }

    [LabFact("Orthanc curl tshark tcpdump")]
    public Task Files_of_two_kinds_travel_over_stow() => TravelAsync("stow");

    [LabFact("smbd smbclient tshark tcpdump")]
    public Task Files_of_two_kinds_travel_over_smb() => TravelAsync("smb");

    [LabFact("vsftpd curl tshark tcpdump")]
    public Task Files_of_two_kinds_travel_over_ftp() => TravelAsync("ftp");

    [LabFact("curl tshark tcpdump")]
    public Task Files_of_two_kinds_travel_over_http() => TravelAsync("http");

    private static async Task TravelAsync(string way)
    {
        Assert.Contains(way, Polyglot.Ways);
        string? offered = way switch { "stow" => "dicom", "http" => null, _ => way };
        await using TestHospital hospital = await TestHospital.StartAsync([.. Devices().Select(device => device with { Offers = [.. device.Offers.Where(word => word == offered)] })]);
        ScenePlay attack = await ScenePlay.TwiceAsync(hospital.Network, $"polyglot-{way}", 1), twin = await ScenePlay.TwiceAsync(hospital.Network, $"polyglot-{way}-twin", 1);
        string attacker = attack["sender"], sender = hospital.Site[twin["sender"]].Device.Ip.ToString(), receiver = hospital.Site[twin["receiver"]].Device.Ip.ToString();
        await attack.MarkedAreAsync($"ip.addr == {attacker} || arp.src.proto_ipv4 == {attacker} || arp.dst.proto_ipv4 == {attacker}");
        await twin.MarkedAreAsync($"ip.addr == {sender} && ip.addr == {receiver}{(way == "ftp" ? "" : $" && tcp.port == {twin["port"]}")}");
        // The heads of both kinds are on the wire: "MZ" and "II*" followed by zeros and "DICM" behind 128 bytes.
        Assert.True(await attack.CountAsync(@"tcp.payload matches ""(?s-i)MZ.{126}DICM""") >= attack.Number("files"));
        Assert.True(await twin.CountAsync(@"tcp.payload matches ""(?s-i)II\\*\\x00.{124}DICM""") >= twin.Number("files"));
    }

    [LabFact("dcmdump file")]
    public async Task Both_kinds_are_what_they_say()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("lab-test-").FullName, "dual.dcm");
        foreach (bool isProgram in (bool[])[true, false])
        {
            DualFile dual = DualFile.Make(new Dice(7, "test"), isProgram);
            await File.WriteAllBytesAsync(path, dual.Bytes, TestHospital.Cancel);
            (int code, string dump) = await Shell.RunAsync("dcmdump", [path], TestHospital.Cancel);
            Assert.Equal(0, code);
            Assert.Contains($"[{dual.PatientId}]", dump, StringComparison.Ordinal);
            (_, string kind) = await Shell.RunAsync("file", ["-bk", path], TestHospital.Cancel);
            Assert.Contains(isProgram ? "PE" : "TIFF image data, little-endian, direntries=8", kind, StringComparison.Ordinal);
        }
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
