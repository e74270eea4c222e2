using System.Diagnostics;
using Wardkeeper.Lab.Commands;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>A FreeRADIUS of a test's own: it knows the addresses 02-00-00-*, refuses those that end in 66, and writes accounting into a file.</summary>
internal sealed class FreeRadius : IAsyncDisposable
{
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
            ipaddr = 127.0.0.1
            secret = testing123
            require_message_authenticator = yes
        }
        modules {
            always ok {
                rcode = ok
            }
            always reject {
                rcode = reject
            }
            expr {
            }
            linelog {
                filename = DIR/accounting
                format = "%{Acct-Session-Id} %{Calling-Station-Id} %{NAS-Port-Id} %{Acct-Status-Type} %{Acct-Terminate-Cause} %{Class}"
            }
        }
        server lab {
            listen {
                type = auth
                ipaddr = 127.0.0.1
                port = AUTH
            }
            listen {
                type = acct
                ipaddr = 127.0.0.1
                port = ACCT
            }
            authorize {
                if (&Service-Type != Call-Check || &User-Password != &User-Name || &Calling-Station-Id =~ /66$/) {
                    reject
                }
                update control {
                    &Auth-Type := Accept
                }
                update reply {
                    &Tunnel-Type := VLAN
                    &Tunnel-Medium-Type := IEEE-802
                    &Tunnel-Private-Group-Id := "20"
                    &Filter-Id := "printers"
                    &Session-Timeout := 7200
                    &Termination-Action := RADIUS-Request
                }
                if (&Calling-Station-Id == "02-00-00-00-00-01") {
                    update reply {
                        &Class := "decision-17"
                    }
                }
                else {
                    update reply {
                        &Class := "%{Calling-Station-Id}"
                    }
                }
            }
            authenticate {
            }
            accounting {
                linelog
            }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("lab-radius-").FullName;
    private Process? process;

    /// <summary>Where it answers; accounting is the next port.</summary>
    public int Port { get; } = AccessSwitchTests.FreePort();

    public async Task StartAsync()
    {
        if (Doctor.Find(new("freeradius", "")) is null) return;
        await File.WriteAllTextAsync(Path.Combine(folder, "radiusd.conf"), Configuration.Replace("DIR", folder, StringComparison.Ordinal)
            .Replace("AUTH", Text(Port), StringComparison.Ordinal).Replace("ACCT", Text(Port + 1), StringComparison.Ordinal));
        process = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec freeradius -f -l stdout -d {folder} -n radiusd >>{folder}/log 2>&1"]))!;
        string ask = Path.Combine(folder, "status");
        await File.WriteAllTextAsync(ask, "Message-Authenticator=0x00\n");
        for (int attempt = 0; attempt < 60; attempt++)
        {
            if ((await Shell.RunAsync("radclient", ["-q", "-t", "1", "-r", "1", "-f", ask, $"127.0.0.1:{Port}", "status", "testing123"], CancellationToken.None)).ExitCode == 0) return;
            if (process.HasExited) break;
            await Task.Delay(100);
        }
        throw new InvalidOperationException("freeradius did not start: " + await File.ReadAllTextAsync(Path.Combine(folder, "log")));
    }

    public async Task StopAsync()
    {
        if (process is null) return;
        Kernel.Terminate(process.Id);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>The accounting so far, once it holds so many lines of a word.</summary>
    public async Task<string> AccountedAsync(string word, int lines)
    {
        string file = Path.Combine(folder, "accounting");
        for (int attempt = 0; ; attempt++)
        {
            string text = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            if (attempt == 100 || text.Split(word).Length > lines) return text;
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
