using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>What the ward's server offers: addresses by DHCP (dnsmasq), pages in clear and over TLS.</summary>
internal sealed class WardServices : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> running = [];

    /// <summary>Starts them.</summary>
    public static async Task<WardServices> StartAsync(Ward ward, CancellationToken cancel)
    {
        WardServices services = new();
        try
        {
            string folder = ward.Site.FolderOf("dhcp"), configuration = Path.Combine(folder, "dnsmasq.conf");
            IPAddress server = ward.Server.Device.Ip;
            byte[] subnet = server.GetAddressBytes();
            await File.WriteAllLinesAsync(configuration,
                [
                    "port=0", "no-ping", "bind-dynamic", "user=root", "pid-file=", "log-dhcp", "log-facility=-", "dhcp-authoritative", "dhcp-leasefile=" + Path.Combine(folder, "leases"),
                    string.Create(CultureInfo.InvariantCulture, $"dhcp-range={subnet[0]}.{subnet[1]}.{subnet[2]}.200,{subnet[0]}.{subnet[1]}.{subnet[2]}.250,255.255.255.0,1h"),
                ], cancel);
            services.running.Add(await ProgramRun.ServeUntilAsync(ward.Server, ward.Site.LogOf(ward.Server, "dnsmasq"), "dnsmasq", ["--keep-in-foreground", "--conf-file=" + configuration], "started", cancel));
            CertificateFiles files = DeviceCertificate.SelfSigned(ward.Site, ward.Server.Device);
            static (string, string, byte[]) Answer(string request) => ("200 OK", "text/plain", "ward 3\n"u8.ToArray());
            services.running.Add(WebAnswers.Start(ward.Server, 80, Answer));
            services.running.Add(WebAnswers.Start(ward.Server, 443, Answer, X509Certificate2.CreateFromPemFile(files.Certificate, files.Key)));
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in Enumerable.Reverse(running)) await one.DisposeAsync();
        running.Clear();
    }
}
