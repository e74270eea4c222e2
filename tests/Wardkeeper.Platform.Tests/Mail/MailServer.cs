using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Wardkeeper.Platform.Tests.Mail;

/// <summary>A real mail server (aiosmtpd) on loopback, and what it took.</summary>
internal sealed class MailServer : IDisposable
{
    public const string User = "wardkeeper", Password = "Blue-Horse-mail-42x";
    private readonly Process process;
    private readonly BlockingCollection<JsonElement> taken = [];

    private MailServer(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where its certificate lies; null offers no encryption.</param>
    /// <param name="port">A certain port; 0 takes a free one.</param>
    public static MailServer Start(string? folder, int port = 0)
    {
        ProcessStartInfo start = new("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string word in (string[])[Path.Combine(AppContext.BaseDirectory, "Mail", "smtp-server.py"), port.ToString(CultureInfo.InvariantCulture), User, Password, .. folder is null ? (string[])[] : [Path.Combine(folder, "mail.pem"), Path.Combine(folder, "mail.key")]]) start.ArgumentList.Add(word);
        Process process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        Assert.True(int.TryParse(line, CultureInfo.InvariantCulture, out int bound), "the mail server of the tests did not start: python3-aiosmtpd is missing");
        MailServer server = new(process, bound);
        _ = Task.Run(() =>
        {
            while (process.StandardOutput.ReadLine() is { } letter) server.taken.Add(JsonElement.Parse(letter));
        });
        return server;
    }

    /// <summary>The next letter that it took.</summary>
    public JsonElement Next() => taken.TryTake(out JsonElement letter, TimeSpan.FromSeconds(20)) ? letter : throw new TimeoutException("no letter came");

    /// <summary>Whether there is none more.</summary>
    public bool IsQuiet => taken.Count == 0;

    /// <summary>An authority's certificate for 127.0.0.1 as mail.pem and mail.key.</summary>
    public static void Certify(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=mail of the tests", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(Path.Combine(folder, "mail.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "mail.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5_000)) process.Kill();
        process.Dispose();
    }
}
