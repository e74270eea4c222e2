using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.TrustClient;

namespace Wardkeeper.Platform.Trust.Gateway;

/// <summary>The command line of <c>wardkeeper trust gateway</c>.</summary>
internal static class GatewayCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string> listen = Needed("--listen", "Address and port that devices connect to, for example 0.0.0.0:2762", "ADDRESS:PORT"), to = Needed("--to", "Address and port of the server behind", "ADDRESS:PORT");
        Option<string> certificate = Needed("--certificate", "The gateway's certificate with its key and chain (PEM, P-256), a device of the ledger's", "FILE"), hub = Needed("--hub", "The hub's listener for devices, for example https://hub.example:8444", "URL"), authority = Needed("--hub-ca", "Authority (PEM) that the hub's certificate comes from", "FILE");
        Command command = new("gateway", "Stands before an old server: lets only devices with a valid certificate of the ledger through, and cuts the revoked.") { listen, to, certificate, hub, authority };
        command.SetAction((parsed, cancel) => RunAsync(End(parsed.GetValue(listen)!, "--listen"), End(parsed.GetValue(to)!, "--to"), parsed.GetValue(certificate)!, parsed.GetValue(hub)!, parsed.GetValue(authority)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(IPEndPoint listen, IPEndPoint to, string certificate, string hub, string authority, CancellationToken cancel)
    {
        if (!Uri.TryCreate(hub, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttps) throw new UserError($"--hub {hub} is no https address.");
        using X509Certificate2 own = Data.ServerCertificate.Configured(certificate, null);
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(authority);
            using HubChannel channel = new(address, own, authorities);
            await using DeviceGateway gateway = new(listen, to, own, channel, Every);
            gateway.Start();
            await System.Console.Out.WriteLineAsync($"Devices are taken at {gateway.End} and handed on to {to}.");
            await Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await System.Console.Out.WriteLineAsync($"{gateway.Passed} connections were let through, {gateway.Refused} were not.");
            return 0;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException or SocketException)
        {
            throw new UserError($"The gateway cannot start: {e.Message}");
        }
    }

    private static IPEndPoint End(string text, string option) => IPEndPoint.TryParse(text, out IPEndPoint? end) && end.Port > 0 ? end : throw new UserError($"{option} {text} is no address with a port.");

    private static Option<string> Needed(string name, string what, string value) => new(name) { Description = what, HelpName = value, Required = true };
}
