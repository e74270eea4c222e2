using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Labels;

namespace Wardkeeper.Sensor.Tests.Protocols.Labels;

/// <summary>What all labels hold, beside what every protocol does; each one's own messages are its seeds.</summary>
public class LabelTests
{
    public static TheoryData<string> Names => [.. LabelTable.All.Select(label => label.Info.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_label_says_nothing_and_lets_the_flow_go(string name)
    {
        Protocol label = Named(name);
        foreach ((_, _, byte[] bytes) in Seeds.All().Where(seed => seed.Protocol == name))
        {
            Carrier carrier = label.Info.Carriers.HasFlag(Carrier.Tcp) ? Carrier.Tcp : label.Info.Carriers;
            Conversation played = Conversation.Of(label, [Said.Client(bytes)], Conversation.View(carrier));
            Assert.Equal(Continuation.Done, played.Outcome);
            Assert.Empty(played.Lines);
            Assert.Empty(played.Faults);
        }
    }

    /// <summary>Messages of the same length, one step from the right one.</summary>
    [Theory]
    [InlineData("bgp", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001204", "a length shorter than the header")]
    [InlineData("bgp", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE001304", "a marker with a zero")]
    [InlineData("cflow", "000500020000000065000000000000000000000000000000000000000000", "more records than bytes")]
    [InlineData("pptp", "009C00011A2B3C4E0001000001000000", "another cookie")]
    [InlineData("x11", "6C000A00000000000000000000000000", "version 10")]
    [InlineData("rlogin", "006E7572736500726F6F7400787465726D00", "a terminal without a speed")]
    [InlineData("rsh", "313032310000726F6F740069640000", "a user without a name")]
    [InlineData("radmin", "01000000010000000809", "another kind")]
    [InlineData("adb", "434E584E000000010010000000000000000000001234567800000000", "a complement that is none")]
    [InlineData("synphasor", "AA410012000765000000000000640002FFFF", "a check sum that is wrong")]
    [InlineData("someip", "12340008000000120001000501010000112233445566778899", "a length that is not the datagram's")]
    [InlineData("doip", "02FC000100000000", "a version without its complement")]
    [InlineData("thrift", "80010001000000043C3F3E3D00000001", "a name that is no method's")]
    [InlineData("fix", "383D46495820393D36330133353D4101", "no end of the version")]
    [InlineData("smpp", "000000180000000900000001000000016100620000000000", "a bind with a status")]
    [InlineData("ethereum", "019004" + "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798" + "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B9" + "00000000", "a key beside the curve")]
    [InlineData("bitcoin", "F9BEB4D976657273696F6E3100000000000000000000000000", "another command")]
    [InlineData("telegram", "000102030405060708090A0B0C0D0E0FFFFFFFFFFFFFFFFFFFFFFF00FEFFFFFF0001020304050607", "a shorter run")]
    [InlineData("raknet", "0500FFFF00FEFEFEFEFDFDFDFD1234567706", "another magic")]
    public void A_look_alike_is_none_of_them(string name, string hex, string why)
    {
        Protocol label = Named(name);
        byte[] bytes = Convert.FromHexString(hex);
        foreach (Carrier carrier in (Carrier[])[Carrier.Tcp, Carrier.Udp])
        {
            if (label.Info.Carriers.HasFlag(carrier)) Assert.False(label.Recognise(new Opening { Carrier = carrier, Client = bytes, FromStart = true, ClientPort = 40000, ServerPort = label.Info.Ports.Count > 0 ? label.Info.Ports[0] : (ushort)0 }) == Match.Yes, why);
        }
    }

    private static Protocol Named(string name) => LabelTable.All.First(one => one.Info.Name == name);
}
