using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Web;

/// <summary>
/// nginx with the page of a device and the header by which such devices name their server. On a server every path leads to its
/// application; a device has a few pages, and asks for a login at those of its settings.
/// </summary>
internal static class WebServer
{
    private const string HeadersModule = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so";

    /// <summary>Accounts that makers deliver their devices with.</summary>
    private static readonly string[] Accounts = ["admin:admin", "service:service"];

    /// <summary>Programs that a page needs.</summary>
    public static IReadOnlyList<Requirement> Needs => [new("nginx", "nginx-light"), new(HeadersModule, "libnginx-mod-http-headers-more-filter")];

    /// <summary>Whether a device is a computer with an application, not one with a page of its own.</summary>
    public static bool IsServer(HospitalDevice device) => device.Type.EndsWith("server", StringComparison.Ordinal) && device.Type != "serial-device-server";

    /// <summary>Serves a device's page.</summary>
    /// <param name="host">The device.</param>
    /// <param name="site">The hospital.</param>
    /// <param name="word">Name of the service.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="secure">nginx's lines for TLS; none for plain HTTP.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="LabException">nginx does not listen.</exception>
    public static async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, string word, int port, IReadOnlyList<string> secure, CancellationToken cancel)
    {
        string folder = site.FolderOf($"{word}/{host.Device.Key}"), configuration = Path.Combine(folder, "nginx.conf"), pages = Directory.CreateDirectory(Path.Combine(folder, "pages")).FullName;
        WebIdentity shown = WebIdentity.Of(host.Device);
        await File.WriteAllTextAsync(Path.Combine(pages, "index.html"), Page(host.Device, shown), cancel);
        // SHA-1 with the prefix {SHA}: nginx computes it without crypt(3), whose cost is meant to be felt.
#pragma warning disable CA5350
        await File.WriteAllLinesAsync(Path.Combine(folder, "accounts"), Accounts.Select(account => account.Split(':')).Select(parts => $"{parts[0]}:{{SHA}}{Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(parts[1])))}"), cancel);
#pragma warning restore CA5350
        await File.WriteAllTextAsync(configuration, Configuration(host.Device, shown, folder, site.LogOf(host, word + "-access"), port, secure), cancel);
        return await ProgramRun.ServeAsync(host, site.LogOf(host, word), "nginx", ["-e", "stderr", "-p", folder, "-c", configuration], [port], cancel);
    }

    private static string Configuration(HospitalDevice device, WebIdentity shown, string folder, string log, int port, IReadOnlyList<string> secure) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/pid;
        error_log stderr;
        load_module {{HeadersModule}};
        events { worker_connections 64; }
        http {
            access_log {{log}};
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            default_type text/html;
            charset utf-8;
            etag off;
            {{(shown.Server is { } name ? $"more_set_headers \"Server: {name}\";" : "")}}
            server {
                listen {{port.ToString(CultureInfo.InvariantCulture)}}{{(secure.Count > 0 ? " ssl" : "")}};
                {{string.Join(' ', secure)}}
                root {{folder}}/pages;
                {{Places(device, shown, folder)}}
            }
        }
        """;

    private static string Places(HospitalDevice device, WebIdentity shown, string folder) => IsServer(device)
        ? "location / { try_files /index.html =404; }"
        : $$"""
            location = / { try_files /index.html =404; }
                    location ~ ^/(login|status|index\.html)$ { try_files /index.html =404; }
                    location ~ ^/(config|maintenance) { auth_basic "{{shown.Realm}}"; auth_basic_user_file {{folder}}/accounts; try_files /index.html =404; }
                    location / { return 404; }
            """;

    private static string Page(HospitalDevice device, WebIdentity shown)
    {
        string[] rows = IsServer(device)
            ? [shown.Title, device.Department.English]
            : [$"{device.Vendor} {device.Model}", $"Firmware {device.SoftwareVersion}", $"Serial number {device.Serial}", $"Host name {device.HostName}", $"Address {device.Ip}"];
        return $"""
            <!DOCTYPE html>
            <html>
            <head><meta charset="utf-8"><title>{WebUtility.HtmlEncode(shown.Title)}</title></head>
            <body>
            <h1>{WebUtility.HtmlEncode(shown.Title)}</h1>
            <table>
            {string.Join('\n', rows.Select(row => $"<tr><td>{WebUtility.HtmlEncode(row)}</td></tr>"))}
            </table>
            <form method="post" action="/login"><input name="user"><input name="password" type="password"><button>OK</button></form>
            </body>
            </html>

            """;
    }
}
