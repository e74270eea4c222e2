using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WsDiscovery;

/// <summary>What types and scopes mean that devices announce.</summary>
internal static class WsDiscoveryNames
{
    /// <summary>Scope of a patient. IEEE 11073-20701, 9.4: context scopes.</summary>
    private const string PatientScope = "sdc.ctxt.pat:";

    /// <summary>A type with the prefix by which its namespace is known; senders choose prefixes as they like.</summary>
    public static string Type(string word, ReadOnlySpan<byte> envelope)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || Namespace(word.AsSpan(0, colon), envelope) is not { IsEmpty: false } space) return word;
        string? prefix = space switch
        {
            _ when space.IndexOf("/devprof"u8) >= 0 || space.IndexOf("/dpws/"u8) >= 0 => "dpws",
            _ when space.IndexOf("/11073-20702"u8) >= 0 => "mdpws",
            _ when space.IndexOf("onvif.org"u8) >= 0 => "onvif",
            _ when space.IndexOf("windows/pub/"u8) >= 0 => "pub",
            _ when space.IndexOf("wdp/print"u8) >= 0 => "wprt",
            _ when space.IndexOf("wdp/scan"u8) >= 0 => "wscn",
            _ => null,
        };
        return prefix is null ? word : $"{prefix}:{word.AsSpan(colon + 1)}";
    }

    /// <summary>A scope; of one that names a patient only that is kept, with the patient masked.</summary>
    public static MaskedText Scope(string scope, PatientMasker masker) => scope.StartsWith(PatientScope, StringComparison.OrdinalIgnoreCase)
        ? masker.Within(scope, [Uri.UnescapeDataString(scope[PatientScope.Length..]), scope[PatientScope.Length..]])
        : PatientMasker.Plain(scope);

    /// <summary>Device type in the words of the taxonomy, or null.</summary>
    public static string? DeviceType(IReadOnlyList<string>? types)
    {
        foreach (string type in types ?? [])
        {
            if (type.EndsWith(":NetworkVideoTransmitter", StringComparison.Ordinal) || type.EndsWith(":NetworkVideoDisplay", StringComparison.Ordinal)) return "camera";
            if (type is "wprt:PrintDeviceType") return "printer";
        }
        return null;
    }

    /// <summary>Value of an ONVIF scope, for example <c>hardware</c>. ONVIF Core Specification, 7.3.2.2.</summary>
    public static string? Onvif(IEnumerable<string>? scopes, string name)
    {
        string start = $"onvif://www.onvif.org/{name}/";
        string? scope = scopes?.FirstOrDefault(scope => scope.StartsWith(start, StringComparison.OrdinalIgnoreCase));
        return scope is null ? null : Uri.UnescapeDataString(scope[start.Length..]);
    }

    /// <summary>Facility, building, floor, point of care, room and bed, joined by slashes, from a location scope. IEEE 11073-20701, 9.4.1.</summary>
    public static string? Place(IEnumerable<string>? scopes)
    {
        const string Start = "sdc.ctxt.loc:/sdc.ctxt.loc.detail/";
        string? scope = scopes?.FirstOrDefault(scope => scope.StartsWith(Start, StringComparison.OrdinalIgnoreCase));
        if (scope is null) return null;
        int end = scope.IndexOf('?', StringComparison.Ordinal);
        string place = Uri.UnescapeDataString(end < 0 ? scope[Start.Length..] : scope[Start.Length..end]);
        return string.Join('/', place.Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Hardware address within a UUID that was made from one. RFC 9562, 5.1: version 1, the node a unicast address.</summary>
    public static MacAddress Mac(string? endpoint)
    {
        const string Start = "urn:uuid:";
        if (endpoint is null || !endpoint.StartsWith(Start, StringComparison.OrdinalIgnoreCase) || !Guid.TryParse(endpoint.AsSpan(Start.Length), out Guid uuid) || uuid.Version != 1) return default;
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        MacAddress mac = MacAddress.Read(bytes[10..]);
        return mac.IsGroup ? default : mac;
    }

    private static ReadOnlySpan<byte> Namespace(ReadOnlySpan<char> prefix, ReadOnlySpan<byte> envelope)
    {
        if (prefix.Length > 32) return default;
        int at = envelope.IndexOf(Encoding.UTF8.GetBytes($"xmlns:{prefix}="));
        if (at < 0) return default;
        ReadOnlySpan<byte> value = envelope[(at + 7 + prefix.Length)..];
        int end = value.Length < 2 ? -1 : value[1..].IndexOf(value[0]);
        return end < 0 ? default : value.Slice(1, end);
    }
}
