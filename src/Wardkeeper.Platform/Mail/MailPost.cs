using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Mail;

/// <summary>How sending one letter ended.</summary>
/// <param name="Trouble">What went wrong; null when the server took it. Says nothing that was secret.</param>
/// <param name="IsForGood">Whether this letter was refused, so that trying again does not help.</param>
/// <param name="IsServer">Whether the server is the trouble, so that other letters fare no better now.</param>
internal sealed record Posted(string? Trouble, bool IsForGood = false, bool IsServer = false)
{
    /// <summary>It was taken.</summary>
    public static Posted Done { get; } = new((string?)null);
}

/// <summary>Hands letters to the hospital's mail server (RFC 5321, RFC 3207, RFC 4954). One connection for all letters that are due.</summary>
internal sealed class MailPost(MailSettings settings) : IAsyncDisposable
{
    private readonly SmtpClient client = new() { Timeout = 20_000 };

    /// <summary>Sends one letter.</summary>
    public async Task<Posted> SendAsync(Letter letter, CancellationToken cancel = default)
    {
        if (!MailboxAddress.TryParse(letter.To, out MailboxAddress? to) || !MailboxAddress.TryParse(settings.From, out MailboxAddress? from)) return new Posted("an address is none", IsForGood: true);
        try
        {
            await ConnectAsync(cancel);
            using MimeMessage message = new() { Subject = letter.Subject, Body = new TextPart("plain") { Text = letter.Body } };
            message.From.Add(from);
            message.To.Add(to);
            // The same letter keeps its id: a server that took it before the connection broke knows it again.
            message.MessageId = $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(letter.Key)))[..32]}@wardkeeper.invalid";
            message.Headers.Add("Auto-Submitted", "auto-generated");
            await client.SendAsync(message, cancel);
            return Posted.Done;
        }
        catch (AuthenticationException)
        {
            return new Posted("the mail server refused the name or the password", IsServer: true);
        }
        catch (SmtpCommandException e)
        {
            bool isRefused = (int)e.StatusCode >= 500 && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted;
            return new Posted($"the mail server answered {(int)e.StatusCode}", isRefused, !isRefused);
        }
        catch (Exception e) when (e is SocketException or IOException or SslHandshakeException or ProtocolException or TimeoutException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException)
        {
            // What such exceptions say may quote what was sent: their kind is enough.
            return new Posted(e is SslHandshakeException ? "the certificate of the mail server is not trusted" : e is NotSupportedException ? "the mail server offers no encryption, or no way to log in" : $"the mail server could not be reached ({e.GetType().Name})", IsServer: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (client.IsConnected) await client.DisconnectAsync(true);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException)
        {
            // Everything was said; a server that does not say farewell loses nothing.
        }
        client.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancel)
    {
        if (client.IsConnected) return;
        client.ServerCertificateValidationCallback = IsTrusted;
        client.CheckCertificateRevocation = false;
        await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch { MailSecurity.Tls => SecureSocketOptions.SslOnConnect, MailSecurity.None => SecureSocketOptions.None, _ => SecureSocketOptions.StartTls }, cancel);
        // A password never goes over a connection that is not encrypted.
        if (settings.User is { Length: > 0 } user && client.IsSecure) await client.AuthenticateAsync(user, settings.Password ?? "", cancel);
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (settings.Authority is not { } file || certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return false;
        using X509Chain own = new();
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        try
        {
            own.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            return false;
        }
        using X509Certificate2 shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(shown);
    }
}
