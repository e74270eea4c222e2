using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Wardkeeper.Browser.Tests;

/// <summary>One person's browser window at 1280 × 800. It collects what must never happen: requests to other hosts, console errors, violations of the policy.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly float Patience = float.Parse(Environment.GetEnvironmentVariable("WARDKEEPER_PATIENCE_MS") ?? "60000", System.Globalization.CultureInfo.InvariantCulture);
    private readonly List<string> wrong = [];

    private Visit(IBrowserContext context, IPage page, string address) => (Context, Page, Address) = (context, page, address);

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public string Address { get; }

    /// <summary>What must never happen, and did.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>Opens a window.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="address">The console's address.</param>
    /// <param name="language">zh-CN or en.</param>
    /// <param name="theme">light or dark.</param>
    /// <param name="cookies">Further cookies.</param>
    public static async Task<Visit> OpenAsync(IBrowser browser, string address, string language = "zh-CN", string theme = "light", params (string Name, string Value)[] cookies)
    {
        IBrowserContext context = await browser.NewContextAsync(new() { Locale = language, ViewportSize = new() { Width = 1280, Height = 800 }, IgnoreHTTPSErrors = true, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(Patience);
        await context.AddCookiesAsync([.. cookies.Append(("wk.theme", theme)).Append((".AspNetCore.Culture", Uri.EscapeDataString($"c={language}|uic={language}"))).Select(cookie => new Cookie { Name = cookie.Item1, Value = cookie.Item2, Url = address })]);
        Assertions.SetDefaultExpectTimeout(Patience);
        IPage page = await context.NewPageAsync();
        Visit visit = new(context, page, address);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) visit.wrong.Add("request to " + request.Url);
        };
        page.WebSocket += (_, socket) =>
        {
            if (new Uri(socket.Url).Authority != new Uri(address).Authority) visit.wrong.Add("socket to " + socket.Url);
        };
        page.Console += (_, message) =>
        {
            if (message.Type is "error" || message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) visit.wrong.Add("console: " + message.Text);
        };
        page.PageError += (_, error) => visit.wrong.Add("script: " + error);
        return visit;
    }

    /// <summary>Goes to a path and waits until the page lives and has loaded.</summary>
    public async Task GoAsync(string path)
    {
        try
        {
            await Page.GotoAsync(Address + path);
            await Page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
            await SettledAsync();
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{path} did not come up: {string.Join("; ", wrong)}\n{await Page.InnerTextAsync("body")}", e);
        }
    }

    /// <inheritdoc cref="Arrival.AtAsync(IPage, string)"/>
    public Task AtAsync(string glob) => Page.AtAsync(glob);

    /// <inheritdoc cref="Arrival.AtAsync(IPage, Regex)"/>
    public Task AtAsync(Regex address) => Page.AtAsync(address);

    /// <summary>Opens what a number counted, and expects as many rows there.</summary>
    public async Task OpensAsync(string path, string total)
    {
        await Page.EvaluateAsync("to => Blazor.navigateTo(to)", path);
        await AtAsync(Address + path);
        await SettledAsync();
        await Assertions.Expect(Page.Locator(".wk-total strong")).ToHaveTextAsync(total);
    }

    /// <summary>Chooses a file as a person does, who is never quicker than the page: one chosen before its script listens would be nobody's.</summary>
    public async Task ChooseAsync(FilePayload file)
    {
        await Page.WaitForFunctionAsync("() => document.querySelector('main input[type=file]')?._blazorInputFileNextFileId !== undefined");
        await Page.Locator("main input[type=file]").SetInputFilesAsync(file);
    }

    /// <summary>Waits until nothing is loading, and every table shows the rows of the address.</summary>
    public async Task SettledAsync()
    {
        await Page.WaitForFunctionAsync("() => [...document.querySelectorAll('main [data-wk-shown]')].every(table => table.dataset.wkShown === location.href)");
        await Page.WaitForFunctionAsync("() => document.querySelector('main h1') && !document.querySelector('main .wk-skeleton') && !document.querySelector('main [aria-busy=true]')");
    }

    /// <summary>Serious, critical and moderate findings of axe.</summary>
    /// <param name="coloursOnly">Only what a theme can change; everything else was examined in another.</param>
    public async Task<IReadOnlyList<string>> BarriersAsync(bool coloursOnly = false)
    {
        AxeRunOptions options = new() { Iframes = false, XPath = false, ResultTypes = [ResultType.Violations] };
        // WCAG 2.2, 2.5.8: the size of targets, which axe examines only when it is asked to.
        options.Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } };
        if (coloursOnly) options.RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block");
        AxeResult result = await Page.RunAxe(options);
        return [.. result.Violations.Where(one => one.Impact is "serious" or "critical" or "moderate").Select(one => $"{one.Impact} {one.Id}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}")];
    }

    /// <summary>Closes the window as a person does: the page is left first, so that its circuit ends now and not after minutes of waiting for its return.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Page.GotoAsync("about:blank");
        }
        catch (PlaywrightException)
        {
            // A window that is closed or lost already has nothing left to leave.
        }
        await Context.DisposeAsync();
    }
}
