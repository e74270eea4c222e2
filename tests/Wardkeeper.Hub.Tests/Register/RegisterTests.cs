using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Register;

public class RegisterTests
{
    [Fact]
    public void Headings_of_hospitals_are_understood_in_both_languages() =>
        Assert.Equal(["assetTag", "name", "model", "serialNumber", "department", "person", "contact", "mac", null],
            RegisterColumns.Propose(["资产编号", "设备名称", "规格型号", "出厂编号（SN）", "使用科室", "责任人", "Phone", "MAC 地址", "折旧"]));

    [Fact]
    public void What_a_person_chose_for_a_heading_goes_before_what_is_known()
    {
        Dictionary<string, string> remembered = new() { ["编号"] = "assetTag", ["资产编号"] = "" };
        Assert.Equal([null, "assetTag"], RegisterColumns.Propose(["资产编号", "编号"], remembered));
    }

    [Fact]
    public void A_field_is_proposed_for_one_heading_only() => Assert.Equal(["model", null], RegisterColumns.Propose(["型号", "规格型号"]));

    [Theory]
    [InlineData("mac", "001B.213A.4F10", "00:1b:21:3a:4f:10")]
    [InlineData("mac", "001b-213a-4f10", "00:1b:21:3a:4f:10")]
    [InlineData("purchaseDate", "2024年3月1日", "2024-03-01")]
    [InlineData("purchaseDate", "45352", "2024-03-01")]
    [InlineData("lifeCycle", "维修中", "in-repair")]
    [InlineData("lifeCycle", "In use", "deployed")]
    [InlineData("nmpaClass", "Ⅲ类", "III")]
    [InlineData("consequence", "死亡或严重伤害", "death-or-serious-injury")]
    [InlineData("consequence", "无", "none")]
    [InlineData("type", "输液泵", "infusion-pump")]
    [InlineData("type", "Infusion Pump", "infusion-pump")]
    [InlineData("type", "神秘设备", "神秘设备")]
    [InlineData("ip", " 10.3.2.41\u3000", "10.3.2.41")]
    [InlineData("room", "—", null)]
    public void Cells_become_the_ledgers_values(string field, string cell, string? expected)
    {
        Assert.Null(RegisterValues.Read(RegisterColumns.Of(field)!, cell, out string? value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("mac", "00:1b:21:3a:4f", "not-a-mac")]
    [InlineData("mac", "ff:ff:ff:ff:ff:ff", "not-a-mac")]
    [InlineData("ip", "10.3.2.410", "not-an-ip")]
    [InlineData("purchaseDate", "2024-13-01", "not-a-date")]
    [InlineData("lifeCycle", "飞走了", "not-a-life-cycle")]
    [InlineData("name", "a\u0000b", "control-character")]
    public void What_cannot_be_taken_is_named(string field, string cell, string problem) =>
        Assert.Equal(problem, RegisterValues.Read(RegisterColumns.Of(field)!, cell, out _));

    [Fact]
    public void All_mistakes_of_a_table_are_told_at_once_by_row_and_column()
    {
        RegisterTable table = new(["资产编号", "MAC", "采购日期"],
            [(2, ["A-1", "001b213a4f10", "2024-01-02"]), (3, ["A-1", "zz", "soon"]), (4, ["", "", ""]), (5, ["", "", "2024-01-02"])], "csv (UTF-8)");
        RegisterSheet sheet = RegisterSheet.Read(table, ["assetTag", "mac", "purchaseDate"]);
        Assert.Equal(3, sheet.Rows.Count);
        Assert.Equal([(3, 1, "repeated"), (3, 2, "not-a-mac"), (3, 3, "not-a-date"), (5, 0, "nothing-to-know-it-by")], sheet.Problems.Select(problem => (problem.Row, problem.Column, problem.Code)));
    }

    [Fact]
    public void Rows_find_their_devices_and_say_how()
    {
        MatchCandidate[] devices =
        [
            Device(1, tag: "ICU-0001"), Device(2, serial: "sn-77"), Device(3, mac: 0x001B213A4F10), Device(4, ip: "10.3.2.41", type: "infusion-pump"),
            Device(5, ip: "10.3.2.42", type: "ct-scanner"), Device(6, serial: "DUP"), Device(7, serial: "DUP"), Device(8, tag: "T-8", serial: "REAL"),
        ];
        IReadOnlyList<RegisterMatch> matches = RegisterMatcher.Match(
        [
            Row(2, ("assetTag", "icu-0001")), Row(3, ("serialNumber", "SN-77")), Row(4, ("mac", "00:1b:21:3a:4f:10")), Row(5, ("ip", "10.3.2.41"), ("type", "infusion-pump")),
            Row(6, ("ip", "10.3.2.42"), ("type", "infusion-pump")), Row(7, ("serialNumber", "DUP")), Row(8, ("assetTag", "T-8"), ("serialNumber", "OTHER")), Row(9, ("assetTag", "NEW-1")),
            Row(10, ("serialNumber", "sn-77")),
        ], devices);
        Assert.Equal(
        [
            (1L, MatchStrength.Sure, "asset-tag", ""), (2L, MatchStrength.Sure, "serial-number", ""), (3L, MatchStrength.Sure, "mac", ""), (4L, MatchStrength.Likely, "ip-and-type", ""),
            (5L, MatchStrength.Doubtful, "ip", "type"), (6L, MatchStrength.Doubtful, "serial-number", "several-devices"), (8L, MatchStrength.Doubtful, "asset-tag", "serial-number"), (null, MatchStrength.None, null, ""),
            (2L, MatchStrength.Doubtful, "serial-number", "row-3"),
        ], matches.Select(match => (match.Device, match.Strength, match.By, string.Join(',', match.Against))));
    }

    private static MatchCandidate Device(long id, string? tag = null, string? serial = null, ulong mac = 0, string? ip = null, string? type = null) =>
        new(id, tag, serial, mac == 0 ? [] : [new MacAddress(mac)], ip is not null && Address.TryParse(ip, out Address address) ? [address] : [], type, null, true);

    private static RegisterRow Row(int number, params (string Field, string Value)[] values) =>
        new(number, values.ToDictionary(pair => pair.Field, pair => pair.Value), []);
}
