using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Lab.Emitters.Rtsp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Cameras;

/// <summary>
/// A camera: an emitter of RTSP by RFC 2326 that says maker, model and version in its <c>Server</c> header and its description (SDP, RFC 8866)
/// and sends its picture on the same connection; clients that ask for UDP are told 461, on which they ask for TCP. Its log has a line for each request.
/// </summary>
internal sealed class RtspService : IService
{
    private const string Methods = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER";

    /// <inheritdoc/>
    public string Word => "rtsp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string log = site.LogOf(host, "rtsp");
        int sessions = 0;
        return Task.FromResult<IAsyncDisposable>(Emitter.OfConnections(host.Listen(RtspConnection.Port), async (stream, stop) =>
        {
            using RtspConnection connection = new(stream);
            await using Watching watching = new(connection, host.Device, Interlocked.Increment(ref sessions), stop);
            try
            {
                while (await connection.ReadAsync(stop) is { } read)
                {
                    // What is no message is the client's RTCP.
                    if (read.Message is not { } request) continue;
                    await using (FileStream into = new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
                    {
                        await into.WriteAsync(System.Text.Encoding.UTF8.GetBytes(request.Start + "\n"), stop);
                    }
                    if (!await watching.AnswerAsync(request)) return;
                }
            }
            catch (InvalidDataException)
            {
                // Not RTSP: cameras hang up.
            }
        }));
    }

    /// <summary>One client.</summary>
    private sealed class Watching(RtspConnection connection, HospitalDevice device, int number, CancellationToken stop) : IAsyncDisposable
    {
        private readonly CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        private readonly uint source = BinaryPrimitives.ReadUInt32BigEndian(device.Mac.GetAddressBytes().AsSpan(2)) + (uint)number;
        private Task playing = Task.CompletedTask;
        private byte? channel;

        private string Session => source.ToString(CultureInfo.InvariantCulture);

        /// <summary>Answers one request; false when the connection is over.</summary>
        public async Task<bool> AnswerAsync(RtspMessage request)
        {
            switch (request.Method)
            {
                case "OPTIONS":
                    await SendAsync(request, "200 OK", "", ("Public", Methods));
                    break;
                case "DESCRIBE":
                    await SendAsync(request, "200 OK", Description(), ("Content-Type", "application/sdp"), ("Content-Base", request.Second.TrimEnd('/') + "/"));
                    break;
                case "SETUP" when Channel(request["Transport"]) is { } asked:
                    channel = asked;
                    await SendAsync(request, "200 OK", "", ("Transport", $"RTP/AVP/TCP;unicast;interleaved={asked}-{asked + 1};ssrc={source:X8}"), ("Session", Session + ";timeout=60"));
                    break;
                case "SETUP":
                    await SendAsync(request, "461 Unsupported Transport", "");
                    break;
                case "PLAY" or "TEARDOWN" when channel is null || request["Session"].Split(';')[0] != Session:
                    await SendAsync(request, "454 Session Not Found", "");
                    break;
                case "PLAY":
                    await SendAsync(request, "200 OK", "", ("Session", Session), ("Range", "npt=now-"), ("RTP-Info", $"url={request.Second};seq={(ushort)source};rtptime=0"));
                    if (playing.IsCompleted) playing = PlayAsync(channel.Value);
                    break;
                case "TEARDOWN":
                    await EndAsync();
                    await SendAsync(request, "200 OK", "", ("Session", Session));
                    return false;
                case "GET_PARAMETER":
                    // The sign of life of a client (section 10.8).
                    await SendAsync(request, "200 OK", "", ("Session", request["Session"]));
                    break;
                default:
                    await SendAsync(request, "405 Method Not Allowed", "", ("Allow", Methods));
                    break;
            }
            return true;
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            end.Dispose();
        }

        private async Task EndAsync()
        {
            await end.CancelAsync();
            await playing;
        }

        private Task SendAsync(RtspMessage request, string status, string body, params IEnumerable<(string, string)> headers) => connection.WriteAsync(RtspMessage.Of("RTSP/1.0 " + status, body,
            [("CSeq", request["CSeq"]), ("Server", $"{device.Vendor} {device.Model}/{device.SoftwareVersion}"), .. headers]), stop);

        private static byte? Channel(string transport)
        {
            if (!transport.StartsWith("RTP/AVP/TCP", StringComparison.OrdinalIgnoreCase)) return null;
            string? pair = transport.Split(';').FirstOrDefault(part => part.StartsWith("interleaved=", StringComparison.OrdinalIgnoreCase));
            return pair is null ? (byte)0 : byte.TryParse(pair["interleaved=".Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte asked) && asked < byte.MaxValue ? asked : null;
        }

        private string Description() => string.Join("\r\n",
            "v=0", $"o=- {Session} 1 IN IP4 {device.Ip}", $"s={device.Vendor} {device.Model}", $"i={device.HostName} {device.Serial}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*", "a=range:npt=now-",
            $"m=video 0 RTP/AVP {JpegPictures.PayloadType}", $"a=rtpmap:{JpegPictures.PayloadType} JPEG/{JpegPictures.Clock}", $"a=framerate:{JpegPictures.Rate}", "a=control:track1", "");

        private async Task PlayAsync(byte to)
        {
            JpegPictures pictures = new(source);
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(1.0 / JpegPictures.Rate));
            try
            {
                for (int picture = 0; await timer.WaitForNextTickAsync(end.Token); picture++)
                {
                    foreach (byte[] packet in pictures.PacketsOf(picture)) await connection.WriteAsync(to, packet, stop);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The client has seen enough.
            }
        }
    }
}
