using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Admission.Wires;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>The hub as the hospital's certificate authority: its authorities, EST, and its listener for devices, in the hub's room.</summary>
internal sealed class TrustRoom
{
    private const int EstPort = 8444, DoorPort = 8445, AtOnce = 500;
    private const string Passphrase = "the passphrase of a scene's root";
    private readonly SceneStand run;
    private readonly Ward ward;
    private readonly HubRoom hub;
    private readonly string rootKey;

    private TrustRoom(SceneStand run, Ward ward, HubRoom hub, string rootKey) => (this.run, this.ward, this.hub, this.rootKey) = (run, ward, hub, rootKey);

    /// <summary>The hospital's root, which devices trust.</summary>
    public X509Certificate2Collection Roots { get; } = [];

    /// <summary>Starts the hub, makes its authorities, and opens its listener for devices.</summary>
    public static async Task<TrustRoom> StartAsync(SceneStand run, Ward ward, CancellationToken cancel)
    {
        HubRoom hub = await HubRoom.StartAsync(run, ward, null, cancel, new Dictionary<string, string>(StringComparer.Ordinal) { ["WARDKEEPER_TRUST_PER_MINUTE"] = "100000" });
        TrustRoom room = new(run, ward, hub, Path.Combine(run.Folder, "root.p8"));
        await hub.MustAsync(["trust", "init", "--name", "Ward 3", "--root-key", room.rootKey], cancel, Passphrase);
        string pem = await hub.MustAsync(["trust", "crl", "--with-authorities"], cancel);
        X509Certificate2Collection trusted = [];
        trusted.ImportFromPem(pem);
        foreach (X509Certificate2 one in trusted.Where(one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))) room.Roots.Add(one);

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string request = Path.Combine(run.Folder, "door.csr"), certificate = Path.Combine(run.Folder, "door.pem"), keyFile = Path.Combine(run.Folder, "door.key");
        await File.WriteAllTextAsync(request, new CertificateRequest("CN=door", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), cancel);
        await File.WriteAllTextAsync(certificate, await hub.MustAsync(["trust", "issue", request, "--profile", "server", "--hosts", "localhost", "--reason", "the listener for devices"], cancel), cancel);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), cancel);
        File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (hub.Environment["WARDKEEPER_DEVICES_PORT"], hub.Environment["WARDKEEPER_DEVICES_CERTIFICATE"], hub.Environment["WARDKEEPER_DEVICES_CERTIFICATE_KEY"]) = (DoorPort.ToString(CultureInfo.InvariantCulture), certificate, keyFile);
        await hub.KillAsync();
        await hub.SwitchOnAsync(cancel);
        return room;
    }

    /// <summary>Announces devices of a purchase, and trusts their maker.</summary>
    public async Task ExpectAsync(X509Certificate2 maker, IEnumerable<string> serials, CancellationToken cancel)
    {
        string root = Path.Combine(run.Folder, "maker.pem");
        await File.WriteAllTextAsync(root, maker.ExportCertificatePem(), cancel);
        await hub.MustAsync(["trust", "import-root", root, "--name", "Scene Pumps"], cancel);
        foreach ((int number, string[] some) in serials.Chunk(AtOnce).Index())
        {
            string list = Path.Combine(run.Folder, "order.tsv");
            await File.WriteAllLinesAsync(list, some.Select(serial => $"{serial}\tScene Pumps\tP-1"), cancel);
            await hub.MustAsync(["trust", "expect", list, "--order", string.Create(CultureInfo.InvariantCulture, $"PO-{number + 1}")], cancel);
        }
    }

    /// <summary>A new issuing authority; the old one stays trusted, or is revoked with everything it issued.</summary>
    public Task RollOverAsync(bool revokeOld, CancellationToken cancel) =>
        hub.MustAsync(["trust", "rollover", "--root-key", rootKey, "--reason", "its years are over", .. revokeOld ? (string[])["--revoke-old"] : []], cancel, Passphrase);

    /// <summary>Revokes a device's certificate.</summary>
    public Task RevokeAsync(X509Certificate2 certificate, CancellationToken cancel) =>
        hub.MustAsync(["trust", "revoke", certificate.SerialNumber, "--revocation", "keyCompromise", "--reason", "stolen at night"], cancel);

    /// <summary>Connects to EST.</summary>
    public async ValueTask<Stream> DialAsync(CancellationToken cancel) => await ward.Hub.ConnectAsync(IPAddress.Loopback, EstPort, cancel);


    /// <summary>Goes to the devices' door with a certificate and asks for something.</summary>
    /// <returns>The connection, when it was let in and answered; else null.</returns>
    public async Task<SslStream?> EnterAsync(X509Certificate2 certificate, CancellationToken cancel)
    {
        SslStream tls = new(await ward.Hub.ConnectAsync(IPAddress.Loopback, DoorPort, cancel));
        try
        {
            await tls.AuthenticateAsClientAsync(EstDevice.Tls(Roots, certificate), cancel);
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), cancel);
            byte[] answer = new byte[4096];
            int read = await tls.ReadAsync(answer, cancel);
            if (Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 ", StringComparison.Ordinal)) return tls;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // It was not let in.
        }
        await tls.DisposeAsync();
        return null;
    }
}
