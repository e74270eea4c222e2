using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.WsDiscovery;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What a camera says besides who it is, and who asks: services, profiles, streams, scopes, interfaces. ONVIF Core and Media Specification; WS-Security, UsernameToken Profile 1.1.</summary>
internal sealed class OnvifFacts
{
    private const int Most = 16;

    private string? space;

    /// <summary>Services and where they are reached.</summary>
    public List<string> Services { get; } = [];

    /// <summary>Names of media profiles.</summary>
    public List<string> Profiles { get; } = [];

    /// <summary>Where streams and pictures are fetched, without names and passwords in them.</summary>
    public List<string> Streams { get; } = [];

    /// <summary>Scopes of the device.</summary>
    public List<string> Scopes { get; } = [];

    /// <summary>Hardware addresses of its network interfaces.</summary>
    public List<MacAddress> Macs { get; } = [];

    /// <summary>Its host name.</summary>
    public string? HostName { get; private set; }

    /// <summary>User who asks.</summary>
    public string? User { get; private set; }

    /// <summary>How the user proves it: <c>digest</c> or <c>text</c>, which is the password itself.</summary>
    public string? Password { get; private set; }

    /// <summary>Whether the device told any of it.</summary>
    public bool IsOfDevice => Services.Count + Profiles.Count + Streams.Count + Scopes.Count + Macs.Count > 0 || HostName is not null;

    /// <summary>An element begins.</summary>
    public void Open(in XmlPull pull, ReadOnlySpan<string> path)
    {
        if (path is not ["Header", "Security", "UsernameToken", "Password"]) return;
        // Without a type it is a text.
        Password = pull.Attributes.IndexOf("#PasswordDigest"u8) >= 0 ? "digest" : "text";
    }

    /// <summary>Text in an element.</summary>
    public void TakeText(ReadOnlySpan<string> path, string text)
    {
        switch (path)
        {
            case ["Header", "Security", "UsernameToken", "Username"]: User ??= text; break;
            case ["Body", "GetCapabilitiesResponse", "Capabilities", .., string service, "XAddr"]: Add(Services, $"{service.ToLowerInvariant()} {text}"); break;
            case ["Body", "GetServicesResponse", "Service", "Namespace"]: space = text; break;
            case ["Body", "GetServicesResponse", "Service", "XAddr"]: Add(Services, $"{Service(space)} {text}"); break;
            case ["Body", "GetProfilesResponse", "Profiles", "Name"]: Add(Profiles, text); break;
            case ["Body", "GetStreamUriResponse" or "GetSnapshotUriResponse", .., "Uri"]: Add(Streams, WithoutUser(text)); break;
            case ["Body", "GetScopesResponse", "Scopes", "ScopeItem"]: Add(Scopes, text); break;
            case ["Body", "GetHostnameResponse", "HostnameInformation", "Name"]: HostName ??= text; break;
            case ["Body", "GetNetworkInterfacesResponse", "NetworkInterfaces", "Info", "HwAddress"]:
                if (Macs.Count < Most && MacOf(text) is { IsNone: false, IsGroup: false } mac && !Macs.Contains(mac)) Macs.Add(mac);
                break;
            default: break;
        }
    }

    /// <summary>States what the device says of itself.</summary>
    public void Observe(Subject device, ObservationBatch into)
    {
        into.Claim(device, ClaimKind.HostName, HostName, "GetHostname");
        foreach (MacAddress mac in Macs) into.Claim(device, ClaimKind.OtherMac, mac.ToString(), "GetNetworkInterfaces");
        into.Claim(device, ClaimKind.Location, WsDiscoveryNames.Onvif(Scopes, "location"), "GetScopes");
        into.Claim(device, ClaimKind.Model, WsDiscoveryNames.Onvif(Scopes, "hardware"), "GetScopes");
        into.Claim(device, ClaimKind.FriendlyName, WsDiscoveryNames.Onvif(Scopes, "name"), "GetScopes");
        if (Profiles.Count + Streams.Count > 0) into.Claim(device, ClaimKind.Type, "camera", "GetProfiles");
    }

    private static void Add(List<string> list, string text)
    {
        if (list.Count < Most && !list.Contains(text)) list.Add(text);
    }

    /// <summary><c>http://www.onvif.org/ver10/media/wsdl</c> is <c>media</c>.</summary>
    private static string Service(string? name) => name?.Split('/') is [.., string word, "wsdl"] ? word : name ?? "";

    private static string WithoutUser(string uri)
    {
        int from = uri.IndexOf("://", StringComparison.Ordinal) + 3, end = from < 3 ? -1 : uri.IndexOf('/', from), at = from < 3 ? -1 : uri.LastIndexOf('@', (end < 0 ? uri.Length : end) - 1);
        return at < from ? uri : uri[..from] + uri[(at + 1)..];
    }

    private static MacAddress MacOf(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 12 && ulong.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out ulong mac) ? new MacAddress(mac) : default;
    }
}
