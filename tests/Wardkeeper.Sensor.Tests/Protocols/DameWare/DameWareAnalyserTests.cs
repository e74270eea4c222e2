using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.DameWare;

namespace Wardkeeper.Sensor.Tests.Protocols.DameWare;

public sealed class DameWareAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 6129);

    [Fact]
    public void A_server_shows_its_version_and_that_it_is_controlled_from_elsewhere()
    {
        Conversation played = Conversation.Of<DameWareAnalyser>([Said.Server(Seeds.Read("dameware", "greeting")), Said.Client(Seeds.Read("dameware", "greeting"))], View);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.RemoteAccess, Value: "DameWare" });
        Splits.HoldFor<DameWareAnalyser>([Said.Server(Seeds.Read("dameware", "greeting"))], View);
    }

    [Theory]
    [InlineData("3011000000000000d7a3703d0ad70d40", (int)Match.Yes)]
    [InlineData("301100000000", (int)Match.NeedMore)]
    [InlineData("3011000000000000d7a3703d0ad70d00", (int)Match.No)]
    [InlineData("30820122300d06092a864886f70d0101", (int)Match.No)]
    public void It_is_known_by_its_code_and_a_version(string bytes, int match) =>
        Assert.Equal((Match)match, DameWareAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal(Continuation.GiveUp, Conversation.Of<DameWareAnalyser>([Said.Server(new byte[40])], View).Outcome);
}
