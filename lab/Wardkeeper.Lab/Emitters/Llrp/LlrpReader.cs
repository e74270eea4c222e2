using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>
/// An RFID reader (GS1 Low Level Reader Protocol 1.1): takes one client at a time, says what it is, keeps its ROSpecs while it is
/// there and reports each tag before its antennas once. It has no clock that is set, so its times are uptimes. Its log holds <c>message</c> (type of
/// what came), <c>tag</c> (EPC) and <c>error</c>.
/// </summary>
internal sealed class LlrpReader : IAsyncDisposable
{
    /// <summary>TCP port of readers.</summary>
    public const int Port = 5084;

    // Section 17.2.9.1 (status codes) and 17.2.7.6.12 (connection attempts).
    private const int Success = 0, ParameterError = 100, FieldError = 101, UnsupportedMessage = 109, Connected = 0, ClientConnectionExists = 2;

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly HostNamespace host;
    private readonly ServerLog log;
    private readonly byte[] identity;
    private readonly Emitter service;
    private int clients;

    private LlrpReader(HostNamespace host, ServerLog log)
    {
        (this.host, this.log, identity) = (host, log, ReaderIdentity.Of(host.Device).ToBytes());
        service = TcpService.Start(host, Port, log, ConverseAsync);
    }

    /// <summary>Listens from now on.</summary>
    /// <exception cref="LabException">Nobody knows what a reader of this model says of itself.</exception>
    public static LlrpReader Start(HostNamespace host, ServerLog log) => new(host, log);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        try
        {
            bool isFirst = Interlocked.Increment(ref clients) == 1;
            await stream.WriteAsync(new LlrpMessage(LlrpType.ReaderEventNotification, 0, LlrpParameter.Tlv(
                LlrpParameter.ReaderEventNotificationData,
                LlrpParameter.Tlv(LlrpParameter.Uptime, LlrpParameter.Long(Uptime)),
                LlrpParameter.Tlv(LlrpParameter.ConnectionAttemptEvent, LlrpParameter.Short(isFirst ? Connected : ClientConnectionExists)))).ToBytes(), cancel);
            if (isFirst) await ServeAsync(stream, peer, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref clients);
        }
    }

    private async Task ServeAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        Dictionary<uint, (RoSpec Spec, bool IsEnabled)> specs = [];
        uint reports = 0;
        while (await LlrpMessage.ReadAsync(reader, cancel) is { } message)
        {
            log.Add(peer, "message", message.Type.ToString());
            RoSpec? running = null;
            (LlrpType answer, int status) = message.Type switch
            {
                LlrpType.GetReaderCapabilities => (LlrpType.GetReaderCapabilitiesResponse, message.Body is [ReaderIdentity.GeneralDeviceCapabilities, ..] ? Success : FieldError),
                LlrpType.AddRoSpec => (LlrpType.AddRoSpecResponse, Add(message.Body, specs, peer)),
                LlrpType.EnableRoSpec => (LlrpType.EnableRoSpecResponse, Enable(message.Body, specs)),
                LlrpType.StartRoSpec => (LlrpType.StartRoSpecResponse, Begin(message.Body, specs, out running)),
                LlrpType.CloseConnection => (LlrpType.CloseConnectionResponse, Success),
                _ => (LlrpType.ErrorMessage, UnsupportedMessage),
            };
            byte[] told = answer == LlrpType.GetReaderCapabilitiesResponse && status == Success ? identity : [];
            await stream.WriteAsync(new LlrpMessage(answer, message.Id, [.. Status(status), .. told]).ToBytes(), cancel);
            if (message.Type == LlrpType.CloseConnection) return;
            if (running is null) continue;
            foreach (string epc in TagsInTheAir.Take(host))
            {
                await stream.WriteAsync(new LlrpMessage(LlrpType.RoAccessReport, ++reports, Report(epc, running.Content)).ToBytes(), cancel);
                log.Add(peer, "tag", epc);
            }
        }
    }

    private int Add(byte[] body, Dictionary<uint, (RoSpec Spec, bool IsEnabled)> specs, IPAddress peer)
    {
        try
        {
            RoSpec spec = RoSpec.Read(body);
            return spec.Id != 0 && specs.TryAdd(spec.Id, (spec, false)) ? Success : FieldError;
        }
        catch (InvalidDataException e)
        {
            log.Add(peer, ServerLog.Error, e.Message);
            return ParameterError;
        }
    }

    private static int Enable(byte[] body, Dictionary<uint, (RoSpec Spec, bool IsEnabled)> specs)
    {
        if (!TryId(body, out uint id) || !specs.TryGetValue(id, out (RoSpec Spec, bool) found)) return FieldError;
        specs[id] = (found.Spec, true);
        return Success;
    }

    private static int Begin(byte[] body, Dictionary<uint, (RoSpec Spec, bool IsEnabled)> specs, out RoSpec? running)
    {
        running = TryId(body, out uint id) && specs.TryGetValue(id, out (RoSpec Spec, bool IsEnabled) found) && found.IsEnabled ? found.Spec : null;
        return running is null ? FieldError : Success;
    }

    private static bool TryId(byte[] body, out uint id) => BinaryPrimitives.TryReadUInt32BigEndian(body, out id);

    private static byte[] Status(int code)
    {
        byte[] text = Encoding.UTF8.GetBytes(code switch { Success => "", ParameterError => "the ROSpec is not understood", FieldError => "a field has a value that is not possible now", _ => "the message is not supported" });
        return LlrpParameter.Tlv(LlrpParameter.LlrpStatus, LlrpParameter.Short(code), LlrpParameter.Short(text.Length), text);
    }

    /// <summary>A report of one tag: how it was seen depends on the tag alone.</summary>
    private byte[] Report(string epc, TagContent content)
    {
        Dice dice = new(0, "tag/" + epc);
        (int antenna, int signal, int times) = (dice.Between(1, 4), dice.Between(-68, -38), dice.Between(1, 12));
        List<byte[]> parts = [LlrpParameter.Tv(LlrpParameter.Epc96, Convert.FromHexString(epc))];
        if (content.HasFlag(TagContent.AntennaId)) parts.Add(LlrpParameter.Tv(LlrpParameter.AntennaId, LlrpParameter.Short(antenna)));
        if (content.HasFlag(TagContent.PeakRssi)) parts.Add(LlrpParameter.Tv(LlrpParameter.PeakRssi, [unchecked((byte)signal)]));
        if (content.HasFlag(TagContent.FirstSeen)) parts.Add(LlrpParameter.Tv(LlrpParameter.FirstSeenUptime, LlrpParameter.Long(Uptime)));
        if (content.HasFlag(TagContent.TagSeenCount)) parts.Add(LlrpParameter.Tv(LlrpParameter.TagSeenCount, LlrpParameter.Short(times)));
        return LlrpParameter.Tlv(LlrpParameter.TagReportData, parts);
    }

    /// <summary>Microseconds since the reader started.</summary>
    private ulong Uptime => (ulong)(Stopwatch.GetElapsedTime(started).Ticks / TimeSpan.TicksPerMicrosecond);
}
