using System.Buffers.Binary;
using System.Security.Cryptography;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>
/// The keys of both sides' Initial packets. Everyone who sees the client's first connection id can make them (RFC 9001, 5.2): they
/// keep middle boxes from meddling, not observers from reading.
/// </summary>
internal sealed class InitialKeys
{
    private const int KeyLength = 16, NonceLength = 12, TagLength = 16, SampleLength = 16;

    private readonly byte[] connection = new byte[20];
    private readonly SideKeys client = new(), server = new();
    private int connectionLength = -1;
    private QuicVersion version;

    /// <summary>Whether there are keys.</summary>
    public bool AreKnown => connectionLength >= 0;

    /// <summary>Makes the keys for a connection id that a client made up.</summary>
    public void Make(QuicVersion of, ReadOnlySpan<byte> destination)
    {
        destination.CopyTo(connection);
        connectionLength = destination.Length;
        Make(of);
    }

    /// <summary>Forgets them.</summary>
    public void Forget() => connectionLength = -1;

    /// <summary>Decrypts an Initial packet (RFC 9001, 5.3 and 5.4). Returns the length of its frames, -1 if it was not made with these keys.</summary>
    public int Open(Side from, in QuicPacket packet, Span<byte> frames)
    {
        // The server may answer in another version than it was asked in. RFC 9368.
        if (packet.Version != version) Make(packet.Version);
        SideKeys keys = from == Side.Client ? client : server;
        int at = packet.NumberOffset;
        ReadOnlySpan<byte> bytes = packet.Bytes;
        if (bytes.Length < at + 4 + SampleLength) return -1;
        Span<byte> mask = stackalloc byte[SampleLength];
        using (Aes block = Aes.Create())
        {
            block.SetKey(keys.Header);
            block.EncryptEcb(bytes.Slice(at + 4, SampleLength), mask, PaddingMode.None);
        }
        int first = bytes[0] ^ (mask[0] & 0x0F), numberLength = (first & 3) + 1;
        Span<byte> header = at + numberLength <= 256 ? stackalloc byte[at + numberLength] : new byte[at + numberLength];
        bytes[..header.Length].CopyTo(header);
        header[0] = (byte)first;
        Span<byte> nonce = stackalloc byte[NonceLength];
        keys.Nonce.CopyTo(nonce);
        for (int i = 0; i < numberLength; i++)
        {
            header[at + i] ^= mask[1 + i];
            nonce[NonceLength - numberLength + i] ^= header[at + i];
        }
        ReadOnlySpan<byte> sealedBytes = bytes[header.Length..];
        if (sealedBytes.Length < TagLength) return -1;
        int length = sealedBytes.Length - TagLength;
        try
        {
            using AesGcm cipher = new(keys.Key, TagLength);
            cipher.Decrypt(nonce, sealedBytes[..length], sealedBytes[length..], frames[..length], header);
            return length;
        }
        catch (AuthenticationTagMismatchException)
        {
            return -1;
        }
    }

    private void Make(QuicVersion of)
    {
        version = of;
        Span<byte> secret = stackalloc byte[32];
        HKDF.Extract(HashAlgorithmName.SHA256, connection.AsSpan(0, connectionLength), of.Salt, secret);
        client.Make(of.IsV2, secret, "client in"u8);
        server.Make(of.IsV2, secret, "server in"u8);
    }

    /// <summary>HKDF-Expand-Label. RFC 8446, 7.1.</summary>
    private static void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, Span<byte> into)
    {
        Span<byte> info = stackalloc byte[48];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)into.Length);
        info[2] = (byte)(6 + label.Length);
        "tls13 "u8.CopyTo(info[3..]);
        label.CopyTo(info[9..]);
        info[9 + label.Length] = 0;
        HKDF.Expand(HashAlgorithmName.SHA256, secret, into, info[..(10 + label.Length)]);
    }

    private sealed class SideKeys
    {
        public byte[] Key { get; } = new byte[KeyLength];

        public byte[] Header { get; } = new byte[KeyLength];

        public byte[] Nonce { get; } = new byte[NonceLength];

        public void Make(bool isV2, ReadOnlySpan<byte> initial, ReadOnlySpan<byte> side)
        {
            Span<byte> secret = stackalloc byte[32];
            Expand(initial, side, secret);
            Expand(secret, isV2 ? "quicv2 key"u8 : "quic key"u8, Key);
            Expand(secret, isV2 ? "quicv2 iv"u8 : "quic iv"u8, Nonce);
            Expand(secret, isV2 ? "quicv2 hp"u8 : "quic hp"u8, Header);
        }
    }
}
