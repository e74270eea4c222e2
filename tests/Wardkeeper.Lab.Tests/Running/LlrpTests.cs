using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Actors.Devices;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Llrp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Emitters;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class LlrpTests
{
    private static readonly HospitalDevice Reader = TestHospital.Device("rfid", 10, "rfid-reader", offers: "llrp") with { Vendor = "Impinj", Model = "Speedway R420", SoftwareVersion = "6.4.1.240" };

    [LabFact("tshark tcpdump")]
    public async Task A_reader_reports_each_tag_once_and_takes_one_client_at_a_time()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), Reader);
        TagsReported[] events =
        [
            new(TimeSpan.Zero, "pc", "rfid", ["307400010000020000030004", "3074FFFF00A0B00000010005", "307412340000000000000001"]),
            new(TimeSpan.Zero, "pc", "rfid", ["3074ABCD00A0B00000010009"]),
        ];
        Capture capture = await hospital.RecordAsync(() => Task.WhenAll(events.Select(what => ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel))));

        string[] seen = Split(await capture.FieldsAsync("llrp && tcp.srcport==5084", "llrp.type"));
        Assert.Equal(WireCheck.Planned(hospital, events), WireCheck.Seen(seen.Where(type => type == "61").Select(_ => ("RO_ACCESS_REPORT", "10.77.10.10", "10.77.10.9"))));
        Assert.Equal(["63", "11", "30", "34", "32", "61", "4"], seen.Distinct());
        Assert.Equal(["1", "20", "24", "22", "14", "1", "20", "24", "22", "14"], Split(await capture.FieldsAsync("llrp && tcp.dstport==5084", "llrp.type")));
        Assert.Equal(["2"], Split(await capture.FieldsAsync("llrp", "llrp.version")).Distinct());
        string said = Assert.Single((await capture.FieldsAsync("llrp.type==11", "llrp.param.device_manufacturer", "llrp.param.model", "llrp.param.firmware_version", "llrp.param.max_supported_antenna")).Distinct());
        Assert.Equal("25882\t2001002\t6.4.1.240\t4", said);
        Assert.Equal(events.SelectMany(what => what.Tags).Order(), Split(await capture.FieldsAsync("llrp.type==61", "llrp.param.epc")).Select(epc => epc.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant()).Order());
        Assert.Equal(0, await capture.CountAsync("_ws.malformed || llrp.param.status_code != 0 || _ws.expert.severity >= \"Warning\" && llrp"));
        Assert.Equal(events.SelectMany(what => what.Tags).Order(), WireCheck.LogOf(hospital, "rfid", "llrp").Details("tag").Order());
    }

    [LabFact("tshark tcpdump")]
    public async Task A_second_client_and_a_spec_that_was_never_added_are_refused()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), Reader);
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await using System.Net.Sockets.NetworkStream stream = await hospital.Site["pc"].ConnectAsync(hospital.Site["rfid"].Device.Ip, LlrpReader.Port, TestHospital.Cancel);
            LlrpClient first = new(stream);
            await first.GreetAsync(TestHospital.Cancel);
            await Assert.ThrowsAsync<LabException>(() => new ReportTags().ActAsync(new(TimeSpan.Zero, "pc", "rfid", ["307400010000020000030004"]), hospital.Site, TestHospital.Cancel));
            await Assert.ThrowsAsync<InvalidDataException>(() => first.AskAsync(LlrpType.StartRoSpec, LlrpParameter.Int(7), LlrpType.StartRoSpecResponse, TestHospital.Cancel));
            await first.CloseAsync(TestHospital.Cancel);
        });
        Assert.Equal(["0", "2"], Split(await capture.FieldsAsync("llrp.type==63", "llrp.param.conn_status")));
        Assert.Equal(["101", "0"], Split(await capture.FieldsAsync("llrp.param.status_code", "llrp.param.status_code")));
    }

    [Fact]
    public void Every_reader_that_a_hospital_may_have_is_known()
    {
        HospitalDevice[] readers = [.. Enumerable.Range(1, 20).SelectMany(seed => HospitalPlan.FromSeed(seed, HospitalSize.Full).Devices).Where(device => device.Offers.Contains("llrp"))];
        Assert.True(readers.Select(device => device.Model).Distinct().Count() > 1);
        Assert.All(readers, device => Assert.Equal(device.SoftwareVersion, ReaderIdentity.Of(device).Firmware));
        LabException unknown = Assert.Throws<LabException>(() => ReaderIdentity.Of(Reader with { Model = "Speedway R9000" }));
        Assert.Contains("readers.tsv", unknown.Message, StringComparison.Ordinal);
    }

    private static string[] Split(IEnumerable<string> lines) => [.. lines.SelectMany(line => line.Split(','))];
}
