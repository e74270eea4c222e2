using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>A browser without scripts: keeps cookies, sends forms of pages it was shown, follows no redirect.</summary>
public sealed partial class Browser : IDisposable
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient client;
    private readonly Uri address;

    public Browser(Uri address, X509Certificate2 certificate)
    {
        this.address = address;
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies, SslOptions = new() { RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null && seen.GetCertHashString() == certificate.GetCertHashString() } }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Cookie? Session => cookies.GetCookies(address)["__Host-wardkeeper"];

    public HttpClient Client => client;

    public Task<HttpResponseMessage> GetAsync(string path) => client.GetAsync(path);

    /// <summary>Opens a page and sends its form with these fields.</summary>
    public async Task<HttpResponseMessage> SendFormAsync(string page, params (string Name, string Value)[] fields) => await SendFormAsync(await client.GetStringAsync(page), page, fields);

    /// <summary>Sends the form of a page already shown, with its hidden fields.</summary>
    public Task<HttpResponseMessage> SendFormAsync(string html, string action, (string Name, string Value)[] fields)
    {
        Dictionary<string, string> form = Hidden().Matches(html).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value));
        foreach ((string name, string value) in fields) form[name] = value;
        return client.PostAsync(action.Split('?')[0], new FormUrlEncodedContent(form));
    }

    public Task<HttpResponseMessage> SignInAsync(string user, string password, string returnUrl = "/") => SendFormAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), ("user", user), ("password", password));

    public void Dispose() => client.Dispose();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/>""")]
    private static partial Regex Hidden();
}
