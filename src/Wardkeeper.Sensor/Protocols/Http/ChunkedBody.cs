namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Where one is in a chunked body (RFC 9112, section 7.1): sizes with extensions, data, trailer fields. Holds no bytes.</summary>
internal struct ChunkedBody
{
    private const int MostDigits = 15;

    private Part part;
    private int digits;
    private int lineLength;

    private enum Part : byte
    {
        Size,
        Extension,
        Data,
        EndOfData,
        Trailer,
        Done,
    }

    /// <summary>Bytes of the current chunk's data that are still to come.</summary>
    public long Remaining { get; private set; }

    /// <summary>Whether the last chunk and its trailer have come.</summary>
    public readonly bool IsDone => part == Part.Done;

    /// <summary>Whether the next byte is data of a chunk.</summary>
    public readonly bool IsInData => part == Part.Data;

    /// <summary>Whether the next byte begins a size line.</summary>
    public readonly bool IsAtLineStart => part == Part.Size && digits == 0;

    /// <summary>Takes bytes up to the end of a run of data or of the body. False: they are not chunks.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="consumed">Bytes taken.</param>
    /// <param name="data">The data among them.</param>
    public bool Next(ReadOnlySpan<byte> bytes, out int consumed, out ReadOnlySpan<byte> data)
    {
        data = default;
        for (consumed = 0; consumed < bytes.Length && part != Part.Done; consumed++)
        {
            if (part == Part.Data)
            {
                int length = (int)Math.Min(Remaining, bytes.Length - consumed);
                data = bytes.Slice(consumed, length);
                consumed += length;
                Skip(length);
                return true;
            }
            if (!Take(bytes[consumed])) return false;
        }
        return true;
    }

    /// <summary>Data of the current chunk passed, seen or lost.</summary>
    public void Skip(long length)
    {
        Remaining -= length;
        if (Remaining == 0) part = Part.EndOfData;
    }

    private bool Take(byte b)
    {
        switch (part)
        {
            case Part.Size:
                return Size(b);
            case Part.Extension:
                if (b == (byte)'\n') EndOfSize();
                return ++lineLength <= HttpLimits.ChunkLine;
            case Part.EndOfData:
                if (b == (byte)'\n') part = Part.Size;
                return b is (byte)'\r' or (byte)'\n';
            default:
                return Trailer(b);
        }
    }

    private bool Size(byte b)
    {
        int digit = b switch
        {
            >= (byte)'0' and <= (byte)'9' => b - '0',
            >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            Remaining = (Remaining << 4) | (uint)digit;
            return ++digits <= MostDigits;
        }
        if (digits == 0) return false;
        if (b == (byte)'\n') EndOfSize();
        else if (b is (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r') part = Part.Extension;
        else return false;
        return true;
    }

    private void EndOfSize()
    {
        part = Remaining > 0 ? Part.Data : Part.Trailer;
        digits = 0;
        lineLength = 0;
    }

    /// <summary>Trailer fields are passed over; the first empty line ends the body.</summary>
    private bool Trailer(byte b)
    {
        if (b == (byte)'\n')
        {
            if (digits == 0) part = Part.Done;
            digits = 0;
        }
        else if (b != (byte)'\r')
        {
            digits = 1;
        }
        return ++lineLength <= HttpLimits.ChunkLine;
    }
}
