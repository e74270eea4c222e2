using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

public sealed class AlikeTests
{
    private const string One = "98:e7:43:00:00:01", Two = "98:e7:43:00:00:02", Other = "98:e7:43:00:00:03";
    private readonly LiveSite site = new();

    public AlikeTests()
    {
        foreach ((string mac, string ip) in ((string, string)[])[(One, "10.0.0.1"), (Two, "10.0.0.2"), (Other, "10.0.0.3")])
        {
            site.Lives(mac, ip).Says(At(mac, ip), ClaimKind.DhcpParameterList, "1,3,6,77", "dhcp");
            site.Says(At(mac, ip), ClaimKind.DhcpVendorClass, mac == Other ? "other 2" : "cart 1.0", "dhcp");
        }
        site.Ledger.Decide();
    }

    [Fact]
    public void What_a_person_says_of_one_is_believed_of_those_that_are_alike()
    {
        Assert.Null(TypeOf(Two).Value);
        LedgerResult done = site.Do(new EditDevice(site.With(One).Number, new Dictionary<string, string?> { ["type"] = "ward-round-cart" }));
        Assert.Equal(LedgerStatus.Done, done.Status);
        Assert.Contains(site.With(Two), site.Ledger.Changes.Devices);
        Assert.Equal("ward-round-cart", TypeOf(Two).Value);
        Assert.Contains(TypeOf(Two).Evidence, voice => voice is { Entry: "site-fingerprint", Shown: "D-1, li" });
        Assert.Null(TypeOf(Other).Value);
        site.Undo(done.Operation);
        Assert.Null(TypeOf(Two).Value);
    }

    [Fact]
    public void What_two_persons_say_differently_of_alike_devices_is_in_conflict()
    {
        foreach ((string mac, string type) in ((string, string)[])[(One, "ward-round-cart"), (Two, "nurse-handheld")]) site.Do(new EditDevice(site.With(mac).Number, new Dictionary<string, string?> { ["type"] = type }));
        Assert.Equal(("ward-round-cart", "li"), (TypeOf(One).Value, TypeOf(One).ConfirmedBy));
        site.Lives("98:e7:43:00:00:04", "10.0.0.4").Says(At("98:e7:43:00:00:04", "10.0.0.4"), ClaimKind.DhcpParameterList, "1,3,6,77", "dhcp").Says(At("98:e7:43:00:00:04", "10.0.0.4"), ClaimKind.DhcpVendorClass, "cart 1.0", "dhcp");
        FieldValue third = TypeOf("98:e7:43:00:00:04");
        Assert.True(third is { Value: null, HasConflict: true });
    }

    [Fact]
    public void What_begins_to_behave_as_another_type_is_told_of_and_stays_in_conflict()
    {
        Subject who = At(One, "10.0.0.1");
        site.Says(who, ClaimKind.Role, "video-source", "rtsp").Says(who, ClaimKind.HostName, "ipcam-3", "dhcp");
        site.Ledger.Decide();
        Assert.Equal(("camera", false), (TypeOf(One).Value, TypeOf(One).HasConflict));
        site.Wait(2 * 86_400).Says(who, ClaimKind.Role, "domain-controller", "ldap").Says(who, ClaimKind.HlMessageType, "ADT^A01 sends", "hl7").Says(who, ClaimKind.HostName, "srv-dc-1", "dhcp", "field").Says(who, ClaimKind.Description, "Dell PowerEdge R740", "snmp").Says(who, ClaimKind.Model, "PowerEdge R740", "snmp");
        site.Ledger.Decide();
        FieldValue type = TypeOf(One);
        Assert.True(type.HasConflict);
        Assert.NotEqual("camera", type.Value);
    }

    [Fact]
    public void What_was_taught_is_a_file_that_another_site_reads()
    {
        site.Do(new EditDevice(site.With(One).Number, new Dictionary<string, string?> { ["type"] = "ward-round-cart" }));
        string print = site.With(Two).Fingerprint!;
        string line = KnowledgeFile.Line(Taught.Entry(print, "type", TypeOf(One).Value!, TypeOf(One).ConfirmedBy!)!);
        IReadOnlyList<KnowledgeEntry> read = KnowledgeFile.Read(string.Join('\t', KnowledgeFile.Columns) + "\n" + line, "site.tsv", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Identity identity = Identifier.Of(site.State(site.With(Two)).Observed!.Claims, [], [], false, KnowledgeBase.Shipped.With(read));
        Assert.Equal("ward-round-cart", identity.Of(IdentityField.Type)!.Value);
        // The same is said under the same name, however often; what a file cannot hold, and what is each piece's own, is not handed on.
        Assert.Equal(Taught.Entry(print, "type", "ct", "Li")!.Id, Taught.Entry(print, "type", "ct", "Zhou")!.Id);
        Assert.Null(Taught.Entry(print, "vendor", "A|B", "Li"));
        Assert.Null(Taught.Entry(print, "bed", "12", "Li"));
    }

    private FieldValue TypeOf(string mac) => DeviceState.Of(site.With(mac), site.Ledger.Book, site.Ledger.Prints).Fields.GetValueOrDefault("type") ?? new FieldValue("type", null, null, 0, null, null, false, "", []);
}
