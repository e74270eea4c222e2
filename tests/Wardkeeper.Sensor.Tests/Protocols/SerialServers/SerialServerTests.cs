using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.SerialServers;

namespace Wardkeeper.Sensor.Tests.Protocols.SerialServers;

/// <summary>Discovery of serial device servers. Messages are made by public descriptions; no recording of a real one is in the collection.</summary>
public sealed class SerialServerTests
{
    private const string Search = "4449474900010006ffffffffffff";
    private const string Digi = "44494749" + "0002" + "0050" + "010600409d112233" + "02040a000002" + "04086469616c79736973" + "0d0b44696769204f6e65205350" + "081356657273696f6e2038323030303737345f4635" + "070101" + "120101" + "0902" + "4f4b" + "ff03000000";
    private const string Moxa = "81000018" + "00000000" + "00555555" + "1a51" + "0090e8aaaaaa" + "c0a87ffe";

    [Fact]
    public void Digi_tells_name_model_firmware_and_ports()
    {
        string answer = Digi.Replace("0050", $"{(Digi.Length / 2) - 8:x4}", StringComparison.Ordinal);
        FlowView view = Conversation.View(Carrier.Udp, serverPort: 2362);
        Conversation played = Conversation.Of<AddpAnalyser>([Client(Search), Server(answer), Client("44494749" + "0005000b" + "00409d112233" + "0464627073")], view);
        Assert.Empty(played.Faults);
        Golden.Hold("digi", played.Lines);
        Assert.Equal(
            ["Type serial-device-server", "Vendor Digi", "Model Digi One SP", "Firmware Version 82000774_F5", "FriendlyName dialysis", "OtherMac 00:40:9d:11:22:33"],
            played.Observe(view).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));
        Assert.DoesNotContain("dbps", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Lantronix_tells_its_address_and_that_its_setup_was_read()
    {
        FlowView view = Conversation.View(Carrier.Udp, serverPort: 30718);
        Conversation played = Conversation.Of<LantronixAnalyser>([Client("000000f6"), Server("000000f7" + new string('0', 40) + "0080a3112233"), Client("000000f8"), Server("000000f9" + string.Concat(Enumerable.Repeat("41", 120)))], view);
        Assert.Empty(played.Faults);
        Golden.Hold("lantronix", played.Lines);
        Assert.Contains(played.Observe(view).OfType<Claim>(), claim => claim is { Kind: ClaimKind.OtherMac, Value: "00:80:a3:11:22:33" });
    }

    [Fact]
    public void Moxa_tells_model_name_and_serial_number()
    {
        FlowView view = Conversation.View(Carrier.Udp, serverPort: 4800);
        string device = "00555555" + "1a51" + "0090e8aaaaaa", name = Convert.ToHexStringLower("NP5110A_1234"u8).PadRight(80, '0');
        Conversation played = Conversation.Of<MoxaAnalyser>(
            [Client("0100000800000000"), Server(Moxa), Client("10000014" + "00000001" + device), Server("9000003c" + "00000001" + device + name), Server("96000024" + "00000002" + device + "0000000000000000d204000000000000")], view);
        Assert.Empty(played.Faults);
        Golden.Hold("moxa", played.Lines);
        Assert.Contains(played.Observe(view).OfType<Claim>(), claim => claim is { Kind: ClaimKind.Model, Value: "NPort 511A" });
    }

    [Theory]
    [InlineData(Search, 2362, "Yes")]
    [InlineData(Search, 9, "Yes")]
    [InlineData("4449474900010007ffffffffffff", 2362, "No")]
    [InlineData("44494745", 2362, "No")]
    [InlineData("000000f6", 30718, "Yes")]
    [InlineData("000000f6", 9, "No")]
    [InlineData("000000f600", 30718, "No")]
    [InlineData("0100000800000000", 4800, "Yes")]
    [InlineData("0100000800000000", 9, "No")]
    [InlineData("010000080000000000", 4800, "No")]
    [InlineData("810b00190120ffff00ff1000c4020000012205c49103220104", 4800, "No")] // BACnet
    public void Content_and_port_decide(string hex, int port, string expected)
    {
        Opening opening = new() { Carrier = Carrier.Udp, Client = Convert.FromHexString(hex), ServerPort = (ushort)port };
        Match[] answers = [AddpAnalyser.Recognise(in opening), LantronixAnalyser.Recognise(in opening), MoxaAnalyser.Recognise(in opening)];
        Assert.Equal(Enum.Parse<Match>(expected), answers.Max());
        Assert.True(answers.Count(match => match != Match.No) <= 1);
    }

    [Fact]
    public void Malformed_messages_are_faults()
    {
        Assert.Equal([SerialServerFaults.MalformedMessage, SerialServerFaults.MalformedField], Conversation.Of<AddpAnalyser>([Client("44494749"), Server("444947490002000301ff00")], Conversation.View(Carrier.Udp)).Faults);
        Assert.Equal([SerialServerFaults.MalformedMessage], Conversation.Of<LantronixAnalyser>([Client("000000f7")], Conversation.View(Carrier.Udp)).Faults);
        Assert.Equal([SerialServerFaults.MalformedMessage], Conversation.Of<MoxaAnalyser>([Client("8100")], Conversation.View(Carrier.Udp)).Faults);
    }

    private static Said Client(string hex) => Said.Client(Convert.FromHexString(hex));

    private static Said Server(string hex) => Said.Server(Convert.FromHexString(hex));
}
