using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Emitters.Mdns;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>
/// A printer that probes, announces and answers over multicast DNS (RFC 6762) what it offers (DNS-SD, RFC 6763), with the keys of
/// Apple's Bonjour Printing Specification 1.2: an emitter, since Avahi does not repeat announcements within a recording.
/// </summary>
internal sealed class MdnsService : IService
{
    private const int Port = 5353;
    private static readonly IPEndPoint Group = new(IPAddress.Parse("224.0.0.251"), Port);

    /// <inheritdoc/>
    public string Word => "mdns";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        IReadOnlyList<DnsRecord> records = RecordsOf(host.Device);
        // Hops: RFC 6762, section 11.
        return Task.FromResult<IAsyncDisposable>(Emitter.OfDatagrams(Multicast.Join(host, Group, 255), (socket, stop) =>
            Task.WhenAll(AnnounceAsync(socket, records, stop), Multicast.ReceiveAsync(socket, (datagram, from) => AnswerAsync(socket, records, datagram, from, stop), stop))));
    }

    private static async Task AnnounceAsync(Socket socket, IReadOnlyList<DnsRecord> records, CancellationToken stop)
    {
        // Three probes a quarter of a second apart. No two devices of a hospital have a name in common, so nobody objects.
        for (int probe = 0; probe < 3; probe++)
        {
            await Multicast.SendAsync(socket, DnsWriter.Probe([.. records.Where(record => record.IsUnique)]), Group, stop);
            await Task.Delay(250, stop);
        }
        await Multicast.SendAsync(socket, DnsWriter.Response(records, []), Group, stop);
        await Task.Delay(1000, stop);
        using PeriodicTimer timer = new(Multicast.Again);
        do await Multicast.SendAsync(socket, DnsWriter.Response(records, []), Group, stop);
        while (await timer.WaitForNextTickAsync(stop));
    }

    private static async Task AnswerAsync(Socket socket, IReadOnlyList<DnsRecord> records, byte[] datagram, IPEndPoint from, CancellationToken stop)
    {
        if (DnsQuery.Read(datagram) is not { Questions.Count: > 0 } query) return;
        DnsRecord[] answers = [.. records.Where(record => query.Questions.Any(record.Answers) && !query.Known.Any(known =>
            record.Type == DnsRecord.Ptr && record.Name.SequenceEqual(known.Name, StringComparer.OrdinalIgnoreCase) && record.Data.AsSpan().SequenceEqual(DnsWriter.Name(known.To))))];
        if (answers.Length == 0) return;
        DnsRecord[] additional = [.. AdditionalTo(answers, records).Except(answers)];
        if (from.Port != Port) await Multicast.SendAsync(socket, DnsWriter.LegacyResponse(query.Id, query.Questions[0], answers, additional), from, stop);
        else await Multicast.SendAsync(socket, DnsWriter.Response(answers, additional), query.Questions.All(question => question.WantsUnicast) ? from : Group, stop);
    }

    /// <summary>Who asks for instances wants their hosts, ports and texts next (RFC 6763, section 12).</summary>
    private static IEnumerable<DnsRecord> AdditionalTo(DnsRecord[] answers, IReadOnlyList<DnsRecord> records)
    {
        byte[][] instances = [.. answers.Where(record => record.Type == DnsRecord.Ptr).Select(record => record.Data)];
        DnsRecord[] named = [.. records.Where(record => record.IsUnique && Array.Exists(instances, instance => instance.AsSpan().SequenceEqual(DnsWriter.Name(record.Name))))];
        bool needsAddress = answers.Concat(named).Any(record => record.Type == DnsRecord.Srv);
        return named.Concat(records.Where(record => needsAddress && record.Type == DnsRecord.A));
    }

    private static List<DnsRecord> RecordsOf(HospitalDevice device)
    {
        // As makers do: the end of the MAC keeps two of a model apart.
        string instance = $"{device.Vendor} {device.Model} [{device.Mac.ToString()[6..]}]";
        string[] host = [device.HostName, "local"];
        List<DnsRecord> records = [new(host, DnsRecord.A, device.Ip.GetAddressBytes(), IsUnique: true)];
        foreach ((string service, ushort port, string[] special) in ((string, ushort, string[])[])[("_ipp", 631, ["rp=ipp/print"]), ("_pdl-datastream", 9100, [])])
        {
            string[] type = [service, "_tcp", "local"], name = [instance, .. type];
            string[] text =
            [
                "txtvers=1", "qtotal=1", .. special, $"ty={device.Vendor} {device.Model}", $"product=({device.Model})", $"usb_MFG={device.Vendor}", $"usb_MDL={device.Model}",
                $"note={device.Department.English}", "pdl=application/postscript,application/vnd.hp-PCL", $"adminurl=http://{device.HostName}.local/",
            ];
            records.Add(new(["_services", "_dns-sd", "_udp", "local"], DnsRecord.Ptr, DnsWriter.Name(type), IsUnique: false));
            records.Add(new(type, DnsRecord.Ptr, DnsWriter.Name(name), IsUnique: false));
            records.Add(new(name, DnsRecord.Srv, [0, 0, 0, 0, (byte)(port >> 8), (byte)port, .. DnsWriter.Name(host)], IsUnique: true));
            records.Add(new(name, DnsRecord.Txt, [.. text.SelectMany(DnsWriter.Text)], IsUnique: true));
        }
        return records;
    }
}
