using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class ServiceLifeTests
{
    [LabFact("/usr/sbin/sshd dropbear /usr/sbin/telnetd socat vsftpd smbd smbclient curl sshpass mariadbd mariadb psql redis-server redis-cli Xtigervnc unshare setpriv")]
    public async Task Services_of_many_devices_start_side_by_side_work_and_leave_nothing_behind()
    {
        string[][] kinds = [["ssh", "smb", "mysql"], ["ssh", "postgresql", "redis"], ["ssh", "telnet", "ftp", "vnc"], ["rtsp", "upnp", "telnet"], ["jetdirect", "mdns"]];
        string[] types = ["server", "server", "ultrasound-scanner", "camera", "printer"];
        HospitalDevice[] devices = [TestHospital.Device("pc", 9), .. Enumerable.Range(0, 20).Select(i => TestHospital.Device(string.Create(CultureInfo.InvariantCulture, $"d{i}"), 20 + i, types[i % 5]) with { Offers = kinds[i % 5] })];
        await using TestHospital hospital = await TestHospital.StartAsync([.. devices.Select(device => device with { Offers = [] })]);
        // The hosts of the hospital with what they offer, started all at once as for a day.
        HospitalSite site = new(hospital.Site.Folder, hospital.Site.Date, [hospital.Site[HospitalNetwork.Router], .. devices.Select(device => new HostNamespace(device, hospital.Site[device.Key].Name))]);
        Stopwatch clock = Stopwatch.StartNew();
        HashSet<string> names = [.. site.Hosts.Select(host => host.Name)];
        await using (await RunningServices.StartAsync(site, _ => { }, TestHospital.Cancel))
        {
            TestContext.Current.SendDiagnosticMessage("started after {0}", clock.Elapsed);
            Assert.True(NamespacePrograms.Running(names).Count >= 4 * 9);
            (TimeSpan zero, string pc) = (TimeSpan.Zero, "pc");
            LabEvent[] events =
            [
                new ShellOpened(zero, pc, "d0", "ssh", "uptime"), new ShellOpened(zero, pc, "d2", "ssh", "uptime"), new ShellOpened(zero, pc, "d2", "telnet", "uptime"),
                new FileCopied(zero, pc, "d0", "smb", "a.txt", 5000, true), new FileCopied(zero, pc, "d2", "ftp", "a.txt", 5000, false),
                new DatabaseAsked(zero, pc, "d0", "mysql", "select 1"), new DatabaseAsked(zero, pc, "d1", "postgresql", "select 1"), new DatabaseAsked(zero, pc, "d1", "redis", "PING"),
                new ScreenWatched(zero, pc, "d2"), new StreamWatched(zero, pc, "d3"), new PagePrinted(zero, pc, "d4", "x"),
            ];
            foreach (LabEvent what in events)
            {
                clock.Restart();
                await ActorRegistry.ActAsync(what, site, TestHospital.Cancel);
                TestContext.Current.SendDiagnosticMessage("{0} took {1}", what, clock.Elapsed);
            }
            clock.Restart();
        }
        TestContext.Current.SendDiagnosticMessage("ended after {0}", clock.Elapsed);
        Assert.Empty(NamespacePrograms.Running(names));
    }
}
