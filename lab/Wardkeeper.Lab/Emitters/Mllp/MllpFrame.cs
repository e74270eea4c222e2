namespace Wardkeeper.Lab.Emitters.Mllp;

/// <summary>The frame of a message: 0B, message, 1C 0D. HL7 Transport Specification: MLLP, Release 1.</summary>
internal static class MllpFrame
{
    private const byte StartBlock = 0x0B;
    private static readonly byte[] End = [0x1C, 0x0D];

    /// <summary>Frames a message.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> message) => [StartBlock, .. message, .. End];

    /// <summary>Reads one message without its frame; null where the peer has closed.</summary>
    /// <exception cref="InvalidDataException">What comes is no frame.</exception>
    public static async Task<byte[]?> ReadAsync(ByteReader reader, CancellationToken cancel)
    {
        byte[]? frame = await reader.ThroughAsync(End, cancel);
        if (frame is null) return null;
        return frame[0] == StartBlock ? frame[1..^2] : throw new InvalidDataException($"a message begins with {frame[0]:X2} instead of 0B");
    }
}
