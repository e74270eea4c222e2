using System.Net;
using System.Text;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Admission;

public class RadiusReaderTests
{
    private static readonly CaptureTime Now = CaptureTime.FromSeconds(1_800_000_000);

    [Theory]
    [InlineData("02:00:00:00:00:1f")]
    [InlineData("02-00-00-00-00-1F")]
    [InlineData("0200.0000.001F")]
    [InlineData("02000000001F")]
    public void Every_spelling_of_an_address_is_the_same(string text) => Assert.Equal("02:00:00:00:00:1f", RadiusReader.Mac(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("02:00:00:00:00")]
    [InlineData("02:00:00:00:00:1g")]
    [InlineData("02:00:00:00:00:1f:00")]
    [InlineData("nurse-cart-12")]
    public void What_is_no_address_is_none(string? text) => Assert.Null(RadiusReader.Mac(text));

    [Fact]
    public void A_password_is_never_kept()
    {
        RadiusAttributes attributes = Read("""{"User-Name":{"type":"string","value":["a"]},"User-Password":{"type":"string","value":["hidden"]},"EAP-Message":{"type":"octets","value":["0x01"]}}""");
        Assert.Equal("a", attributes["User-Name"]);
        Assert.Null(attributes["User-Password"]);
        Assert.Null(attributes["EAP-Message"]);
    }

    [Fact]
    public void A_wireless_request_names_its_network_and_its_access_point()
    {
        AdmissionRequest request = RadiusReader.Request(Read("""{"User-Name":{"value":["02000000001f"]},"NAS-IP-Address":{"value":["10.1.1.1"]},"NAS-Identifier":{"value":["ap-3"]},"NAS-Port":{"value":[7]},"Called-Station-Id":{"value":["00-11-22-33-44-55:ward wlan"]}}"""), false, Now, out _)!;
        Assert.Equal(("02:00:00:00:00:1f", IPAddress.Parse("10.1.1.1"), "ap-3", "7", "ward wlan", AdmissionMethod.MacAuthentication), (request.Mac, request.NasAddress, request.NasIdentifier, request.Port, request.Ssid, request.Method));
    }

    [Fact]
    public void A_packet_that_names_no_switch_is_of_its_source() =>
        Assert.Equal(IPAddress.Parse("10.1.1.9"), RadiusReader.Request(Read("""{"Calling-Station-Id":{"value":["02000000001f"]},"Tmp-String-0":{"value":["10.1.1.9"]}}"""), false, Now, out _)!.NasAddress);

    [Theory]
    [InlineData("\"Event-Timestamp\":{\"value\":[1799999990]}", -10)]
    [InlineData("\"Event-Timestamp\":{\"value\":[\"Jan 15 2027 07:59:30 UTC\"]}", -30)]
    [InlineData("\"Event-Timestamp\":{\"value\":[1]},\"Acct-Delay-Time\":{\"value\":[7]}", -7)]
    [InlineData("\"Event-Timestamp\":{\"value\":[4000000000]}", 0)]
    public void An_event_is_dated_by_the_switch_where_its_clock_is_believable(string when, int seconds)
    {
        AccountingRecord record = RadiusReader.Accounting(Read("{\"Acct-Status-Type\":{\"value\":[\"Start\"]},\"Acct-Session-Id\":{\"value\":[\"s\"]},\"NAS-IP-Address\":{\"value\":[\"10.1.1.1\"]}," + when + "}"), Now, out _)!;
        Assert.Equal(seconds, record.At.Since(Now).TotalSeconds);
    }

    [Fact]
    public void The_decision_s_number_travels_in_Class_and_comes_back()
    {
        Assert.Equal(17, RadiusReader.Decision(AdmissionAnswer.ClassOf(17)));
        Assert.Equal(long.MaxValue, RadiusReader.Decision(AdmissionAnswer.ClassOf(long.MaxValue)));
        foreach (string foreign in (string[])["0x", "0x77", "wk-17", "0x776b2d", "0x776b2d2d31", "0xzz"]) Assert.Null(RadiusReader.Decision(foreign));
    }

    [Theory]
    [InlineData("rfc3580", "Tunnel-Type=VLAN Tunnel-Medium-Type=IEEE-802 Tunnel-Private-Group-Id=20 Filter-Id=meds Session-Timeout=600 Termination-Action=RADIUS-Request")]
    [InlineData("cisco", "Tunnel-Type=VLAN Tunnel-Medium-Type=IEEE-802 Tunnel-Private-Group-Id=20 Cisco-AVPair=ACS:CiscoSecure-Defined-ACL=meds Session-Timeout=600 Termination-Action=RADIUS-Request")]
    [InlineData("h3c", "Tunnel-Type=VLAN Tunnel-Medium-Type=IEEE-802 Tunnel-Private-Group-Id=20 Filter-Id=meds Session-Timeout=600 Termination-Action=RADIUS-Request")]
    public void Each_form_tells_it_in_its_own_way(string form, string expected) =>
        Assert.Equal(expected, string.Join(' ', AdmissionForms.Reply(form, "20", "meds", TimeSpan.FromMinutes(10)).Select(attribute => $"{attribute.Name}={attribute.Value}")));

    [Fact]
    public void Forms_that_can_be_asked_to_ask_again_say_how()
    {
        Assert.Null(AdmissionForms.AskAgain("rfc3580"));
        Assert.Equal((2011, 238, "user-command=1"), AdmissionForms.AskAgain("huawei"));
        Assert.Equal((25506, 210, "subscriber:command=reauthenticate"), AdmissionForms.AskAgain("h3c"));
    }

    [Fact]
    public void Messages_that_come_twice_late_and_in_another_order_give_the_same_session()
    {
        AccountingRecord start = Record(AccountingKind.Start, 0), interim = Record(AccountingKind.Interim, 60), stop = Record(AccountingKind.Stop, 120);
        AdmissionSession expected = Fold(start, interim, stop);
        Assert.Equal(CaptureTime.FromSeconds(120), expected.Ended);
        foreach (AccountingRecord[] order in (AccountingRecord[][])[[start, stop, interim], [stop, start, interim], [interim, stop, start], [start, start, interim, interim, stop, stop], [stop, interim, start, stop]])
            Assert.Equal((expected.Started, expected.Ended, expected.Decision), (Fold(order).Started, Fold(order).Ended, Fold(order).Decision));
        Assert.Same(expected, AdmissionSession.After(expected, stop));
        Assert.Null(AdmissionSession.After(expected, Record(AccountingKind.Start, 500)).Ended);
    }

    private static AdmissionSession Fold(params AccountingRecord[] records) => records.Aggregate((AdmissionSession?)null, AdmissionSession.After)!;

    private static AccountingRecord Record(AccountingKind kind, long at) => new(CaptureTime.FromSeconds(at), kind, "s", "02:00:00:00:00:01", "", IPAddress.Loopback, null, "3", 7, null, null, kind == AccountingKind.Start ? null : TimeSpan.FromSeconds(at), null, null, null);

    private static RadiusAttributes Read(string json) => RadiusAttributes.TryRead(Encoding.UTF8.GetBytes(json), out _) ?? throw new Xunit.Sdk.XunitException("was refused");
}
