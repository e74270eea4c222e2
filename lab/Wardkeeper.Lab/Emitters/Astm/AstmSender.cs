namespace Wardkeeper.Lab.Emitters.Astm;

/// <summary>The sender's side of one transfer: ENQ, frames each answered, EOT. CLSI LIS01-A2, 6.2 to 6.4.</summary>
internal static class AstmSender
{
    /// <summary>A frame is refused at most so often before the sender gives up. LIS01-A2, 6.5.1.2.</summary>
    private const int MostTries = 6;

    /// <summary>Sends frames to a receiver.</summary>
    /// <param name="stream">Connection.</param>
    /// <param name="reader">Its reader.</param>
    /// <param name="frames">Frames.</param>
    /// <param name="damaged">Number of the frame in the list that reaches the receiver damaged at first, or null.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">The receiver does not take them.</exception>
    public static async Task SendAsync(Stream stream, ByteReader reader, IReadOnlyList<AstmFrame> frames, int? damaged, CancellationToken cancel)
    {
        await stream.WriteAsync(new[] { AstmFrame.Enq }, cancel);
        if (await AnswerAsync(reader, cancel) != AstmFrame.Ack) throw new InvalidDataException("the receiver refuses the transfer");
        for (int index = 0; index < frames.Count; index++) await SendAsync(stream, reader, frames[index], index == damaged, cancel);
        await stream.WriteAsync(new[] { AstmFrame.Eot }, cancel);
    }

    /// <summary>
    /// Which frame of a session is damaged: in about one of 40 sessions one of them, the same for the same first sample number.
    /// Null: none.
    /// </summary>
    public static int? Damaged(string sample, int frames)
    {
        // FNV-1a: a sum would give neighbouring sample numbers neighbouring sessions.
        uint hash = 2166136261;
        foreach (char letter in sample) hash = (hash ^ letter) * 16777619;
        hash ^= hash >> 15;
        return hash % 40 == 0 ? (int)(hash / 40 % (uint)frames) : null;
    }

    private static async Task SendAsync(Stream stream, ByteReader reader, AstmFrame frame, bool isDamaged, CancellationToken cancel)
    {
        for (int turn = 0; turn < MostTries; turn++)
        {
            await stream.WriteAsync(isDamaged && turn == 0 ? frame.ToDamagedBytes() : frame.ToBytes(), cancel);
            if (await AnswerAsync(reader, cancel) == AstmFrame.Ack) return;
        }
        throw new InvalidDataException($"the receiver refused frame {frame.Number} {MostTries} times");
    }

    private static async Task<byte> AnswerAsync(ByteReader reader, CancellationToken cancel) => await reader.ByteAsync(cancel) switch
    {
        AstmFrame.Ack => AstmFrame.Ack,
        AstmFrame.Nak => AstmFrame.Nak,
        < 0 => throw new InvalidDataException("the receiver closed within a transfer"),
        int other => throw new InvalidDataException($"the receiver answers {other:X2}"),
    };
}
