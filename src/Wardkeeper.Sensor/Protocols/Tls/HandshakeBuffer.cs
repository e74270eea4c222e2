using System.Buffers;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Kinds of handshake message. RFC 8446, 4 and RFC 5246, 7.4.</summary>
internal enum HandshakeType : byte
{
    HelloRequest = 0,
    ClientHello = 1,
    ServerHello = 2,
    HelloVerifyRequest = 3,
    NewSessionTicket = 4,
    EndOfEarlyData = 5,
    HelloRetryRequest = 6,
    EncryptedExtensions = 8,
    Certificate = 11,
    ServerKeyExchange = 12,
    CertificateRequest = 13,
    ServerHelloDone = 14,
    CertificateVerify = 15,
    ClientKeyExchange = 16,
    Finished = 20,
    CertificateUrl = 21,
    CertificateStatus = 22,
    SupplementalData = 23,
    KeyUpdate = 24,
    MessageHash = 254,
}

/// <summary>
/// Cuts one side's handshake records into messages, which may be spread over several records or share one. A message that is
/// needed whole and comes in parts is put together here, up to a limit; all others are passed by.
/// </summary>
internal struct HandshakeBuffer
{
    /// <summary>Bytes before each message: type and 24-bit length.</summary>
    public const int HeaderLength = 4;

    /// <summary>Longest message that is put together; longer ones are passed by. Chains of certificates rarely reach a quarter of it.</summary>
    public const int LongestMessage = 128 * 1024;

    private byte[]? buffer;
    private int count;
    private int skip;

    /// <summary>Whether a message has begun and not ended.</summary>
    public readonly bool IsInside => count > 0 || skip > 0;

    /// <summary>
    /// Takes bytes from <paramref name="fragment"/> until a message is there. False when the fragment ran out. <paramref name="body"/>
    /// is empty for a message that is passed by; it is valid until the next call.
    /// </summary>
    public bool TryNext(ref ReadOnlySpan<byte> fragment, out HandshakeType type, out int length, out ReadOnlySpan<byte> body)
    {
        body = default;
        type = default;
        length = 0;
        int passed = Math.Min(skip, fragment.Length);
        skip -= passed;
        fragment = fragment[passed..];
        if (fragment.IsEmpty) return false;
        if (count == 0 && fragment.Length >= HeaderLength)
        {
            (type, length) = Header(fragment);
            if (!IsNeeded(type, length) || fragment.Length >= HeaderLength + length) return FromFragment(ref fragment, type, length, out body);
        }
        return FromBuffer(ref fragment, out type, out length, out body);
    }

    /// <summary>Whether the fragment is a row of whole messages of known types: what a record that is not encrypted looks like, if it begins with one.</summary>
    public static bool IsTiled(ReadOnlySpan<byte> fragment)
    {
        while (fragment.Length >= HeaderLength)
        {
            (HandshakeType type, int length) = Header(fragment);
            if (type == HandshakeType.HelloRequest || !Enum.IsDefined(type) || length > fragment.Length - HeaderLength) return false;
            fragment = fragment[(HeaderLength + length)..];
        }
        return fragment.IsEmpty;
    }

    /// <summary>Forgets what was begun and gives the memory back.</summary>
    public void Drop()
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        count = 0;
        skip = 0;
    }

    private static (HandshakeType Type, int Length) Header(ReadOnlySpan<byte> bytes) => ((HandshakeType)bytes[0], (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]);

    private static bool IsNeeded(HandshakeType type, int length) =>
        length <= LongestMessage
        && type is HandshakeType.ClientHello or HandshakeType.ServerHello or HandshakeType.Certificate or HandshakeType.ServerKeyExchange or HandshakeType.HelloRetryRequest;

    private bool FromFragment(ref ReadOnlySpan<byte> fragment, HandshakeType type, int length, out ReadOnlySpan<byte> body)
    {
        int there = Math.Min(length, fragment.Length - HeaderLength);
        body = IsNeeded(type, length) ? fragment.Slice(HeaderLength, there) : default;
        skip = length - there;
        fragment = fragment[(HeaderLength + there)..];
        return true;
    }

    private bool FromBuffer(ref ReadOnlySpan<byte> fragment, out HandshakeType type, out int length, out ReadOnlySpan<byte> body)
    {
        body = default;
        type = default;
        length = 0;
        // An earlier message was handed out from here and is not used any more.
        if (!Fill(ref fragment, HeaderLength)) return false;
        (type, length) = Header(buffer);
        if (!IsNeeded(type, length))
        {
            count = 0;
            skip = length;
            return true;
        }
        if (!Fill(ref fragment, HeaderLength + length)) return false;
        body = buffer.AsSpan(HeaderLength, length);
        count = 0;
        return true;
    }

    private bool Fill(ref ReadOnlySpan<byte> fragment, int upTo)
    {
        int taken = Math.Min(upTo - count, fragment.Length);
        if (taken > 0)
        {
            if (buffer is null || buffer.Length < count + taken)
            {
                // Grows with what has come, not with what the header claims.
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, 2 * (count + taken)));
                buffer.AsSpan(0, count).CopyTo(larger);
                if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            fragment[..taken].CopyTo(buffer.AsSpan(count));
            count += taken;
            fragment = fragment[taken..];
        }
        return count >= upTo;
    }
}
