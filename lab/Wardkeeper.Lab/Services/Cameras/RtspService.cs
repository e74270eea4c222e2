using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Cameras;

/// <summary>
/// A camera with one stream, <c>/stream</c>, for anybody. Debian has libraries for RTSP servers but no server that serves a camera by
/// itself, so this is an emitter by RFC 2326; its Server header names maker and model. Its log has a line for each request.
/// </summary>
internal sealed class RtspService : IService
{
    /// <summary>Port of cameras.</summary>
    public const int Port = 554;

    /// <summary>The stream.</summary>
    public const string Path = "/stream";

    private const int LongestRequest = 8192;

    /// <inheritdoc/>
    public string Word => "rtsp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string log = site.LogOf(host, "rtsp");
        Lock logging = new();
        return Task.FromResult<IAsyncDisposable>(Emitter.OfConnections(host.Listen(Port), async (stream, stop) =>
        {
            await using CameraSession session = new(host, stream);
            while (await RequestAsync(stream, stop) is { } request)
            {
                string answer = session.Answer(request);
                lock (logging) File.AppendAllText(log, $"{request.Split("\r\n")[0]} -> {answer.Split("\r\n")[0]}\n");
                await session.SendAsync(Encoding.UTF8.GetBytes(answer), stop);
                session.Begin();
            }
        }));
    }

    /// <summary>The next request without its body, which no method here uses, or null at the end. Reports that come between requests are passed over (RFC 2326, 10.12).</summary>
    private static async Task<string?> RequestAsync(NetworkStream stream, CancellationToken stop)
    {
        List<byte> request = [];
        byte[] one = new byte[1], length = new byte[3];
        while (request.Count < LongestRequest && await stream.ReadAsync(one, stop) > 0)
        {
            if (request.Count == 0 && one[0] == (byte)'$')
            {
                await stream.ReadExactlyAsync(length, stop);
                await stream.ReadExactlyAsync(new byte[(length[1] << 8) | length[2]], stop);
                continue;
            }
            request.Add(one[0]);
            if (request.Count >= 4 && request[^4] == '\r' && request[^3] == '\n' && request[^2] == '\r' && request[^1] == '\n') return await WithoutBodyAsync(stream, Encoding.UTF8.GetString([.. request]), stop);
        }
        return null;
    }

    private static async Task<string> WithoutBodyAsync(NetworkStream stream, string request, CancellationToken stop)
    {
        if (int.TryParse(CameraSession.HeaderOf(request, "Content-Length"), out int length) && length is > 0 and <= LongestRequest) await stream.ReadExactlyAsync(new byte[length], stop);
        return request;
    }
}
