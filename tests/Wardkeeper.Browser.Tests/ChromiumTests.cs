namespace Wardkeeper.Browser.Tests;

public class ChromiumTests(Chromium chromium)
{
    [Fact]
    public void A_browser_is_there() => Assert.True(chromium.Browser.IsConnected);
}
