using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Serial;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Serial;

/// <summary>Asks the machines behind a serial device server and reads until they have said all that was planned.</summary>
internal sealed class ReadSerial : IActor<SerialRead>
{
    private const int Baud = 9600;

    /// <inheritdoc/>
    public Task ActAsync(SerialRead what, HospitalSite site, CancellationToken cancel) => Deadline.HoldAsync($"{what.Actor} reading {what.SerialServer}", TimeSpan.FromSeconds(20), async limit =>
    {
        HostNamespace server = site[what.SerialServer];
        string said = string.Concat(what.Lines.Select(line => line + "\r\n"));
        await File.WriteAllTextAsync(SerialMachine.ValuesOf(site, server), said, new UTF8Encoding(false), limit);
        await using NetworkStream stream = await site[what.Actor].ConnectAsync(server.Device.Ip, SerialServerService.Port, limit);
        SerialCall call = new(stream);
        await call.OpenAsync(Baud, limit);
        await call.SendAsync([SerialMachine.Enquiry], limit);
        while (call.Count < Encoding.UTF8.GetByteCount(said)) await call.ReadAsync(limit);
        if (call.Received != said) throw new LabException($"{what.SerialServer} said '{call.Received}'");
    }, cancel);
}
