namespace Wardkeeper.Lab.Day.Planning;

/// <summary>An event before the day is put together.</summary>
/// <param name="At">When.</param>
/// <param name="Devices">Devices that take part: all must be switched on.</param>
/// <param name="Make">Makes the event; called once, in the order of time.</param>
internal sealed record Step(TimeSpan At, IReadOnlyList<string> Devices, Func<LabEvent> Make)
{
    /// <summary>A step that is ready.</summary>
    public static Step Of(LabEvent what) => new(what.At, [.. what.Facts.SelectMany(fact => new[] { fact.From, fact.To }).Append(what.Actor).Distinct()], () => what);
}

/// <summary>Events of which each needs those before it, in the order of time: where one cannot happen the rest does not.</summary>
/// <param name="Subject">What it is about, or null.</param>
internal sealed record Chain(object? Subject = null)
{
    /// <summary>The events.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>Moment of the first event on which a later one rests: a recording that begins after it has none of the chain. Null for the first of all.</summary>
    public TimeSpan? Anchor { get; set; }

    /// <summary>Adds an event.</summary>
    public void Add(LabEvent what) => Steps.Add(Step.Of(what));

    /// <summary>Adds an event.</summary>
    public void Add(Step step) => Steps.Add(step);
}
