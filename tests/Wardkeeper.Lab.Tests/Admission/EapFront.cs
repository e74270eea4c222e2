using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>A FreeRADIUS of a test's own that does EAP-TLS with the test's authority, and lets the addresses 02-00-00-* in by their address alone; it stands in a ward's hub room.</summary>
internal sealed class EapFront : IAsyncDisposable
{
    public const int Port = 1812;
    public const string Secret = "testing123";

    private const string Configuration = """
        prefix = /usr
        libdir = /usr/lib/freeradius
        raddbdir = DIR
        run_dir = DIR
        logdir = DIR
        pidfile = DIR/radiusd.pid
        max_request_time = 5
        proxy_requests = no
        log {
            destination = stdout
        }
        security {
            reject_delay = 0
            status_server = yes
            allow_vulnerable_openssl = yes
        }
        thread pool {
            start_servers = 2
            max_servers = 4
        }
        client lab {
            ipaddr = 10.79.0.2
            secret = testing123
            require_message_authenticator = yes
        }
        modules {
            always reject {
                rcode = reject
            }
            linelog {
                filename = DIR/accounting
                format = "%{User-Name} %{Calling-Station-Id} %{Acct-Status-Type} %{Acct-Terminate-Cause}"
            }
            eap {
                default_eap_type = tls
                timer_expire = 60
                tls-config tls-common {
                    private_key_file = DIR/radius.key
                    certificate_file = DIR/radius.pem
                    ca_file = DIR/ca.pem
                    tls_max_version = "1.2"
                    fragment_size = 400
                }
                tls {
                    tls = tls-common
                }
            }
        }
        server lab {
            listen {
                type = auth
                ipaddr = 10.79.0.1
                port = 1812
            }
            listen {
                type = acct
                ipaddr = 10.79.0.1
                port = 1813
            }
            authorize {
                if (&EAP-Message) {
                    eap
                }
                elsif (&Service-Type == Call-Check && &Calling-Station-Id =~ /^02-00-00/) {
                    update control {
                        &Auth-Type := Accept
                    }
                }
                else {
                    reject
                }
            }
            authenticate {
                eap
            }
            post-auth {
                update reply {
                    &Tunnel-Type := VLAN
                    &Tunnel-Medium-Type := IEEE-802
                    &Session-Timeout := 2
                    &Termination-Action := RADIUS-Request
                }
                if (&EAP-Message) {
                    update reply {
                        &Tunnel-Private-Group-Id := "20"
                    }
                }
                else {
                    update reply {
                        &Tunnel-Private-Group-Id := "30"
                    }
                }
            }
            accounting {
                linelog
            }
        }
        """;

    private readonly string folder;
    private RunningProgram? program;

    private EapFront(string folder) => this.folder = folder;

    public string Accounting => File.Exists(folder + "/accounting") ? File.ReadAllText(folder + "/accounting") : "";

    public static async Task<EapFront> StartAsync(Ward ward, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        using Authority authority = new("Test CA");
        await File.WriteAllTextAsync(folder + "/ca.pem", authority.Certificate.ExportCertificatePem(), cancel);
        Write(folder, "radius", authority.Issue("CN=radius.test", isServer: true));
        Write(folder, "pump", authority.Issue("CN=pump-7", isServer: false));
        using (Authority other = new("Other CA")) Write(folder, "forged", other.Issue("CN=pump-7", isServer: false));
        await File.WriteAllTextAsync(folder + "/radiusd.conf", Configuration.Replace("DIR", folder, StringComparison.Ordinal), cancel);
        return new EapFront(folder) { program = await ProgramRun.ServeUntilAsync(ward.Hub, ward.Site.LogOf(ward.Hub, "freeradius"), "freeradius", ["-f", "-l", "stdout", "-x", "-d", folder, "-n", "radiusd"], "Ready to process requests", cancel) };
    }

    /// <summary>Settings of wpa_supplicant with one of the certificates.</summary>
    public string Supplicant(string certificate)
    {
        string file = $"{folder}/{certificate}.conf";
        File.WriteAllText(file, $$"""
            ap_scan=0
            network={
                key_mgmt=IEEE8021X
                eap=TLS
                identity="pump-7"
                ca_cert="{{folder}}/ca.pem"
                client_cert="{{folder}}/{{certificate}}.pem"
                private_key="{{folder}}/{{certificate}}.key"
                eapol_flags=0
            }
            """);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null) await program.DisposeAsync();
    }

    private static void Write(string folder, string name, (string Certificate, string Key) made)
    {
        File.WriteAllText($"{folder}/{name}.pem", made.Certificate);
        File.WriteAllText($"{folder}/{name}.key", made.Key);
    }

    private sealed class Authority : IDisposable
    {
        private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1);

        public Authority(string name)
        {
            CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            Certificate = request.CreateSelfSigned(from, from.AddDays(9));
        }

        public X509Certificate2 Certificate { get; }

        public (string, string) Issue(string subject, bool isServer)
        {
            using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new(subject, own, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
            using X509Certificate2 made = request.Create(Certificate, from, from.AddDays(8), [1, .. RandomNumberGenerator.GetBytes(15)]);
            return (made.ExportCertificatePem(), own.ExportPkcs8PrivateKeyPem());
        }

        public void Dispose()
        {
            key.Dispose();
            Certificate.Dispose();
        }
    }
}
