using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>A question to a clock as SNTP clients ask it (RFC 4330): one packet of 48 bytes of version 3, from any port, with the time of sending and nothing else.</summary>
internal static class SntpQuestion
{
    private const int Port = 123, Length = 48, StratumAt = 1, OriginateAt = 24, TransmitAt = 40, ModeMask = 7, Server = 4;
    private const byte Version3Client = 0x1B;
    private static readonly DateTime Era = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Asks once.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="clock">Whom.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="off">How far the asker's own clock is off.</param>
    /// <returns>The clock's stratum: 1 to 15, or another value when it does not know the time itself; null when it does not answer.</returns>
    public static async Task<int?> AskAsync(HostNamespace from, IPAddress clock, TimeSpan patience, CancellationToken cancel, TimeSpan off = default)
    {
        byte[] question = new byte[Length], answer = new byte[Length];
        question[0] = Version3Client;
        BinaryPrimitives.WriteUInt64BigEndian(question.AsSpan(TransmitAt), Timestamp(off));
        using Socket socket = from.Datagrams(0);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            await socket.ConnectAsync(clock, Port, limit.Token);
            await socket.SendAsync(question, limit.Token);
            int received = await socket.ReceiveAsync(answer, limit.Token);
            bool isAnswer = received == Length && (answer[0] & ModeMask) == Server && answer.AsSpan(OriginateAt, 8).SequenceEqual(question.AsSpan(TransmitAt, 8));
            return isAnswer ? answer[StratumAt] : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException)
        {
            // Nobody listens there (ICMP port unreachable).
            return null;
        }
    }

    /// <summary>The time on a clock that is off: seconds since 1900 and their fraction, 32 bits each (RFC 4330, 3).</summary>
    public static ulong Timestamp(TimeSpan off) => (ulong)((Int128)(DateTime.UtcNow + off - Era).Ticks * (1L << 32) / TimeSpan.TicksPerSecond);
}
