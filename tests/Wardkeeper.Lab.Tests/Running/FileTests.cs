using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class FileTests
{
    private static FileCopied Copy(string server, string protocol, string name, int size, bool put) => new(TimeSpan.Zero, "pc", server, protocol, name, size, put);

    [LabFact("vsftpd curl tshark tcpdump unshare")]
    public async Task Files_are_put_and_taken_over_ftp()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("us1", 10, "ultrasound-scanner", offers: "ftp"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await ActorRegistry.ActAsync(Copy("us1", "ftp", "report.pdf", 70000, put: true), hospital.Site, TestHospital.Cancel);
            await ActorRegistry.ActAsync(Copy("us1", "ftp", "firmware.bin", 1000, put: false), hospital.Site, TestHospital.Cancel);
            await ActorRegistry.ActAsync(Copy("us1", "ftp", "firmware.bin", 2000, put: true), hospital.Site, TestHospital.Cancel);
        });
        Assert.Equal(["STOR report.pdf", "RETR firmware.bin", "STOR firmware.bin"], (await capture.FieldsAsync("ftp.request.command in {\"STOR\",\"RETR\"}", "ftp.request.command", "ftp.request.arg")).Select(line => line.Replace('\t', ' ')));
        Assert.Equal(["Vendor Model FTP server VB20A"], (await capture.FieldsAsync("ftp.response.code==220", "ftp.response.arg")).Distinct());
        Assert.Equal(3, (await capture.FieldsAsync("ftp.response.code==226", "ftp.response.arg")).Count);
        Assert.Equal(73000, (await capture.FieldsAsync("ftp-data", "tcp.len")).Sum(int.Parse));
        string log = await LogFile.WithAsync(Path.Combine(DeviceSystem.LogsOf(hospital.Site, hospital.Site["us1"]), "vsftpd.log"), "OK UPLOAD: ", 2);
        Assert.Contains("OK UPLOAD: Client \"10.77.10.9\", \"/home/service/report.pdf\", 70000 bytes", log, StringComparison.Ordinal);
        Assert.Contains("OK DOWNLOAD: Client \"10.77.10.9\", \"/home/service/firmware.bin\", 1000 bytes", log, StringComparison.Ordinal);
    }

    [LabFact("smbd smbclient tshark tcpdump unshare")]
    public async Task Files_are_put_and_taken_over_smb_in_the_dialect_of_the_device()
    {
        string[] models = ["A", "B", "C"];
        await using TestHospital hospital = await TestHospital.StartAsync(
            [TestHospital.Device("pc", 9), TestHospital.Device("srv", 10, "server", offers: "smb"), .. models.Select((model, i) => TestHospital.Device("us" + model, 11 + i, "ultrasound-scanner", offers: "smb") with { Model = model })]);
        Dictionary<string, int> seen = new() { ["NT1"] = 0, ["SMB2_10"] = 0, ["SMB3"] = 0 };
        foreach (string server in (string[])["srv", .. models.Select(model => "us" + model)])
        {
            Capture capture = await hospital.RecordAsync(async () =>
            {
                await ActorRegistry.ActAsync(Copy(server, "smb", "results.csv", 30000, put: true), hospital.Site, TestHospital.Cancel);
                await ActorRegistry.ActAsync(Copy(server, "smb", "list.csv", 3000, put: false), hospital.Site, TestHospital.Cancel);
            });
            string dialect = SmbService.DialectOf(hospital.Site[server].Device);
            seen[dialect]++;
            // What both agreed on: [MS-SMB2], 2.2.4; [MS-SMB] has no SMB2 at all then.
            string[] agreed = [.. (await capture.FieldsAsync("smb2.cmd==0 && smb2.flags.response==1 && smb2.dialect!=0x2ff", "smb2.dialect")).Distinct()];
            Assert.Equal(dialect switch { "NT1" => [], "SMB2_10" => ["0x0210"], _ => ["0x0311"] }, agreed);
            string file = dialect == "NT1" ? "smb.file" : "smb2.filename";
            string[] names = [.. (await capture.FieldsAsync(file, file)).Select(name => name.TrimStart('\\')).Where(name => name.Length > 0).Distinct()];
            Assert.Contains("results.csv", names);
            Assert.Contains("list.csv", names);
            Assert.Contains("status [NT_STATUS_OK]", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site[server], "smbd"), "status [NT_STATUS_OK]"), StringComparison.Ordinal);
        }
        Assert.Equal("SMB3", SmbService.DialectOf(hospital.Site["srv"].Device));
        Assert.Equal(1, seen["NT1"]);
        Assert.Equal(1, seen["SMB2_10"]);
        Assert.Equal(2, seen["SMB3"]);
    }
}
