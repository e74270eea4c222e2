using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Astm;

/// <summary>
/// A laboratory system that receives uploads (CLSI LIS01-A2 and LIS02-A2 over TCP): answers ENQ and each frame, refuses damaged
/// ones, and checks the order of frames and records. Its log holds <c>frame</c> (number and length), <c>damaged</c>, <c>session</c>
/// (how many samples; the text is the whole message), <c>patient</c> (sample and patient id, or - for quality control) and
/// <c>error</c>. Framing and checksums agree with published sessions of real
/// analysers; the conversation over TCP is laboratory only, after the standard.
/// </summary>
internal sealed class AstmServer : IAsyncDisposable
{
    private readonly ServerLog log;
    private readonly Emitter service;

    private AstmServer(HostNamespace host, ServerLog log)
    {
        this.log = log;
        service = TcpService.Start(host, AnalyserUploaded.Port, log, ConverseAsync);
    }

    /// <summary>Listens from now on.</summary>
    public static AstmServer Start(HostNamespace host, ServerLog log) => new(host, log);

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
            (string Sample, string Patient)[] samples = [.. Samples(message)];
            log.Add(peer, "session", $"{samples.Length} samples", message);
            foreach ((string sample, string patient) in samples) log.Add(peer, "patient", $"{sample} {patient}");
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
            if (frame is null) log.Add(peer, "damaged", "");
            else log.Add(peer, "frame", $"{frame.Number} {frame.Text.Length}", Encoding.UTF8.GetString(frame.Text));
            await stream.WriteAsync(new[] { frame is null ? AstmFrame.Nak : AstmFrame.Ack }, cancel);
            if (frame is null) continue;
            expected = (expected + 1) % 8;
            isWithin = !frame.IsLast;
            message.AddRange(frame.Text);
        }
        if (isWithin) throw new InvalidDataException("a transfer ends within a record");
        return Encoding.UTF8.GetString([.. message]);
    }

    /// <summary>Sample and patient of each order, from O-3 and P-3.</summary>
    private static IEnumerable<(string Sample, string Patient)> Samples(string message)
    {
        string patient = "";
        foreach (string[] fields in message.Split('\r').Select(record => record.Split('|')))
        {
            if (fields[0] == "P") patient = fields.Length > 2 ? fields[2] : "";
            if (fields[0] == "O") yield return (fields[2], patient.Length > 0 ? patient : "-");
        }
    }

    /// <summary>Checks the order of records: each may come only below its parent. LIS02-A2, 5.2.</summary>
    private static void Check(string message)
    {
        string kinds = string.Concat(message.Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(record => record[0]));
        if (!System.Text.RegularExpressions.Regex.IsMatch(kinds, "^H(P(OC*(RC*)*)+)+L$")) throw new InvalidDataException($"records come in the order {kinds}");
    }
}
