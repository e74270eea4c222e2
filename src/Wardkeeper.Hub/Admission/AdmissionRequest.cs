using System.Net;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>How a device asked to be let in.</summary>
public enum AdmissionMethod
{
    /// <summary>By its MAC address (MAC authentication, Service-Type Call-Check): it proves nothing.</summary>
    MacAuthentication,

    /// <summary>By a certificate that FreeRADIUS has verified (EAP-TLS, RFC 5216).</summary>
    EapTls,

    /// <summary>By name and password inside TLS (PEAP).</summary>
    Peap,
}

/// <summary>What the certificate of an EAP-TLS session says, as FreeRADIUS hands it on.</summary>
/// <param name="Serial">Serial number in hex.</param>
/// <param name="Issuer">The issuer's name in OpenSSL's one-line form.</param>
/// <param name="Subject">The subject in the same form.</param>
/// <param name="AuthorityKey">The issuer's key identifier in hex; null when the certificate names none.</param>
public sealed record PresentedCertificate(string Serial, string Issuer, string Subject, string? AuthorityKey);

/// <summary>A device asks, at a switch's port or an access point, to be let in.</summary>
/// <param name="At">When.</param>
/// <param name="Method">How.</param>
/// <param name="Mac">Its MAC address, lower case with colons.</param>
/// <param name="UserName">User-Name, never a password; bounded to 253 characters.</param>
/// <param name="Certificate">Its certificate, with EAP-TLS.</param>
/// <param name="NasAddress">The switch that asks (NAS-IP-Address, else the packet's source).</param>
/// <param name="NasIdentifier">The switch's name; null when it names none.</param>
/// <param name="Port">NAS-Port-Id, else NAS-Port; null when neither is there.</param>
/// <param name="Ssid">The wireless network out of Called-Station-Id; null on wire.</param>
/// <param name="Session">Acct-Session-Id where the switch already gives it; null otherwise.</param>
public sealed record AdmissionRequest(
    CaptureTime At,
    AdmissionMethod Method,
    string Mac,
    string UserName,
    PresentedCertificate? Certificate,
    IPAddress NasAddress,
    string? NasIdentifier,
    string? Port,
    string? Ssid,
    string? Session);
