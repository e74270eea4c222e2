namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>Service-object pair classes and well-known instances. PS3.6, Annex A.</summary>
internal static class SopClasses
{
    /// <summary>Verification.</summary>
    public const string Verification = "1.2.840.10008.1.1";

    /// <summary>Modality Performed Procedure Step.</summary>
    public const string PerformedProcedureStep = "1.2.840.10008.3.1.2.3.3";

    /// <summary>Storage Commitment Push Model.</summary>
    public const string StorageCommitment = "1.2.840.10008.1.20.1";

    /// <summary>The one instance of Storage Commitment Push Model.</summary>
    public const string StorageCommitmentInstance = "1.2.840.10008.1.20.1.1";

    /// <summary>The class of a modality's images; secondary capture where the lab does not write the modality's own. PS3.4, B.5.</summary>
    public static string OfImages(string modality) => modality switch
    {
        "CT" => "1.2.840.10008.5.1.4.1.1.2",
        "MR" => "1.2.840.10008.5.1.4.1.1.4",
        "US" => "1.2.840.10008.5.1.4.1.1.6.1",
        "CR" => "1.2.840.10008.5.1.4.1.1.1",
        "DX" => "1.2.840.10008.5.1.4.1.1.1.1",
        "MG" => "1.2.840.10008.5.1.4.1.1.1.2",
        _ => "1.2.840.10008.5.1.4.1.1.7",
    };
}
