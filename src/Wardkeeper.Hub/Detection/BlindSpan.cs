using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>A time in which a sensor did not see what it should: what detectors did not say of it is not known to have not happened.</summary>
/// <param name="Sensor">The sensor.</param>
/// <param name="From">Since when, capture time.</param>
/// <param name="To">Until when, capture time.</param>
/// <param name="Cause">Why.</param>
/// <param name="Amount">Packets lost, flows let go or batches dropped; seconds of an outage.</param>
public sealed record BlindSpan(string Sensor, CaptureTime From, CaptureTime To, BlindCause Cause, long Amount)
{
    /// <summary>It in a sentence, with its times.</summary>
    public PhraseKey Said => new($"blind-span.{Cause.ToString().ToLowerInvariant()}", [FlowFacts.Time(From), FlowFacts.Time(To), Sensor, FlowFacts.Number(Amount)]);

    /// <summary>Whether it lies within a span of time, in part at least.</summary>
    public bool Touches(CaptureTime from, CaptureTime to) => From <= to && To >= from;
}

/// <summary>Why a sensor was blind.</summary>
public enum BlindCause
{
    /// <summary>Packets were dropped before they were read.</summary>
    Loss,

    /// <summary>It had more to do than it could: flows were let go before their end.</summary>
    Overload,

    /// <summary>What it saw did not come through: its spool was full.</summary>
    Backlog,

    /// <summary>It did not run.</summary>
    Outage,
}

/// <summary>Knows when sensors were blind; may be asked by any thread.</summary>
internal interface IBlindSpans
{
    /// <summary>The latest spans that are remembered, the earliest first.</summary>
    IReadOnlyList<BlindSpan> Spans { get; }
}
