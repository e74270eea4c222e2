using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Says what a device is, and why. Every entry of the knowledge base that it shows is a voice for a value, with the logarithm of the
/// odds that this is right; families of evidence are taken as independent, so the strongest voice of each is added up. The odds of
/// all values, and of "none of these" (1), give the confidence. Behaviour counts as much as names.
/// </summary>
internal static class Identifier
{
    /// <summary>Confidence from which a value is shown as such; below it is a guess.</summary>
    public const double Enough = 0.60;

    /// <summary>A value that evidence alone would make this likely stands in conflict with another.</summary>
    public const double StrongAlone = 0.80;

    /// <summary>Confidence that holds against a conflict.</summary>
    public const double BeyondConflict = 0.97;

    /// <summary>Most evidence that is kept of one attribute.</summary>
    public const int MostEvidence = 48;

    /// <summary>How often the holder of a MAC prefix made the whole device: makers of devices, of network equipment, of computers, and holders of whom nothing is known.</summary>
    private const double DeviceMaker = 0.93, NetworkMaker = 0.90, ComputerMaker = 0.90, UnknownHolder = 0.75;

    /// <summary>The same for the last two while nobody knows what it is: a computer may be a scanner's console.</summary>
    private const double OfAnything = 0.58;

    /// <summary>A part's maker speaks against its own name: it is seen on devices that it did not make.</summary>
    private const double PartsMaker = -2;

    private const double OwnType = 0.90;

    /// <summary>Where a computer, a board or a network card inside says who made that, and not who made the device.</summary>
    private static readonly HashSet<string> BuiltOfParts = ["clinical", "imaging", "laboratory", "infusion", "monitoring", "dialysis", "surgery", "kiosk", "wearable"];

    /// <summary>An archive is imaging, and a server like any other.</summary>
    private const string PlainServer = "pacs-server", ServerCategory = "it";

    /// <summary>Decides the identity of a device.</summary>
    /// <param name="claims">What was said of it, in the order of their kinds; the holder of its MAC prefix is a claim of the source <c>mac-prefix</c>.</param>
    /// <param name="offers">Services it offers.</param>
    /// <param name="uses">Services it uses.</param>
    /// <param name="isRouter">Whether it passes on other machines' packets.</param>
    /// <param name="knowledge">What is known of devices.</param>
    /// <param name="alike">What persons said of others with a fingerprint; null when nobody did.</param>
    public static Identity Of(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, IReadOnlyList<ServiceTally> uses, bool isRouter, KnowledgeBase knowledge, Func<string, IEnumerable<AlikeValue>>? alike = null)
    {
        List<ShownTrait> shown = TraitReader.Read(claims, offers, uses, isRouter);
        string? fingerprint = Fingerprints.Of(shown);
        if (fingerprint is not null) shown.Add(new ShownTrait(Trait.Fingerprint, fingerprint, null));
        Hearing hearing = new(shown, knowledge);
        foreach (ShownTrait one in shown)
        {
            if (one.Claim is { Source: not "mac-prefix" } claim && !Superseding.IsOver(claims, claim)) OwnWords(claim, hearing);
        }
        if (fingerprint is not null && alike is not null)
        {
            foreach (AlikeValue value in alike(fingerprint)) hearing.Hear(value.Of, new Voice(value.Value, Math.Log(AlikeValue.Sure / (1 - AlikeValue.Sure)), EvidenceFamily.Site, "site-fingerprint", new ShownTrait(Trait.Fingerprint, value.Shown, null)));
        }
        List<Decided> decisions = [];
        Decided? type = hearing.Decide(IdentityField.Type, decisions);
        string? category = CategoryOf(type, hearing);
        Makers(hearing, shown, type?.Value == PlainServer ? ServerCategory : category ?? (type?.Guess is { } guess ? Taxonomy.CategoryOf(guess) : null), category is not null);
        foreach (IdentityField field in (ReadOnlySpan<IdentityField>)[IdentityField.Vendor, IdentityField.Model, IdentityField.OperatingSystem, IdentityField.Software]) hearing.Decide(field, decisions);
        return new Identity(decisions, category, Settling.Of(decisions, shown), fingerprint);
    }

    /// <summary>What a device states in a field made for it.</summary>
    private static void OwnWords(ClaimTally claim, Hearing hearing)
    {
        IdentityField? field = claim.Kind switch
        {
            ClaimKind.Type when Taxonomy.CategoryOf(claim.Value) is not null => IdentityField.Type,
            ClaimKind.Model => IdentityField.Model,
            ClaimKind.OperatingSystem => IdentityField.OperatingSystem,
            ClaimKind.Software or ClaimKind.Firmware => IdentityField.Software,
            ClaimKind.Vendor => IdentityField.Vendor,
            _ => null,
        };
        if (field is not { } about || claim.Value.Length == 0) return;
        double trust = about == IdentityField.Type ? OwnType : SourceTrust.InIdentity(claim);
        // Of equals what was said more often counts.
        double often = Math.Min(claim.Count, 100) * 1e-4;
        ShownTrait shown = new(TraitReader.TraitOf(claim)!.Value, claim.Value, claim);
        string value = about == IdentityField.Vendor ? hearing.MakerOf(claim.Value)?.Name ?? claim.Value : claim.Value;
        hearing.Hear(about, new Voice(Likeness.Clean(value), Math.Log(trust / (1 - trust)) + often, about is IdentityField.Vendor or IdentityField.Model or IdentityField.Type ? EvidenceFamily.OwnWords : EvidenceFamily.Words, "own-words", shown));
    }

    /// <summary>Who the MAC prefix belongs to: the maker of the device, or of a part of it.</summary>
    private static void Makers(Hearing hearing, List<ShownTrait> shown, string? category, bool isKnown)
    {
        bool isBuiltOfParts = category is not null && BuiltOfParts.Contains(category);
        foreach (ShownTrait one in shown)
        {
            if (one is not { Trait: Trait.Maker, Claim.Source: "mac-prefix" }) continue;
            (string Name, MakerKind Kind, string Entry)? maker = hearing.MakerOf(one.Value);
            double trust = maker?.Kind switch
            {
                MakerKind.Devices => DeviceMaker,
                MakerKind.Network => isBuiltOfParts ? 0 : NetworkMaker,
                MakerKind.Computers => isBuiltOfParts ? 0 : isKnown ? ComputerMaker : OfAnything,
                MakerKind.Parts => 0,
                _ => isBuiltOfParts || !isKnown ? OfAnything : UnknownHolder,
            };
            double weight = trust > 0 ? Math.Log(trust / (1 - trust)) : PartsMaker;
            hearing.Hear(IdentityField.Vendor, new Voice(Likeness.Clean(maker?.Name ?? one.Value), weight, EvidenceFamily.Hardware, maker?.Entry ?? "mac-prefix", one));
        }
    }

    private static string? CategoryOf(Decided? type, Hearing hearing)
    {
        if (type is null) return null;
        if (type.Value is not null) return Taxonomy.CategoryOf(type.Value);
        if (type.Conflict is not null) return null;
        return hearing.Probabilities(IdentityField.Type)
            .GroupBy(one => Taxonomy.CategoryOf(one.Value))
            .Where(same => same.Sum(one => one.Probability) >= Enough)
            .Select(same => same.Key)
            .FirstOrDefault();
    }
}

/// <summary>Collects voices about each attribute.</summary>
internal sealed class Hearing
{
    private readonly Candidates?[] fields = new Candidates?[Enum.GetValues<IdentityField>().Length];
    private readonly KnowledgeBase knowledge;

    /// <summary>Hears all entries that the traits show.</summary>
    public Hearing(List<ShownTrait> shown, KnowledgeBase knowledge)
    {
        this.knowledge = knowledge;
        List<KnowledgeEntry> found = [];
        for (int i = 0; i < shown.Count; i++)
        {
            found.Clear();
            knowledge.Find(shown[i].Trait, shown[i].Value, found);
            foreach (KnowledgeEntry entry in found)
            {
                if (Holds(entry, shown)) Hear(entry, shown[i]);
            }
        }
    }

    /// <summary>Hears one voice.</summary>
    public void Hear(IdentityField field, Voice voice) => (fields[(int)field] ??= new Candidates(field)).Hear(voice);

    /// <summary>Decides an attribute, and adds the decision.</summary>
    public Decided? Decide(IdentityField field, List<Decided> into)
    {
        if (fields[(int)field] is not { IsEmpty: false } candidates) return null;
        Decided decided = candidates.Decide();
        into.Add(decided);
        return decided;
    }

    /// <summary>How likely each value of an attribute is.</summary>
    public IEnumerable<(string Value, double Probability)> Probabilities(IdentityField field) => fields[(int)field]?.Probabilities() ?? [];

    /// <summary>The name by which a maker is known, and what it makes; null when nothing is known of it.</summary>
    public (string Name, MakerKind Kind, string Entry)? MakerOf(string text)
    {
        List<KnowledgeEntry> found = [];
        knowledge.Find(Trait.Maker, text, found);
        KnowledgeEntry? best = null;
        foreach (KnowledgeEntry entry in found)
        {
            if (entry.Maker != MakerKind.None && (best is null || entry.Pattern.Text.Length > best.Pattern.Text.Length)) best = entry;
        }
        if (best is null) return null;
        foreach (Saying saying in best.Sayings)
        {
            if (saying.Field == IdentityField.Vendor) return (saying.Values[0], best.Maker, best.Id);
        }
        return (text, best.Maker, best.Id);
    }

    private static bool Holds(KnowledgeEntry entry, List<ShownTrait> shown)
    {
        foreach (TraitCondition condition in entry.Conditions)
        {
            bool isSeen = false;
            for (int i = 0; i < shown.Count && !isSeen; i++) isSeen = shown[i].Trait == condition.Trait && condition.Pattern.IsIn(shown[i].Value);
            if (isSeen == condition.IsForbidden) return false;
        }
        return true;
    }

    private void Hear(KnowledgeEntry entry, ShownTrait shown)
    {
        foreach (Saying saying in entry.Sayings)
        {
            // Whose name a maker's entry gives counts where makers are weighed.
            if (entry.Maker != MakerKind.None && saying.Field == IdentityField.Vendor) continue;
            foreach (string value in saying.Values) Hear(saying.Field, new Voice(value, saying.IsAgainst ? -saying.Weight : saying.Weight, entry.Family, entry.Id, shown));
        }
    }
}
