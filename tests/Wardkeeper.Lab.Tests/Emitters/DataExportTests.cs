using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Emitters;

public class DataExportTests
{
    private static readonly DateTime At = new(2026, 11, 23, 9, 15, 30);
    private static readonly HospitalPatient Patient = new("HL00018", "", "王", "小东", "M", new(1950, 3, 4), "utf-8", "");
    private static readonly HospitalDevice Monitor = TestHospital.Device("mon1", 3, "patient-monitor", offers: "data-export") with { Vendor = "Philips", Model = "IntelliVue MX450", SoftwareVersion = "M.03.12", Serial = "DE41234567" };

    [Fact]
    public void Requests_are_those_of_published_clients()
    {
        Assert.Equal(DataExportSamples.Request, Convert.ToHexString(AssociationBytes.Open(AssociationBytes.Request, new(Nomenclature.Client, 1000, 2500, 1000, 0x8800_0000))));
        Assert.Equal(DataExportSamples.NumericPoll, Convert.ToHexString(new Poll(1, Nomenclature.Numeric, Nomenclature.AllGroups, false).ToRequest(0).ToBytes()));
        Assert.Equal(DataExportSamples.ExtendedPoll, Convert.ToHexString(new Poll(1, Nomenclature.Numeric, Nomenclature.AllGroups, true).ToRequest(1).ToBytes()));
        Assert.Equal(DataExportSamples.PatientPoll, Convert.ToHexString(new Poll(5, Nomenclature.PatientDemographics, Nomenclature.Demographics, false).ToRequest(6).ToBytes()));
        Assert.Equal(DataExportSamples.Confirmation, Convert.ToHexString(RemoteOperation.Created(0x0048_4700, []).Confirmed().ToBytes()));
        Assert.Equal(DataExportSamples.Release, Convert.ToHexString(AssociationBytes.Close(AssociationBytes.Release)));
        Assert.Equal(DataExportSamples.Released, Convert.ToHexString(AssociationBytes.Close(AssociationBytes.Released)));
        Assert.Equal(new PollProfile(Nomenclature.Client, 4000, 1456, 1456, 0x8E00_0000), AssociationBytes.Read(Convert.FromHexString(DataExportSamples.LongRequest)));
    }

    [Fact]
    public void Messages_of_a_real_monitor_are_read_and_written_to_the_same_bytes()
    {
        byte[] created = Convert.FromHexString(DataExportSamples.RealCreated);
        ExportAttribute[] system = [.. SystemOf(created)];
        Assert.Equal(17, system.Length);
        Assert.Equal(created, RemoteOperation.Created(0x0D58_B800, system).ToBytes());

        byte[] patient = Convert.FromHexString(DataExportSamples.RealPatient);
        Poll poll = new(0, Nomenclature.PatientDemographics, Nomenclature.Demographics, false);
        PolledObject demographics = Assert.Single(poll.ReadReply(RemoteOperation.Read(patient)));
        Assert.Equal(patient, poll.ToReply(0x03EA, 0x0D61_5300, 0, [demographics]).ToBytes());
    }

    [Fact]
    public void Attributes_have_the_form_of_a_real_monitors()
    {
        // Texts differ in length; everything that both have must be of the same length, and in the same order.
        ushort[] texts = [Nomenclature.SystemModel, Nomenclature.BedLabel, Nomenclature.SystemSpecification, Nomenclature.GivenName, Nomenclature.FamilyName, Nomenclature.PatientId];
        SameForm(SystemOf(Convert.FromHexString(DataExportSamples.RealCreated)), MonitorObjects.System(Monitor, 1, At), 14);
        PolledObject real = new Poll(0, Nomenclature.PatientDemographics, Nomenclature.Demographics, false).ReadReply(RemoteOperation.Read(Convert.FromHexString(DataExportSamples.RealPatient)))[0];
        SameForm(real.Attributes, MonitorObjects.Demographics(Patient).Attributes, 9);
        Assert.Equal(real[Nomenclature.GivenName], MonitorObjects.Demographics(null)[Nomenclature.GivenName]);

        void SameForm(IReadOnlyList<ExportAttribute> theirs, IReadOnlyList<ExportAttribute> ours, int least)
        {
            (ushort, int)[] shared = [.. ours.Where(one => theirs.Any(other => other.Id == one.Id)).Select(one => (one.Id, Size(one)))];
            Assert.Equal(theirs.Where(one => ours.Any(other => other.Id == one.Id)).Select(one => (one.Id, Size(one))), shared);
            Assert.True(shared.Length >= least, $"{shared.Length} attributes are shared");
        }

        int Size(ExportAttribute attribute) => texts.Contains(attribute.Id) ? 0 : attribute.Value.Length;
    }

    [Fact]
    public void Numerics_have_the_form_and_the_bytes_of_a_real_monitors()
    {
        VitalSigns signs = new(60, 98, 14, 120, 80, 36.9m);
        IReadOnlyList<PolledObject> numerics = NumericObjects.Of(signs, At, observedOnly: false);
        PolledObject realRate = Real(DataExportSamples.RealHeartRate), rate = numerics.Single(one => one[Nomenclature.Label]![3] == 0x82);
        Assert.Equal(realRate[Nomenclature.Label], rate[Nomenclature.Label]);
        Assert.Equal(realRate[Nomenclature.MetricSpecification], rate[Nomenclature.MetricSpecification]);
        // The real one is in demonstration mode: its measurement state is 0400.
        Assert.Equal("41820000" + Convert.ToHexString(realRate[Nomenclature.Value]![4..]), Convert.ToHexString(rate[Nomenclature.Value]!));
        PolledObject realPressure = Real(DataExportSamples.RealPressure), pressure = numerics.Single(one => one[Nomenclature.CompoundValue] is not null);
        Assert.Equal(realPressure[Nomenclature.Label], pressure[Nomenclature.Label]);
        Assert.Equal(Convert.ToHexString(realPressure[Nomenclature.CompoundValue]!).Replace("04000F20", "00000F20", StringComparison.Ordinal)[..^2], Convert.ToHexString(pressure[Nomenclature.CompoundValue]!)[..^2]);
        Assert.Equal(93, pressure[Nomenclature.CompoundValue]![^1]);
        Assert.Equal("FF000171", Convert.ToHexString(numerics[^1][Nomenclature.Value]!)[^8..]);
        Assert.All(NumericObjects.Of(signs, At, observedOnly: true), one => Assert.DoesNotContain(one.Attributes, attribute => attribute.Id == Nomenclature.Label));

        static PolledObject Real(string hex)
        {
            ExportReader reader = new(Convert.FromHexString(hex));
            return new(reader.Word(), reader.Attributes());
        }
    }

    [Fact]
    public void Vital_signs_are_plausible_and_the_same_for_the_same_patient_and_minute()
    {
        VitalSigns[] all = [.. Enumerable.Range(1, 500).Select(number => VitalSigns.Of(Patient with { Id = $"HL{number:00000}" }, At.AddMinutes(number)))];
        Assert.All(all, signs =>
        {
            Assert.InRange(signs.HeartRate, 50, 110);
            Assert.InRange(signs.Saturation, 92, 100);
            Assert.InRange(signs.RespirationRate, 8, 26);
            Assert.InRange(signs.Systolic, signs.Diastolic + 20, 160);
            Assert.InRange(signs.Mean, signs.Diastolic, signs.Systolic);
            Assert.InRange(signs.Temperature, 35.8m, 38.5m);
        });
        Assert.True(all.Distinct().Count() > 450);
        Assert.Equal(VitalSigns.Of(Patient, At), VitalSigns.Of(Patient, At.AddSeconds(20)));
    }

    [LabFact("ip")]
    public async Task A_published_client_is_served_and_told_what_there_is_not()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("cms", 2), Monitor);
        Bedside.Of(hospital.Site["mon1"]).Set(Patient, At);
        using Socket socket = hospital.Site["cms"].Datagrams(0);
        await socket.ConnectAsync(new IPEndPoint(Monitor.Ip, MonitorServer.Port), TestHospital.Cancel);

        await SendAsync(DataExportSamples.PatientPoll);
        await SendAsync(DataExportSamples.LongRequest);
        Assert.StartsWith("0E", await TakeAsync(), StringComparison.Ordinal);
        Assert.StartsWith("E100000200010", await TakeAsync(), StringComparison.Ordinal);
        await SendAsync(DataExportSamples.Confirmation);
        await SendAsync(DataExportSamples.PatientPoll);
        Assert.Contains(Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes("HL00018\0")), await TakeAsync(), StringComparison.Ordinal);
        await SendAsync(DataExportSamples.ProductionPoll);
        string made = await TakeAsync();
        Assert.Contains("00010008000C" + Convert.ToHexString(Encoding.ASCII.GetBytes("DE41234567\0\0")), made, StringComparison.Ordinal);
        Assert.Contains("000400580008" + Convert.ToHexString(Encoding.ASCII.GetBytes("M.03.12\0")), made, StringComparison.Ordinal);
        await SendAsync(DataExportSamples.WavePoll);
        Assert.Equal("E1000002000300060004" + "00000000", await TakeAsync());
        await SendAsync(DataExportSamples.Release);
        Assert.Equal(DataExportSamples.Released, await TakeAsync());
        Assert.Equal(["error a data message comes without an association", "poll 002A 0807 HL00018", "poll 0021 080C HL00018"], WireCheck.LogOf(hospital, "mon1", "data-export").Where(line => line[1] is "error" or "poll").Select(line => $"{line[1]} {line[2]}"));

        async Task SendAsync(string hex) => await socket.SendAsync(Convert.FromHexString(hex), SocketFlags.None, TestHospital.Cancel);

        async Task<string> TakeAsync()
        {
            byte[] buffer = new byte[2000];
            return Convert.ToHexString(buffer.AsSpan(0, await socket.ReceiveAsync(buffer, SocketFlags.None, TestHospital.Cancel)));
        }
    }

    [LabFact("tcpdump tshark")]
    public async Task Plan_log_and_recording_agree()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("cms", 2), Monitor);
        MonitorPolled[] polled = [new(TimeSpan.FromHours(9), "cms", "mon1", Patient, 5), new(TimeSpan.FromHours(10), "cms", "mon1", Patient with { Id = "HL00019", Family = "MILLER", Given = "ANNA" }, 2)];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (MonitorPolled one in polled) await ActorRegistry.ActAsync(one, hospital.Site, TestHospital.Cancel);
        });

        string[][] log = WireCheck.LogOf(hospital, "mon1", "data-export");
        SortedDictionary<string, int> planned = WireCheck.Planned(hospital, polled);
        Assert.Equal(planned, WireCheck.Seen(log.Where(line => line[1] is "association" or "poll").Select(line => (line[1], line[0], "10.77.10.3"))));
        Assert.Equal([5, 2], log.Where(line => line[1] == "poll").CountBy(line => line[2][^7..]).Select(pair => pair.Value));
        Assert.Equal(2, log.Details("release").Length);
        Assert.Empty(log.Details("error"));
        // tshark has no dissector for this protocol: what is counted are the datagrams' first bytes, as the guide has them.
        string[][] datagrams = [.. (await capture.FieldsAsync("udp.port==24105", "ip.src", "ip.dst", "udp.payload")).Select(row => row.Split('\t'))];
        IEnumerable<(string What, string From, string To)> seen = datagrams.Select(row => (row[2][..2] == "0d" ? "association" : row[2].StartsWith("e10000020001", StringComparison.Ordinal) && row[2][20..24] == "0007" ? "poll" : "", row[0], row[1]));
        Assert.Equal(planned, WireCheck.Seen(seen.Where(one => one.What.Length > 0)));
        // Request, response, event, confirmation, both of the release, and two for each poll.
        Assert.Equal((2 * 6) + (2 * 7), datagrams.Length);
        string answered = string.Concat(datagrams.Where(row => row[0] == "10.77.10.3").Select(row => row[2]));
        foreach (string shown in (string[])["HL00018", "HL00019", "王", "小东", "MILLER"]) Assert.Contains(Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(shown)), answered, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(Encoding.ASCII.GetBytes("IntelliVue MX450")), answered, StringComparison.Ordinal);
    }

    [LabFact("ip")]
    public async Task A_monitor_that_is_not_there_is_an_error()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("cms", 2), Monitor with { Offers = [] });
        LabException failed = await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(new MonitorPolled(TimeSpan.FromHours(9), "cms", "mon1", Patient, 2), hospital.Site, TestHospital.Cancel));
        Assert.Contains("mon1", failed.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ExportAttribute> SystemOf(byte[] created)
    {
        ExportReader reader = new(RemoteOperation.Read(created).Body);
        reader.Take(20);
        return reader.Attributes();
    }
}
