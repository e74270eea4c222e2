using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What comes next on one side.</summary>
internal enum Expecting : byte
{
    /// <summary>A start line with its fields.</summary>
    Head,

    /// <summary>A body of known length.</summary>
    Body,

    /// <summary>A chunked body.</summary>
    Chunks,

    /// <summary>A body that ends with the connection.</summary>
    Rest,

    /// <summary>Anything; the next start line at a line's start is waited for.</summary>
    AnyLine,

    /// <summary>Anything after lost bytes; only a segment that begins with a start line is believed.</summary>
    AnySegment,

    /// <summary>Nothing to be read before the server has answered CONNECT.</summary>
    Answer,
}

/// <summary>Where one is in one side's stream.</summary>
internal sealed class HttpSide(Side side)
{
    private bool inLine;

    public Side Which { get; } = side;

    public Expecting Expecting { get; set; }

    /// <summary>The exchange whose message is under way, or null between messages.</summary>
    public Exchange? Exchange { get; set; }

    public Body Body { get; } = new();

    /// <summary>What is offered to signatures of this side.</summary>
    public HttpBuffers Buffers { get; } = new();

    /// <summary>Bytes of a body of known length that are still to come.</summary>
    public long Remaining { get; set; }

    public ChunkedBody Chunks;

    /// <summary>Whether no byte of the body has come.</summary>
    public bool AtBodyStart { get; set; }

    /// <summary>Bytes of a head that were searched for its end already.</summary>
    public int Searched { get; set; }

    /// <summary>Whether the head's first line was found to be a start line.</summary>
    public bool HasStartLine { get; set; }

    public bool IsLost => Expecting is Expecting.AnyLine or Expecting.AnySegment;

    public Match Begins(ReadOnlySpan<byte> bytes) => Which == Side.Client ? StartLine.Request(bytes) : StartLine.Response(bytes, anyVersion: true);

    /// <summary>Expects a new message, or whatever comes.</summary>
    /// <param name="next">What comes.</param>
    /// <param name="inLine">Whether the next byte lies within a line.</param>
    public void Expect(Expecting next, bool inLine = false)
    {
        Expecting = next;
        Searched = 0;
        HasStartLine = false;
        this.inLine = inLine;
        AtBodyStart = next is Expecting.Body or Expecting.Chunks or Expecting.Rest;
    }

    /// <summary>Length of a head that begins here, its empty line included; 0 while it is not whole.</summary>
    public int FindHead(ReadOnlySpan<byte> bytes)
    {
        int from = Searched;
        while (bytes[from..].IndexOf((byte)'\n') is >= 0 and int step)
        {
            int feed = from + step, next = feed + 1;
            if (next < bytes.Length && bytes[next] == (byte)'\n') return next + 1;
            if (next + 1 < bytes.Length && bytes[next] == (byte)'\r' && bytes[next + 1] == (byte)'\n') return next + 2;
            if (next >= bytes.Length || (next + 1 >= bytes.Length && bytes[next] == (byte)'\r'))
            {
                Searched = feed;
                return 0;
            }
            from = next;
        }
        Searched = bytes.Length;
        return 0;
    }

    /// <summary>Skips to the next line that is a start line. Returns the bytes to drop; then <paramref name="found"/> says whether it begins there.</summary>
    public int SkipLines(ReadOnlySpan<byte> bytes, out Match found)
    {
        found = Match.No;
        int at = 0;
        while (at < bytes.Length)
        {
            if (!inLine)
            {
                found = Begins(bytes[at..]);
                if (found != Match.No) return at;
                inLine = true;
            }
            int feed = bytes[at..].IndexOf((byte)'\n');
            if (feed < 0) return bytes.Length;
            at += feed + 1;
            inLine = false;
        }
        return at;
    }

    /// <summary>More bytes of the body.</summary>
    public void Push(ReadOnlySpan<byte> bytes, ITransactionSink into)
    {
        Body.Push(bytes);
        if (into.Buffers is { } buffers) Buffers.Body(bytes, Which, buffers);
    }

    public void Reset()
    {
        Body.Abandon();
        Buffers.Reset();
        Exchange = null;
        Remaining = 0;
        Chunks = default;
        Expect(Expecting.Head);
    }
}
