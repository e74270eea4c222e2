using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust.Telemetry;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>
/// The listener for devices: a web host of its own, so that nothing of the console can be reached through it. TLS 1.2 or 1.3 with a
/// certificate of the device; who has none that counts does not pass the handshake. Paths and messages: <c>docs/device-protocol.md</c>.
/// </summary>
internal static class DeviceHost
{
    private const string Media = "application/octet-stream";

    /// <summary>Builds it; nothing is opened until it is started.</summary>
    /// <param name="bind">Where it listens; port 0 lets the kernel choose.</param>
    /// <param name="certificate">The hub's certificate for devices, with its chain.</param>
    /// <param name="door">Who may speak.</param>
    /// <param name="desk">Who answers.</param>
    /// <param name="connections">Live connections.</param>
    /// <param name="logging">Sets the log up.</param>
    public static WebApplication Build(IReadOnlyList<IPEndPoint> bind, SslStreamCertificateContext certificate, DeviceDoor door, DeviceDesk desk, DeviceConnections connections, Action<ILoggingBuilder> logging)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        logging(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = SealedMessage.MaxLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxConcurrentConnections = 20_000;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
            foreach (IPEndPoint end in bind) kestrel.Listen(end, listen => Secure(listen, certificate, door, connections));
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        WebApplication app = builder.Build();
        Map(app, door, desk);
        return app;
    }

    private static void Secure(ListenOptions listen, SslStreamCertificateContext certificate, DeviceDoor door, DeviceConnections connections)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = context => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = true,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, shown, _, _) => Passes(shown as X509Certificate2, context.Connection, door),
            }),
        });
        // After the handshake: the connection is known by its certificate until it ends.
        listen.Use(next => async connection =>
        {
            if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } shown && CertificateId.Of(shown) is { } id)
            {
                connections.Begin(connection, id);
                try
                {
                    await next(connection);
                }
                finally
                {
                    connections.End(connection);
                }
            }
        });
    }

    private static bool Passes(X509Certificate2? shown, BaseConnectionContext connection, DeviceDoor door) => door.Recognise(shown, (connection.RemoteEndPoint as IPEndPoint)?.Address, out _) is not null;

    private static void Map(WebApplication app, DeviceDoor door, DeviceDesk desk)
    {
        void Post(string path, Func<DeviceCaller, byte[], CancellationToken, Task<DeskAnswer>> answer) => app.MapPost("/trust/v1/" + path, (RequestDelegate)(context => AnswerAsync(context, door, desk, answer)));
        Post("telemetry", desk.TelemetryAsync);
        Post("sealed", desk.SealedAsync);
        Post("keys", desk.KeysAsync);
        Post("attestation/prove", desk.ProveAsync);
        Post("session", (caller, body, _) => Task.FromResult(desk.Session(caller, body)));
        Post("identity", (_, body, _) => Task.FromResult(desk.Identity(body)));
        Post("attestation/begin", (caller, body, _) => Task.FromResult(desk.BeginAttestation(caller, body)));
    }

    private static async Task AnswerAsync(HttpContext context, DeviceDoor door, DeviceDesk desk, Func<DeviceCaller, byte[], CancellationToken, Task<DeskAnswer>> answer)
    {
        DeskAnswer said;
        if (door.Recognise(context.Connection.ClientCertificate, context.Connection.RemoteIpAddress, out string reason) is not { } caller) said = DeskAnswer.No(reason);
        else if (!door.Paces(caller.Device)) said = Refuse(RefusalReason.TooOften);
        else if (context.Request.ContentType != Media || await BodyAsync(context.Request) is not { } body) said = Refuse(RefusalReason.BadMessage);
        else
        {
            await desk.PresentedAsync(caller, context.RequestAborted);
            said = await answer(caller, body, context.RequestAborted);
            if (said.Body is null) door.Refuse(said.Reason);
        }
        context.Response.StatusCode = said.Body is null ? StatusOf(said.Reason) : StatusCodes.Status200OK;
        context.Response.ContentType = Media;
        await context.Response.Body.WriteAsync(said.Body ?? Message.Encode(new Refusal(said.Reason, RetryAfter(said.Reason))), context.RequestAborted);

        DeskAnswer Refuse(string why)
        {
            door.Refuse(why);
            return DeskAnswer.No(why);
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request)
    {
        try
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            return body.ToArray();
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            return null;
        }
    }

    private static int StatusOf(string reason) => reason switch
    {
        RefusalReason.BadMessage or RefusalReason.UnknownSuite or RefusalReason.TimeOff => StatusCodes.Status400BadRequest,
        RefusalReason.NoChallenge => StatusCodes.Status409Conflict,
        RefusalReason.TooOften => StatusCodes.Status429TooManyRequests,
        RefusalReason.NotNow => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status403Forbidden,
    };

    private static uint RetryAfter(string reason) => reason switch { RefusalReason.TooOften => 60, RefusalReason.NotNow => 10, RefusalReason.NoChallenge => 1, _ => 0 };
}
