using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Mllp;

/// <summary>
/// A receiver of HL7 v2 over MLLP: reads each message by the character set it names and accepts it (HL7 v2.5.1, chapter 2, original
/// mode). Its log holds <c>message</c> (type, control id, patient id; the text is the whole message) and <c>error</c>. Checked against
/// tshark and against mllp_send of python3-hl7.
/// </summary>
internal sealed class MllpServer : IAsyncDisposable
{
    /// <summary>TCP port that MLLP is registered for.</summary>
    public const int Port = 2575;

    private readonly ServerLog log;
    private readonly Emitter service;

    private MllpServer(HostNamespace host, ServerLog log)
    {
        this.log = log;
        service = TcpService.Start(host, Port, log, ConverseAsync);
    }

    /// <summary>Listens from now on.</summary>
    public static MllpServer Start(HostNamespace host, ServerLog log) => new(host, log);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        while (await MllpFrame.ReadAsync(reader, cancel) is { } message)
        {
            HlHeader header = HlHeader.Read(message);
            string text = Decode(message, header.Encoding);
            log.Add(peer, "message", $"{header.Type} {header.ControlId} {HlHeader.PatientOf(text)}".TrimEnd(), text);
            await stream.WriteAsync(MllpFrame.Wrap(header.Encoding.GetBytes(header.Accepted())), cancel);
        }
    }

    private static string Decode(byte[] message, Encoding encoding)
    {
        try
        {
            return encoding.GetString(message);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"a message is not written as its MSH-18 says: {e.Message}", e);
        }
    }
}
