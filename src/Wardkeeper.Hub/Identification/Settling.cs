namespace Wardkeeper.Hub.Identification;

/// <summary>What would settle what is open: what the device has not shown yet that would tell, as keys of texts.</summary>
internal static class Settling
{
    /// <summary>All keys, most telling first.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["which-is-true", "own-words", "dicom-association", "hl7-device-segment", "discovery", "dhcp-request", "more-traffic", "label"];

    public static IReadOnlyList<string> Of(List<Decided> decisions, List<ShownTrait> shown)
    {
        bool isOpen = false, hasConflict = false;
        foreach (IdentityField field in (ReadOnlySpan<IdentityField>)[IdentityField.Type, IdentityField.Vendor, IdentityField.Model])
        {
            Decided? decided = null;
            foreach (Decided one in decisions)
            {
                if (one.Field == field) decided = one;
            }
            isOpen |= decided?.Value is null;
            hasConflict |= decided?.Conflict is not null;
        }
        if (!isOpen && !hasConflict) return [];
        ulong traits = 0;
        foreach (ShownTrait one in shown) traits |= 1UL << (int)one.Trait;
        List<string> keys = [];
        if (hasConflict) keys.Add("which-is-true");
        if (!Shows(Trait.ObjectId) && !Shows(Trait.Model)) keys.Add("own-words");
        if (Shows(Trait.AeTitle) && !Shows(Trait.Modality)) keys.Add("dicom-association");
        if (Shows(Trait.Application) && !Shows(Trait.Model)) keys.Add("hl7-device-segment");
        if (!Shows(Trait.Announces)) keys.Add("discovery");
        if (!Shows(Trait.DhcpOrder)) keys.Add("dhcp-request");
        if (shown.Count < 6) keys.Add("more-traffic");
        keys.Add("label");
        return keys;

        bool Shows(Trait trait) => (traits & (1UL << (int)trait)) != 0;
    }
}
