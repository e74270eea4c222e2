using System.Text.Json;

namespace Wardkeeper.DeviceAgent.Configuration;

/// <summary>Reads settings strictly and reports every mistake at once.</summary>
internal static class SettingsReader
{
    private const int MaxFile = 64 << 10;

    /// <summary>Reads a file.</summary>
    /// <exception cref="AgentFault">It cannot be read, or it holds mistakes; the message names all of them.</exception>
    public static AgentSettings ReadFile(string path)
    {
        if (!File.Exists(path)) throw new AgentFault(Outcome.Mistake, $"{path} is missing");
        if (new FileInfo(path).Length > MaxFile) throw new AgentFault(Outcome.Mistake, $"{path} is larger than {MaxFile >> 10} KiB");
        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads settings.</summary>
    public static AgentSettings Read(byte[] json, string from)
    {
        AgentSettings settings;
        try
        {
            settings = JsonSerializer.Deserialize(json, AgentJson.Default.AgentSettings) ?? throw new JsonException("there is nothing in it");
        }
        catch (JsonException wrong)
        {
            throw new AgentFault(Outcome.Mistake, $"{from}: {wrong.Message}", wrong);
        }
        List<string> mistakes = [];
        Check(settings, mistakes);
        return mistakes.Count == 0 ? settings : throw new AgentFault(Outcome.Mistake, string.Join(Environment.NewLine, mistakes.Select(mistake => $"{from}: {mistake}")));
    }

    private static void Check(AgentSettings settings, List<string> mistakes)
    {
        void Require(bool holds, string mistake)
        {
            if (!holds) mistakes.Add(mistake);
        }
        CheckChip(settings.Chip, Require);
        Require(IsName(settings.Device.SerialNumber), "device.serialNumber: 1 to 64 letters, digits and . - / _ : + are needed");
        Require(settings.Device.Name is null or { Length: > 0 and <= 64 }, "device.name: 1 to 64 characters");
        HubSettings hub = settings.Hub;
        Require(IsHttps(hub.Est), $"hub.est: \"{hub.Est}\" is no https address");
        Require(hub.Service is null || IsHttps(hub.Service), $"hub.service: \"{hub.Service}\" is no https address");
        Require(hub.Suite is "p256" or "sm", $"hub.suite: \"{hub.Suite}\" is neither p256 nor sm");
        Require(hub.CaFile is null != (hub.CaFingerprint is null), "hub: caFile or caFingerprint is needed, and one of them only; without it any server could pass for the hub");
        Require(hub.CaFingerprint is null || Fingerprint(hub.CaFingerprint) is not null, "hub.caFingerprint: SHA-256 has 64 hexadecimal digits; colons are allowed");
        EnrolmentSettings enrolment = settings.Enrolment;
        Require(enrolment.IdevidKey is null == enrolment.IdevidCertificate is null, "enrolment: idevidKey and idevidCertificate belong together");
        Require(enrolment.TokenFile is not null || enrolment.IdevidKey is not null, "enrolment: a tokenFile or an idevidKey is needed, or the hub cannot know who asks");
        Require(enrolment.RenewAfter is >= 0.1 and <= 0.95, "enrolment.renewAfter: 0.1 to 0.95");
        Require(enrolment.WaitMinutes is >= 0 and <= 1440, "enrolment.waitMinutes: 0 to 1440");
        if (settings.Telemetry is { } telemetry) CheckTelemetry(telemetry, Require);
        if (settings.Attestation is { } attestation) CheckAttestation(attestation, Require);
        Require(hub.Service is not null || (settings.Telemetry is null && settings.Attestation is null), "hub.service: telemetry and attestation need it");
    }

    private static void CheckChip(ChipSettings chip, Action<bool, string> require)
    {
        bool isToken = chip.Kind == "pkcs11";
        require(isToken || chip.Kind == "file", $"chip.kind: \"{chip.Kind}\" is neither pkcs11 nor file");
        require(!isToken || (chip.Module is not null && chip.Token is not null && chip.PinFile is not null), "chip: pkcs11 needs module, token and pinFile");
        require(isToken || chip.SecretFile is not null, "chip: file needs secretFile");
        require(!isToken || chip.SecretFile is null, "chip.secretFile: belongs to the kind file");
        require(isToken || (chip.Module is null && chip.Token is null && chip.PinFile is null && chip.Environment.Count == 0), "chip: module, token, pinFile and environment belong to the kind pkcs11");
    }

    private static void CheckTelemetry(TelemetrySettings telemetry, Action<bool, string> require)
    {
        require(telemetry.Source is "stdin" or "socket" or "file", $"telemetry.source: \"{telemetry.Source}\" is none of stdin, socket, file");
        require(telemetry.Source == "stdin" == telemetry.Path is null, "telemetry.path: needed by socket and file, not by stdin");
        require(telemetry.MaxLineBytes is >= 64 and <= 60000, "telemetry.maxLineBytes: 64 to 60000");
        require(telemetry.QueueMessages is >= 10 and <= 100000, "telemetry.queueMessages: 10 to 100000");
        require(telemetry.GatherSeconds is >= 0.1 and <= 60, "telemetry.gatherSeconds: 0.1 to 60");
    }

    private static void CheckAttestation(AttestationSettings attestation, Action<bool, string> require)
    {
        require(attestation.Pcrs.Count is > 0 and <= 24 && attestation.Pcrs.All(pcr => pcr is >= 0 and <= 23) && attestation.Pcrs.Distinct().Count() == attestation.Pcrs.Count, "attestation.pcrs: 1 to 24 different registers from 0 to 23");
        require(attestation.EkCertificate is "0x1c00016" or "0x1c00002" or "0x1c0000a", "attestation.ekCertificate: 0x1c00016 (P-384), 0x1c0000a (P-256) or 0x1c00002 (RSA)");
        require(attestation.EveryHours is >= 1 and <= 720, "attestation.everyHours: 1 to 720");
        require(attestation.Tcti.Length is > 0 and <= 256, "attestation.tcti: 1 to 256 characters");
    }

    /// <summary>A SHA-256 fingerprint without colons, lower-case; null when it is none.</summary>
    public static string? Fingerprint(string text)
    {
        string bare = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return bare.Length == 64 && bare.All(char.IsAsciiHexDigit) ? bare : null;
    }

    private static bool IsHttps(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 && uri.Query.Length == 0;

    private static bool IsName(string text) => text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || ".-/_:+".Contains(letter, StringComparison.Ordinal));
}
