using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class DatabaseTests
{
    private static Task AskAsync(TestHospital hospital, string server, string kind, string statement) =>
        ActorRegistry.ActAsync(new DatabaseAsked(TimeSpan.Zero, "pc", server, kind, statement), hospital.Site, TestHospital.Cancel);

    [LabFact("mariadbd mariadb-install-db mariadb tshark tcpdump unshare")]
    public async Task MariaDB_answers_on_each_host_from_one_template()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("lis", 10, offers: "mysql"), TestHospital.Device("his", 11, offers: "mysql"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await AskAsync(hospital, "lis", "mysql", "insert into result values ('S3','HL00018','NA','140','mmol/l'); select name from patient where id='HL00018'");
            await AskAsync(hospital, "his", "mysql", "select count(*) from result");
        });
        Assert.Equal("name\n王小东\ncount(*)\n2\n", File.ReadAllText(hospital.Site.LogOf(hospital.Site["pc"], "mariadb")));
        Assert.Equal(["service", "service"], await capture.FieldsAsync("mysql.login_request", "mysql.user"));
        Assert.Contains("select count(*) from result", await capture.FieldsAsync("mysql.query && ip.dst==10.77.10.11", "mysql.query"));
        Assert.Contains("select name from patient where id='HL00018'", await LogFile.WithAsync(Path.Combine(DeviceSystem.LogsOf(hospital.Site, hospital.Site["lis"]), "mysql.log"), "select name from patient where id='HL00018'"), StringComparison.Ordinal);
        LabException refused = await Assert.ThrowsAsync<LabException>(() => AskAsync(hospital, "lis", "mysql", "select * from nothing"));
        Assert.Contains("doesn't exist", refused.Message, StringComparison.Ordinal);
    }

    [LabFact("psql setpriv tshark tcpdump unshare")]
    public async Task PostgreSQL_answers_on_each_host_from_one_template()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("ris", 10, offers: "postgresql"), TestHospital.Device("pacs", 11, offers: "postgresql"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await AskAsync(hospital, "ris", "postgresql", "select name from patient where id='HL00018'");
            await AskAsync(hospital, "pacs", "postgresql", "delete from result");
        });
        Assert.Equal(" 王小东\n\nDELETE 2\n", File.ReadAllText(hospital.Site.LogOf(hospital.Site["pc"], "psql")));
        Assert.Equal(["select name from patient where id='HL00018'", "delete from result"], await capture.FieldsAsync("pgsql.query", "pgsql.query"));
        Assert.Equal(0, await capture.CountAsync("tls"));
        Assert.Contains("connection authorized: user=service database=clinic", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["ris"], "postgres"), "connection authorized: user=service database=clinic"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<LabException>(() => AskAsync(hospital, "ris", "postgresql", "select * from nothing"));
    }

    [LabFact("redis-server redis-cli tshark tcpdump unshare")]
    public async Task Redis_is_asked()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("app", 10, offers: "redis"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await AskAsync(hospital, "app", "redis", "SET session:1 HL00001");
            await AskAsync(hospital, "app", "redis", "GET session:1");
        });
        Assert.Equal("OK\nHL00001\n", File.ReadAllText(hospital.Site.LogOf(hospital.Site["pc"], "redis-cli")));
        string sent = string.Concat(await capture.FieldsAsync("tcp.dstport==6379 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload"));
        Assert.Contains(Convert.ToHexStringLower("*3\r\n$3\r\nSET\r\n$9\r\nsession:1\r\n$7\r\nHL00001\r\n"u8), sent, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LabException>(() => AskAsync(hospital, "app", "redis", "NOSUCH command"));
    }
}
