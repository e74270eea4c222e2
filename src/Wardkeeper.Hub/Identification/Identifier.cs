using System.Runtime.InteropServices;
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
    /// <param name="before">What was decided of it before, or null. It changes nothing in the answer: what new evidence does not touch is not thought over again.</param>
    public static Identity Of(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, IReadOnlyList<ServiceTally> uses, bool isRouter, KnowledgeBase knowledge, Func<string, IEnumerable<AlikeValue>>? alike = null, Identity? before = null)
    {
        Grounds? known = before?.Grounds is { } grounds && grounds.Knowledge == knowledge ? grounds : null;
        TraitReader reader = new(knowledge, known is null ? [] : CollectionsMarshal.AsSpan(known.Shown));
        List<ShownTrait> shown = reader.Read(claims, offers, uses, isRouter);
        List<string>? tokens = Fingerprints.TokensOf(shown);
        string? fingerprint = tokens is null ? null : known?.Tokens is { } same && tokens.SequenceEqual(same) ? before!.Fingerprint : Fingerprints.Of(tokens);
        if (fingerprint is not null) shown.Add(new ShownTrait(reader.Take(Trait.Fingerprint, fingerprint), null));
        Hearing hearing = new(shown, knowledge, known);
        foreach (ShownTrait one in shown)
        {
            if (one.Claim is { Source: not "mac-prefix" } claim) OwnWords(one, claim, claims, hearing);
        }
        if (fingerprint is not null && alike is not null)
        {
            foreach (AlikeValue value in alike(fingerprint)) hearing.Hear(new Statement(value.Of, value.Value, Math.Log(AlikeValue.Sure / (1 - AlikeValue.Sure)), EvidenceFamily.Site, "site-fingerprint"), new ShownTrait(new TraitReading(Trait.Fingerprint, value.Shown, [], []), null));
        }
        List<Decided> decisions = new(5);
        Decided? type = hearing.Decide(IdentityField.Type, decisions);
        string? category = type is null ? null : ReferenceEquals(type, known?.Of(IdentityField.Type)?.Decided) ? before!.Category : CategoryOf(type, hearing);
        Makers(hearing, shown, type?.Value == PlainServer ? ServerCategory : category ?? (type?.Guess is { } guess ? Taxonomy.CategoryOf(guess) : null), category is not null);
        foreach (IdentityField field in (ReadOnlySpan<IdentityField>)[IdentityField.Vendor, IdentityField.Model, IdentityField.OperatingSystem, IdentityField.Software]) hearing.Decide(field, decisions);
        return new Identity(decisions, category, Settling.Of(decisions, shown), fingerprint) { Grounds = new Grounds(knowledge, shown, tokens, hearing.Heard) };
    }

    /// <summary>What a device states in a field made for it.</summary>
    private static void OwnWords(in ShownTrait shown, ClaimTally claim, IReadOnlyList<ClaimTally> claims, Hearing hearing)
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
        if (field is not { } about || claim.Value.Length == 0 || Superseding.IsOver(claims, claim)) return;
        // A program that runs on it tells its own version.
        if (about == IdentityField.Software && SourceTrust.IsOfProgram(claim) && claims.Any(SourceTrust.IsOfDevice)) return;
        double trust = about == IdentityField.Type ? OwnType : SourceTrust.InIdentity(claim);
        // Of equals what was said more often counts.
        double often = Math.Min(claim.Count, 100) * 1e-4;
        string value = about == IdentityField.Vendor ? shown.Reading.NameOfMaker ?? claim.Value : claim.Value;
        hearing.Hear(new Statement(about, Likeness.Clean(value), Math.Log(trust / (1 - trust)) + often, about is IdentityField.Vendor or IdentityField.Model or IdentityField.Type ? EvidenceFamily.OwnWords : EvidenceFamily.Words, "own-words"), shown);
    }

    /// <summary>Who the MAC prefix belongs to: the maker of the device, or of a part of it.</summary>
    private static void Makers(Hearing hearing, List<ShownTrait> shown, string? category, bool isKnown)
    {
        bool isBuiltOfParts = category is not null && BuiltOfParts.Contains(category);
        foreach (ShownTrait one in shown)
        {
            if (one is not { Trait: Trait.Maker, Claim.Source: "mac-prefix" }) continue;
            KnowledgeEntry? maker = one.Reading.Maker;
            double trust = maker?.Maker switch
            {
                MakerKind.Devices => DeviceMaker,
                MakerKind.Network => isBuiltOfParts ? 0 : NetworkMaker,
                MakerKind.Computers => isBuiltOfParts ? 0 : isKnown ? ComputerMaker : OfAnything,
                MakerKind.Parts => 0,
                _ => isBuiltOfParts || !isKnown ? OfAnything : UnknownHolder,
            };
            double weight = trust > 0 ? Math.Log(trust / (1 - trust)) : PartsMaker;
            hearing.Hear(new Statement(IdentityField.Vendor, Likeness.Clean(one.Reading.NameOfMaker ?? one.Value), weight, EvidenceFamily.Hardware, maker?.Id ?? "mac-prefix"), one);
        }
    }

    private static string? CategoryOf(Decided type, Hearing hearing) =>
        type.Value is not null ? Taxonomy.CategoryOf(type.Value) : type.Conflict is not null ? null : hearing.Heard[(int)IdentityField.Type]!.Value.Candidates.SureCategory();
}
