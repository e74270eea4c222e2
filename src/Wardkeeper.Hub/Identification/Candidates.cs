namespace Wardkeeper.Hub.Identification;

/// <summary>One voice: what is said, and what was seen that says so.</summary>
/// <param name="Statement">What is said.</param>
/// <param name="Shown">What was seen.</param>
internal readonly record struct Voice(Statement Statement, ShownTrait Shown);

/// <summary>The values of an attribute that voices speak for, and how they add up.</summary>
internal sealed class Candidates
{
    private const int MostValues = 64;
    private readonly IdentityField field;
    private readonly Voice[] voices;

    /// <summary>The value that each voice is about; null when there were too many.</summary>
    private readonly Candidate?[] about;
    private readonly List<Candidate> values = new(8);

    /// <param name="field">The attribute.</param>
    /// <param name="voices">All that was said of it, at least one, in the order in which it was heard.</param>
    public Candidates(IdentityField field, Voice[] voices)
    {
        (this.field, this.voices, about) = (field, voices, new Candidate?[voices.Length]);
        for (int i = 0; i < voices.Length; i++)
        {
            Candidate? candidate = Of(voices[i].Statement.Value);
            if (candidate is null)
            {
                if (values.Count >= MostValues) continue;
                values.Add(candidate = new Candidate(voices[i].Statement.Value));
            }
            candidate.Hear(i, voices);
            about[i] = candidate;
        }
        foreach (Candidate candidate in values) candidate.AddUp(field);
    }

    /// <summary>All that was said.</summary>
    public ReadOnlySpan<Voice> Voices => voices;

    /// <summary>Decides: odds against "none of these", which has the odds 1.</summary>
    public Decided Decide()
    {
        Candidate best = values[0];
        double confidence = Probability(best);
        for (int i = 1; i < values.Count; i++)
        {
            double probability = Probability(values[i]);
            if (probability > confidence || (probability == confidence && string.CompareOrdinal(values[i].Value, best.Value) < 0)) (best, confidence) = (values[i], probability);
        }
        Candidate? rival = null;
        foreach (Candidate other in values)
        {
            if (other == best || field == IdentityField.Software || other.Alone < Identifier.StrongAlone || other.IsGeneralOf(best) || best.IsGeneralOf(other)) continue;
            if (rival is null || other.Alone > rival.Alone) rival = other;
        }
        string? conflict = rival?.Value ?? (best.IsDisputed ? $"not {best.Value}" : null);
        bool isSure = best.Score > 0 && confidence >= Identifier.Enough && (conflict is null || confidence >= Identifier.BeyondConflict);
        confidence = Math.Round(Math.Clamp(confidence, 0, 0.999), 3);
        return new Decided(field, isSure ? best.Value : null, isSure ? null : best.Value, confidence, conflict, new OrderedLater<Evidence>(() => Ordered(best))) { Reason = ReasonOf(best) };
    }

    /// <summary>The category whose types together are sure enough, or null.</summary>
    public string? SureCategory()
    {
        List<(string? Category, double Sum)> sums = [];
        foreach (Candidate value in values)
        {
            string? category = Taxonomy.CategoryOf(value.Value);
            int at = sums.FindIndex(one => one.Category == category);
            if (at < 0) sums.Add((category, Probability(value)));
            else sums[at] = (category, sums[at].Sum + Probability(value));
        }
        foreach ((string? category, double sum) in sums)
        {
            if (sum >= Identifier.Enough) return category;
        }
        return null;
    }

    private double Probability(Candidate candidate)
    {
        double all = 1 + candidate.Odds;
        foreach (Candidate other in values)
        {
            // What less speaks for than that is one of "none of these". The particular does not speak against the general, nor the
            // general against a particular that more speaks for.
            if (other == candidate || other.Odds <= 1 || candidate.IsGeneralOf(other) || (candidate.Score > other.Score && other.IsGeneralOf(candidate))) continue;
            all += other.Odds - 1;
        }
        return candidate.Odds / all;
    }

    private Candidate? Of(string value)
    {
        foreach (Candidate candidate in values)
        {
            if (field == IdentityField.Type ? candidate.Value == value : Likeness.Agree(candidate.Value, value)) return candidate;
        }
        return null;
    }

    /// <summary>What speaks loudest, in words.</summary>
    private string? ReasonOf(Candidate best)
    {
        int loudest = -1;
        for (int i = 0; i < voices.Length; i++)
        {
            if (about[i] is { } candidate && (loudest < 0 || Compare(voices[i], candidate == best, voices[loudest], about[loudest] == best) < 0)) loudest = i;
        }
        return loudest < 0 ? null : $"{KnowledgeFile.Kebab(voices[loudest].Shown.Trait)} \"{Likeness.Clean(voices[loudest].Shown.Value)}\" ({voices[loudest].Statement.Entry})";
    }

    /// <summary>What is about the best value first, then what weighs more.</summary>
    private static int Compare(Voice left, bool isLeftAboutBest, Voice right, bool isRightAboutBest)
    {
        (Statement one, Statement other) = (left.Statement, right.Statement);
        int order = isRightAboutBest.CompareTo(isLeftAboutBest);
        if (order == 0) order = Math.Abs(other.Weight).CompareTo(Math.Abs(one.Weight));
        if (order == 0) order = string.CompareOrdinal(one.Entry, other.Entry);
        return order != 0 ? order : string.CompareOrdinal(one.Value, other.Value);
    }

    private List<Evidence> Ordered(Candidate best)
    {
        List<(Voice Voice, Candidate About)> heard = new(voices.Length);
        for (int i = 0; i < voices.Length; i++)
        {
            if (about[i] is { } candidate) heard.Add((voices[i], candidate));
        }
        heard.Sort((left, right) => Compare(left.Voice, left.About == best, right.Voice, right.About == best));
        List<Evidence> ordered = new(Math.Min(heard.Count, Identifier.MostEvidence));
        foreach (((Statement said, ShownTrait shown), Candidate candidate) in heard)
        {
            if (ordered.Count == Identifier.MostEvidence) break;
            bool isFor = said.Weight > 0 && (candidate == best || TypeKin.IsGeneral(field, said.Value, best.Value));
            ordered.Add(new Evidence(said.Value, isFor, said.Weight, candidate.IsHeard(new Voice(said, shown), voices), said.Family, said.Entry, Likeness.Clean(shown.Value), shown.Trait, shown.Claim));
        }
        return ordered;
    }

    private sealed class Candidate(string value)
    {
        /// <summary>The logarithm of the odds of <see cref="Identifier.StrongAlone"/>, and of a part's maker less.</summary>
        private static readonly double Disputes = Math.Log(0.85 / 0.15);

        /// <summary>Keeps odds finite.</summary>
        private const double MostScore = 20;

        private static readonly int Families = Enum.GetValues<EvidenceFamily>().Length;

        /// <summary>Place of the strongest voice of each family, counted from 1; 0 when it is silent.</summary>
        private readonly int[] strongest = new int[Families];
        private int[]? against;
        private HashSet<string>? particular;
        private double named = double.MinValue, opposed;

        public string Value { get; private set; } = value;

        public double Score { get; private set; }

        public double Odds { get; private set; } = 1;

        /// <summary>How likely it would be if nothing spoke for another.</summary>
        public double Alone => Odds / (1 + Odds);

        /// <summary>Whether strong evidence speaks against it, and it would be believed without.</summary>
        public bool IsDisputed => named > double.MinValue && opposed >= Disputes;

        public void Hear(int place, Voice[] voices)
        {
            Statement said = voices[place].Statement;
            ref int heard = ref (said.Weight >= 0 ? strongest : against ??= new int[Families])[(int)said.Family];
            double before = heard == 0 ? 0 : voices[heard - 1].Statement.Weight;
            if (heard == 0 || Math.Abs(said.Weight) > Math.Abs(before))
            {
                double more = said.Weight - before;
                heard = place + 1;
                Score += more;
                if (said.Weight < 0) opposed -= more;
            }
            // Of names that agree the best known one is shown; a longer one says more.
            double weight = said.Weight + (said.Value.Length * 1e-3);
            if (said.Weight > 0 && weight > named) (named, Value) = (weight, said.Value);
        }

        /// <summary>When all was heard.</summary>
        public void AddUp(IdentityField field) => (Odds, particular) = (Math.Exp(Math.Min(Score, MostScore)), TypeKin.ParticularOf(field, Value));

        public bool IsGeneralOf(Candidate other) => particular?.Contains(other.Value) == true;

        /// <summary>Whether a voice is the strongest of its family.</summary>
        public bool IsHeard(in Voice voice, Voice[] voices) => Is(strongest[(int)voice.Statement.Family], voice, voices) || (against is not null && Is(against[(int)voice.Statement.Family], voice, voices));

        private static bool Is(int heard, in Voice voice, Voice[] voices) => heard > 0 && voices[heard - 1] == voice;
    }
}
