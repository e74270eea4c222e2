using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>
/// The other side of the wire: an EST server as RFC 7030 wants it, which judges each client by its own CA, and the service of docs/device-protocol.md made of the
/// shared library's hub side. What it got is kept for the tests.
/// </summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly X509Certificate2 server;
    private readonly TestService service;
    private int approvals;

    private TestHub(TestAuthority authority, TestAuthority? maker, int port)
    {
        (Authority, Maker) = (authority, maker);
        Roots = [authority.Root];
        server = authority.IssueServer();
        service = new TestService(server);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(https =>
        {
            https.ServerCertificateSelector = (_, _) => ServerCertificate ?? server;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        app = builder.Build();
        app.MapGet("/.well-known/est/cacerts", () => Certificates(Roots));
        app.MapPost("/.well-known/est/simpleenroll", Task<IResult> (HttpContext context) => EnrolAsync(context, false));
        app.MapPost("/.well-known/est/simplereenroll", Task<IResult> (HttpContext context) => EnrolAsync(context, true));
        app.MapPost("/trust/v1/{**what}", Task<IResult> (HttpContext context, string what) => ServeAsync(context, what));
    }

    public TestAuthority Authority { get; set; }

    public TestAuthority? Maker { get; }

    /// <summary>What cacerts lists.</summary>
    public IReadOnlyList<X509Certificate2> Roots { get; set; }

    /// <summary>Another server certificate than that of the first CA.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>User and one-time token; each counts once.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new() { ["SN-1"] = "one-time-secret" };

    /// <summary>How often simpleenroll answers 202 before it issues.</summary>
    public int Approvals { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(10);

    public TimeSpan Begin { get; set; } = TimeSpan.FromMinutes(-5);

    public ConcurrentQueue<X509Certificate2> Issued { get; } = [];

    /// <summary>Serial numbers of client certificates that the service saw, in order.</summary>
    public ConcurrentQueue<string> Seen { get; } = [];

    public TestService Service => service;

    public Uri Address { get; private set; } = null!;

    public static async Task<TestHub> StartAsync(TestAuthority? authority = null, TestAuthority? maker = null, int port = 0)
    {
        TestHub hub = new(authority ?? new TestAuthority("Hospital CA"), maker, port);
        await hub.app.StartAsync();
        string address = hub.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        hub.Address = new Uri($"https://localhost:{new Uri(address).Port}");
        return hub;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static IResult Certificates(IEnumerable<X509Certificate2> certificates) =>
        Results.Text(Convert.ToBase64String(new X509Certificate2Collection(certificates.ToArray()).Export(X509ContentType.Pkcs7)!), "application/pkcs7-mime; smime-type=certs-only");

    private async Task<IResult> EnrolAsync(HttpContext context, bool again)
    {
        using StreamReader reader = new(context.Request.Body);
        byte[] der = Convert.FromBase64String(await reader.ReadToEndAsync());
        CertificateRequest request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        X509Certificate2? client = context.Connection.ClientCertificate;
        if (again)
        {
            if (client is null || !IsOurs(client)) return Results.Text("a certificate of this CA is needed", statusCode: 401);
            if (!client.SubjectName.RawData.AsSpan().SequenceEqual(request.SubjectName.RawData)) return Results.Text("the subject changed", statusCode: 400);
            if (client.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(request.PublicKey.ExportSubjectPublicKeyInfo())) return Results.Text("the key is the same", statusCode: 400);
        }
        else if (!(client is not null && Maker is not null && Leads(client, Maker.Root)) && !MayByToken(context))
        {
            return Results.Text("unknown", statusCode: 401);
        }
        if (!again && approvals++ < Approvals)
        {
            context.Response.Headers.RetryAfter = "1";
            return Results.StatusCode(202);
        }
        X509Certificate2 issued = Authority.Issue(request.SubjectName, request.PublicKey, DateTimeOffset.UtcNow + Begin, DateTimeOffset.UtcNow + Lifetime);
        Issued.Enqueue(issued);
        if (!again && Approvals == 0) Tokens.TryRemove("SN-1", out _);
        return Certificates([issued]);
    }

    private bool MayByToken(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.Ordinal)) return false;
        string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2);
        return Tokens.TryGetValue(parts[0], out string? token) && token == parts[1];
    }

    private bool IsOurs(X509Certificate2 client) => Issued.Any(one => one.RawData.AsSpan().SequenceEqual(client.RawData));

    private static bool Leads(X509Certificate2 client, X509Certificate2 root)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        return chain.Build(client);
    }

    private async Task<IResult> ServeAsync(HttpContext context, string what)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        if (context.Connection.ClientCertificate is not { } client || !IsOurs(client))
        {
            context.Response.StatusCode = 403;
            return Results.Bytes(Message.Encode(new Refusal(RefusalReason.UnknownIdentity, 0)));
        }
        Seen.Enqueue(client.SerialNumber);
        (int status, byte[] answer) = await service.AnswerAsync(what, body.ToArray(), client);
        context.Response.StatusCode = status;
        return Results.Bytes(answer, "application/octet-stream");
    }
}
