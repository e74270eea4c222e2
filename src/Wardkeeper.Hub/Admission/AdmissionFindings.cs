using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Admission;

/// <summary>Findings that admission raises.</summary>
public static class AdmissionFindings
{
    internal const string BrokenName = "fingerprint-broken", WrongDeviceName = "identity-on-wrong-device";

    /// <summary>An admitted device does not behave like itself any more, in traits that no update changes.</summary>
    public static readonly FindingType Broken = new(BrokenName, Severity.High, Duty.InformationDepartment, "T1200");

    /// <summary>A certificate is used by another device than it was issued to.</summary>
    public static readonly FindingType WrongDevice = new(WrongDeviceName, Severity.High, Duty.InformationDepartment, "T1649");

    /// <summary>A card asks at two places in turns.</summary>
    public static readonly FindingType TwoPlaces = new("card-at-two-places", Severity.High, Duty.InformationDepartment, "T1200");

    /// <summary>Several cards, or a machine that passes on what others send, behind one port of a switch.</summary>
    public static readonly FindingType SeveralCards = new("several-cards-at-port", Severity.Medium, Duty.InformationDepartment, "T1200");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FindingType> All { get; } = [Broken, WrongDevice, TwoPlaces, SeveralCards];
}
