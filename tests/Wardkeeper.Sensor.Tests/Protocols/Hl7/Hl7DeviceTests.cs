using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

/// <summary>What messages by the profiles of IHE PCD say of devices.</summary>
public sealed class Hl7DeviceTests
{
    private const string Pump = "MSH|^~\\&|MAKER_PUMP^00221100AA000001^EUI-64|ICU|SRV|HOSP|20261123091000||ORU^R01^ORU_R01|P1|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD\r"
        + "PID|||HL00018^^^HOSP^MR||WANG^XIAODONG\rOBR|1|||182777000\r";

    [Theory]
    [InlineData("bbraun_space_lvp_pcd01", "infusion-pump", "stopped", "MDC_PUMP_INFUSING_STATUS")]
    [InlineData("ge_b1x5_dec", "patient-monitor", "monitoring", "MDC_BLD_PULS_RATE_INV")]
    [InlineData("icumedical_plum360_alarm_pcd04", "infusion-pump", null, null)]
    [InlineData("mindray_vs900_pcd01", null, "monitoring", "MDC_PULS_OXIM_SAT_O2")]
    public void Published_messages_of_devices_say_what_they_are_and_do(string file, string? type, string? state, string? basis)
    {
        byte[] message = File.ReadAllBytes(SharedFiles.Path($"reference/hl7/v2-devices/{file}.hl7"));
        Conversation conversation = Conversation.Of<Hl7Analyser>([new Said(Side.Client, [0x0B, .. message.AsSpan(message.AsSpan().IndexOf("MSH|"u8)), 0x1C, 0x0D])]);
        Golden.Hold(file, conversation.Lines);
        Hl7Device device = Assert.Single(Single(conversation).Devices!);
        Assert.Equal((type, state), (device.Type, device.State));
        Assert.Equal(basis is null, device.StateBasis is null);
        if (file.StartsWith("icu", StringComparison.Ordinal)) Assert.Equal("PLUM_360", device.Model);
    }

    [Theory]
    [InlineData("184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-infusing", "infusing")]
    [InlineData("184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-not-infusing", "stopped")]
    [InlineData("184508^^MDC|1.1.1.1|pump-status-standby", "standby")] // by number alone
    [InlineData("184508^MDC_PUMP_STAT^MDC|1.1.1.1|^pump-status-paused", "stopped")]
    [InlineData("157985^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|5.0", "infusing")] // a number that is wrong in the wild
    [InlineData("157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|0", "stopped")]
    [InlineData("0^MDC_EVT_PUMP_DELIV_START^MDC|1.1.1.1|", "infusing")]
    [InlineData("68487^MDC_ATTR_EVT_COND^MDC|1.1.1.1|0^MDC_EVT_PUMP_DELIV_STOP^MDC", "stopped")]
    [InlineData("184508^MDC_PUMP_STAT^MDC|1.1.1.1|^something-new", null)]
    [InlineData("150456^SpO2^LN|1.1.1.1|97", null)] // another vocabulary
    public void A_pump_says_whether_it_is_in_use(string observation, string? state)
    {
        FlowView view = Conversation.View();
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(Pump + $"OBX|1|CWE|{observation}||||||R\r")]);
        Claim[] use = [.. conversation.Observe(view).OfType<Claim>().Where(claim => claim.Kind == ClaimKind.InUse)];
        Assert.Equal(state is null ? [] : [(view.Client, state)], use.Select(claim => (claim.Subject, claim.Value)));
    }

    [Fact]
    public void One_channel_that_infuses_is_enough_and_a_status_outweighs_a_rate()
    {
        Hl7Exchange row = Single(Sends(Pump + "OBX|1|CWE|184508^MDC_PUMP_STAT^MDC|1.1.1.1|^pump-status-infusing||||||R\rOBX|2|CWE|184508^MDC_PUMP_STAT^MDC|1.1.2.1|^pump-status-paused||||||R\rOBX|3|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.2.2|0||||||R\r"));
        Assert.Equal("infusing", Assert.Single(row.Devices!).State);
    }

    [Fact]
    public void A_gateway_is_not_taken_for_the_pumps_behind_it()
    {
        FlowView view = Conversation.View();
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(Pump
            + "OBX|1||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC|1.0.0.0|||||||X|||||||S1^^0022110041000001^EUI-64\rOBX|2|CWE|184508^MDC_PUMP_STAT^MDC|1.1.1.1|^pump-status-infusing||||||R\r"
            + "OBX|3||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|2.0.0.0|||||||X|||||||L2^^0022110041000002^EUI-64\rOBX|4|CWE|184508^MDC_PUMP_STAT^MDC|2.1.1.1|^pump-status-standby||||||R\r"
            + "OBX|5|ST|531975^MDC_ID_PROD_SPEC_SW^MDC|2.0.0.1|7.1\r")]);
        Golden.Hold("gateway", conversation.Lines);
        Claim[] claims = [.. conversation.Observe(view).OfType<Claim>().Where(claim => claim.Kind is not (ClaimKind.HlApplication or ClaimKind.HlFacility or ClaimKind.HlMessageType))];
        Assert.Equal(
            [
                (ClaimKind.Role, "hl7-sender", "MSH-9"), (ClaimKind.Role, "device-observation-reporter", "MSH-9"), (ClaimKind.Role, "device-gateway", "OBX-18"),
                (ClaimKind.InUse, "infusing", "MDC_PUMP_STAT of S1^^0022110041000001^EUI-64"), (ClaimKind.InUse, "standby", "MDC_PUMP_STAT of L2^^0022110041000002^EUI-64"),
            ],
            claims.Select(claim => (claim.Kind, claim.Value, claim.Origin)));
    }

    [Fact]
    public void A_device_that_reports_for_itself_is_described()
    {
        FlowView view = Conversation.View();
        Claim[] claims = [.. Conversation.Of<Hl7Analyser>([Sends(Pump
            + "OBX|1||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|1.0.0.0|||||||X|||||||P9^^00221100AA000001^EUI-64\rOBX|2|ST|^MDC_ID_MODEL_MANUFACTURER^MDC|1.0.0.1|Maker\rOBX|3|ST|^MDC_ID_MODEL_NUMBER^MDC|1.0.0.2|P9\r"
            + "OBX|4|ST|^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.3|SN1\rOBX|5|ST|531975^MDC_ID_PROD_SPEC_SW^MDC|1.0.0.4|Main=1.2~Boot=0.9\rOBX|6|ST|^MDC_ID_PROD_SPEC_HW^MDC|1.0.0.5|B\rOBX|7|ST|^MDC_ID_PROD_SPEC_FW^MDC|1.0.0.6|3.4\r")])
            .Observe(view).OfType<Claim>().Where(claim => claim.Kind is ClaimKind.Type or ClaimKind.Vendor or ClaimKind.Model or ClaimKind.SerialNumber or ClaimKind.HardwareVersion or ClaimKind.Software or ClaimKind.Firmware)];
        Assert.Equal(["infusion-pump", "Maker", "P9", "SN1", "B", "Main=1.2; Boot=0.9", "3.4"], claims.Select(claim => claim.Value));
    }

    [Fact]
    public void A_central_monitor_that_reports_as_its_beds_monitors_do_is_not_taken_for_one_of_them()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(Pump + "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||C1^^00221100AA000001^EUI-64\rOBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.7.4.1|78\r")]);
        Assert.DoesNotContain(conversation.Observe(), one => one is Claim { Kind: ClaimKind.Type });
        Assert.Contains(conversation.Observe(), one => one is Claim { Kind: ClaimKind.InUse, Value: "monitoring" });
    }

    [Fact]
    public void An_order_for_a_pump_does_not_describe_who_sends_it()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends("MSH|^~\\&|BCMA|HOSP|SRV|HOSP|20261123||RGV^O15^RGV_O15|R1|P|2.6\rORC|RE|1\rOBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC||001221^^00122130004100000^EUI-64\r")]);
        Assert.DoesNotContain(conversation.Observe(), one => one is Claim { Kind: ClaimKind.Type or ClaimKind.InUse });
        Assert.Contains(conversation.Observe(), one => one is Claim { Value: "order-placer" });
    }

    [Fact]
    public void An_alarm_is_told_with_its_phase_state_and_priority()
    {
        Hl7Exchange row = Single(Sends(Pump.Replace("ORU^R01^ORU_R01", "ORU^R40^ORU_R40", StringComparison.Ordinal)
            + "OBX|1|CWE|196616^MDC_EVT_ALARM^MDC|1.1.1.1.1|196648^MDC_EVT_OCCL^MDC||||||R\rOBX|2|CWE|0^MDC_ATTR_EVENT_PHASE^MDC|1.1.1.1.2|^start\rOBX|3|CWE|0^MDC_ATTR_ALARM_STATE^MDC|1.1.1.1.3|^active\r"
            + "OBX|4|CWE|0^MDC_ATTR_ALARM_PRIORITY^MDC|1.1.1.1.4|^PH\rOBX|5|CWE|68485^MDC_ATTR_ALERT_TYPE^MDC|1.1.1.1.5|^ST\r"));
        Assert.Equal(("MDC_EVT_OCCL", "start", "active", "PH", "ST"), (Shown(row.AlarmEvent), row.AlarmPhase, row.AlarmState, row.AlarmPriority, row.AlarmType));
    }

    [Fact]
    public void An_alarm_that_is_its_own_observation_is_told_too()
    {
        Hl7Exchange row = Single(Sends(Pump.Replace("ORU^R01^ORU_R01", "ORU^R40^ORU_R40", StringComparison.Ordinal) + "OBX|1|ST|196648^MDC_EVT_HI^MDC|1.1.1.1|HR high for WANG|||H~PH~SP||R\r"));
        Assert.Equal(("MDC_EVT_HI", "PH", "SP"), (Shown(row.AlarmEvent), row.AlarmPriority, row.AlarmType));
    }

    [Fact]
    public void Participations_carry_unique_device_identifications()
    {
        Hl7Device device = Assert.Single(Single(Sends(Pump + "OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|97\rPRT||UC||EQUIP||||||DEV9^^00221100AA000001^EUI-64||||||00643169007222||||SN77\r")).Devices!);
        Assert.Equal(("DEV9^^00221100AA000001^EUI-64", "00643169007222", "SN77", "monitoring"), (device.Id, device.Udi, device.Serial, device.State));
    }

    [Fact]
    public void Hostile_lists_of_devices_are_bounded()
    {
        Hl7Exchange row = Single(Sends(Pump + string.Concat(Enumerable.Range(0, 5000).Select(i => $"OBX|{i}|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|{i}.3.1.1|97\rPRT||UC||EQUIP||||||D{i}\r"))));
        Assert.Equal(16, row.Devices!.Count);
    }

    [Fact]
    public void A_name_left_out_of_msh_3_is_taken_from_msh_4_and_a_lie_about_the_character_set_is_an_anomaly()
    {
        Claim[] claims = [.. Conversation.Of<Hl7Analyser>([Sends("MSH|^~\\&||MONITOR^00A037009A0053DE^EUI-64|||20261123||ORU^R01^ORU_R01|1|P|2.6||||||UNICODE UTF-8\rPID|||1||王小东医院\r", Gb18030)]).Observe().OfType<Claim>()];
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.HlApplication, Value: "MONITOR^00A037009A0053DE^EUI-64", Origin: "MSH-4" });
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.Anomaly, Value: "HL7 declares the character set UNICODE UTF-8 and writes gb18030" });
    }

    [Fact]
    public void An_application_acknowledgement_on_a_connection_of_its_own_gets_its_commit_acknowledgement()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends("MSH|^~\\&|SRV|HOSP|HIS|HOSP|20261123||ACK^O11|A1|P|2.6|||AL|NE\rMSA|AA|RDE1\r"), Answers(Ack("A1", "CA"))]);
        Hl7Exchange row = Single(conversation);
        Assert.Equal((true, "AA", "CA", "RDE1"), (row.IsAck, row.Ack, row.CommitAck, Shown(row.Answers)));
    }
}
