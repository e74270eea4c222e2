using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class ShellTests
{
    [LabFact("/usr/sbin/sshd dropbear dropbearkey ssh sshpass tshark tcpdump unshare")]
    public async Task Engineers_log_in_over_ssh_to_computers_and_to_small_devices()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(
            TestHospital.Device("pc", 9), TestHospital.Device("srv", 10, "server", offers: "ssh"), TestHospital.Device("pump", 11, "infusion-pump", offers: "ssh"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (string server in (string[])["srv", "pump"])
                await ActorRegistry.ActAsync(new ShellOpened(TimeSpan.Zero, "pc", server, "ssh", "id -un; hostname; cat /etc/issue; exit 3"), hospital.Site, TestHospital.Cancel);
        });
        IReadOnlyList<string> banners = await capture.FieldsAsync("ssh.protocol && tcp.srcport==22", "ssh.protocol");
        Assert.Equal(2, banners.Count);
        Assert.Matches("^SSH-2.0-OpenSSH_[0-9.p]+ Vendor Model$", banners[0]);
        Assert.StartsWith("SSH-2.0-dropbear_", banners[1], StringComparison.Ordinal);
        // Both sides took new keys.
        Assert.Equal(4, await capture.CountAsync("ssh.message_code==21"));
        string seen = File.ReadAllText(hospital.Site.LogOf(hospital.Site["pc"], "ssh"));
        Assert.Contains("service\nsrv-server\nVendor Model VB20A\n", seen.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("service\npump-infusion-pump\n", seen.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Accepted password for service from 10.77.10.9", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["srv"], "sshd"), "Accepted password for service from 10.77.10.9"), StringComparison.Ordinal);
        Assert.Contains("Password auth succeeded for 'service' from 10.77.10.9", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["pump"], "dropbear"), "Password auth succeeded for 'service' from 10.77.10.9"), StringComparison.Ordinal);
    }

    [LabFact("/usr/sbin/telnetd socat tshark tcpdump unshare")]
    public async Task Engineers_log_in_over_telnet_and_the_password_is_readable()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("us1", 10, "ultrasound-scanner", offers: "telnet"));
        string shown = "";
        Capture capture = await hospital.RecordAsync(async () => shown = await TelnetCall.RunAsync(hospital.Site["pc"], hospital.Site["us1"].Device.Ip, "id -un; pwd", TestHospital.Cancel));
        Assert.Contains("Vendor Model VB20A", shown, StringComparison.Ordinal);
        Assert.Contains("us1-ultrasound-scanner login: ", shown, StringComparison.Ordinal);
        Assert.Contains("service\r\n/home/service\r\n", shown, StringComparison.Ordinal);
        string said = string.Concat(await capture.FieldsAsync("telnet && tcp.dstport==23", "telnet.data"));
        Assert.Contains("service\\r\\nservice\\r\\nid -un; pwd\\r\\nexit", said, StringComparison.Ordinal);
        Assert.Equal(0, await capture.CountAsync("tcp.flags.reset==1"));
        Assert.Equal(1, await capture.ConnectionsAsync("tcp.flags.syn==1 && tcp.flags.ack==0"));
    }

    [LabFact("/usr/sbin/sshd ssh sshpass tshark unshare")]
    public async Task A_wrong_account_is_refused_and_a_stopped_server_leaves_no_session()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("srv", 10));
        HostNamespace pc = hospital.Site["pc"], server = hospital.Site["srv"];
        IAsyncDisposable running = await ServiceRegistry.Of("ssh").StartAsync(server, hospital.Site, TestHospital.Cancel);
        ProgramResult refused = await ProgramRun.RunAsync(pc, hospital.Site.LogOf(pc, "x"), "sshpass",
            ["-p", "wrong", "ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "service@10.77.10.10", "true"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        Assert.Equal(5, refused.ExitCode);
        Task session = SshCall.RunAsync(pc, hospital.Site, "10.77.10.10", "touch here; sleep 600", TestHospital.Cancel);
        while (!File.Exists(Path.Combine(DeviceSystem.HomeOf(hospital.Site, server), "here"))) await Task.Delay(20, TestHospital.Cancel);
        Assert.True(NamespacePrograms.Running(new HashSet<string> { server.Name }).Count > 2);
        await running.DisposeAsync();
        while (NamespacePrograms.Running(new HashSet<string> { server.Name }).Count > 0) await Task.Delay(20, new CancellationTokenSource(3000).Token);
        await session;
        Assert.DoesNotContain("service:", File.ReadAllText("/etc/passwd"), StringComparison.Ordinal);
    }
}
