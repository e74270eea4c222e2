using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>Puts the chunks of one side's messages together, up to a limit: what lies behind it is passed by. OPC 10000-6, 6.7.2.</summary>
internal sealed class OpcuaChunks
{
    private const int Most = 128 * 1024, Kept = 16 * 1024;
    private byte[] held = [];
    private int length;
    private uint id;
    private bool isOpen;

    /// <summary>Where the first chunk lies.</summary>
    public ByteRange Where { get; private set; }

    /// <summary>Whether so much was kept that the rest of the message is passed by.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was put together so far.</summary>
    public ReadOnlySpan<byte> Body => held.AsSpan(0, length);

    /// <summary>Number of the request that the open message belongs to.</summary>
    public uint Id => id;

    /// <summary>Whether a message is open whose rest is of use.</summary>
    public bool IsWanted => isOpen && !IsFull;

    /// <summary>Whether chunks of this request's message came before.</summary>
    public bool IsOf(uint request) => isOpen && id == request;

    /// <summary>The first chunk of a message.</summary>
    public void Begin(uint request, ByteRange where)
    {
        (id, Where, isOpen, IsFull, length) = (request, where, true, false, 0);
        if (held.Length > Kept) held = [];
    }

    /// <summary>Adds a chunk's body.</summary>
    /// <param name="body">What is there of it.</param>
    /// <param name="isCut">Whether more of it was not kept, so that what follows does not join.</param>
    public void Add(ReadOnlySpan<byte> body, bool isCut)
    {
        if (IsFull) return;
        ReadOnlySpan<byte> taken = body[..Math.Min(body.Length, Most - length)];
        if (held.Length < length + taken.Length) Array.Resize(ref held, Math.Min(Most, Math.Max(2 * held.Length, length + taken.Length)));
        taken.CopyTo(held.AsSpan(length));
        length += taken.Length;
        IsFull = isCut || taken.Length < body.Length;
    }

    /// <summary>The message is over.</summary>
    public void Close() => (isOpen, IsFull, length) = (false, false, 0);
}
