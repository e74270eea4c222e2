using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Identification;

/// <summary>New evidence is weighed against what was decided before; the answer is the one that all evidence gives from the beginning.</summary>
public sealed class NewEvidenceTests
{
    private static readonly string[] Sources = ["dhcp", "snmp", "http", "dicom", "hl7", "test"];

    /// <summary>Kinds of claims by what they show.</summary>
    private static readonly ILookup<Trait, ClaimKind> Kinds = Enum.GetValues<ClaimKind>()
        .Select(kind => (Kind: kind, Trait: TraitReader.TraitOf(new ClaimTally { Kind = kind, Value = "", Source = "", Origin = "" })))
        .Where(pair => pair.Trait is not null)
        .ToLookup(pair => pair.Trait!.Value, pair => pair.Kind);

    /// <summary>All that knowledge knows how to read from a claim.</summary>
    private static readonly KnowledgeEntry[] Readable = [.. KnowledgeBase.Shipped.Entries.Where(entry => Kinds.Contains(entry.Trait))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void In_whatever_order_evidence_comes_the_answer_is_the_one_from_the_beginning(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 12; round++)
        {
            List<ClaimTally> claims = [];
            List<ServiceTally> offers = [], uses = [];
            Identity? before = null;
            bool isRouter = false;
            for (int step = 0; step < 40; step++)
            {
                switch (random.Next(10))
                {
                    case 0: (random.Next(2) == 0 ? offers : uses).Add(Service(random)); break;
                    case 1 when claims.Count > 0: Repeat(claims[random.Next(claims.Count)], step, random); break;
                    case 2 when claims.Count > 2: claims.RemoveAt(random.Next(claims.Count)); break;
                    case 3 when step > 30: isRouter = true; break;
                    default: claims.Add(Claim(random, step)); break;
                }
                claims.Sort((left, right) => left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind) : left.Packet.CompareTo(right.Packet));
                IEnumerable<AlikeValue>? Alike(string print) => print[0] < '8' ? [new AlikeValue("type", "ward-round-cart", "li", 7)] : [];
                Identity fresh = Identifier.Of(claims, offers, uses, isRouter, KnowledgeBase.Shipped, Alike!);
                before = Identifier.Of(claims, offers, uses, isRouter, KnowledgeBase.Shipped, Alike!, before);
                AssertSame(fresh, before);
            }
        }
    }

    [Fact]
    public void Other_knowledge_is_not_confused_with_what_was_known_before()
    {
        Random random = new(11);
        List<ClaimTally> claims = [.. Enumerable.Range(0, 30).Select(step => Claim(random, step)).OrderBy(claim => claim.Kind)];
        KnowledgeBase less = new(KnowledgeBase.Shipped.Entries.Where((_, i) => i % 2 == 0));
        Identity before = Identifier.Of(claims, [], [], false, KnowledgeBase.Shipped);
        AssertSame(Identifier.Of(claims, [], [], false, less), Identifier.Of(claims, [], [], false, less, null, before));
    }

    [Fact]
    public void What_new_evidence_does_not_touch_is_not_decided_again()
    {
        List<ClaimTally> claims = [New(ClaimKind.HostName, "somatom-3", "dhcp", 1), New(ClaimKind.Model, "SOMATOM Force", "dicom", 2), New(ClaimKind.OperatingSystem, "Windows 10", "snmp", 3)];
        Identity before = Identifier.Of(claims, [], [], false, KnowledgeBase.Shipped);
        claims.Insert(1, New(ClaimKind.HostName, "radiology-3", "dns", 4));
        Identity after = Identifier.Of(claims, [], [], false, KnowledgeBase.Shipped, null, before);
        Assert.Same(before.Of(IdentityField.OperatingSystem), after.Of(IdentityField.OperatingSystem));
        Assert.Same(before.Of(IdentityField.Model), after.Of(IdentityField.Model));
        claims[^1].Count = 50;
        AssertSame(Identifier.Of(claims, [], [], false, KnowledgeBase.Shipped), Identifier.Of(claims, [], [], false, KnowledgeBase.Shipped, null, after));
    }

    [Fact]
    public void More_values_than_are_kept_are_read_as_the_first_ones_were()
    {
        TraitReading first = KnowledgeBase.Shipped.Read(Trait.Named, "somatom-keep");
        for (int i = 0; i < 10_000; i++) KnowledgeBase.Shipped.Read(Trait.Named, $"stranger-{i}");
        TraitReading again = KnowledgeBase.Shipped.Read(Trait.Named, "somatom-keep");
        Assert.NotSame(first, again);
        Assert.Equal(first, again);
        Assert.Equal(first.Facts.Select(fact => fact.Entry), again.Facts.Select(fact => fact.Entry));
    }

    private static void AssertSame(Identity expected, Identity actual)
    {
        Assert.Equal((expected.Category, expected.Fingerprint), (actual.Category, actual.Fingerprint));
        Assert.Equal(expected.Settles, actual.Settles);
        Assert.Equal(expected.Decisions.Select(one => (one.Field, one.Value, one.Guess, one.Confidence, one.Conflict)), actual.Decisions.Select(one => (one.Field, one.Value, one.Guess, one.Confidence, one.Conflict)));
        Assert.All(expected.Decisions.Zip(actual.Decisions), pair => Assert.Equal(pair.First.Evidence.AsEnumerable(), pair.Second.Evidence.AsEnumerable()));
    }

    private static ClaimTally Claim(Random random, int step)
    {
        KnowledgeEntry entry = Readable[random.Next(Readable.Length)];
        TraitPattern pattern = entry.Conditions is [var condition, ..] && random.Next(2) == 0 && Kinds.Contains(condition.Trait) ? condition.Pattern : entry.Pattern;
        Trait trait = pattern == entry.Pattern ? entry.Trait : entry.Conditions[0].Trait;
        string value = pattern.Place is PatternPlace.Whole ? pattern.Text : pattern.Text + "-" + random.Next(3);
        return New(Kinds[trait].First(), value, Sources[random.Next(Sources.Length)], step);
    }

    private static ClaimTally New(ClaimKind kind, string value, string source, int step) => new() { Kind = kind, Value = value, Source = source, Origin = "", Count = 1, Packet = step, First = CaptureTime.FromSeconds(step), Last = CaptureTime.FromSeconds(step) };

    private static void Repeat(ClaimTally claim, int step, Random random)
    {
        claim.Count += random.Next(1, 60);
        claim.Last = CaptureTime.FromSeconds(step);
    }

    private static ServiceTally Service(Random random) => new() { Carrier = random.Next(3) == 0 ? Carrier.Udp : Carrier.Tcp, Port = (ushort)(random.Next(4) switch { 0 => 104, 1 => 80, 2 => 9100, _ => 554 }), Protocol = random.Next(3) switch { 0 => null, 1 => "http", _ => "rtsp,http" }, Banner = random.Next(3) == 0 ? "Network Camera" : null, Flows = 1 };
}
