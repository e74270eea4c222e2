using System.Text;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Lab.Tests.Admission;

public class RadiusPacketTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("testing123");

    /// <summary>The example of RFC 2865, section 7.1: request and answer with the secret "xyzzy5461".</summary>
    private static readonly byte[] PublishedRequest = Convert.FromHexString("010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003"),
        PublishedAnswer = Convert.FromHexString("0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103");

    [Fact]
    public void The_published_answer_is_proved_and_a_changed_one_is_not()
    {
        byte[] secret = Encoding.ASCII.GetBytes("xyzzy5461");
        Assert.True(RadiusSigning.IsAnswerTo(RadiusPacket.Parse(PublishedAnswer)!, PublishedRequest, secret));
        Assert.False(RadiusSigning.IsAnswerTo(RadiusPacket.Parse(PublishedAnswer)!, PublishedRequest, secret, isSignatureNeeded: true));
        for (int at = 0; at < PublishedAnswer.Length; at++)
        {
            byte[] changed = [.. PublishedAnswer];
            changed[at] ^= 1;
            Assert.False(RadiusPacket.Parse(changed) is { } packet && RadiusSigning.IsAnswerTo(packet, PublishedRequest, secret), $"byte {at}");
        }
    }

    [Fact]
    public void The_published_request_is_read()
    {
        RadiusPacket packet = RadiusPacket.Parse(PublishedRequest)!;
        Assert.Equal((RadiusCode.AccessRequest, 0, "nemo", 3u), (packet.Code, (int)packet.Identifier, packet.Text(RadiusType.UserName), packet.Number(RadiusType.NasPort)));
        Assert.Equal(16, packet.Find(RadiusType.UserPassword)!.Value.Length);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(43)]
    public void A_signed_request_is_proved_by_its_secret_alone(byte code)
    {
        byte[] request = RadiusSigning.Request((RadiusCode)code, 7, [RadiusAttribute.Text(RadiusType.CallingStationId, "02-00-00-00-00-01")], Secret);
        Assert.True(RadiusSigning.IsGenuine(RadiusPacket.Parse(request)!, Secret));
        Assert.False(RadiusSigning.IsGenuine(RadiusPacket.Parse(request)!, "testing124"u8));
        for (int at = 0; at < request.Length; at++)
        {
            byte[] changed = [.. request];
            changed[at] ^= 1;
            Assert.False(RadiusPacket.Parse(changed) is { } packet && RadiusSigning.IsGenuine(packet, Secret), $"byte {at}");
        }
    }

    [Fact]
    public void Every_cut_and_every_wrong_length_is_no_packet()
    {
        for (int length = 0; length < PublishedRequest.Length; length++) Assert.Null(RadiusPacket.Parse(PublishedRequest.AsMemory(0, length)));
        byte[] none = [.. PublishedRequest], past = [.. PublishedRequest];
        (none[21], past[21]) = (1, 200);
        Assert.Null(RadiusPacket.Parse(none));
        Assert.Null(RadiusPacket.Parse(past));
        // Padding after the length is no part of it (RFC 2865, section 3).
        Assert.Equal(PublishedRequest.Length, RadiusPacket.Parse(new byte[5000].Select((_, at) => at < PublishedRequest.Length ? PublishedRequest[at] : (byte)0).ToArray())!.Bytes.Length);
    }

    [Theory]
    [InlineData(13u, 6u, "20", "20")]
    [InlineData(0x0100000Du, 0x01000006u, "\u000120", "20")]
    [InlineData(13u, 6u, "staff", "staff")]
    [InlineData(3u, 6u, "20", null)]
    [InlineData(13u, 1u, "20", null)]
    [InlineData(13u, 6u, "\u0001", null)]
    public void A_vlan_is_one_only_as_RFC_3580_says_it(uint type, uint medium, string group, string? vlan)
    {
        byte[] answer = RadiusSigning.Answer(RadiusCode.AccessAccept, RadiusPacket.Parse(PublishedRequest)!,
            [RadiusAttribute.Number(RadiusType.TunnelType, type), RadiusAttribute.Number(RadiusType.TunnelMediumType, medium), RadiusAttribute.Text(RadiusType.TunnelPrivateGroupId, group)], Secret);
        Assert.Equal(vlan, RadiusPacket.Parse(answer)!.Vlan);
    }

    [Fact]
    public void An_attribute_that_is_too_long_is_not_written() =>
        Assert.Throws<ArgumentException>(() => RadiusSigning.Request(RadiusCode.AccessRequest, 1, [RadiusAttribute.Text(RadiusType.UserName, new string('a', 254))], Secret));
}
