namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>What a live capture is given.</summary>
internal sealed record LiveOptions
{
    /// <summary>Names of the interfaces, such as <c>eth1</c>.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    /// <summary>
    /// Whether frames that this machine itself sends on an interface count too. Usually not: an interface at a mirror port sends
    /// nothing of the hospital's, and a machine that passes frames on between interfaces that are all listened to would give each
    /// twice. A site that listens to the machine's own traffic needs it, or sees one side of every conversation.
    /// </summary>
    public bool IncludesOutgoing { get; init; }

    /// <summary>Bytes of one block of the ring that the kernel fills; a power of two and a multiple of the page size.</summary>
    public int BlockSize { get; init; } = 1 << 20;

    /// <summary>Blocks in the ring of each interface: with the block size, how much may arrive while the analysis is held up.</summary>
    public int Blocks { get; init; } = 64;

    /// <summary>How long the kernel keeps a block that is not full.</summary>
    public TimeSpan BlockLife { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a frame may wait for an earlier one of another interface; capture time stays as far behind the clock.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a batch stays open when little or nothing comes.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often an interface is looked after: whether it is still there, and what the kernel dropped.</summary>
    public TimeSpan Care { get; init; } = TimeSpan.FromMilliseconds(500);
}
