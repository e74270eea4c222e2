namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary><c>content</c> with its modifiers.</summary>
internal sealed class ContentCheck(byte[] pattern, bool negated) : BufferCheck
{
    /// <summary>The bytes looked for; in lower case when <see cref="NoCase"/>.</summary>
    public byte[] Pattern { get; private set; } = pattern;

    /// <summary>Whether they must not be there.</summary>
    public bool Negated { get; } = negated;

    public bool NoCase { get; private set; }

    public Amount? Offset { get; set; }

    public Amount? Depth { get; set; }

    public Amount? Distance { get; set; }

    public Amount? Within { get; set; }

    public bool StartsWith { get; set; }

    public bool EndsWith { get; set; }

    /// <summary>Whether the rule's writer wants it looked for first.</summary>
    public bool IsFast { get; set; }

    /// <summary>Takes upper and lower case for the same.</summary>
    public void IgnoreCase()
    {
        NoCase = true;
        Pattern = [.. Pattern.Select(Lower)];
    }

    /// <summary>ASCII letters in lower case, other bytes as they are.</summary>
    public static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        (long from, long to) = Range(ref at);
        from = Math.Max(from, 0);
        to = Math.Min(to, at.Buffer.Length);
        if (EndsWith) from = Math.Max(from, at.Buffer.Length - Pattern.Length);
        if (EndsWith && to < at.Buffer.Length) to = from;
        int before = at.Position;
        if (Negated) return Find(at.Buffer, from, to) < 0 && at.Next(index);
        for (int found = Find(at.Buffer, from, to); found >= 0; found = Find(at.Buffer, found + 1, to))
        {
            at.Position = found + Pattern.Length;
            if (at.Next(index)) return true;
            at.Position = before;
            if (!IsDependedOn || at.IsCutOff) return false;
        }
        return false;
    }

    private (long From, long To) Range(ref Inspection at)
    {
        if (StartsWith) return (0, Pattern.Length);
        if (Distance is null && Within is null)
        {
            long offset = Offset?.Of(at.Scratch) ?? 0;
            return (offset, Depth is { } depth ? offset + depth.Of(at.Scratch) : long.MaxValue);
        }
        long from = at.Position + (Distance?.Of(at.Scratch) ?? 0);
        long to = Within is { } within ? from + within.Of(at.Scratch) : long.MaxValue;
        if (Offset is { } least) from = Math.Max(from, least.Of(at.Scratch));
        if (Depth is { } most) to = Math.Min(to, (Offset?.Of(at.Scratch) ?? 0) + most.Of(at.Scratch));
        return (from, to);
    }

    private int Find(ReadOnlySpan<byte> buffer, long from, long to)
    {
        if (to - from < Pattern.Length || from > buffer.Length) return -1;
        ReadOnlySpan<byte> within = buffer[(int)from..(int)to];
        int found = NoCase ? FindNoCase(within) : within.IndexOf(Pattern);
        return found < 0 ? -1 : found + (int)from;
    }

    private int FindNoCase(ReadOnlySpan<byte> within)
    {
        byte first = Pattern[0], other = first is >= (byte)'a' and <= (byte)'z' ? (byte)(first & ~0x20) : first;
        int at = 0;
        while (at + Pattern.Length <= within.Length)
        {
            int step = within[at..(within.Length - Pattern.Length + 1)].IndexOfAny(first, other);
            if (step < 0) return -1;
            at += step;
            if (EqualsLower(within.Slice(at, Pattern.Length), Pattern)) return at;
            at++;
        }
        return -1;
    }

    /// <summary>Whether the bytes are the pattern, which is in lower case, but for case.</summary>
    public static bool EqualsLower(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> lower)
    {
        for (int i = 0; i < lower.Length; i++)
        {
            if (Lower(bytes[i]) != lower[i]) return false;
        }
        return true;
    }
}
