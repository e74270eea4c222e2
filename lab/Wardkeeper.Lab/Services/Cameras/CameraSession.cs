using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Cameras;

/// <summary>One viewer of a camera: its requests (RFC 2326, chapter 10), and the pictures that it gets over UDP or inside the connection.</summary>
internal sealed partial class CameraSession(HostNamespace host, NetworkStream stream) : IAsyncDisposable
{
    private const int PicturesPerSecond = 5, FirstPort = 6970, LastPort = 7960;
    private const uint Source = 0x57415244;
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource stop = new();
    private readonly string session = IdentifierOf(host);
    private (Socket Pictures, Socket Reports)? sockets;
    private IPEndPoint? viewer;
    private int channel = -1;
    private bool shallPlay;
    private Task playing = Task.CompletedTask;

    /// <summary>A header of a request, or null.</summary>
    public static string? HeaderOf(string request, string name) =>
        request.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>The answer to a request.</summary>
    public string Answer(string request)
    {
        string[] first = request.Split("\r\n")[0].Split(' ');
        string sequence = HeaderOf(request, "CSeq") ?? "0";
        if (first.Length != 3 || !first[2].StartsWith("RTSP/1.", StringComparison.Ordinal)) return Message(400, sequence);
        string path = Uri.TryCreate(first[1], UriKind.Absolute, out Uri? uri) ? uri.AbsolutePath : first[1];
        if (first[1] != "*" && !path.StartsWith(RtspService.Path, StringComparison.Ordinal) && first[0] != "OPTIONS") return Message(404, sequence);
        switch (first[0])
        {
            case "OPTIONS":
                return Message(200, sequence, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN");
            case "DESCRIBE":
                string description = Description();
                return Message(200, sequence, $"Content-Base: {first[1].TrimEnd('/')}/", "Content-Type: application/sdp", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {description.Length}")) + description;
            case "SETUP":
                return SetUp(HeaderOf(request, "Transport") ?? "") is { } transport ? Message(200, sequence, transport, $"Session: {session};timeout=60") : Message(461, sequence);
            case "PLAY" when channel >= 0 || viewer is not null:
                shallPlay = true;
                return Message(200, sequence, $"Session: {session}", "Range: npt=0.000-");
            case "PLAY":
                return Message(455, sequence);
            case "GET_PARAMETER":
                return Message(200, sequence, $"Session: {session}");
            case "TEARDOWN":
                stop.Cancel();
                return Message(200, sequence, $"Session: {session}");
            default:
                return Message(501, sequence);
        }
    }

    /// <summary>Begins to send pictures when the viewer has asked to play; after the answer, as its first byte would be taken for one.</summary>
    public void Begin()
    {
        if (shallPlay && playing.IsCompleted && !stop.IsCancellationRequested) playing = PlayAsync();
        shallPlay = false;
    }

    /// <summary>Sends something over the connection, never in the middle of something else.</summary>
    public async Task SendAsync(byte[] bytes, CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            await stream.WriteAsync(bytes, cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await playing;
        sockets?.Pictures.Dispose();
        sockets?.Reports.Dispose();
        stop.Dispose();
        writing.Dispose();
    }

    /// <summary>Session identifiers shall be hard to guess (RFC 2326, 3.4); here they need only differ by camera.</summary>
    private static string IdentifierOf(HostNamespace host) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(host.Device.Serial + host.Device.Key)).AsSpan(0, 8));

    private string? SetUp(string wanted)
    {
        if (sockets is not null || channel >= 0) return null;
        if (Interleaved().Match(wanted) is { Success: true } inside)
        {
            channel = int.Parse(inside.Groups[1].Value, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}");
        }
        if (wanted.Contains("multicast", StringComparison.Ordinal) || Ports().Match(wanted) is not { Success: true } ports) return null;
        viewer = new IPEndPoint(((IPEndPoint)stream.Socket.RemoteEndPoint!).Address, int.Parse(ports.Groups[1].Value, CultureInfo.InvariantCulture));
        (int port, sockets) = Pair();
        return string.Create(CultureInfo.InvariantCulture, $"Transport: RTP/AVP;unicast;client_port={viewer.Port}-{viewer.Port + 1};server_port={port}-{port + 1};ssrc={Source:X8}");
    }

    /// <summary>An even port for pictures and the odd one above it for reports (RFC 3550, 11). Each viewer has its own.</summary>
    private (int Port, (Socket Pictures, Socket Reports)) Pair()
    {
        for (int port = FirstPort; port <= LastPort; port += 2)
        {
            Socket? pictures = null;
            try
            {
                pictures = Bound(port);
                return (port, (pictures, Bound(port + 1)));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                pictures?.Dispose();
            }
        }
        throw new IOException($"the camera {host.Device.Key} has no port left");
    }

    private Socket Bound(int port)
    {
        Socket socket = host.Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task PlayAsync()
    {
        try
        {
            for (int number = 0; ; number++)
            {
                byte[] packet = CameraPicture.Packet(number, (ushort)number, (uint)(number * (CameraPicture.Clock / PicturesPerSecond)), Source);
                if (channel >= 0) await SendAsync([(byte)'$', (byte)channel, (byte)(packet.Length >> 8), (byte)packet.Length, .. packet], stop.Token);
                else await sockets!.Value.Pictures.SendToAsync(packet, SocketFlags.None, viewer!, stop.Token);
                await Task.Delay(1000 / PicturesPerSecond, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The viewer has gone.
        }
    }

    private string Description() => string.Create(CultureInfo.InvariantCulture, $"""
        v=0
        o=- 1 1 IN IP4 {host.Device.Ip}
        s={host.Device.Vendor} {host.Device.Model}
        c=IN IP4 0.0.0.0
        t=0 0
        a=control:*
        m=video 0 RTP/AVP {CameraPicture.PayloadType}
        a=framerate:{PicturesPerSecond}
        a=control:track1

        """).ReplaceLineEndings("\r\n");

    private string Message(int status, string sequence, params IEnumerable<string> headers)
    {
        string reason = status switch { 200 => "OK", 400 => "Bad Request", 404 => "Not Found", 455 => "Method Not Valid in This State", 461 => "Unsupported Transport", _ => "Not Implemented" };
        string[] all = [string.Create(CultureInfo.InvariantCulture, $"RTSP/1.0 {status} {reason}"), $"CSeq: {sequence}", $"Server: {host.Device.Vendor} {host.Device.Model}/{host.Device.SoftwareVersion}", .. headers];
        return string.Concat(all.Select(line => line + "\r\n")) + "\r\n";
    }

    [GeneratedRegex(@"RTP/AVP/TCP.*interleaved=(\d{1,2})-")]
    private static partial Regex Interleaved();

    [GeneratedRegex(@"client_port=(\d{1,5})-")]
    private static partial Regex Ports();
}
