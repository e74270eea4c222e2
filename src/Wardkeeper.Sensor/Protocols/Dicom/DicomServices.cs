namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>The service classes of PS3.4 by the identifiers of their SOP classes.</summary>
internal static class DicomServices
{
    /// <summary>Longest prefixes first where one continues another.</summary>
    private static readonly (string Prefix, string Service)[] Prefixes =
    [
        ("1.2.840.10008.5.1.4.1.1.", "storage"),
        ("1.2.840.10008.5.1.4.1.2.", "query-retrieve"),
        ("1.2.840.10008.5.1.1.33", "media-creation"),
        ("1.2.840.10008.5.1.1.40", "display-system"),
        ("1.2.840.10008.5.1.1.", "print"),
        ("1.2.840.10008.5.1.4.34.6", "unified-procedure-step"),
        ("1.2.840.10008.5.1.4.37.", "relevant-patient-information"),
        ("1.2.840.10008.5.1.4.38.", "hanging-protocol"),
        ("1.2.840.10008.5.1.4.20.", "defined-procedure-protocol"),
        ("1.2.840.10008.1.20.", "storage-commitment"),
    ];

    /// <summary>The service that a SOP class belongs to, as a word; null for verification and for what PS3.4 does not name.</summary>
    public static string? Of(string? sopClass)
    {
        switch (sopClass)
        {
            case null: return null;
            case "1.2.840.10008.5.1.4.31": return "worklist";
            case "1.2.840.10008.5.1.4.33": return "instance-availability";
            case "1.2.840.10008.3.1.2.3.3" or "1.2.840.10008.3.1.2.3.4" or "1.2.840.10008.3.1.2.3.5": return "mpps";
            case "1.2.840.10008.5.1.4.34.7" or "1.2.840.10008.5.1.4.34.10": return "storage";
            case "1.2.840.10008.5.1.4.34.8" or "1.2.840.10008.5.1.4.34.9": return "rt-machine-verification";
            case "1.2.840.10008.1.40": return "procedural-event-logging";
            case "1.2.840.10008.1.42": return "substance-administration";
        }
        foreach ((string prefix, string service) in Prefixes)
        {
            if (sopClass.StartsWith(prefix, StringComparison.Ordinal)) return service;
        }
        return null;
    }
}
