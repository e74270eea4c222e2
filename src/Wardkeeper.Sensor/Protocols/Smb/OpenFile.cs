using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.DceRpc;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>A share that is connected.</summary>
/// <param name="Path">Its name as the client wrote it.</param>
internal sealed record SmbTree(string? Path)
{
    /// <summary><c>DISK</c>, <c>PIPE</c> or <c>PRINT</c>.</summary>
    public string? ShareType { get; set; }

    /// <summary>User of the session it belongs to.</summary>
    public string? User { get; set; }
}

/// <summary>A file, folder or pipe that is open, or about to be.</summary>
internal sealed class OpenFile(string name, SmbTree? tree, CaptureTime began, ByteRange where)
{
    private long next;
    private const int MostShown = 256 * 1024;

    private bool isWritten;
    private List<byte>? shown;

    public string Name { get; set; } = name;

    public SmbTree? Tree { get; } = tree;

    /// <summary>Number by which requests mean it, once it is open.</summary>
    public (ulong, ulong) Id { get; set; }

    public CaptureTime Began { get; } = began;

    public ByteRange Where { get; } = where;

    public uint Access { get; init; }

    public bool DeleteOnClose { get; set; }

    public bool IsDirectory { get; set; }

    public string? Opened { get; set; }

    public long? Size { get; set; }

    public CaptureTime? Created { get; set; }

    public CaptureTime? Accessed { get; set; }

    public CaptureTime? Modified { get; set; }

    public CaptureTime? Changed { get; set; }

    public long BytesRead { get; set; }

    public long BytesWritten { get; set; }

    /// <summary>What is said in it, when it is a pipe.</summary>
    public RpcPipe? Pipe { get; set; }

    /// <summary>Its content as far as it came in order; null before any came, or when too many files are open.</summary>
    public Body? Content { get; private set; }

    /// <summary>Whether the content is what the client wrote.</summary>
    public bool IsWritten => isWritten;

    /// <summary>Whether the content up to its known end was seen.</summary>
    public bool IsWhole => isWritten || (Size is { } size && next >= size);

    /// <summary>Whether bytes from this offset are wanted next: the file's beginning, or what follows the bytes before.</summary>
    public bool Wants(long offset, bool isWrite) => Content is null ? offset == 0 : isWrite == isWritten && offset >= next;

    /// <summary>Begins or goes on with the content at an offset.</summary>
    public void Seek(long offset, bool isWrite, Body? fresh, in BodyHead head)
    {
        if (Content is null)
        {
            if (fresh is null) return;
            fresh.Begin(in head);
            (Content, isWritten, next) = (fresh, isWrite, 0);
        }
        if (offset > next) Content.Lose(offset - next);
        next = offset;
    }

    /// <summary>Bytes at the place sought.</summary>
    public void Push(ReadOnlySpan<byte> bytes, ITransactionSink into)
    {
        Content?.Push(bytes);
        if (into.Buffers is not null && (shown ??= []).Count < MostShown) shown.AddRange(bytes);
        next += bytes.Length;
    }

    /// <summary>Bytes at the place sought that were lost.</summary>
    public void Lose(long missing)
    {
        Content?.Lose(missing);
        next += missing;
    }

    /// <summary>Offers name and content to signatures.</summary>
    public void Offer(Signatures.Buffers.IBufferSink into)
    {
        Side side = isWritten ? Side.Client : Side.Server;
        into.Offer(Signatures.Buffers.BufferName.FileName, side, System.Text.Encoding.UTF8.GetBytes(Name));
        if (shown is not null) into.Offer(Signatures.Buffers.BufferName.FileData, side, [.. shown]);
        shown = null;
        into.Complete(side);
    }

    /// <summary>Gives the content away.</summary>
    public Body? TakeContent()
    {
        Body? content = Content;
        Content = null;
        return content;
    }
}
