using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>A value that a card's machine showed.</summary>
/// <param name="Trait">Which trait; what stands behind a slash tells apart where it was shown.</param>
/// <param name="Value">The value.</param>
/// <param name="First">First shown.</param>
/// <param name="Last">Last shown.</param>
public readonly record struct ShownTrait(string Trait, string Value, CaptureTime First, CaptureTime Last);

/// <summary>What a card's machine showed, as far as it is remembered.</summary>
/// <param name="First">First seen at all.</param>
/// <param name="IsRouter">Whether it passes on what others send: its frames show others' traits.</param>
/// <param name="Shown">Values with their times.</param>
public sealed record CardTraits(CaptureTime First, bool IsRouter, IReadOnlyList<ShownTrait> Shown);

/// <summary>What the machines behind cards showed. Answers from memory, may be asked by any thread.</summary>
public interface ICardTraits
{
    /// <summary>What a card's machine showed; null when it showed nothing, or that was forgotten.</summary>
    CardTraits? Of(MacAddress mac);
}
