using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Wardkeeper.Platform.Admission;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What.</param>
/// <param name="Mistake">What is wrong with it and what to do; null when it is right.</param>
internal sealed record FrontCheck(string What, string? Mistake);

/// <summary>Looks at a folder that <c>wardkeeper admission install</c> wrote: permissions, certificates, FreeRADIUS's own check, whether the hub is reached and takes the secret, the clocks.</summary>
internal static partial class AdmissionCheck
{
    private static readonly string[] Programs = ["/usr/sbin/freeradius", "/usr/sbin/radiusd", "/usr/local/sbin/radiusd"];
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private static readonly TimeSpan MostDrift = TimeSpan.FromSeconds(60), Patience = TimeSpan.FromSeconds(30);

    /// <summary>Where FreeRADIUS is; null when it is not installed.</summary>
    internal static string? Program => Programs.FirstOrDefault(File.Exists);

    /// <summary>Looks at everything.</summary>
    public static async Task<IReadOnlyList<FrontCheck>> RunAsync(string folder, TimeProvider clock, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(folder, "radiusd.conf"))) throw new UserError($"{folder} holds no configuration of FreeRADIUS. 'wardkeeper admission install --out {folder}' writes one.");
        return
        [
            new FrontCheck("Permissions", Permissions(folder)),
            new FrontCheck("Certificates and revocation lists", Certificates(folder, clock.GetUtcNow())),
            new FrontCheck("FreeRADIUS's own check", await OwnAsync(folder, cancel)),
            await HubAsync(folder, clock, cancel),
            new FrontCheck("File of what was known last", LastKnown(folder)),
            new FrontCheck("Accounting that waits for the hub", Pending(folder)),
        ];
    }

    private static string? Permissions(string folder)
    {
        string[] open = [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder).Where(path => (File.GetUnixFileMode(path) & Others) != 0)];
        return open.Length == 0 ? null : $"Others may look into {string.Join(", ", open.Take(5))}{(open.Length > 5 ? " …" : "")}, and secrets lie there. Run: chmod -R go-rwx {folder}";
    }

    private static string? Certificates(string folder, DateTimeOffset now)
    {
        try
        {
            string[] texts = [.. new[] { FrontCertificates.CaAndCrl, FrontCertificates.Certificate, FrontCertificates.Key }.Select(name => File.ReadAllText(Path.Combine(folder, "certs", name)))];
            string mistakes = string.Join(" ", FrontCertificates.Mistakes(texts[0], texts[1], texts[2], now, !File.ReadAllText(Path.Combine(folder, "radiusd.conf")).Contains("check_crl = no", StringComparison.Ordinal)));
            return mistakes.Length == 0 ? null : mistakes;
        }
        catch (IOException e)
        {
            return $"{e.Message} Run 'wardkeeper admission install' again.";
        }
    }

    /// <summary>What FreeRADIUS itself says against a folder; null when nothing.</summary>
    internal static async Task<string?> OwnAsync(string folder, CancellationToken cancel)
    {
        if (Program is not { } program) return "FreeRADIUS is not installed. On Debian and openKylin: apt-get install freeradius freeradius-rest";
        if (!File.Exists("/usr/lib/freeradius/rlm_rest.so")) return "FreeRADIUS has no module rlm_rest. On Debian and openKylin: apt-get install freeradius-rest";
        using Process check = Process.Start(new ProcessStartInfo(program, ["-C", "-l", "stdout", "-d", folder, "-n", "radiusd"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> said = check.StandardOutput.ReadToEndAsync(cancel), complained = check.StandardError.ReadToEndAsync(cancel);
        await check.WaitForExitAsync(cancel).WaitAsync(Patience, cancel);
        if (check.ExitCode == 0) return null;
        string[] errors = [.. (await said + await complained).Split('\n').Where(line => line.Contains("rror", StringComparison.Ordinal) || line.Contains("Failed", StringComparison.Ordinal)).Select(line => TimePrefix().Replace(line, "").Trim()).Distinct().Take(5)];
        return $"FreeRADIUS does not take it: {string.Join(" | ", errors)} Run 'wardkeeper admission install' again; for everything it says: {program} -XC -d {folder} -n radiusd";
    }

    private static async Task<FrontCheck> HubAsync(string folder, TimeProvider clock, CancellationToken cancel)
    {
        const string What = "The hub";
        string rest = await File.ReadAllTextAsync(Path.Combine(folder, "rest.conf"), cancel);
        string url = Value(rest, "connect_uri") ?? "", secret = Value(rest, "password") ?? "";
        using HttpClientHandler handler = new();
        // The certificate is the hub's own; what counts is whether it takes the secret.
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null && File.Exists(Path.Combine(folder, "certs", "hub.pem")) && File.ReadAllText(Path.Combine(folder, "certs", "hub.pem")).Trim() == certificate.ExportCertificatePem().Trim();
        using HttpClient client = new(handler) { Timeout = TimeSpan.FromSeconds(3) };
        using HttpRequestMessage request = new(HttpMethod.Get, url + "/radius/ready");
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(Encoding.ASCII.GetString(FrontFolder.Authorization(secret)));
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, cancel);
            if (answer.StatusCode == HttpStatusCode.Unauthorized) return new FrontCheck(What, $"The hub at {url} does not take the secret of rest.conf: every device goes by what was known last. Run 'wardkeeper admission install' again and restart FreeRADIUS.");
            if (answer.StatusCode != HttpStatusCode.OK) return new FrontCheck(What, $"At {url} something else answers ({(int)answer.StatusCode}). Correct admission.port, and run 'wardkeeper admission install' again.");
            return answer.Headers.Date is { } date && (date - clock.GetUtcNow()).Duration() > MostDrift
                ? new FrontCheck(What, string.Create(CultureInfo.InvariantCulture, $"The clocks of hub and FreeRADIUS are {(date - clock.GetUtcNow()).Duration().TotalSeconds:0} s apart: certificates and answers end too early or too late. Let both follow the same time server.")) : new FrontCheck(What, null);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return new FrontCheck(What, $"The hub at {url} is not reached ({e.Message}): every device goes by what was known last. Start it with 'wardkeeper up', or correct admission.bind and admission.port.");
        }
    }

    private static string? LastKnown(string folder)
    {
        string? path = Value(File.ReadAllText(Path.Combine(folder, "radiusd.conf")), "filename", after: "sqlite {");
        return path is not null && File.Exists(path) ? null : $"{path} is missing: FreeRADIUS knows nobody while the hub is down. Run 'wardkeeper admission install' again.";
    }

    private static string? Pending(string folder)
    {
        long bytes = Directory.EnumerateFiles(Path.Combine(folder, "pending")).Sum(file => new FileInfo(file).Length);
        return bytes < 10_000_000 ? null : $"{bytes / 1_000_000} MB of accounting wait in {Path.Combine(folder, "pending")}: the hub has not taken any for a while. It is sent again by itself once the hub answers.";
    }

    private static string? Value(string text, string name, string after = "")
    {
        int from = after.Length == 0 ? 0 : text.IndexOf(after, StringComparison.Ordinal);
        Match match = Regex.Match(text[Math.Max(from, 0)..], $"^\\s*{Regex.Escape(name)}\\s*=\\s*\"([^\"]*)\"", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^\w+ \w+ +\d+ [\d:]+ \d+ : ")]
    private static partial Regex TimePrefix();
}
