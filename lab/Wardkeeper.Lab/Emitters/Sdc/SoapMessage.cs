using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>A message of SOAP 1.2 with the headers of WS-Addressing 1.0.</summary>
/// <param name="Action">What it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="To">Whom it addresses.</param>
/// <param name="RelatesTo">Id of the message that it answers, or null.</param>
/// <param name="Content">What the body holds.</param>
internal sealed record SoapMessage(string Action, string Id, string To, string? RelatesTo, XElement Content)
{
    /// <summary>Whom an answer addresses that goes back on its own way.</summary>
    public const string Anonymous = "http://www.w3.org/2005/08/addressing/anonymous";

    /// <summary>Media type over HTTP.</summary>
    public const string MediaType = "application/soap+xml";

    private const string Declaration = """<?xml version="1.0" encoding="utf-8"?>""";

    /// <summary>The message as UTF-8.</summary>
    /// <param name="headers">Further headers.</param>
    public byte[] ToBytes(params IEnumerable<XElement> headers)
    {
        XElement envelope = new(
            SdcNames.Soap + "Envelope",
            Prefix("s12", SdcNames.Soap), Prefix("wsa", SdcNames.Addressing), Prefix("wsd", SdcNames.Discovery), Prefix("dpws", SdcNames.Profile), Prefix("mdpws", SdcNames.Medical),
            Prefix("msg", SdcNames.Message), Prefix("pm", SdcNames.Participant), Prefix("xsi", SdcNames.Instance),
            new XElement(
                SdcNames.Soap + "Header",
                new XElement(SdcNames.Addressing + "Action", Action), new XElement(SdcNames.Addressing + "MessageID", Id), new XElement(SdcNames.Addressing + "To", To),
                RelatesTo is null ? null : new XElement(SdcNames.Addressing + "RelatesTo", RelatesTo), headers),
            new XElement(SdcNames.Soap + "Body", Content));
        return Encoding.UTF8.GetBytes(Declaration + envelope.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static SoapMessage Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using MemoryStream stream = new(bytes.ToArray());
            using XmlReader reader = XmlReader.Create(stream);
            XElement envelope = XElement.Load(reader);
            XElement? header = envelope.Element(SdcNames.Soap + "Header");
            string? Of(string name) => header?.Element(SdcNames.Addressing + name)?.Value.Trim();
            return new(
                Of("Action") ?? throw new InvalidDataException("a SOAP message has no action"), Of("MessageID") ?? "", Of("To") ?? "", Of("RelatesTo"),
                envelope.Element(SdcNames.Soap + "Body")?.Elements().FirstOrDefault() ?? throw new InvalidDataException("a SOAP message has no body"));
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"a SOAP message is not well-formed: {e.Message}", e);
        }
    }

    private static XAttribute Prefix(string prefix, XNamespace name) => new(XNamespace.Xmlns + prefix, name.NamespaceName);
}
