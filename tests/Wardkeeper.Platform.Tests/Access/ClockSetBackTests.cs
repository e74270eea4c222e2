using System.Net;
using System.Net.Http.Headers;
using Wardkeeper.Hub.Access;
using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>Somebody sets the clock back while it runs, and later forward again.</summary>
public sealed class ClockSetBackTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Sessions_tokens_locks_and_the_audit_log_stay_sane()
    {
        (_, string password) = await app.AddUserAsync("zhao", Role.Administrator);
        await app.AddUserAsync("qian", Role.Viewer);
        using HttpClient program = app.Client();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.TokenAsync("clock", Role.Administrator));
        using Browser browser = app.Browser();
        await browser.SignInAsync("zhao", password);
        using (Browser guesser = app.Browser())
        {
            for (int i = 0; i <= app.Options.UserFailures; i++) (await guesser.SignInAsync("qian", "wrong-" + i)).Dispose();
            using HttpResponseMessage locked = await guesser.SignInAsync("qian", password);
            Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        }

        // A few minutes: nobody notices, and what is written is written.
        app.Time.Advance(TimeSpan.FromMinutes(-10));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser.Client));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(program));
        await AddAsync("sun");

        // A day: an open session does not become a day longer, a token keeps its own end, a lock does not last a day.
        app.Time.Advance(TimeSpan.FromDays(-1));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser.Client));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(program));
        await AddAsync("li");
        using (Browser again = app.Browser())
        {
            (await again.SignInAsync("qian", password)).Dispose();
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(again.Client));
            app.Time.Advance(TimeSpan.FromDays(1));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(again.Client));
        }
        await AddAsync("zhou");
        Assert.Subset((await app.Get<UserDirectory>().ListAsync()).Select(user => user.Name).ToHashSet(), new HashSet<string> { "zhao", "qian", "sun", "li", "zhou" });
        Assert.Null((await app.Get<AuditLog>().VerifyAsync(TestContext.Current.CancellationToken)).Break);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using HttpResponseMessage answer = await client.GetAsync("/api/v1/session");
        return answer.StatusCode;
    }

    private async Task AddAsync(string name) => await app.Get<UserDirectory>().AddAsync(AppFixture.Local, new UserDraft { Name = name, DisplayName = name, Roles = new HashSet<Role> { Role.Viewer } }, TestContext.Current.CancellationToken);
}
