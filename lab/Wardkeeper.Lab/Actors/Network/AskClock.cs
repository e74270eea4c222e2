using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>Asks a clock once, as the SNTP clients of devices do (RFC 4330): one packet of 48 bytes of version 3, from any port, with the time of sending and nothing else.</summary>
internal sealed class AskClock : IActor<ClockAsked>
{
    private const int Port = 123, Length = 48, StratumAt = 1, OriginateAt = 24, TransmitAt = 40, Server = 4, Unsynchronised = 16;
    private const byte Version3Client = 0x1B;
    private static readonly DateTime Era = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task ActAsync(ClockAsked what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace host = site[what.Actor];
        IPEndPoint clock = new(HospitalNetwork.AddressFrom(host.Device, site[what.Server].Device), Port);
        byte[] question = new byte[Length], answer = new byte[Length];
        question[0] = Version3Client;
        BinaryPrimitives.WriteUInt64BigEndian(question.AsSpan(TransmitAt), Timestamp());
        using Socket socket = host.Datagrams(0);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await socket.SendToAsync(question, SocketFlags.None, clock, limit.Token);
            SocketReceiveFromResult received = await socket.ReceiveFromAsync(answer, SocketFlags.None, clock, limit.Token);
            bool isAnswer = received.ReceivedBytes == Length && (answer[0] & 7) == Server && answer.AsSpan(OriginateAt, 8).SequenceEqual(question.AsSpan(TransmitAt, 8));
            if (!isAnswer || answer[StratumAt] is 0 or >= Unsynchronised) throw new LabException($"the clock {what.Server} gave {what.Actor} no time: {Convert.ToHexString(answer)}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"the clock {what.Server} did not answer {what.Actor}");
        }
    }

    /// <summary>Seconds since 1900 and their fraction, 32 bits each (RFC 4330, 3).</summary>
    private static ulong Timestamp() => (ulong)((Int128)(DateTime.UtcNow - Era).Ticks * (1L << 32) / TimeSpan.TicksPerSecond);
}
