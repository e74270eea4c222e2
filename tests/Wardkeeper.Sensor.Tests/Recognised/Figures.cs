namespace Wardkeeper.Sensor.Tests.Recognised;

/// <summary>How two tools agree on one protocol.</summary>
internal sealed class Figures
{
    /// <summary>Things that the other tool names so.</summary>
    public int Theirs { get; set; }

    /// <summary>Those that we name so too.</summary>
    public int Both { get; set; }

    /// <summary>Those that we do not, with a reason listed.</summary>
    public int Listed { get; set; }

    /// <summary>Things that only we name so, while the other tool names them otherwise.</summary>
    public int OnlyOurs { get; set; }

    /// <summary>Of what only we name so, what has a reason listed; not in <see cref="OnlyOurs"/>.</summary>
    public int ListedOurs { get; set; }

    /// <summary>What counts for recall.</summary>
    public int Counted => Theirs - Listed;

    /// <summary>Share of theirs that is ours too, without what is listed.</summary>
    public double Recall => Counted == 0 ? 1 : (double)Both / Counted;

    /// <summary>Share of ours that is theirs too, without what is listed.</summary>
    public double Precision => Both + OnlyOurs == 0 ? 1 : (double)Both / (Both + OnlyOurs);

    public static Figures operator +(Figures one, Figures other) => new()
    {
        Theirs = one.Theirs + other.Theirs,
        Both = one.Both + other.Both,
        Listed = one.Listed + other.Listed,
        OnlyOurs = one.OnlyOurs + other.OnlyOurs,
        ListedOurs = one.ListedOurs + other.ListedOurs,
    };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"theirs {Theirs}, listed {Listed}, both {Both}, only ours {OnlyOurs} (and listed {ListedOurs}): recall {Recall:F3}, precision {Precision:F3}");
}
