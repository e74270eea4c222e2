using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>What a UPnP device says of itself: one root device without services. UPnP Device Architecture 1.1, 1.2 (announcements), 1.3 (searches) and 2.3 (description).</summary>
internal sealed class UpnpDevice
{
    private const string DeviceType = "urn:schemas-upnp-org:device:Basic:1", RootDevice = "upnp:rootdevice", Path = "/description.xml";
    private readonly HospitalDevice device;
    private readonly string uuid, server, location;

    /// <summary>The device's serial number decides its UUID.</summary>
    public UpnpDevice(HospitalDevice device)
    {
        this.device = device;
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Vendor}\n{device.Model}\n{device.Serial}"));
        // Version 8 of RFC 9562, 5.8: content of one's own.
        digest[6] = (byte)(0x80 | (digest[6] & 0x0F));
        digest[8] = (byte)(0x80 | (digest[8] & 0x3F));
        uuid = "uuid:" + new Guid(digest.AsSpan(0, 16), bigEndian: true);
        // Product tokens have no blanks.
        server = $"Linux/4.9 UPnP/1.1 {device.Model.Replace(' ', '-')}/{device.SoftwareVersion.Replace(' ', '-')}";
        location = string.Create(CultureInfo.InvariantCulture, $"http://{device.Ip}:{UpnpService.DescriptionPort}{Path}");
    }

    /// <summary>Types by which it is announced and found, each with its unique service name.</summary>
    private IEnumerable<(string Target, string Name)> Targets => [(RootDevice, $"{uuid}::{RootDevice}"), (uuid, uuid), (DeviceType, $"{uuid}::{DeviceType}")];

    /// <summary>Datagrams that say that it is there.</summary>
    public IEnumerable<string> Announcements() => Targets.Select(target =>
        Message("NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", "CACHE-CONTROL: max-age=1800", $"LOCATION: {location}", $"NT: {target.Target}", "NTS: ssdp:alive", $"SERVER: {server}", $"USN: {target.Name}", "BOOTID.UPNP.ORG: 1", "CONFIGID.UPNP.ORG: 1"));

    /// <summary>Datagrams that say that it leaves.</summary>
    public IEnumerable<string> Goodbyes() => Targets.Select(target =>
        Message("NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", $"NT: {target.Target}", "NTS: ssdp:byebye", $"USN: {target.Name}", "BOOTID.UPNP.ORG: 1", "CONFIGID.UPNP.ORG: 1"));

    /// <summary>Answers to a datagram; none when it is no search, or not for this device.</summary>
    public IEnumerable<string> AnswersTo(string datagram)
    {
        string[] lines = datagram.Split("\r\n");
        if (lines[0] != "M-SEARCH * HTTP/1.1" || HeaderOf(lines, "MAN") != "\"ssdp:discover\"") return [];
        string? wanted = HeaderOf(lines, "ST");
        return Targets.Where(target => wanted == "ssdp:all" || wanted == target.Target)
            .Select(target => Message("HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=1800", "EXT:", $"LOCATION: {location}", $"SERVER: {server}", $"ST: {target.Target}", $"USN: {target.Name}", "BOOTID.UPNP.ORG: 1", "CONFIGID.UPNP.ORG: 1"));
    }

    /// <summary>The answer to an HTTP request.</summary>
    public string Description(string request)
    {
        bool isFound = request.StartsWith($"GET {Path} HTTP/1.", StringComparison.Ordinal);
        string body = isFound ? Xml() : "not found\n";
        return Message(isFound ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found", $"SERVER: {server}", $"CONTENT-TYPE: {(isFound ? "text/xml; charset=\"utf-8\"" : "text/plain")}",
            string.Create(CultureInfo.InvariantCulture, $"CONTENT-LENGTH: {Encoding.UTF8.GetByteCount(body)}"), "CONNECTION: close") + body;
    }

    private string Xml() => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0" configId="1">
        <specVersion><major>1</major><minor>1</minor></specVersion>
        <device>
        <deviceType>{DeviceType}</deviceType>
        <friendlyName>{SecurityElement.Escape(device.HostName)}</friendlyName>
        <manufacturer>{SecurityElement.Escape(device.Vendor)}</manufacturer>
        <modelName>{SecurityElement.Escape(device.Model)}</modelName>
        <modelNumber>{SecurityElement.Escape(device.SoftwareVersion)}</modelNumber>
        <serialNumber>{SecurityElement.Escape(device.Serial)}</serialNumber>
        <UDN>{uuid}</UDN>
        </device>
        </root>

        """;

    private static string? HeaderOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static string Message(params IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\r\n")) + "\r\n";
}
