using System.Globalization;
using System.Net;
using System.Text.Json;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Admission;

/// <summary>What the owner of the data folder does for <c>wardkeeper admission install</c>: writes FreeRADIUS's whole configuration into a folder that its owner alone may read.</summary>
internal static class AdmissionInstall
{
    /// <summary>Runs the command.</summary>
    public static async Task<ControlAnswer> RunAsync(IServiceProvider services, Hub.Access.Actor who, ControlRequest request, CancellationToken cancel)
    {
        PlatformOptions options = services.GetRequiredService<PlatformOptions>();
        FrontFolder folder = services.GetRequiredService<FrontFolder>();
        AdmissionSettings settings = options.Settings.Current.Admission;
        string secret = folder.SecretOrNew();
        if (request["clients"] is { } from)
        {
            _ = RadiusClients.Read(from);
            FrontFolder.Write(folder.Clients, await File.ReadAllTextAsync(from, cancel));
        }
        IReadOnlyList<AdmissionSegment> segments = services.GetRequiredService<IAdmissionSegments>().All;
        string target = request["out"] ?? Path.Combine(folder.Path, "radius");
        bool isRemote = !IPAddress.IsLoopback(settings.Bind);
        FrontPlan plan = new()
        {
            Folder = target,
            Address = request["address"] is { } address ? IPAddress.TryParse(address, out IPAddress? parsed) ? parsed : throw new UserError($"'{address}' is no address; name one of this machine's, or leave --radius-address out for all of them.") : null,
            AuthenticationPort = Port(request, "auth-port", 1812),
            AccountingPort = Port(request, "acct-port", 1813),
            HubUrl = AdmissionListener.Url(settings),
            HubCertificate = isRemote ? Path.Combine(target, "certs", "hub.pem") : null,
            HubSecret = secret,
            LastKnown = folder.LastKnown,
            Clients = folder.ReadClients(),
            Segments = segments,
            FailSafeVlan = request["fail-safe-vlan"],
            HubJudgesRevocation = request["certificates"] is null,
        };
        List<string> mistakes = [];
        if (plan.Clients.Count == 0) mistakes.Add("No switch is known. Name a file of them with --clients: a line is name, address or network, secret.");
        if (segments.Count == 0 && plan.FailSafeVlan is null) mistakes.Add("No segment is laid down, so it must be said where the unknown go while the hub is down: name the quarantine VLAN with --fail-safe-vlan.");
        if (plan.FailSafeVlan is { } vlan && (vlan.Length > 32 || !vlan.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))) mistakes.Add($"'{vlan}' is no VLAN; take 1 to 4094 or a name of letters, digits, dashes.");
        if (mistakes.Count > 0) throw new UserError(mistakes);
        FrontTrust trust = services.GetRequiredService<FrontTrust>();
        IReadOnlyDictionary<string, string> certificates = request["certificates"] is { } given ? FrontCertificates.Read(given, options.Clock.GetUtcNow()) : await OwnAsync(trust, target, cancel);
        _ = services.GetRequiredService<Storage.Admission.LastKnownFile>();
        Write(plan, certificates, isRemote ? options.Certificate.Current.ExportCertificatePem() + "\n" : null);
        trust.Remember(target, plan.HubJudgesRevocation);
        await services.GetRequiredService<IAuditLog>().AppendAsync(who, "admission-installed", target, null, $"{plan.Clients.Count} switches, {segments.Count} segments, {plan.HubUrl}, certificates {(plan.HubJudgesRevocation ? "of the hub" : "of another")}", null, cancel);
        if (options.IsRunning) await services.GetRequiredService<AdmissionListener>().StartListeningAsync(cancel);
        return new ControlAnswer
        {
            Lines =
            [
                $"Wrote FreeRADIUS's configuration for {plan.Clients.Count.ToString(CultureInfo.InvariantCulture)} switches into {target}.",
                $"Check it:  wardkeeper admission check {target}",
                $"Start it:  wardkeeper admission run {target}   (or by {Path.Combine(target, "wardkeeper-radius.service")})",
                "Run FreeRADIUS as the user that runs Wardkeeper: both write beside the file of what was known last.",
            ],
            Facts = JsonSerializer.SerializeToElement(new { folder = target, hub = plan.HubUrl, switches = plan.Clients.Count, segments = segments.Count, lastKnown = plan.LastKnown }),
        };
    }

    /// <summary>Writes the configuration; only its owner may look into the folder.</summary>
    internal static void Write(FrontPlan plan, IReadOnlyDictionary<string, string> certificates, string? hubCertificate)
    {
        foreach (string below in (string[])["", "certs", "run", "log", "pending"]) Directory.CreateDirectory(Path.Combine(plan.Folder, below), DataFolder.OnlyOwner);
        File.SetUnixFileMode(plan.Folder, DataFolder.OnlyOwner);
        FrontFolder.Write(Path.Combine(plan.Folder, "radiusd.conf"), FreeRadiusConfiguration.Radiusd(plan));
        FrontFolder.Write(Path.Combine(plan.Folder, "rest.conf"), FreeRadiusConfiguration.Rest(plan));
        FrontFolder.Write(Path.Combine(plan.Folder, "clients.conf"), FreeRadiusConfiguration.Clients(plan));
        FrontFolder.Write(Path.Combine(plan.Folder, "access_reject.filter"), FreeRadiusConfiguration.RejectFilter);
        FrontFolder.Write(Path.Combine(plan.Folder, "wardkeeper-radius.service"), FreeRadiusConfiguration.Unit(plan, Environment.UserName));
        string users = Path.Combine(plan.Folder, "users");
        // People's own: names and passwords for PEAP.
        if (!File.Exists(users)) FrontFolder.Write(users, "# Names and passwords for PEAP, one a line:   name   NT-Password := \"hex of the MD4 hash\"\n");
        foreach ((string name, string text) in certificates) FrontFolder.Write(Path.Combine(plan.Folder, "certs", name), text);
        if (hubCertificate is not null) FrontFolder.Write(Path.Combine(plan.Folder, "certs", "hub.pem"), hubCertificate);
    }

    private static async Task<IReadOnlyDictionary<string, string>> OwnAsync(FrontTrust trust, string target, CancellationToken cancel)
    {
        try
        {
            return await trust.TextsAsync(target, cancel);
        }
        catch (Hub.Trust.Keys.AuthorityKeyException e)
        {
            throw new UserError(e.Message);
        }
    }

    private static int Port(ControlRequest request, string name, int otherwise) => request[name] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535 ? port : throw new UserError($"'{text}' is no port.");
}
