using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class TypeHabitsTests
{
    [Theory]
    [InlineData("pacs-server", "Role=dicom-storage-scp", "Role=dicom-query-retrieve-scp", "Role=dicom-storage-scu")]
    [InlineData("imaging-workstation", "Role=dicom-query-retrieve-scu", "Role=dicom-storage-scp")]
    [InlineData("server", "Role=dicom-worklist-scp")]
    [InlineData("ct-scanner", "Modality=CT", "Role=dicom-worklist-scu", "Role=dicom-query-retrieve-scu")]
    [InlineData("server", "HlMessageType=ADT^A01 sends", "Role=hl7-sender", "Role=hl7-receiver")]
    [InlineData("server", "HlMessageType=ORU^R01 receives", "Role=hl7-receiver")]
    [InlineData("infusion-pump", "HlApplication=PUMPLINK^0012^EUI-64", "HlMessageType=ORU^R40 sends")]
    [InlineData("patient-monitor", "HlApplication=BEDSIDE^000F^EUI-64", "Vendor=Mindray Co., Ltd.")]
    [InlineData("camera", "Vendor=Hangzhou Hikvision Digital Technology Co.,Ltd.")]
    [InlineData("camera", "Description=Network Camera")]
    [InlineData("office-pc", "DhcpVendorClass=MSFT 5.0", "UserAgent=Mozilla/5.0 (Windows NT 10.0; Win64; x64)")]
    [InlineData("printer", "DhcpVendorClass=Hewlett-Packard JetDirect")]
    [InlineData("ip-phone", "Role=telephone")]
    [InlineData("router", "Role=router", "Role=dhcp-server", "Role=dns-server")]
    [InlineData("server", "Role=dhcp-server", "Role=dns-server")]
    public void What_a_device_does_and_is_called_tells_its_type(string type, params string[] claims) => Assert.Equal(type, TypeOf(claims)?.Value);

    [Theory]
    [InlineData("Role=dicom-storage-scp")]
    [InlineData("Role=hl7-sender")]
    [InlineData("DhcpVendorClass=MSFT 5.0")]
    [InlineData("Vendor=B.Braun Melsungen AG")]
    [InlineData("HostName=host-7")]
    public void Weak_evidence_alone_tells_nothing(string claim) => Assert.Null(TypeOf(claim));

    [Fact]
    public void Two_equally_likely_types_give_none() => Assert.Null(TypeOf("Modality=CT", "Modality=US"));

    [Fact]
    public void Forwarding_other_machines_packets_is_a_reason_of_its_own()
    {
        ClaimTally type = Assert.Single(TypeHabits.Of([], [], isRouter: true));
        Assert.Equal(("router", "habit", "passes on other machines' packets"), (type.Value, type.Source, type.Origin));
    }

    [Fact]
    public void The_strongest_reasons_are_named_first_and_three_at_most() =>
        Assert.Equal("modality CT, is called \"somatom\"", TypeOf("HostName=somatom", "Modality=CT")?.Origin);

    [Fact]
    public void A_banner_is_quoted_with_its_port()
    {
        ServiceTally offer = new() { Carrier = Carrier.Tcp, Port = 80, Banner = "App-webs Hikvision" };
        Assert.Equal("says \"App-webs Hikvision\" at port 80", Assert.Single(TypeHabits.Of([], [offer], isRouter: false)).Origin);
    }

    [Fact]
    public void Every_habit_leads_to_a_type_of_the_taxonomy()
    {
        using StreamReader reader = new(typeof(TypeHabits).Assembly.GetManifestResourceStream("type-habits.tsv")!);
        string[] lines = [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        Assert.All(lines, line => Assert.Contains(line.Split('\t')[2], Taxonomy.AllTypes));
        Assert.All(lines, line => Assert.InRange(int.Parse(line.Split('\t')[3], System.Globalization.CultureInfo.InvariantCulture), 1, 9));
        Assert.Equal(lines.Length, lines.Select(line => string.Join('\t', line.Split('\t')[..3])).Distinct().Count());
    }

    private static ClaimTally? TypeOf(params string[] claims) => TypeHabits.Of([.. claims.Select(Claim)], [], isRouter: false).SingleOrDefault();

    private static ClaimTally Claim(string text)
    {
        string[] parts = text.Split('=', 2);
        return new ClaimTally { Kind = Enum.Parse<ClaimKind>(parts[0]), Value = parts[1], Source = "test", Origin = "" };
    }
}
