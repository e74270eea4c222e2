using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>An answer of the hub.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Bytes of the body.</param>
/// <param name="RetryAfter">When to ask again, as the header says; null when it does not.</param>
/// <param name="Date">The hub's clock; null when it does not say.</param>
internal readonly record struct HubAnswer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter, DateTimeOffset? Date);

/// <summary>HTTPS to the hub with this device's certificate; connections are kept and used again.</summary>
internal sealed class HubConnection : IDisposable
{
    private const int MaxAnswer = 1 << 20;
    private static readonly TimeSpan LongestWish = TimeSpan.FromDays(1), Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    /// <param name="address">The server, https.</param>
    /// <param name="trust">Judges the server.</param>
    /// <param name="own">This device's certificate with its key; null shows none.</param>
    /// <param name="between">Certificates between it and its root.</param>
    public HubConnection(Uri address, HubTrust trust, TimeProvider clock, X509Certificate2? own = null, IEnumerable<X509Certificate2>? between = null)
    {
        this.clock = clock;
        Trust = trust;
        SslClientAuthenticationOptions tls = new() { RemoteCertificateValidationCallback = trust.Judge };
        if (own is not null) tls.ClientCertificateContext = SslStreamCertificateContext.Create(own, [.. between ?? []], offline: true);
        SocketsHttpHandler handler = new()
        {
            SslOptions = tls,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 1,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        client = new HttpClient(handler) { BaseAddress = address, Timeout = Patience, MaxResponseContentBufferSize = MaxAnswer };
    }

    /// <summary>Who judges the server.</summary>
    public HubTrust Trust { get; }

    /// <summary>Asks; a body makes it a POST.</summary>
    /// <exception cref="AgentFault">The hub cannot be reached or is not trusted.</exception>
    public async Task<HubAnswer> AskAsync(string path, HttpContent? body, AuthenticationHeaderValue? authorization, CancellationToken cancel)
    {
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body };
        request.Headers.Authorization = authorization;
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, cancel);
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
            return new HubAnswer(answer.StatusCode, bytes, Wish(answer.Headers.RetryAfter), answer.Headers.Date);
        }
        catch (HttpRequestException failed) when (Trust.Fault is { } fault)
        {
            throw new AgentFault(fault.Outcome, fault.Message, failed);
        }
        catch (HttpRequestException failed)
        {
            throw new AgentFault(Outcome.Unreachable, $"{client.BaseAddress} cannot be reached: {(failed.InnerException ?? failed).Message}", failed);
        }
        catch (OperationCanceledException slow) when (!cancel.IsCancellationRequested)
        {
            throw new AgentFault(Outcome.Unreachable, string.Create(CultureInfo.InvariantCulture, $"{client.BaseAddress} did not answer within {Patience.TotalSeconds} s"), slow);
        }
    }

    public void Dispose() => client.Dispose();

    private TimeSpan? Wish(RetryConditionHeaderValue? header)
    {
        TimeSpan? wish = header?.Delta ?? (header?.Date - clock.GetUtcNow());
        return wish is not { } time ? null : time < TimeSpan.Zero ? TimeSpan.Zero : time > LongestWish ? LongestWish : time;
    }
}
