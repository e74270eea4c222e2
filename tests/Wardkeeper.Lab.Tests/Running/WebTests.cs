using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class WebTests
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36";

    private static PageVisited Visit(string server, string path, bool tls = false, string? login = null) => new(TimeSpan.Zero, "pc1", server, tls ? 443 : 80, tls, path, Browser, login);

    private static async Task<Capture> RecordAsync(TestHospital hospital, params LabEvent[] events) => await hospital.RecordAsync(async () =>
    {
        foreach (LabEvent what in events) await ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel);
    });

    [LabFact("nginx curl tshark tcpdump")]
    public async Task Pages_of_devices_show_who_they_are_and_ask_for_a_login_at_their_settings()
    {
        HospitalDevice printer = TestHospital.Device("prn1", 50, "printer", offers: "http") with { Vendor = "HP", Model = "LaserJet 400 M401dn" };
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc1", 9), printer);
        Capture capture = await RecordAsync(hospital, Visit("prn1", "/"), Visit("prn1", "/config"), Visit("prn1", "/config", login: "admin:admin"), Visit("prn1", "/config", login: "admin:guess"), Visit("prn1", "/.git/HEAD"));
        Assert.Equal(["/", "/config", "/config", "/config", "/.git/HEAD"], await capture.FieldsAsync("http.request", "http.request.uri"));
        Assert.Equal(["200", "401", "200", "401", "404"], await capture.FieldsAsync("http.response", "http.response.code"));
        Assert.Equal(["admin:admin", "admin:guess"], await capture.FieldsAsync("http.authbasic", "http.authbasic"));
        Assert.All(await capture.FieldsAsync("http.request", "http.user_agent", "http.host"), line => Assert.Equal(Browser + "\t10.77.10.50", line));
        Assert.All(await capture.FieldsAsync("http.response", "http.server"), line => Assert.Equal("HP HTTP Server; HP LaserJet 400 M401dn; Serial Number: SN50", line));
        string page = await capture.TsharkAsync("-Y", "http.response.code==200", "-V");
        Assert.Contains("<title>HP LaserJet 400 M401dn", page, StringComparison.Ordinal);
        Assert.Contains("Firmware VB20A", page, StringComparison.Ordinal);
        string[] log = (await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["prn1"], "http-access"), "\n", 5)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, log.Length);
        Assert.All(log, line => Assert.Contains(Browser, line, StringComparison.Ordinal));
    }

    [LabFact("nginx curl tshark tcpdump")]
    public async Task Secure_pages_have_certificates_that_name_their_devices()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc1", 9), TestHospital.Device("his", 10, "server", offers: ["https", "http"]), TestHospital.Device("pump4", 11, "infusion-pump", offers: "https"));
        Capture capture = await RecordAsync(hospital, Visit("his", "/register?visit=V1", tls: true), Visit("pump4", "/", tls: true), Visit("his", "/nursing/tasks?patient=HL00001", login: "nurse3:ward"));
        Assert.Equal(["his-server.hospital.test\t10.77.10.10", "\t10.77.10.11"], await capture.FieldsAsync("tls.handshake.type==1", "tls.handshake.extensions_server_name", "ip.dst"));
        // TLS 1.3 hides the server's certificate; the pump ends at 1.2 and shows its own.
        Assert.Equal(["10.77.10.10\t0x0304", "10.77.10.11\t"], await capture.FieldsAsync("tls.handshake.type==2", "ip.src", "tls.handshake.extensions.supported_version"));
        string shown = await capture.TsharkAsync("-Y", "tls.handshake.type==11", "-V");
        Assert.Contains("id-at-commonName=pump4-infusion-pump", shown, StringComparison.Ordinal);
        Assert.Equal(["GET\t/nursing/tasks?patient=HL00001\tnurse3:ward\this-server.hospital.test"], await capture.FieldsAsync("http.request", "http.request.method", "http.request.uri", "http.authbasic", "http.host"));
        Assert.Equal(["200"], await capture.FieldsAsync("http.response", "http.response.code"));
        Assert.Contains("GET /register?visit=V1 HTTP/1.1\" 200", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["his"], "https-access"), "GET /register?visit=V1 HTTP/1.1\" 200"), StringComparison.Ordinal);
    }
}
