namespace Wardkeeper.Hub.Identification;

/// <summary>The values that voices speak for, and how they add up.</summary>
internal sealed class Candidates(IdentityField field)
{
    private const int MostValues = 64;
    private readonly List<Candidate> values = [];
    private readonly List<(Voice Voice, Candidate About)> voices = [];

    /// <summary>Whether nobody spoke.</summary>
    public bool IsEmpty => values.Count == 0;

    /// <summary>Hears one voice.</summary>
    public void Hear(Voice voice)
    {
        Candidate? candidate = Of(voice.Value);
        if (candidate is null)
        {
            if (values.Count >= MostValues) return;
            values.Add(candidate = new Candidate(voice.Value));
        }
        candidate.Hear(voice);
        voices.Add((voice, candidate));
    }

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
            if (other == best || field == IdentityField.Software || TypeKin.IsKin(field, other.Value, best.Value)) continue;
            if (other.Alone >= Identifier.StrongAlone && (rival is null || other.Alone > rival.Alone)) rival = other;
        }
        string? conflict = rival?.Value ?? (best.IsDisputed ? $"not {best.Value}" : null);
        bool isSure = best.Score > 0 && confidence >= Identifier.Enough && (conflict is null || confidence >= Identifier.BeyondConflict);
        confidence = Math.Round(Math.Clamp(confidence, 0, 0.999), 3);
        return new Decided(field, isSure ? best.Value : null, isSure ? null : best.Value, confidence, conflict, Ordered(best));
    }

    /// <summary>How likely each value is, for sums over several.</summary>
    public IEnumerable<(string Value, double Probability)> Probabilities() => values.Select(value => (value.Value, Probability(value)));

    private double Probability(Candidate candidate)
    {
        double all = 1 + candidate.Odds;
        foreach (Candidate other in values)
        {
            // What less speaks for than that is one of "none of these". The particular does not speak against the general, nor the
            // general against a particular that more speaks for.
            if (other == candidate || other.Odds <= 1 || TypeKin.IsGeneral(field, candidate.Value, other.Value) || (candidate.Score > other.Score && TypeKin.IsGeneral(field, other.Value, candidate.Value))) continue;
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

    private List<Evidence> Ordered(Candidate best)
    {
        voices.Sort((left, right) =>
        {
            int order = (left.About == best ? 0 : 1).CompareTo(right.About == best ? 0 : 1);
            if (order == 0) order = Math.Abs(right.Voice.Weight).CompareTo(Math.Abs(left.Voice.Weight));
            if (order == 0) order = string.CompareOrdinal(left.Voice.Entry, right.Voice.Entry);
            return order != 0 ? order : string.CompareOrdinal(left.Voice.Value, right.Voice.Value);
        });
        List<Evidence> ordered = new(Math.Min(voices.Count, Identifier.MostEvidence));
        foreach ((Voice voice, Candidate about) in voices)
        {
            if (ordered.Count == Identifier.MostEvidence) break;
            bool isFor = voice.Weight > 0 && (about == best || TypeKin.IsGeneral(field, voice.Value, best.Value));
            ordered.Add(new Evidence(voice.Value, isFor, voice.Weight, about.IsHeard(voice), voice.Family, voice.Entry, Likeness.Clean(voice.Shown.Value), voice.Shown.Trait, voice.Shown.Claim));
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
        private readonly Voice?[] strongest = new Voice?[Families];
        private Voice?[]? against;
        private double named = double.MinValue, opposed;

        public string Value { get; private set; } = value;

        public double Score { get; private set; }

        public double Odds { get; private set; } = 1;

        /// <summary>How likely it would be if nothing spoke for another.</summary>
        public double Alone => Odds / (1 + Odds);

        /// <summary>Whether strong evidence speaks against it, and it would be believed without.</summary>
        public bool IsDisputed => named > double.MinValue && opposed >= Disputes;

        public void Hear(Voice voice)
        {
            ref Voice? heard = ref (voice.Weight >= 0 ? strongest : against ??= new Voice?[Families])[(int)voice.Family];
            if (heard is null || Math.Abs(voice.Weight) > Math.Abs(heard.Weight))
            {
                double more = voice.Weight - (heard?.Weight ?? 0);
                heard = voice;
                Score += more;
                Odds = Math.Exp(Math.Min(Score, MostScore));
                if (voice.Weight < 0) opposed -= more;
            }
            // Of names that agree the best known one is shown; a longer one says more.
            double weight = voice.Weight + (voice.Value.Length * 1e-3);
            if (voice.Weight > 0 && weight > named) (named, Value) = (weight, voice.Value);
        }

        public bool IsHeard(Voice voice) => strongest[(int)voice.Family] == voice || against?[(int)voice.Family] == voice;
    }
}

/// <summary>One voice for a value, or against it when its weight is negative.</summary>
internal sealed record Voice(string Value, double Weight, EvidenceFamily Family, string Entry, ShownTrait Shown);
