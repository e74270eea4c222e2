using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// What the header of a CDA document says: its kind, whose it is, and which device or software wrote it. The body is not read.
/// HL7 Clinical Document Architecture, Release 2, 4.2.
/// </summary>
internal sealed class CdaContent : IBodyContent
{
    private const int Most = 16, MostIdentifiers = 64;
    private readonly List<string> patients = [], identifiers = [], templates = [];

    /// <summary>Templates the document conforms to, at most 16. ClinicalDocument.templateId.</summary>
    public IReadOnlyList<string> Templates => templates;

    /// <summary>Identifiers of the patient. patientRole.id.</summary>
    public IReadOnlyList<string> Patients => patients;

    /// <summary>Identifiers and names of the patient, for masking.</summary>
    public IReadOnlyList<string> Identifiers => identifiers;

    /// <summary>Kind of the document, mostly a LOINC code. ClinicalDocument.code.</summary>
    public string? Code { get; private set; }

    /// <summary>Model of the device that wrote it. assignedAuthoringDevice.manufacturerModelName.</summary>
    public string? Model { get; private set; }

    /// <summary>Software that wrote it. assignedAuthoringDevice.softwareName.</summary>
    public string? Software { get; private set; }

    /// <summary>Organisation that keeps it. custodian.representedCustodianOrganization.name.</summary>
    public string? Custodian { get; private set; }

    /// <summary>Reads a document up to its body; null when the root element is not ClinicalDocument.</summary>
    public static CdaContent? Of(in Beginning body)
    {
        if (!body.Root.SequenceEqual("ClinicalDocument"u8)) return null;
        ReadOnlySpan<byte> xml = body.Text;
        CdaContent content = new();
        (Encoding encoding, _) = Hl7Charset.Undeclared(xml);
        XmlPull pull = new(xml);
        string[] path = new string[XmlPull.MaxDepth + 1];
        while (pull.Read() is not XmlNode.End and XmlNode node)
        {
            if (node == XmlNode.Open)
            {
                path[pull.Depth] = pull.LocalName.Length > 64 ? "" : Encoding.ASCII.GetString(pull.LocalName);
                if (pull.Depth == 2 && path[2] is "component") break;
                content.TakeElement(in pull, path.AsSpan(0, pull.Depth + 1), encoding);
            }
            else if (node == XmlNode.Text && XmlPull.Decode(pull.Text, encoding) is { } text)
            {
                content.TakeText(path.AsSpan(0, pull.Depth + 1), text);
            }
        }
        return content;
    }

    private void TakeElement(in XmlPull pull, ReadOnlySpan<string> path, Encoding encoding)
    {
        switch (path)
        {
            case [_, _, "templateId"] when Attribute(in pull, "root"u8, encoding) is { } root && templates.Count < Most && !templates.Contains(root): templates.Add(root); break;
            case [_, _, "code"]: Code ??= Attribute(in pull, "code"u8, encoding); break;
            case [.., "patientRole", "id"] when Attribute(in pull, "extension"u8, encoding) is { } id:
                Remember(id);
                if (patients.Count < Most && !patients.Contains(id)) patients.Add(id);
                break;
            default: break;
        }
    }

    private void TakeText(ReadOnlySpan<string> path, string text)
    {
        switch (path)
        {
            case [.., "patient", "name", "family" or "given"] or [.., "patient", "name"]:
                if (text.Length >= 4 || (text.Length >= 2 && !Ascii.IsValid(text))) Remember(text);
                break;
            case [.., "assignedAuthoringDevice", "manufacturerModelName"]: Model ??= text; break;
            case [.., "assignedAuthoringDevice", "softwareName"]: Software ??= text; break;
            case [.., "representedCustodianOrganization", "name"]: Custodian ??= text; break;
            default: break;
        }
    }

    private void Remember(string identifier)
    {
        if (identifiers.Count < MostIdentifiers && !identifiers.Contains(identifier)) identifiers.Add(identifier);
    }

    private static string? Attribute(in XmlPull pull, ReadOnlySpan<byte> name, Encoding encoding) =>
        pull.TryAttribute(name, out ReadOnlySpan<byte> raw) ? XmlPull.Decode(raw, encoding, 64) : null;
}
