using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>One stream under way: an exchange with its two bodies. Used again for another stream when it is over.</summary>
internal sealed class Http2Stream
{
    private readonly Half request = new(), response = new();

    /// <summary>Number of the stream.</summary>
    public uint Id { get; private set; }

    /// <summary>The exchange.</summary>
    public Exchange Exchange { get; private set; } = new();

    /// <summary>Service and method that are called by gRPC, patients masked as in any path; null when it is no such call.</summary>
    public (string Service, string Method)? Call { get; set; }

    /// <summary>Status of the call; null while there is none.</summary>
    public int? CallStatus { get; set; }

    /// <summary>Whether nothing more comes.</summary>
    public bool IsOver => Exchange is { RequestDone: true, ResponseDone: true };

    /// <summary>Begins a stream.</summary>
    public void Begin(uint id, long depth)
    {
        Id = id;
        Exchange = new Exchange { Depth = depth };
        Call = null;
        CallStatus = null;
        request.Clear();
        response.Clear();
    }

    /// <summary>What a side offers to signatures.</summary>
    public HttpBuffers Buffers(Side side) => HalfOf(side).Buffers;

    /// <summary>Messages of a call that a side sent.</summary>
    public int Messages(Side side) => HalfOf(side).Messages;

    /// <summary>A head was read: its body begins.</summary>
    public void BeginBody(Side side, in MessageHead head, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        Half half = HalfOf(side);
        half.HasBody = true;
        half.Body.Begin(head.BodyHead(side == Side.Server && Exchange.Web?.Operation == "search", at, range, into));
    }

    /// <summary>Bytes of a body.</summary>
    public void Push(Side side, ReadOnlySpan<byte> bytes, long missing, ITransactionSink into)
    {
        Half half = HalfOf(side);
        if (into.Buffers is { } buffers) half.Buffers.Body(bytes, side, buffers);
        if (!half.HasBody) return;
        half.Body.Push(bytes);
        if (missing > 0) half.Body.Lose(missing);
        if (Call is not null) half.CountMessages(bytes, missing);
    }

    /// <summary>A side has said everything.</summary>
    public void EndSide(Side side, bool isComplete, CaptureTime at, ITransactionSink into)
    {
        Half half = HalfOf(side);
        if (into.Buffers is { } buffers) half.Buffers.Complete(side, buffers);
        BodyFacts facts = half.HasBody ? half.Body.End(isComplete, at) : default;
        half.HasBody = false;
        if (side == Side.Client)
        {
            if (Exchange.RequestDone) return;
            (Exchange.RequestBody, Exchange.RequestDone) = (facts, true);
        }
        else
        {
            if (Exchange.ResponseDone) return;
            (Exchange.ResponseBody, Exchange.ResponseDone) = (facts, true);
        }
    }

    /// <summary>Gives back all memory.</summary>
    public void Abandon()
    {
        request.Clear();
        response.Clear();
    }

    private Half HalfOf(Side side) => side == Side.Client ? request : response;

    /// <summary>One side of a stream.</summary>
    private sealed class Half
    {
        private const int Prefix = 5;
        private long left;
        private int prefix;
        private uint length;
        private bool isCounting;

        public Body Body { get; } = new();

        public HttpBuffers Buffers { get; } = new();

        public bool HasBody { get; set; }

        public int Messages { get; private set; }

        public void Clear()
        {
            Body.Abandon();
            (HasBody, Messages) = (false, 0);
            (left, prefix, length, isCounting) = (0, 0, 0, true);
        }

        /// <summary>A message of gRPC is a byte for its packing, four for its length, and its content.</summary>
        public void CountMessages(ReadOnlySpan<byte> bytes, long missing)
        {
            while (isCounting && !bytes.IsEmpty)
            {
                int passed = (int)Math.Min(left, bytes.Length);
                left -= passed;
                bytes = bytes[passed..];
                while (left == 0 && prefix < Prefix && !bytes.IsEmpty)
                {
                    length = prefix == 0 ? 0 : (length << 8) | bytes[0];
                    prefix++;
                    bytes = bytes[1..];
                }
                if (prefix < Prefix || left > 0) break;
                (left, prefix) = (length, 0);
                Messages++;
            }
            if (missing > left) isCounting = false;
            left -= Math.Min(left, missing);
        }
    }
}
