using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tls;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols;

public sealed class RemoteToolsTests
{
    [Theory]
    [InlineData("relay-dc7501e7.net.anydesk.com", "AnyDesk")]
    [InlineData("master3.teamviewer.com", "TeamViewer")]
    [InlineData("ROUTER15.TEAMVIEWER.COM", "TeamViewer")]
    [InlineData("st-v3-univ-srs-win-3733.api.splashtop.com", "Splashtop")]
    [InlineData("rs-ny.rustdesk.com", "RustDesk")]
    [InlineData("www.teamviewer.com", null)]
    [InlineData("api.splashtop.com.example.org", null)]
    [InlineData("net.anydesk.com", null)]
    [InlineData(null, null)]
    public void Servers_tell_the_tool(string? name, string? tool) => Assert.Equal(tool, RemoteTools.OfServer(name));

    [Theory]
    [InlineData("CN=www.fcsyvnlemwxv5p.net", "CN=www.gg562izcxdvqdk.com", true)]
    [InlineData("CN=www.hospital.net", "CN=www.authority.com", false)]
    [InlineData("CN=www.fcsyvnlemwxv5p.net,O=x", "CN=www.gg562izcxdvqdk.com", false)]
    [InlineData("CN=www.fcsyvnlemwxv5p.net", "CN=Example CA", false)]
    public void Certificates_of_Tor_have_two_random_names(string subject, string issuer, bool isTor) => Assert.Equal(isTor, RemoteTools.IsTor(subject, issuer));

    // nDPI names three of Tor's eight connections, by how their names look; the relays' certificates are in seven.
    [Theory]
    [InlineData("captures/ndpi/tls_client_certificate_with_missing_server_one.pcapng", "AnyDesk", 2)]
    [InlineData("captures/ndpi/tor.pcap", "Tor", 7)]
    public void Connections_of_captures_claim_the_tool(string capture, string tool, int connections)
    {
        IEnumerable<TlsConnection> claiming = CaptureRows<TlsConnection>.Of(capture).Where(row => Claims(row).Any(claim => claim.Value == tool));
        Assert.Equal(connections, claiming.Count());
    }

    private static IEnumerable<Claim> Claims(TlsConnection row)
    {
        ObservationBatch batch = new();
        batch.Speak(row.Flow, "ssl", row.At, 1);
        row.Observe(row.Flow!, batch);
        return batch.Observations.OfType<Claim>().Where(claim => claim.Kind == ClaimKind.RemoteAccess);
    }
}
