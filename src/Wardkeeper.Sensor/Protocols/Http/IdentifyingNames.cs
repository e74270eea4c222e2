using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What a parameter's value may be.</summary>
internal enum ParameterKind : byte
{
    /// <summary>Nothing that names a patient.</summary>
    Plain,

    /// <summary>An identifier, name, birth date or address of a patient.</summary>
    Identifying,

    /// <summary>A word that names a patient only in clinical interfaces (<c>name</c>, <c>family</c>).</summary>
    IdentifyingIfClinical,

    /// <summary>A FHIR token (<c>system|value</c>), of which the value identifies.</summary>
    Token,

    /// <summary>A FHIR reference (<c>Patient/1</c>), of which the last part identifies.</summary>
    Reference,

    /// <summary>A reference if it names a patient (<c>subject=Patient/1</c>), or in clinical interfaces.</summary>
    ReferenceIfClinical,

    /// <summary>A password.</summary>
    Secret,
}

/// <summary>Names of parameters and paths that carry patients' identifiers: DICOMweb (PS3.18), WADO-URI, FHIR search (HL7 FHIR R5, 3.2.1) and hospital systems' habits.</summary>
internal static class IdentifyingNames
{
    /// <summary>Characters of a name that are looked at.</summary>
    private const int LongestName = 64;

    private static readonly FrozenDictionary<string, ParameterKind> Parameters = new Dictionary<string, ParameterKind>
    {
        ["00100010"] = ParameterKind.Identifying,
        ["00100020"] = ParameterKind.Identifying,
        ["00100030"] = ParameterKind.Identifying,
        ["00101000"] = ParameterKind.Identifying,
        ["00101001"] = ParameterKind.Identifying,
        ["00101002"] = ParameterKind.Identifying,
        ["00101005"] = ParameterKind.Identifying,
        ["00101040"] = ParameterKind.Identifying,
        ["00101060"] = ParameterKind.Identifying,
        ["00102154"] = ParameterKind.Identifying,
        ["identifier"] = ParameterKind.Token,
        ["patient"] = ParameterKind.Reference,
        ["subject"] = ParameterKind.ReferenceIfClinical,
        ["name"] = ParameterKind.IdentifyingIfClinical,
        ["family"] = ParameterKind.IdentifyingIfClinical,
        ["given"] = ParameterKind.IdentifyingIfClinical,
        ["phonetic"] = ParameterKind.IdentifyingIfClinical,
        ["phone"] = ParameterKind.IdentifyingIfClinical,
        ["email"] = ParameterKind.IdentifyingIfClinical,
        ["telecom"] = ParameterKind.IdentifyingIfClinical,
        ["address"] = ParameterKind.IdentifyingIfClinical,
        ["addresspostalcode"] = ParameterKind.IdentifyingIfClinical,
        ["addresscity"] = ParameterKind.IdentifyingIfClinical,
        ["birthdate"] = ParameterKind.Identifying,
        ["birthday"] = ParameterKind.Identifying,
        ["dateofbirth"] = ParameterKind.Identifying,
        ["dob"] = ParameterKind.Identifying,
        ["deathdate"] = ParameterKind.Identifying,
        ["familyname"] = ParameterKind.Identifying,
        ["givenname"] = ParameterKind.Identifying,
        ["firstname"] = ParameterKind.Identifying,
        ["lastname"] = ParameterKind.Identifying,
        ["surname"] = ParameterKind.Identifying,
        ["fullname"] = ParameterKind.Identifying,
        ["mrn"] = ParameterKind.Identifying,
        ["medicalrecordnumber"] = ParameterKind.Identifying,
        ["medicalrecordno"] = ParameterKind.Identifying,
        ["ssn"] = ParameterKind.Identifying,
        ["idcard"] = ParameterKind.Identifying,
        ["idcardno"] = ParameterKind.Identifying,
        // Abbreviated Pinyin of Chinese hospital systems: patient's id and name, in-patient, out-patient and record number, identity card.
        ["brid"] = ParameterKind.Identifying,
        ["brxm"] = ParameterKind.Identifying,
        ["xingming"] = ParameterKind.Identifying,
        ["zyh"] = ParameterKind.Identifying,
        ["mzh"] = ParameterKind.Identifying,
        ["blh"] = ParameterKind.Identifying,
        ["sfzh"] = ParameterKind.Identifying,
        ["password"] = ParameterKind.Secret,
        ["passwd"] = ParameterKind.Secret,
        ["pwd"] = ParameterKind.Secret,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> HarmlessOfPatients =
        FrozenSet.ToFrozenSet(["patientsex", "patientssex", "patientage", "patientsage", "patientsize", "patientweight", "patientposition", "patientorientation"], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ParameterKind>.AlternateLookup<ReadOnlySpan<char>> ByWord = Parameters.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> HarmlessByWord = HarmlessOfPatients.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string> ClinicalSegments = FrozenSet.ToFrozenSet(
        ["dicom-web", "dicomweb", "qido-rs", "wado-rs", "stow-rs", "wado", "fhir", "patient", "patients", "person", "relatedperson", "encounter",
            "observation", "imagingstudy", "diagnosticreport", "servicerequest", "medicationrequest", "condition"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> People = FrozenSet.ToFrozenSet(["patient", "patients", "person", "relatedperson"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Actions =
        FrozenSet.ToFrozenSet(["index", "list", "search", "new", "add", "edit", "login", "main", "default", "query", "metadata"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a path segment shows a clinical interface.</summary>
    public static bool IsClinical(string segment) => ClinicalSegments.Contains(segment) || segment.StartsWith("fhir", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the path segment after this one identifies a person.</summary>
    public static bool IsPerson(string segment) => People.Contains(segment);

    /// <summary>Whether a segment after a person's is an operation, not an identifier.</summary>
    public static bool IsAction(string segment) => segment.Length == 0 || segment[0] is '$' or '_' || Actions.Contains(segment);

    /// <summary>What the value of a parameter of this name may be. FHIR's chains and modifiers (<c>subject:Patient.name:exact</c>) count by any of their parts.</summary>
    public static ParameterKind Kind(string name)
    {
        if (name.IndexOfAny([':', '.']) >= 0)
        {
            ParameterKind kind = ParameterKind.Plain;
            foreach (string part in name.Split([':', '.'], 8))
            {
                ParameterKind its = Simple(part);
                // The end of a chain says what the value is: subject.identifier is a token, not a reference.
                if (its != ParameterKind.Plain) kind = its == ParameterKind.IdentifyingIfClinical && kind != ParameterKind.Plain ? ParameterKind.Identifying : its;
            }
            return kind;
        }
        return Simple(name);
    }

    private static ParameterKind Simple(string name)
    {
        Span<char> plain = stackalloc char[LongestName];
        int length = 0;
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, LongestName)))
        {
            if (c is not ('_' or '-' or ' ' or '(' or ')' or ',' or '[' or ']')) plain[length++] = char.ToLowerInvariant(c);
        }
        ReadOnlySpan<char> word = plain[..length];
        if (ByWord.TryGetValue(word, out ParameterKind kind)) return kind;
        return word.Contains("patient", StringComparison.Ordinal) && !HarmlessByWord.Contains(word) ? ParameterKind.Identifying : ParameterKind.Plain;
    }
}
