using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks;

/// <summary>A small web server for scenes: one request a connection, its body passed over, answered and closed (RFC 9112, 9.6).</summary>
internal sealed class WebAnswers : IAsyncDisposable
{
    private const string LengthField = "Content-Length:";
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private readonly Emitter emitter;
    private readonly Func<string, (string Status, string Type, byte[] Body)> answer;
    private readonly X509Certificate2? certificate;
    private int answered;

    private WebAnswers(HostNamespace host, int port, Func<string, (string Status, string Type, byte[] Body)> answer, X509Certificate2? certificate)
    {
        (this.answer, this.certificate) = (answer, certificate);
        emitter = Emitter.OfConnections(host.Listen(port), ConverseAsync);
    }

    /// <summary>Requests that came in whole and were answered.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Serves from now on.</summary>
    /// <param name="host">On which host.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="answer">From the request's first line to status, media type and content.</param>
    /// <param name="certificate">For HTTPS; null is HTTP. It becomes the server's.</param>
    public static WebAnswers Start(HostNamespace host, int port, Func<string, (string Status, string Type, byte[] Body)> answer, X509Certificate2? certificate = null) => new(host, port, answer, certificate);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await emitter.DisposeAsync();
        certificate?.Dispose();
    }

    private async Task ConverseAsync(NetworkStream connection, CancellationToken cancel)
    {
        if (certificate is null)
        {
            await AnswerAsync(connection, cancel);
            return;
        }
        await using SslStream secure = new(connection);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
        await AnswerAsync(secure, cancel);
        await secure.ShutdownAsync();
    }

    private async Task AnswerAsync(Stream stream, CancellationToken cancel)
    {
        if (await TakeAsync(new ByteReader(stream), cancel) is not { } request) return;
        (string status, string type, byte[] body) = answer(request);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), cancel);
        await stream.WriteAsync(body, cancel);
        Interlocked.Increment(ref answered);
    }

    /// <summary>Takes a whole request and returns its first line; null when it did not come in whole: a client may have enough of waiting.</summary>
    private static async Task<string?> TakeAsync(ByteReader reader, CancellationToken cancel)
    {
        try
        {
            if (await reader.ThroughAsync(EndOfHead, cancel) is not { } head) return null;
            string[] lines = Encoding.Latin1.GetString(head).Split("\r\n");
            string? length = lines.FirstOrDefault(line => line.StartsWith(LengthField, StringComparison.OrdinalIgnoreCase));
            int left = length is null ? 0 : int.Parse(length.AsSpan(LengthField.Length), CultureInfo.InvariantCulture);
            return left == 0 || await reader.BlockAsync(left, cancel) is not null ? lines[0] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
