using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Astm;

/// <summary>
/// A laboratory system that receives uploads (CLSI LIS01-A2 and LIS02-A2 over TCP): answers ENQ and each frame, refuses damaged
/// ones, and checks the order of frames and records. Its log holds <c>frame</c> (the text), <c>damaged</c>, <c>session</c> (the
/// whole message, records ended by carriage returns) and <c>error</c>. Framing and checksums agree with published sessions of real
/// analysers; the conversation over TCP is laboratory only, after the standard.
/// </summary>
internal sealed class AstmServer : IAsyncDisposable
{
    private readonly TcpService service;

    private AstmServer(HostNamespace host) => service = TcpService.Start(host, AnalyserUploaded.Port, Log, ConverseAsync);

    /// <summary>What it received.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>Listens from now on.</summary>
    public static AstmServer Start(HostNamespace host) => new(host);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        for (int first = await reader.ByteAsync(cancel); first >= 0; first = await reader.ByteAsync(cancel))
        {
            if (first != AstmFrame.Enq) throw new InvalidDataException($"a transfer begins with {first:X2} instead of ENQ");
            await stream.WriteAsync(new[] { AstmFrame.Ack }, cancel);
            string message = await TransferAsync(stream, reader, peer, cancel);
            Check(message);
            Log.Add(peer, "session", message);
        }
    }

    private async Task<string> TransferAsync(NetworkStream stream, ByteReader reader, IPAddress peer, CancellationToken cancel)
    {
        List<byte> message = [];
        int expected = 1;
        bool isWithin = false;
        for (int first = await reader.ByteAsync(cancel); first != AstmFrame.Eot; first = await reader.ByteAsync(cancel))
        {
            if (first != AstmFrame.Stx) throw new InvalidDataException($"a frame begins with {first:X2} instead of STX");
            AstmFrame? frame = AstmFrame.Read(await reader.ThroughAsync(AstmFrame.End, cancel) ?? throw new InvalidDataException("the sender closed within a transfer"));
            if (frame is not null && frame.Number != expected) throw new InvalidDataException($"frame {frame.Number} comes where {expected} should");
            Log.Add(peer, frame is null ? "damaged" : "frame", frame is null ? "" : Encoding.UTF8.GetString(frame.Text));
            await stream.WriteAsync(new[] { frame is null ? AstmFrame.Nak : AstmFrame.Ack }, cancel);
            if (frame is null) continue;
            expected = (expected + 1) % 8;
            isWithin = !frame.IsLast;
            message.AddRange(frame.Text);
        }
        if (isWithin) throw new InvalidDataException("a transfer ends within a record");
        return Encoding.UTF8.GetString([.. message]);
    }

    /// <summary>Checks the order of records: each may come only below its parent. LIS02-A2, 5.2.</summary>
    private static void Check(string message)
    {
        string kinds = string.Concat(message.Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(record => record[0]));
        if (!System.Text.RegularExpressions.Regex.IsMatch(kinds, "^H(P(OC*(RC*)*)+)+L$")) throw new InvalidDataException($"records come in the order {kinds}");
    }
}
