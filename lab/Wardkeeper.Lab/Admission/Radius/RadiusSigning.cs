using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wardkeeper.Lab.Admission.Radius;

/// <summary>Makes packets and proves that received ones come from who knows the shared secret. Every packet carries a Message-Authenticator, first of all attributes.</summary>
internal static class RadiusSigning
{
    private const int DigestLength = 16;

    /// <summary>A request, ready to be sent. Access-Request and Status-Server get a random authenticator, the others a signed one. A User-Password in <paramref name="attributes"/> is in clear and is hidden here.</summary>
    /// <exception cref="ArgumentException">It would be longer than a packet may be.</exception>
    public static byte[] Request(RadiusCode code, byte identifier, IEnumerable<RadiusAttribute> attributes, ReadOnlySpan<byte> secret)
    {
        bool isRandom = code is RadiusCode.AccessRequest or RadiusCode.StatusServer;
        byte[] authenticator = isRandom ? RandomNumberGenerator.GetBytes(DigestLength) : new byte[DigestLength];
        byte[] packet = Write(code, identifier, authenticator, attributes, secret);
        Sign(packet, secret);
        if (!isRandom) Digest(packet, secret).CopyTo(packet.AsSpan(4));
        return packet;
    }

    /// <summary>An answer to a request, ready to be sent.</summary>
    public static byte[] Answer(RadiusCode code, RadiusPacket request, IEnumerable<RadiusAttribute> attributes, ReadOnlySpan<byte> secret)
    {
        byte[] packet = Write(code, request.Identifier, request.Authenticator.ToArray(), attributes, secret);
        Sign(packet, secret);
        Digest(packet, secret).CopyTo(packet.AsSpan(4));
        return packet;
    }

    /// <summary>
    /// Whether an answer was made for a request by who knows the secret. A Message-Authenticator that is there must be right, and beside an EAP-Message it must be there (RFC 3579, section 3.2). That it must be there in others (against CVE-2024-3596) is the
    /// caller's choice: FreeRADIUS 3.2.1 puts none into answers without EAP.
    /// </summary>
    public static bool IsAnswerTo(RadiusPacket answer, ReadOnlySpan<byte> request, ReadOnlySpan<byte> secret, bool isSignatureNeeded = false)
    {
        if (answer.Identifier != request[1]) return false;
        byte[] check = answer.Bytes.ToArray();
        request.Slice(4, DigestLength).CopyTo(check.AsSpan(4));
        return CryptographicOperations.FixedTimeEquals(Digest(check, secret), answer.Authenticator)
            && IsSigned(answer, check, secret, isSignatureNeeded);
    }

    /// <summary>Whether a request whose authenticator is signed (accounting, Disconnect, CoA) was made by who knows the secret.</summary>
    public static bool IsGenuine(RadiusPacket request, ReadOnlySpan<byte> secret)
    {
        byte[] check = request.Bytes.ToArray();
        check.AsSpan(4, DigestLength).Clear();
        return CryptographicOperations.FixedTimeEquals(Digest(check, secret), request.Authenticator) && IsSigned(request, check, secret, isNeeded: false);
    }

    private static byte[] Write(RadiusCode code, byte identifier, byte[] authenticator, IEnumerable<RadiusAttribute> attributes, ReadOnlySpan<byte> secret)
    {
        using MemoryStream stream = new();
        stream.Write([(byte)code, identifier, 0, 0]);
        stream.Write(authenticator);
        stream.Write([(byte)RadiusType.MessageAuthenticator, DigestLength + 2]);
        stream.Write(new byte[DigestLength]);
        foreach (RadiusAttribute attribute in attributes)
        {
            ReadOnlySpan<byte> value = attribute.Type == RadiusType.UserPassword ? Hidden(attribute.Value.Span, authenticator, secret) : attribute.Value.Span;
            if (value.Length > RadiusAttribute.Longest) throw new ArgumentException($"{attribute.Type} has {value.Length} bytes; an attribute takes {RadiusAttribute.Longest}", nameof(attributes));
            stream.Write([(byte)attribute.Type, (byte)(value.Length + 2)]);
            stream.Write(value);
        }
        if (stream.Length > RadiusPacket.Longest) throw new ArgumentException($"a packet of {stream.Length} bytes; {RadiusPacket.Longest} is the longest", nameof(attributes));
        byte[] packet = stream.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        return packet;
    }

#pragma warning disable CA5351 // RADIUS is defined with MD5 (RFC 2865, RFC 5176)
    /// <summary>Fills in the Message-Authenticator (RFC 2869, section 5.14; for requests with a signed authenticator over sixteen zeros, RFC 5176, section 3.4).</summary>
    private static void Sign(byte[] packet, ReadOnlySpan<byte> secret) => HMACMD5.HashData(secret, packet).CopyTo(packet.AsSpan(RadiusPacket.HeaderLength + 2));

    private static bool IsSigned(RadiusPacket packet, byte[] check, ReadOnlySpan<byte> secret, bool isNeeded)
    {
        if (packet.Find(RadiusType.MessageAuthenticator) is not { } said) return !isNeeded && packet.Find(RadiusType.EapMessage) is null;
        if (said.Length != DigestLength) return false;
        int at = RadiusPacket.HeaderLength;
        while (check[at] != (byte)RadiusType.MessageAuthenticator) at += check[at + 1];
        check.AsSpan(at + 2, DigestLength).Clear();
        return CryptographicOperations.FixedTimeEquals(HMACMD5.HashData(secret, check), said.Span);
    }

    /// <summary>MD5 over the packet and the secret (RFC 2865, section 3).</summary>
    private static byte[] Digest(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> secret) => MD5.HashData([.. packet, .. secret]);

    /// <summary>RFC 2865, section 5.2.</summary>
    private static byte[] Hidden(ReadOnlySpan<byte> password, ReadOnlySpan<byte> authenticator, ReadOnlySpan<byte> secret)
    {
        byte[] hidden = new byte[Math.Max(1, (password.Length + DigestLength - 1) / DigestLength) * DigestLength];
        password.CopyTo(hidden);
        ReadOnlySpan<byte> before = authenticator;
        for (int at = 0; at < hidden.Length; at += DigestLength)
        {
            byte[] key = MD5.HashData([.. secret, .. before]);
            for (int i = 0; i < DigestLength; i++) hidden[at + i] ^= key[i];
            before = hidden.AsSpan(at, DigestLength);
        }
        return hidden;
    }
#pragma warning restore CA5351 // as above
}
