namespace Wardkeeper.Sensor.Capture;

/// <summary>How far compressed captures may expand, so that a small file cannot keep a machine busy for days.</summary>
/// <param name="Always">Bytes that any file may expand to.</param>
/// <param name="Ratio">Bytes beyond that for each compressed one. Real captures stay below 30; a flood of equal packets may reach 100.</param>
/// <param name="Most">Bytes that no file may exceed.</param>
internal sealed record ExpansionLimit(long Always, int Ratio, long Most)
{
    /// <summary>The bound after so many compressed bytes.</summary>
    public long For(long compressed) => Math.Min(Most, Always + (compressed * Ratio));
}
