using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Tests.Site;

public class NetworkThreadTests
{
    [Fact]
    public void A_namespace_that_is_not_there_is_an_error_and_no_silent_stay() =>
        Assert.ThrowsAny<IOException>(() => NetworkThread.In("wl-nowhere", () => 1));
}
