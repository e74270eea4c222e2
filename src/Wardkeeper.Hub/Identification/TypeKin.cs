namespace Wardkeeper.Hub.Identification;

/// <summary>Types that a particular one is also: a PACS server is a server. The general and the particular do not contradict each other.</summary>
internal static class TypeKin
{
    private static readonly Dictionary<string, HashSet<string>> Particular = new(StringComparer.Ordinal)
    {
        ["server"] = ["pacs-server", "central-monitor", "gateway", "virtual-machine", "storage-system", "film-printer", "laboratory-line", "infusion-rack"],
        ["office-pc"] = ["clinical-workstation", "imaging-workstation", "registration-kiosk", "payment-kiosk", "report-kiosk", "film-kiosk", "queue-display", "community-health-terminal", "ward-round-cart", "central-monitor"],
        ["router"] = ["home-gateway", "firewall", "gateway", "access-point"],
        ["switch"] = ["router", "firewall", "access-point", "home-gateway", "ip-phone"],
        ["infusion-pump"] = ["syringe-pump", "pca-pump", "feeding-pump"],
        ["patient-monitor"] = ["telemetry-monitor", "fetal-monitor"],
        ["other-laboratory"] = ["chemistry-analyser", "haematology-analyser", "immunoassay-analyser", "coagulation-analyser", "urine-analyser", "blood-gas-analyser", "pcr-cycler", "point-of-care-analyser", "blood-culture-system"],
        ["digital-radiography-unit"] = ["mammography-unit"],
        ["ct-scanner"] = ["pet-ct-scanner"],
    };

    /// <summary>The particular ones of a value; null when it is the general of none.</summary>
    public static HashSet<string>? ParticularOf(IdentityField field, string general) => field == IdentityField.Type ? Particular.GetValueOrDefault(general) : null;

    /// <summary>Whether the one is the general of the other.</summary>
    public static bool IsGeneral(IdentityField field, string general, string particular) =>
        ParticularOf(field, general)?.Contains(particular) == true;

    /// <summary>Whether one of the two is the general of the other.</summary>
    public static bool IsKin(IdentityField field, string left, string right) => IsGeneral(field, left, right) || IsGeneral(field, right, left);
}
