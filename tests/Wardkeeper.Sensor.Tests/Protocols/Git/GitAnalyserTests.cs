using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Git;

namespace Wardkeeper.Sensor.Tests.Protocols.Git;

public sealed class GitAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("0033git-upload-pack /firmware.git\0host=git.example\0"),
        Said.Server("004d0123456789012345678901234567890123456789 HEAD\0thin-pack agent=git/2.43.0\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<GitAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "git/2.43.0" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<GitAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<GitAnalyser>(Session, one => ((GitSession)one).Service!);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal(Continuation.GiveUp, Conversation.Of<GitAnalyser>([Said.Client("zzzz")]).Outcome);
        GitSession refused = Assert.IsType<GitSession>(Assert.Single(Conversation.Of<GitAnalyser>([new(Side.Client, Seed("client")), Said.Server("0019ERR access denied: x\n")]).Transactions));
        Assert.Equal(("/firmware.git", "access denied: x"), (refused.Repository, refused.Error));
    }

    [Theory]
    [InlineData("0032git-upload-pack /a\0", Match.Yes)]
    [InlineData("0032", Match.NeedMore)]
    [InlineData("00zz", Match.No)]
    [InlineData("0032git-something-else /a", Match.No)]
    public void Look_alikes_are_not_taken(string text, object match) =>
        Assert.Equal(match, GitAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ClientPort = 40000, ServerPort = 9418, FromStart = true }));

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "git" && seed.Name == name).Bytes;
}
