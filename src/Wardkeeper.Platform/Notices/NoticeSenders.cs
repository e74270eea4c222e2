using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Notices;

/// <summary>A way to tell another system. Throws when it was not told; then it is told again later.</summary>
internal interface INoticeSender : IAsyncDisposable
{
    /// <summary>Name of the way, for what was told already.</summary>
    string Name { get; }

    /// <summary>Tells it.</summary>
    /// <exception cref="IOException">It was not taken.</exception>
    Task SendAsync(Notice notice, CancellationToken cancel);
}

/// <summary>Syslog over TLS (RFC 5425) or TCP (RFC 6587), each message with its length in front.</summary>
internal sealed class SyslogSender(NoticeSettings settings, string host) : INoticeSender
{
    private TcpClient? client;
    private Stream? stream;

    /// <inheritdoc/>
    public string Name => "syslog";

    /// <inheritdoc/>
    public async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        try
        {
            stream ??= await ConnectAsync(cancel);
            byte[] message = Encoding.UTF8.GetBytes(notice.Syslog(host, settings.SyslogFormat == SyslogFormat.Cef));
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(message.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) + " "), .. message], cancel);
            await stream.FlushAsync(cancel);
        }
        catch (Exception e) when (e is SocketException or System.Security.Authentication.AuthenticationException)
        {
            throw new IOException(e is SocketException ? "the syslog server could not be reached" : "the certificate of the syslog server is not trusted", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stream is not null) await stream.DisposeAsync();
        client?.Dispose();
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancel)
    {
        client = new TcpClient { SendTimeout = 20_000 };
        await client.ConnectAsync(settings.SyslogHost, settings.SyslogPort, cancel);
        if (!settings.SyslogIsTls) return client.GetStream();
        SslStream secure = new(client.GetStream(), false, (_, certificate, _, errors) => NoticeTrust.IsTrusted(settings.Authority, certificate, errors));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.SyslogHost, CertificateRevocationCheckMode = X509RevocationMode.NoCheck }, cancel);
        return secure;
    }
}

/// <summary>A webhook: a POST of JSON. With a secret, <c>X-Wardkeeper-Signature</c> holds the HMAC-SHA-256 of the body in hexadecimal.</summary>
internal sealed class WebhookSender : INoticeSender
{
    private readonly NoticeSettings settings;
    private readonly HttpClient client;

    /// <summary>Makes a sender.</summary>
    public WebhookSender(NoticeSettings settings)
    {
        this.settings = settings;
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, errors) => NoticeTrust.IsTrusted(settings.Authority, certificate, errors) } };
        client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <inheritdoc/>
    public string Name => "webhook";

    /// <inheritdoc/>
    public async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        byte[] body = notice.Json();
        using HttpRequestMessage request = new(HttpMethod.Post, settings.Webhook) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (settings.WebhookSecret is { Length: > 0 } secret) request.Headers.Add("X-Wardkeeper-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, cancel);
            if (!answer.IsSuccessStatusCode) throw new IOException($"the webhook answered {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw new IOException("the webhook could not be reached", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Whether a server's certificate is trusted: by the system, or by the authority that the settings name.</summary>
internal static class NoticeTrust
{
    /// <summary>Decides it.</summary>
    public static bool IsTrusted(string? authority, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (authority is null || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
        using X509Chain own = new();
        (own.ChainPolicy.RevocationMode, own.ChainPolicy.TrustMode) = (X509RevocationMode.NoCheck, X509ChainTrustMode.CustomRootTrust);
        try
        {
            own.ChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            return false;
        }
        using X509Certificate2 shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(shown);
    }
}
