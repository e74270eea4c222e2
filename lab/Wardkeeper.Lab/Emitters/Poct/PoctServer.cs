using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Xml.Linq;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Poct;

/// <summary>
/// A data manager that takes observations of point-of-care analysers (CLSI POCT01-A2, basic profile): greets the device, asks for
/// its observations, acknowledges each, checks that there were as many as the device announced, and ends. Its log holds
/// <c>conversation</c> (the device's id), every message by its type (control id, for an observation order and patient id; the text is
/// the XML) and <c>error</c>. Shapes are compared with a published
/// session of a DCA Vantage up to EOT; the observation of quality control and the end are laboratory only, after the standard.
/// </summary>
internal sealed class PoctServer : IAsyncDisposable
{
    private readonly ServerLog log;
    private readonly Emitter service;

    private PoctServer(HostNamespace host, ServerLog log)
    {
        this.log = log;
        service = TcpService.Start(host, PointOfCareUploaded.Port, log, ConverseAsync);
    }

    /// <summary>Listens from now on.</summary>
    public static PoctServer Start(HostNamespace host, ServerLog log) => new(host, log);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        int control = 4000;
        XElement hello = await TakeAsync("HEL.R01");
        await AcceptAsync(hello);
        XElement status = await TakeAsync("DST.R01");
        await AcceptAsync(status);
        int announced = int.Parse(PoctMessages.Of(status, "DST.new_observations_qty"), CultureInfo.InvariantCulture);
        string asked = $"{++control}";
        await SendAsync(PoctMessages.AskForObservations(control, TimeOf(status)));
        int taken = 0;
        XElement message;
        for (message = await TakeAsync("OBS.R01", "OBS.R02", "EOT.R01"); message.Name != "EOT.R01"; message = await TakeAsync("OBS.R01", "OBS.R02", "EOT.R01"))
        {
            taken++;
            await AcceptAsync(message);
        }
        if (taken != announced) throw new InvalidDataException($"{announced} observations were announced and {taken} came");
        if (PoctMessages.Of(message, "EOT.eot_control_id") != asked) throw new InvalidDataException("the end of the topic names another request");
        await SendAsync(PoctMessages.End(++control, TimeOf(message)));
        await TakeAsync("ACK.R01");
        log.Add(peer, "conversation", PoctMessages.Of(hello, "DEV.device_id"));

        async Task<XElement> TakeAsync(params string[] expected)
        {
            XElement next = await PoctDocument.ReadAsync(reader, cancel) ?? throw new InvalidDataException($"the device closed instead of sending {expected[0]}");
            if (!expected.Contains(next.Name.LocalName)) throw new InvalidDataException($"the device sends {next.Name} where {expected[0]} is due");
            log.Add(peer, next.Name.LocalName, Ids(next), next.ToString(SaveOptions.DisableFormatting));
            return next;
        }

        Task AcceptAsync(XElement what) => SendAsync(PoctMessages.Accepted(PoctMessages.Of(what, "HDR.control_id"), ++control, TimeOf(what)));
        Task SendAsync(XElement what) => stream.WriteAsync(PoctDocument.ToBytes(what), cancel).AsTask();
    }

    private static string Ids(XElement message) => message.Name.LocalName switch
    {
        "OBS.R01" => $"{PoctMessages.Of(message, "HDR.control_id")} {PoctMessages.Of(message, "ORD.order_id")} {PoctMessages.Of(message, "PT.patient_id")}",
        "OBS.R02" => $"{PoctMessages.Of(message, "HDR.control_id")} {PoctMessages.Of(message, "ORD.order_id")}",
        _ => PoctMessages.Of(message, "HDR.control_id"),
    };

    // The manager's clock is the device's, so that the same day gives the same bytes.
    private static string TimeOf(XElement message) => PoctMessages.Of(message, "HDR.creation_dttm");
}
