using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Register;

public class PublishingTableTests
{
    [Fact]
    public void A_borders_table_is_read_in_both_languages()
    {
        RegisterTable chinese = new(["规则名称", "公网IP", "公网端口", "内网IP", "内网端口", "协议"],
            [(2, ["PACS 门户", "203.0.113.9", "443", "10.3.5.8", "8443", "TCP"]), (3, ["RTP", "203.0.113.9", "10000-10100", "10.3.5.9", "", "udp"]), (4, ["整机", "", "", "10.3.5.10/32", "", ""])], "csv (UTF-8)");
        (IReadOnlyList<PublishedService> services, IReadOnlyList<RegisterProblem> problems) = PublishingTable.Read(chinese);
        Assert.Empty(problems);
        Assert.Equal([(443, 8443, Carrier.Tcp), (10000, 10000, Carrier.Udp), (1, 1, Carrier.Tcp | Carrier.Udp)], services.Select(service => (service.OutsideFirst, service.InsideFirst, service.Carrier)));
        Assert.Equal([8443, 10100, 65535], services.Select(service => service.InsideLast));

        RegisterTable english = new(["Name", "External IP", "External port", "Internal IP", "Internal port", "Protocol"], [(2, ["web", "203.0.113.9", "80", "10.3.5.8:80", "80", "6"])], "xlsx");
        Assert.Equal("10.3.5.8", Assert.Single(PublishingTable.Read(english).Services).Inside.ToString());
    }

    [Fact]
    public void Every_mistake_is_told_with_its_place()
    {
        RegisterTable table = new(["public ip", "public port", "private ip", "private port", "protocol"],
            [(2, ["203.0.113.9", "0", "10.3.5.8", "99999", "sctp"]), (3, ["nowhere", "80", "", "80", "tcp"])], "csv (UTF-8)");
        (IReadOnlyList<PublishedService> services, IReadOnlyList<RegisterProblem> problems) = PublishingTable.Read(table);
        Assert.Empty(services);
        Assert.Equal([(2, 2, "not-a-port"), (2, 4, "not-a-port"), (2, 5, "not-a-transport"), (3, 1, "not-an-ip"), (3, 3, "not-an-ip")],
            problems.OrderBy(problem => problem.Row).ThenBy(problem => problem.Column).Select(problem => (problem.Row, problem.Column, problem.Code)));
    }

    [Fact]
    public void A_table_without_inside_addresses_is_none() =>
        Assert.Equal("no-inside-address", Assert.Single(PublishingTable.Read(new RegisterTable(["a", "b"], [], "csv (UTF-8)")).Problems).Code);
}
