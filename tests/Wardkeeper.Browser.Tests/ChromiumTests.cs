namespace Wardkeeper.Browser.Tests;

public class ChromiumTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public void A_browser_is_there() => Assert.True(chromium.Browser.IsConnected);
}
