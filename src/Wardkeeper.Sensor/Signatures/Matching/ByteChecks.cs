namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary><c>byte_test</c>.</summary>
internal sealed class ByteTestCheck(ByteNumber number, string comparison, bool negated, Amount value) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (!number.TryRead(ref at, out ulong read, out _)) return false;
        ulong against = (ulong)value.Of(at.Scratch);
        bool holds = comparison switch
        {
            "<" => read < against,
            ">" => read > against,
            "=" => read == against,
            "<=" => read <= against,
            ">=" => read >= against,
            "&" => (read & against) != 0,
            _ => (read ^ against) != 0,
        };
        return holds != negated && at.Next(index);
    }
}

/// <summary><c>byte_jump</c>.</summary>
internal sealed class ByteJumpCheck(ByteNumber number, JumpFrom from, long multiplier, bool aligns, Amount after) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (!number.TryRead(ref at, out ulong read, out int end)) return false;
        Int128 jump = (Int128)read * multiplier;
        if (aligns && jump % 4 != 0) jump += 4 - (jump % 4);
        Int128 position = jump + after.Of(at.Scratch) + from switch { JumpFrom.Beginning => 0, JumpFrom.End => at.Buffer.Length, _ => end };
        if (position < 0 || position > at.Buffer.Length) return false;
        int before = at.Position;
        at.Position = (int)position;
        if (at.Next(index)) return true;
        at.Position = before;
        return false;
    }
}

/// <summary>Where a jump is counted from.</summary>
internal enum JumpFrom
{
    Number,
    Beginning,
    End,
}

/// <summary><c>byte_extract</c>.</summary>
internal sealed class ByteExtractCheck(ByteNumber number, int variable, long multiplier, int align) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (!number.TryRead(ref at, out ulong read, out int end)) return false;
        long value = unchecked((long)read * multiplier);
        if (align > 0 && value % align != 0) value += align - (value % align);
        at.Scratch.Variables[variable] = value;
        int before = at.Position;
        at.Position = end;
        if (at.Next(index)) return true;
        at.Position = before;
        return false;
    }
}

/// <summary><c>byte_math</c>.</summary>
internal sealed class ByteMathCheck(ByteNumber number, string operation, Amount right, int result) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (!number.TryRead(ref at, out ulong read, out int end)) return false;
        long other = right.Of(at.Scratch), left = (long)read;
        if (operation == "/" && other == 0) return false;
        at.Scratch.Variables[result] = unchecked(operation switch
        {
            "+" => left + other,
            "-" => left - other,
            "*" => left * other,
            "/" => (long)(read / (ulong)other),
            "<<" => left << (int)Math.Clamp(other, 0, 63),
            ">>" => (long)(read >> (int)Math.Clamp(other, 0, 63)),
            "%" => other is 0 or -1 ? 0 : left % other,
            _ => left,
        });
        int before = at.Position;
        at.Position = end;
        if (at.Next(index)) return true;
        at.Position = before;
        return false;
    }
}

/// <summary><c>isdataat</c>.</summary>
internal sealed class DataAtCheck(Amount distance, bool relative, bool negated) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        long place = distance.Of(at.Scratch) + (relative ? at.Position : 0);
        bool holds = relative ? place <= at.Buffer.Length - (distance.Constant == 0 && distance.Variable < 0 ? 1 : 0) : place < at.Buffer.Length;
        return holds != negated && at.Next(index);
    }
}

/// <summary><c>bsize</c>, and numbers of every kind that stand alone in a buffer.</summary>
internal sealed class SizeCheck(NumberTest test) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index) => test.Holds(at.Buffer.Length) && at.Next(index);
}

/// <summary>A number offered by an analyser.</summary>
internal sealed class NumberCheck(NumberTest test) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index) =>
        at.Buffer.Length == 8 && test.Holds(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(at.Buffer)) && at.Next(index);
}

/// <summary><c>entropy</c>: how evenly the bytes are spread, from 0 to 8 bits.</summary>
internal sealed class EntropyCheck(int offset, int count, Func<double, bool> test) : BufferCheck
{
    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        if (offset < 0 || offset >= at.Buffer.Length) return false;
        ReadOnlySpan<byte> bytes = at.Buffer[offset..];
        if (count > 0) bytes = bytes[..Math.Min(count, bytes.Length)];
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte value in bytes) counts[value]++;
        double entropy = 0;
        foreach (int many in counts)
        {
            double share = many / (double)bytes.Length;
            if (many > 0) entropy -= share * Math.Log2(share);
        }
        return test(entropy) && at.Next(index);
    }
}

/// <summary><c>base64_decode</c>: what it gives is looked into by the checks behind <c>base64_data</c>.</summary>
internal sealed class Base64Check(int count, int offset, bool relative) : BufferCheck
{
    /// <summary>What is checked of the decoded bytes.</summary>
    public List<BufferCheck> Inner { get; } = [];

    /// <inheritdoc/>
    public override bool Match(ref Inspection at, int index)
    {
        int from = offset + (relative ? at.Position : 0);
        if (from < 0 || from >= at.Buffer.Length) return false;
        ReadOnlySpan<byte> text = at.Buffer[from..];
        if (count > 0) text = text[..Math.Min(count, text.Length)];
        byte[] decoded = Transforms.FromBase64(text, lenient: true);
        if (decoded.Length == 0 && Inner.Count > 0) return false;
        Inspection inner = new(decoded, [.. Inner], at.Scratch);
        return inner.Run() && at.Next(index);
    }
}
