using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Notices;
using Wardkeeper.Platform.Tests.Mail;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Notices;

/// <summary>Other systems are told of findings and incidents: a syslog server over TLS, a webhook and a digest, each real and on loopback.</summary>
public sealed class NoticeTests : IDisposable
{
    private static readonly FindingType Scan = new("address-shared", Severity.High, Duty.InformationDepartment, "T1557.002");
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-notices-").FullName;
    private readonly FindingBook book = new();

    [Fact]
    public async Task A_syslog_server_over_TLS_gets_each_new_finding_and_incident_once_in_order()
    {
        MailServer.Certify(folder);
        using SyslogServer server = new(Path.Combine(folder, "mail.pem"), Path.Combine(folder, "mail.key"));
        PlatformSettings settings = new();
        (settings.Notices.SyslogHost, settings.Notices.SyslogPort, settings.Notices.Authority) = ("127.0.0.1", server.Port, Path.Combine(folder, "mail.pem"));
        settings.Hospital.Language = "en";
        Raise("10.0.0.1", 10);
        NoticeRound round = Round();
        // What was there before is not told.
        Assert.Equal(0, await round.RunAsync(settings, "ward-hub", Now));
        Raise("10.0.0.2", 20);
        Raise("10.0.0.9", 30, Severity.Low);
        Assert.Equal(2, await round.RunAsync(settings, "ward-hub", Now));
        // A restart tells nothing twice.
        Assert.Equal(0, await Round().RunAsync(settings, "ward-hub", Now));
        string finding = server.Next(), incident = server.Next();
        Assert.StartsWith("<35>1 1970-01-01T00:00:20.000000Z ward-hub wardkeeper - F-2 [wardkeeper@32473 id=\"F-2\" kind=\"address-shared\" severity=\"high\" actor=\"10.0.0.2\" technique=\"T1557.002\"] \uFEFF", finding, StringComparison.Ordinal);
        Assert.StartsWith("<35>1 1970-01-01T00:00:20.000000Z ward-hub wardkeeper - I-2 ", incident, StringComparison.Ordinal);
        Assert.True(server.IsQuiet);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_is_told_nothing_and_all_comes_when_it_is_trusted()
    {
        MailServer.Certify(folder);
        using SyslogServer server = new(Path.Combine(folder, "mail.pem"), Path.Combine(folder, "mail.key"));
        PlatformSettings settings = new();
        (settings.Notices.SyslogHost, settings.Notices.SyslogPort, settings.Notices.SyslogFormat) = ("127.0.0.1", server.Port, SyslogFormat.Cef);
        NoticeRound round = Round();
        await round.RunAsync(settings, "hub", Now);
        Raise("10.0.0.2", 20);
        Assert.Equal(0, await round.RunAsync(settings, "hub", Now));
        Assert.True(server.IsQuiet);
        settings.Notices.Authority = Path.Combine(folder, "mail.pem");
        Assert.Equal(2, await round.RunAsync(settings, "hub", Now));
        Assert.Contains("CEF:0|Wardkeeper|Wardkeeper|", server.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_gets_signed_JSON_and_a_refusal_is_tried_again()
    {
        using HookServer hook = new();
        PlatformSettings settings = new();
        (settings.Notices.Webhook, settings.Notices.WebhookSecret, settings.Mail.Address) = (hook.Address, "s3cret", "https://wardkeeper.example:8443");
        NoticeRound round = Round();
        await round.RunAsync(settings, "hub", Now);
        Raise("10.0.0.2", 20);
        hook.Status = 503;
        Assert.Equal(0, await round.RunAsync(settings, "hub", Now));
        hook.Next();
        hook.Status = 204;
        Assert.Equal(2, await round.RunAsync(settings, "hub", Now));
        (string body, string? signature) = hook.Next();
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body))), signature);
        JsonElement told = JsonElement.Parse(body);
        Assert.Equal(("F-1", "high", "10.0.0.2", "https://wardkeeper.example:8443/findings/1"), (told.GetProperty("id").GetString(), told.GetProperty("severity").GetString(), told.GetProperty("actor").GetString(), told.GetProperty("link").GetString()));
    }

    [Fact]
    public async Task A_digest_is_queued_once_a_day_for_each_reader_after_the_hour()
    {
        Box box = new();
        PlatformSettings settings = new();
        (settings.Notices.Mail, settings.Notices.DigestHour, settings.Hospital.TimeZone) = ("wang@hospital.example, li@hospital.example", 7, TimeZoneInfo.Utc);
        NoticeRound round = Round(box);
        await round.RunAsync(settings, "hub", Now);
        Assert.Empty(box.All);
        Raise("10.0.0.2", 20);
        await round.RunAsync(settings, "hub", Now.AddHours(-2));
        Assert.Empty(box.All);
        await round.RunAsync(settings, "hub", Now);
        await round.RunAsync(settings, "hub", Now.AddHours(1));
        Assert.Equal(["digest 2026-11-23 wang@hospital.example", "digest 2026-11-23 li@hospital.example"], box.All.Keys);
        Assert.Contains("F-1 [高危]", box.All["digest 2026-11-23 li@hospital.example"].Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_from_the_wire_cannot_break_out_of_a_message()
    {
        Notice notice = new("F-1", "scan", Severity.Critical, CaptureTime.FromSeconds(0), "a|b=c\n<34>1 forged\\ \"]", "x\"]\r\n", "10.0.0.1", null, null);
        string syslog = notice.Syslog("hub", isCef: false), cef = notice.Cef();
        Assert.DoesNotContain('\n', syslog + cef);
        Assert.Contains("actor=\"x\\\"\\]  \"", syslog, StringComparison.Ordinal);
        Assert.Contains("|a\\|b=c <34>1 forged\\\\ \"]|10|", cef, StringComparison.Ordinal);
        Assert.Contains(" dst=10.0.0.1", cef, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DateTimeOffset Now { get; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private NoticeRound Round(ILetterBox? box = null) => new(book, box ?? new Box(), Path.Combine(folder, "notices.json"), NullLogger<NoticeRound>.Instance);

    private void Raise(string ip, long second, Severity? severity = null) => book.Raise(new Sighting
    {
        Type = Scan,
        Severity = severity,
        Subject = new Party(Subject.Of(default, Address.TryParse(ip, out Address address) ? address : throw new FormatException(ip))),
        Confidence = 0.9,
        Arguments = [ip, "A", "B"],
        Facts = [],
        Evidence = new Evidence(CaptureTime.FromSeconds(second), "C" + second),
    });

    /// <summary>Keeps letters as the queue does: once for each key.</summary>
    private sealed class Box : ILetterBox
    {
        public OrderedDictionary<string, Letter> All { get; } = [];

        public Task<int> PutAsync(IReadOnlyList<Letter> letters, CancellationToken cancel = default) => Task.FromResult(letters.Count(letter => All.TryAdd(letter.Key, letter)));

        public Task<IReadOnlyList<QueuedLetter>> DueAsync(int most, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<QueuedLetter>>([]);

        public Task SentAsync(long number, CancellationToken cancel = default) => Task.CompletedTask;

        public Task FailedAsync(long number, string why, bool forGood, CancellationToken cancel = default) => Task.CompletedTask;

        public Task<MailState> StateAsync(CancellationToken cancel = default) => Task.FromResult(new MailState(0, 0, 0, null, null));
    }

    /// <summary>A syslog receiver over TLS: reads messages by their length (RFC 5425).</summary>
    private sealed class SyslogServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 certificate;
        private readonly BlockingCollection<string> taken = [];

        public SyslogServer(string pem, string key)
        {
            using X509Certificate2 made = X509Certificate2.CreateFromPemFile(pem, key);
            certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
            listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public bool IsQuiet => taken.Count == 0;

        public string Next() => taken.TryTake(out string? message, TimeSpan.FromSeconds(20)) ? message : throw new TimeoutException("no message came");

        public void Dispose()
        {
            listener.Dispose();
            certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await using SslStream stream = new(client.GetStream());
                try
                {
                    await stream.AuthenticateAsServerAsync(certificate);
                    while (await LengthAsync(stream) is { } length)
                    {
                        byte[] message = new byte[length];
                        await stream.ReadExactlyAsync(message);
                        taken.Add(Encoding.UTF8.GetString(message));
                    }
                }
                catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // Whoever does not trust this server goes away.
                }
            }
        }

        private static async Task<int?> LengthAsync(Stream stream)
        {
            StringBuilder digits = new();
            byte[] one = new byte[1];
            while (await stream.ReadAsync(one) == 1 && one[0] != ' ') digits.Append((char)one[0]);
            return digits.Length == 0 ? null : int.Parse(digits.ToString(), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A real HTTP listener.</summary>
    private sealed class HookServer : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly BlockingCollection<(string Body, string? Signature)> taken = [];

        public HookServer()
        {
            using TcpListener free = new(IPAddress.Loopback, 0);
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/hook/";
            free.Stop();
            listener.Prefixes.Add(Address);
            listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public string Address { get; }

        public int Status { get; set; } = 204;

        public (string Body, string? Signature) Next() => taken.TryTake(out (string, string?) one, TimeSpan.FromSeconds(20)) ? one : throw new TimeoutException("nothing came");

        public void Dispose() => listener.Close();

        private async Task ServeAsync()
        {
            while (listener.IsListening)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using StreamReader reader = new(context.Request.InputStream);
                taken.Add((await reader.ReadToEndAsync(), context.Request.Headers["X-Wardkeeper-Signature"]));
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
        }
    }
}
