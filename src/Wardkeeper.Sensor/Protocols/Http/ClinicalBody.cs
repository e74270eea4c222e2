using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What one body says in a language of clinical systems or of devices, or a search server of itself; exactly one of the five.</summary>
/// <param name="Fhir">FHIR resources.</param>
/// <param name="Cda">A CDA document.</param>
/// <param name="Messages">HL7 v2 messages.</param>
/// <param name="Device">A SOAP envelope of a device.</param>
/// <param name="At">When the body ended.</param>
/// <param name="Bytes">Where it lies in its side's stream, as far as it was read.</param>
/// <param name="IsTruncated">Whether more came than was read.</param>
internal sealed record ClinicalBody(FhirContent? Fhir, CdaContent? Cda, IReadOnlyList<MessageSeen>? Messages, SoapContent? Device, CaptureTime At, ByteRange Bytes, bool IsTruncated)
{
    /// <summary>What a search server says of itself.</summary>
    public ElasticRoot? Elastic { get; init; }
}

/// <summary>
/// Tells FHIR, CDA, HL7 v2 and the SOAP of devices by the content of a body and reads them when it ends, from its beginning. What the head states of the
/// body only decides how much of it is kept. One for each side, used again and again.
/// </summary>
internal sealed class ClinicalReader : IBodyReader
{
    /// <summary>Bytes within which JSON shows that it is a resource.</summary>
    private const int Decisive = 4 * 1024;

    private ITransactionSink? into;
    private CaptureTime at;
    private ByteRange head;
    private ClinicalBody? found;

    /// <summary>Whether a body that its head describes so is kept as far as clinical content is read.</summary>
    public static bool IsStated(string? mediaType) => mediaType is "application/fhir+json" or "application/fhir+xml" or "application/json+fhir" or "application/xml+fhir"
        or "application/hl7-v2" or "x-application/hl7-v2+er7" or "application/hl7-v2+er7" or "application/edi-hl7" or "application/hl7-cda+xml" or "application/cda+xml" or "application/hl7-sda+xml";

    /// <summary>Gets ready for the end of a body.</summary>
    /// <param name="sink">Where faults go.</param>
    /// <param name="now">When it ends.</param>
    /// <param name="after">The head of its message, which it follows.</param>
    public void Expect(ITransactionSink sink, CaptureTime now, ByteRange after) => (into, at, head, found) = (sink, now, after, null);

    /// <summary>What was found, once.</summary>
    public ClinicalBody? Take()
    {
        ClinicalBody? body = found;
        (found, into) = (null, null);
        return body;
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        ReadOnlySpan<byte> text = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n\u000B"u8);
        if (text.Length < 5 || into is null) return;
        ByteRange range = new(head.Side, head.Start + head.Length + bytes.Length - text.Length, text.Length);
        FhirContent? fhir = null;
        CdaContent? cda = null;
        SoapContent? device = null;
        List<MessageSeen>? messages = null;
        ElasticRoot? elastic = text[0] == '{' ? ElasticRoot.Of(text) : null;
        if (text[0] == '{' && text[..Math.Min(text.Length, Decisive)].IndexOf("\"resourceType\""u8) > 0) fhir = FhirContent.OfJson(text, into);
        else if (text[0] == '<') (fhir, cda, device) = OfXml(text);
        else if (text[0] is (byte)'M' or (byte)'F' or (byte)'B' && Hl7Header.Begins(text) == Match.Yes) messages = Messages(text.TrimEnd("\u001C\r\n"u8), range, isWhole);
        if (fhir is not null || cda is not null || messages is not null || device is not null || elastic is not null) found = new ClinicalBody(fhir, cda, messages, device, at, range, !isWhole) { Elastic = elastic };
    }

    private static (FhirContent? Fhir, CdaContent? Cda, SoapContent? Device) OfXml(ReadOnlySpan<byte> text)
    {
        XmlPull pull = new(text);
        if (pull.Read() != XmlNode.Open) return default;
        if (pull.LocalName.SequenceEqual("ClinicalDocument"u8)) return (null, CdaContent.Of(text), null);
        if (pull.LocalName.SequenceEqual("Envelope"u8)) return (null, null, SoapContent.Of(text));
        return pull.Attributes.IndexOf("http://hl7.org/fhir"u8) >= 0 ? (FhirContent.OfXml(text), null, null) : default;
    }

    private List<MessageSeen> Messages(ReadOnlySpan<byte> text, ByteRange range, bool isWhole)
    {
        List<MessageSeen> messages = [];
        Hl7Batch batch = new(new Frame(text, range, at, at, false, !isWhole));
        while (batch.TryNext(into!, out MessageSeen message)) messages.Add(message);
        return messages;
    }
}
