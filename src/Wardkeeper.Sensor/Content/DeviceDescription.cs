using System.Net;
using System.Text;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// What a UPnP device says of itself in its description document (UPnP Device Architecture 2.0, section 2.3): plain texts of the
/// first device. Found by a bounded scan for element names; no DTD, entity or namespace is processed.
/// </summary>
/// <param name="DeviceType">URN of its type.</param>
/// <param name="FriendlyName">Name for people.</param>
/// <param name="Manufacturer">Maker.</param>
/// <param name="ModelName">Model.</param>
/// <param name="ModelNumber">Model number or version.</param>
/// <param name="SerialNumber">Serial number.</param>
/// <param name="Udn">Unique device name, <c>uuid:…</c>.</param>
public sealed record DeviceDescription(
    string? DeviceType, string? FriendlyName, string? Manufacturer, string? ModelName, string? ModelNumber, string? SerialNumber, string? Udn) : IBodyContent
{
    private const int MostBytes = 512;

    /// <inheritdoc/>
    IEnumerable<string?> IBodyContent.Stated => [Manufacturer, ModelName, ModelNumber];

    /// <summary>Reads an XML document; null if it describes no device.</summary>
    internal static DeviceDescription? Of(in Beginning body)
    {
        if (body.Type != ContentType.Xml) return null;
        ReadOnlySpan<byte> xml = body.Bytes;
        if (xml.IndexOf("urn:schemas-upnp-org:device-1-0"u8) < 0) return null;
        int device = xml.IndexOf("<device>"u8);
        if (device < 0) return null;
        xml = xml[device..];
        return new DeviceDescription(
            Element(xml, "<deviceType>"u8), Element(xml, "<friendlyName>"u8), Element(xml, "<manufacturer>"u8), Element(xml, "<modelName>"u8),
            Element(xml, "<modelNumber>"u8), Element(xml, "<serialNumber>"u8), Element(xml, "<UDN>"u8));
    }

    private static string? Element(ReadOnlySpan<byte> xml, ReadOnlySpan<byte> tag)
    {
        int at = xml.IndexOf(tag);
        if (at < 0) return null;
        ReadOnlySpan<byte> rest = xml[(at + tag.Length)..];
        int end = rest.IndexOf((byte)'<');
        if (end <= 0) return null;
        string text = WebUtility.HtmlDecode(Encoding.UTF8.GetString(rest[..Math.Min(end, MostBytes)])).Trim();
        return text.Length == 0 ? null : text;
    }
}
