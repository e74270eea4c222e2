using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Lab.Admission.Radius;

/// <summary>
/// Asks a RADIUS server, many questions at once: each socket has 256 identifiers, and there are as many sockets as are needed, up to a limit. An answer counts only
/// when it proves that it was made for the question by who knows the secret.
/// </summary>
/// <param name="socket">Makes a UDP socket where the switch stands.</param>
/// <param name="server">The server.</param>
/// <param name="secret">The shared secret.</param>
/// <param name="patience">How long an answer is waited for before the question is sent again.</param>
/// <param name="tries">How often it is sent.</param>
internal sealed class RadiusClient(Func<Socket> socket, IPEndPoint server, byte[] secret, TimeSpan patience, int tries) : IAsyncDisposable
{
    private const int MostLanes = 8;
    private readonly ConcurrentBag<(Lane Lane, byte Identifier)> free = [];
    private readonly SemaphoreSlim places = new(MostLanes * 256);
    private readonly List<Lane> lanes = [];
    private readonly CancellationTokenSource stop = new();
    private int asked, unanswered, forged;

    /// <summary>Questions asked.</summary>
    public int Asked => asked;

    /// <summary>Questions to which no answer came.</summary>
    public int Unanswered => unanswered;

    /// <summary>Datagrams that did not prove to be answers.</summary>
    public int Forged => forged;

    /// <summary>Asks; null when no answer came after all tries.</summary>
    public async Task<RadiusPacket?> AskAsync(RadiusCode code, IEnumerable<RadiusAttribute> attributes, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        (Lane lane, byte identifier) = Take();
        try
        {
            Interlocked.Increment(ref asked);
            byte[] request = RadiusSigning.Request(code, identifier, attributes, secret);
            Task<RadiusPacket> answer = lane.Expect(identifier, request);
            for (int attempt = 0; attempt < tries; attempt++)
            {
                try
                {
                    await lane.Socket.SendToAsync(request, SocketFlags.None, server, cancel);
                    return await answer.WaitAsync(patience, cancel);
                }
                catch (Exception e) when (e is TimeoutException or SocketException)
                {
                    // Sent again. A server that is not there is told by ICMP, and may be there a moment later.
                    if (e is SocketException) await Task.Delay(patience, cancel);
                }
            }
            Interlocked.Increment(ref unanswered);
            return null;
        }
        finally
        {
            lane.Forget(identifier);
            free.Add((lane, identifier));
            places.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Lane[] all;
        lock (lanes) all = [.. lanes];
        foreach (Lane lane in all)
        {
            lane.Socket.Dispose();
            await lane.Reading;
        }
        stop.Dispose();
        places.Dispose();
    }

    private (Lane, byte) Take()
    {
        lock (lanes)
        {
            if (free.TryTake(out (Lane, byte) one)) return one;
            Lane lane = new(socket());
            lane.Reading = ReadAsync(lane);
            lanes.Add(lane);
            for (int identifier = 1; identifier < 256; identifier++) free.Add((lane, (byte)identifier));
            return (lane, 0);
        }
    }

    private async Task ReadAsync(Lane lane)
    {
        byte[] buffer = new byte[RadiusPacket.Longest];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult got = await lane.Socket.ReceiveFromAsync(buffer, SocketFlags.None, server, stop.Token);
                RadiusPacket? answer = RadiusPacket.Parse(buffer.AsSpan(0, got.ReceivedBytes).ToArray());
                if (answer is null || !got.RemoteEndPoint.Equals(server) || !lane.Give(answer, secret)) Interlocked.Increment(ref forged);
            }
            catch (SocketException)
            {
                // ICMP said that nobody listens: whoever waits asks again.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>One socket with its questions.</summary>
    private sealed class Lane(Socket socket)
    {
        private readonly (byte[] Request, TaskCompletionSource<RadiusPacket> Answer)?[] waiting = new (byte[], TaskCompletionSource<RadiusPacket>)?[256];

        public Socket Socket => socket;

        public Task Reading { get; set; } = Task.CompletedTask;

        public Task<RadiusPacket> Expect(byte identifier, byte[] request)
        {
            TaskCompletionSource<RadiusPacket> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (waiting) waiting[identifier] = (request, answer);
            return answer.Task;
        }

        public void Forget(byte identifier)
        {
            lock (waiting) waiting[identifier] = null;
        }

        public bool Give(RadiusPacket answer, byte[] secret)
        {
            lock (waiting)
            {
                // A second answer to the same question is late, not forged.
                if (waiting[answer.Identifier] is not { } question) return true;
                return RadiusSigning.IsAnswerTo(answer, question.Request, secret) && (question.Answer.TrySetResult(answer) || true);
            }
        }
    }
}
