using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>
/// Takes Disconnect-Request and CoA-Request (RFC 5176): only from the one client, only with the right authenticator, and not when their Event-Timestamp is old; anything
/// else is passed over in silence. A request that comes again is answered as before.
/// </summary>
internal sealed class ChangeRequests : IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(300), Remembered = TimeSpan.FromSeconds(30);
    private static readonly HashSet<RadiusType> Understood =
    [
        RadiusType.UserName, RadiusType.NasIpAddress, RadiusType.NasPort, RadiusType.NasPortId, RadiusType.NasPortType, RadiusType.NasIdentifier, RadiusType.CallingStationId, RadiusType.CalledStationId,
        RadiusType.AcctSessionId, RadiusType.EventTimestamp, RadiusType.MessageAuthenticator, RadiusType.ProxyState, RadiusType.Class,
    ];

    private static readonly HashSet<RadiusType> Changeable =
    [
        RadiusType.TunnelType, RadiusType.TunnelMediumType, RadiusType.TunnelPrivateGroupId, RadiusType.FilterId, RadiusType.SessionTimeout, RadiusType.TerminationAction, RadiusType.AcctInterimInterval, RadiusType.ReplyMessage,
    ];

    private readonly Dictionary<string, (DateTimeOffset At, byte[] Answer)> answered = [];
    private readonly SwitchSettings settings;
    private readonly Socket socket;
    private readonly AccessSwitch ports;
    private readonly TimeProvider clock;
    private readonly byte[] secret;
    private readonly Task reading;
    private readonly CancellationTokenSource stop = new();

    /// <summary>Listens from now on. The socket becomes its own.</summary>
    public ChangeRequests(SwitchSettings settings, Socket socket, AccessSwitch ports, TimeProvider clock)
    {
        (this.settings, this.socket, this.ports, this.clock, secret) = (settings, socket, ports, clock, Encoding.UTF8.GetBytes(settings.ChangeSecret));
        reading = ReadAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[RadiusPacket.Longest];
        while (true)
        {
            try
            {
                SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                IPEndPoint from = (IPEndPoint)got.RemoteEndPoint;
                if (!from.Address.Equals(settings.ChangeClient) || RadiusPacket.Parse(buffer.AsSpan(0, got.ReceivedBytes).ToArray()) is not { } request || !IsTrusted(request)) continue;
                await socket.SendToAsync(await AnswerAsync(from, request), SocketFlags.None, from, stop.Token);
            }
            catch (SocketException)
            {
                // An earlier answer was not taken.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool IsTrusted(RadiusPacket request) =>
        request.Code is RadiusCode.DisconnectRequest or RadiusCode.CoaRequest
        && RadiusSigning.IsGenuine(request, secret)
        && (request.Number(RadiusType.EventTimestamp) is not { } at || (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() <= Window);

    private async Task<byte[]> AnswerAsync(IPEndPoint from, RadiusPacket request)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (string old in answered.Where(one => now - one.Value.At > Remembered).Select(one => one.Key).ToArray()) answered.Remove(old);
        string key = $"{from} {request.Identifier} {Convert.ToHexString(request.Authenticator)}";
        if (answered.TryGetValue(key, out (DateTimeOffset, byte[] Answer) before)) return before.Answer;
        RadiusErrorCause? refusal = await DoAsync(request);
        bool isDisconnect = request.Code == RadiusCode.DisconnectRequest;
        RadiusCode code = refusal is null ? (isDisconnect ? RadiusCode.DisconnectAck : RadiusCode.CoaAck) : (isDisconnect ? RadiusCode.DisconnectNak : RadiusCode.CoaNak);
        RadiusAttribute[] attributes = [.. request.Attributes.Where(one => one.Type == RadiusType.ProxyState), .. refusal is { } cause ? [RadiusAttribute.Number(RadiusType.ErrorCause, (uint)cause)] : (RadiusAttribute[])[]];
        byte[] answer = RadiusSigning.Answer(code, request, attributes, secret);
        answered[key] = (now, answer);
        return answer;
    }

    /// <summary>Carries it out; what is returned says why not.</summary>
    private async Task<RadiusErrorCause?> DoAsync(RadiusPacket request)
    {
        bool isDisconnect = request.Code == RadiusCode.DisconnectRequest;
        if (request.Attributes.Any(one => !Understood.Contains(one.Type) && (isDisconnect || !Changeable.Contains(one.Type)))) return RadiusErrorCause.UnsupportedAttribute;
        if ((request.Find(RadiusType.NasIpAddress) is { } address && !address.Span.SequenceEqual(settings.Address.GetAddressBytes())) || (request.Text(RadiusType.NasIdentifier) is { } name && name != settings.Name)) return RadiusErrorCause.NasIdentificationMismatch;
        if (!isDisconnect && !request.Attributes.Any(one => Changeable.Contains(one.Type))) return RadiusErrorCause.MissingAttribute;
        IReadOnlyList<AccessPort> found = ports.Find(request);
        if (found.Count == 0) return RadiusErrorCause.SessionContextNotFound;
        foreach (AccessPort port in found)
        {
            if (isDisconnect) await ports.DisconnectAsync(port);
            else if (!await ports.ChangeAsync(port, request)) return RadiusErrorCause.ResourcesUnavailable;
        }
        return null;
    }
}
