using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.DceRpc;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.DceRpc;

public sealed class DceRpcAnalyserTests
{
    private static readonly byte[] Tower =
    [
        5, 0, 19, 0, 13, .. RpcUnits.Netlogon.ToByteArray(), 1, 0, 2, 0, 0, 0, 19, 0, 13, .. Guid.Empty.ToByteArray(), 2, 0, 2, 0, 0, 0,
        1, 0, 11, 2, 0, 0, 0, 1, 0, 7, 2, 0, 0xC2, 0x0C, 1, 0, 9, 4, 0, 10, 0, 0, 9,
    ];

    private static readonly List<Said> Session =
    [
        Said.Client(RpcUnits.Bind(RpcUnits.Mapper)),
        Said.Server(RpcUnits.Accept("135", 0)),
        Said.Client(RpcUnits.Call(1, 3, Towers())),
        Said.Server(RpcUnits.Answer(1, [.. Towers(), 0, 0, 0, 0])),
        Said.Client(RpcUnits.Bind(RpcUnits.Netlogon)),
        Said.Server(RpcUnits.Accept("49676", 0)),
        Said.Client(RpcUnits.Call(2, 4, [0, 0, 2, 0, .. RpcUnits.Text("\\\\DC1"), .. RpcUnits.Text("EVIL"), .. new byte[8]])),
        Said.Server(RpcUnits.Answer(2, [1, 2, 3, 4, 5, 6, 7, 8, 0x22, 0, 0, 0xC0])),
        Said.Client(RpcUnits.Call(3, 99, [1, 2])),
        Said.Server(RpcUnits.Fault(3, 0x1C010002)),
        Said.Client(RpcUnits.Bind(RpcUnits.Services)),
        Said.Server(RpcUnits.Accept("49676", 2)),
        Said.Client(RpcUnits.Call(4, 26, [1, 2])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<DceRpcAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Equal([new ExpectedFlow(Address.FromV4(0x0A000009), 0xC20C, Carrier.Tcp, null)], played.Expected);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<DceRpcAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<DceRpcAnalyser>(Session, one => ((DceRpcCall)one).Opnum?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "bind");

    [Fact]
    public void A_challenge_of_zeros_is_an_anomaly() =>
        Assert.Contains(Conversation.Of<DceRpcAnalyser>(Session).Observe(), one => one is Claim { Kind: ClaimKind.Anomaly } && one.Subject == Conversation.View().Client);

    [Fact]
    public void Impossible_headers_are_faults()
    {
        byte[] small = RpcUnits.Call(1, 1, []);
        small[8] = 12;
        Assert.Equal([DceRpcFaults.MalformedHeader], Conversation.Of<DceRpcAnalyser>([Session[0], Said.Client(small)]).Faults);
        byte[] many = RpcUnits.Bind(RpcUnits.Mapper);
        many[24] = 9;
        Assert.Equal([DceRpcFaults.MalformedBody], Conversation.Of<DceRpcAnalyser>([Said.Client(many)]).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/dce-rpc/dce_rpc_netlogon.pcapng")]
    [InlineData("captures/corelight-zerologon/CVE-2020-1472_test_win2019.pcap")]
    [InlineData("captures/corelight-petitpotam/PatchedDCUnauthenticatedTry.pcapng")]
    [InlineData("captures/scapy/dcerpc_privacy_ntlm.pcapng.gz")]
    [InlineData("captures/zeek/smb/dssetup_DsRoleGetPrimaryDomainInformation_standalone_workstation.cap")]
    [InlineData("captures/suricata-verify/smb2-06/20171220_smb_net_user.pcap")]
    public void Captures_give_their_calls(string capture)
    {
        string[] parts = capture.Split('/');
        Golden.Hold(parts[^2] + "-" + Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<DceRpcCall>.Of(capture).Take(25)));
    }

    [Fact]
    public void Others_are_not_taken_for_it()
    {
        Assert.Equal(Match.Yes, Ask(Session[0].Bytes));
        Assert.Equal(Match.NeedMore, Ask(Session[0].Bytes[..12]));
        // SOCKS, of version 5 too.
        Assert.Equal(Match.No, Ask([5, 1, 0, 5, 1, 0, 3, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        Assert.Equal(Match.No, Ask([5, 0, 11, 3, 0x20, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0]));
    }

    private static Match Ask(byte[] client) => DceRpcAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, FromStart = true });

    private static byte[] Towers() => [.. new byte[20], (byte)Tower.Length, 0, 0, 0, (byte)Tower.Length, 0, 0, 0, .. Tower, .. new byte[(4 - (Tower.Length % 4)) % 4]];
}
