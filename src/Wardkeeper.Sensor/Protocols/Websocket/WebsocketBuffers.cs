using System.IO.Compression;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Websocket;

/// <summary>
/// Offers one side's frames to signatures: each frame as it is, and each message unmasked, put together from its frames and unpacked
/// where it is compressed (RFC 6455, RFC 7692). Of a frame the beginning is at hand. Bounded.
/// </summary>
internal struct WebsocketBuffers
{
    private const int MostHeld = 16 * 1024, MostUnpacked = 64 * 1024;
    private const byte Fin = 0x80, Compressed = 0x40, FirstControl = 8;
    private byte[]? held;
    private int count;
    private bool isCompressed;
    private List<byte>? packedBefore;
    private int unpackedBefore;

    /// <summary>Offers a frame.</summary>
    public void Offer(ReadOnlySpan<byte> frame, int head, Side side, IBufferSink into)
    {
        bool isMasked = (frame[1] & 0x80) != 0, isControl = (frame[0] & 0x0F) >= FirstControl;
        into.Offer(BufferName.FrameWebsocketPdu, side, frame);
        into.Offer(BufferName.FrameWebsocketHeader, side, frame[..head]);
        into.Offer(BufferName.FrameWebsocketData, side, frame[head..]);
        into.Offer(BufferName.WebsocketOpcode, side, frame[0] & 0x0F);
        into.Offer(BufferName.WebsocketFlags, side, frame[0] & 0xF0);
        if (isMasked) into.Offer(BufferName.WebsocketMask, side, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame[(head - 4)..]));
        byte[] content = frame[head..].ToArray();
        for (int i = 0; isMasked && i < content.Length; i++) content[i] ^= frame[head - 4 + (i & 3)];
        if (isControl) into.Offer(BufferName.WebsocketPayload, side, content);
        else Message(frame[0], content, side, into);
        into.Complete(side);
    }

    /// <summary>Forgets what waits for more.</summary>
    public void Clear()
    {
        Begin();
        packedBefore = null;
        unpackedBefore = 0;
    }

    private void Begin()
    {
        held = null;
        count = 0;
        isCompressed = false;
    }

    private void Message(byte first, byte[] content, Side side, IBufferSink into)
    {
        if ((first & 0x0F) != 0) (count, isCompressed) = (0, (first & Compressed) != 0);
        if (count == 0 && (first & Fin) != 0)
        {
            into.Offer(BufferName.WebsocketPayload, side, isCompressed ? Unpack(content) : content);
            return;
        }
        held ??= new byte[MostHeld];
        int taken = Math.Min(content.Length, MostHeld - count);
        content.AsSpan(0, taken).CopyTo(held.AsSpan(count));
        count += taken;
        if ((first & Fin) == 0) return;
        byte[] whole = held[..count];
        into.Offer(BufferName.WebsocketPayload, side, isCompressed ? Unpack(whole) : whole);
        Begin();
    }

    /// <summary>
    /// What is packed, which may point back to what was said before it (RFC 7692, section 7.2.3.2). So the messages before are unpacked again with it, up to a
    /// bound; beyond that it is unpacked by itself.
    /// </summary>
    private byte[] Unpack(byte[] packed)
    {
        byte[] message = [.. packed, 0, 0, 0xFF, 0xFF];
        packedBefore ??= [];
        if (packedBefore.Count + message.Length > MostHeld)
        {
            packedBefore.Clear();
            unpackedBefore = 0;
        }
        packedBefore.AddRange(message);
        byte[] all = Inflate([.. packedBefore]);
        if (all.Length <= unpackedBefore || all.Length == MostUnpacked)
        {
            packedBefore.Clear();
            unpackedBefore = 0;
            return Inflate(message);
        }
        byte[] fresh = all[unpackedBefore..];
        unpackedBefore = all.Length;
        return fresh;
    }

    private static byte[] Inflate(byte[] packed)
    {
        using MemoryStream source = new(packed);
        using DeflateStream reader = new(source, CompressionMode.Decompress);
        byte[] bytes = new byte[MostUnpacked];
        return bytes[..ContentDecoder.Fill(reader, bytes)];
    }
}
