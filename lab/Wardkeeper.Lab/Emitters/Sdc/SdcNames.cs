using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>Names that both ends of IEEE 11073 SDC use: XML namespaces, actions, addresses and the identifiers of a device.</summary>
internal static class SdcNames
{
    /// <summary>UDP port and group of WS-Discovery 1.1, section 3.1.1.</summary>
    public const int DiscoveryPort = 3702;

    /// <summary>TCP port of a provider's services; IANA names it ieee11073-20701.</summary>
    public const int ServicePort = 6464;

    /// <summary>Where everyone is addressed: WS-Discovery 1.1, section 3.1.2.</summary>
    public const string Everyone = "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01";

    /// <summary>Group of WS-Discovery over UDP.</summary>
    public static System.Net.IPAddress Group { get; } = System.Net.IPAddress.Parse("239.255.255.250");

    /// <summary>Longest time that a provider lets pass before it answers, DPWS 1.1, appendix B.</summary>
    public static TimeSpan MostDelay { get; } = TimeSpan.FromMilliseconds(500);

    public static XNamespace Soap { get; } = "http://www.w3.org/2003/05/soap-envelope";

    public static XNamespace Addressing { get; } = "http://www.w3.org/2005/08/addressing";

    public static XNamespace Discovery { get; } = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";

    public static XNamespace Profile { get; } = "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01";

    /// <summary>Medical devices profile, IEEE 11073-20702.</summary>
    public static XNamespace Medical { get; } = "http://standards.ieee.org/downloads/11073/11073-20702-2016";

    /// <summary>Messages of BICEPS, IEEE 11073-10207.</summary>
    public static XNamespace Message { get; } = "http://standards.ieee.org/downloads/11073/11073-10207-2017/message";

    /// <summary>Participant model of BICEPS, IEEE 11073-10207.</summary>
    public static XNamespace Participant { get; } = "http://standards.ieee.org/downloads/11073/11073-10207-2017/participant";

    public static XNamespace Instance { get; } = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>Action of a message of the get service, IEEE 11073-20701.</summary>
    public static string GetAction(string message) => "http://standards.ieee.org/downloads/11073/11073-20701-2018/GetService/" + message;

    /// <summary>Action of a message of the set service, IEEE 11073-20701.</summary>
    public static string SetAction(string message) => "http://standards.ieee.org/downloads/11073/11073-20701-2018/SetService/" + message;

    /// <summary>Where a provider's services are.</summary>
    public static string ServiceOf(HospitalDevice device) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{device.Ip}:{ServicePort}/{EndpointOf(device)["urn:uuid:".Length..]}");

    /// <summary>Action of a message of WS-Discovery.</summary>
    public static string DiscoveryAction(string message) => $"{Discovery}/{message}";

    /// <summary>Address that stays the same for a device's life: WS-Discovery 1.1, section 2.6.</summary>
    public static string EndpointOf(HospitalDevice device) => Uuid($"{device.Vendor}/{device.Model}/{device.Serial}/{device.Mac}");

    /// <summary>A UUID that follows from a name alone (RFC 9562, version 8), so that the same day gives the same bytes.</summary>
    public static string Uuid(string name)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }
}
