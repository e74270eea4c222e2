using System.Buffers;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>What one shard reuses from one inspection to the next.</summary>
internal sealed class InspectionScratch
{
    /// <summary>Values of a rule's variables (byte_extract, byte_math).</summary>
    public long[] Variables { get; } = new long[Rules.RuleVariableNames.Most];

    /// <summary>What base64_decode last gave.</summary>
    public byte[]? Decoded { get; set; }

    /// <summary>Values for sets that rules change, which are asked where all shards meet.</summary>
    public List<(DatasetCheck Check, string Value)> Values { get; } = [];

    /// <summary>Rules that were cut off because they took too long.</summary>
    public int CutOff { get; set; }
}

/// <summary>
/// Walks a rule's checks over one buffer: each check that holds moves the position and asks the rest, and tries its next place if the rest,
/// which depends on its place, does not hold. Steps are counted, so that no rule and no traffic can make this walk long.
/// </summary>
internal ref struct Inspection(ReadOnlySpan<byte> buffer, BufferCheck[] checks, InspectionScratch scratch)
{
    /// <summary>Most checks tried over one buffer; beyond it the rule does not match and is counted as cut off.</summary>
    public const int MaxSteps = 3000;

    private char[]? characters;
    private int steps;

    /// <summary>What is looked into.</summary>
    public ReadOnlySpan<byte> Buffer { get; } = buffer;

    /// <summary>End of the last match, from which relative checks count.</summary>
    public int Position;

    /// <summary>What is reused.</summary>
    public InspectionScratch Scratch { get; } = scratch;

    /// <summary>Whether the walk became too long.</summary>
    public readonly bool IsCutOff => steps > MaxSteps;

    /// <summary>Whether all checks hold.</summary>
    public bool Run()
    {
        bool holds = Next(-1);
        if (characters is not null) ArrayPool<char>.Shared.Return(characters);
        if (IsCutOff) Scratch.CutOff++;
        return holds && !IsCutOff;
    }

    /// <summary>Whether the checks after the one at <paramref name="index"/> hold.</summary>
    public bool Next(int index)
    {
        if (++index == checks.Length) return true;
        if (++steps > MaxSteps) return false;
        return checks[index].Match(ref this, index);
    }

    /// <summary>The buffer as characters, one of 0 to 255 for each byte.</summary>
    public ReadOnlySpan<char> Characters()
    {
        if (characters is null)
        {
            characters = ArrayPool<char>.Shared.Rent(Math.Max(1, Buffer.Length));
            System.Text.Encoding.Latin1.GetChars(Buffer, characters);
        }
        return characters.AsSpan(0, Buffer.Length);
    }
}

/// <summary>One thing that must hold of a buffer, after those before it.</summary>
internal abstract class BufferCheck
{
    /// <summary>Whether it counts from the end of the match before it, or from a value taken there.</summary>
    public bool DependsOnBefore { get; set; }

    /// <summary>Whether a later check of the same buffer depends on where this one matched.</summary>
    public bool IsDependedOn { get; set; }

    /// <summary>Whether it and all after it hold.</summary>
    public abstract bool Match(ref Inspection at, int index);
}

/// <summary>A number in a rule: itself, or a variable taken from the traffic.</summary>
/// <param name="Constant">The number.</param>
/// <param name="Variable">Index of the variable, or -1.</param>
internal readonly record struct Amount(long Constant, int Variable = -1)
{
    /// <summary>Its value now.</summary>
    public long Of(InspectionScratch scratch) => Variable < 0 ? Constant : scratch.Variables[Variable];
}
