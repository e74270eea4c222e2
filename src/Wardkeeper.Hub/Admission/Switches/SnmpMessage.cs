using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>One value of an answer.</summary>
/// <param name="Name">Its object identifier.</param>
/// <param name="Bytes">An octet string, or an address; null for numbers.</param>
/// <param name="Number">A number; 0 for others.</param>
internal readonly record struct SnmpValue(string Name, byte[]? Bytes, long Number);

/// <summary>What an answer says.</summary>
/// <param name="Request">Number of the request.</param>
/// <param name="Error">Error status (RFC 3416, section 3); 0 for none.</param>
/// <param name="Values">The values before the end of the view.</param>
/// <param name="IsEnd">Whether the view ended.</param>
internal sealed record SnmpAnswer(int Request, int Error, List<SnmpValue> Values, bool IsEnd);

/// <summary>An answer of SNMPv3.</summary>
/// <param name="Answer">What it says.</param>
/// <param name="Engine">The engine that says it.</param>
/// <param name="IsReport">Whether it is a report: why the question was not answered.</param>
internal sealed record SnmpReply(SnmpAnswer Answer, SnmpEngineState Engine, bool IsReport);

/// <summary>What SNMPv3 knows of the engine that it asks.</summary>
/// <param name="Id">The engine's identifier; empty before it was discovered.</param>
/// <param name="Boots">How often it was started.</param>
/// <param name="Time">Seconds since.</param>
/// <param name="SignKey">Key that signs; null for none.</param>
/// <param name="HideKey">Key that encrypts; null for none.</param>
internal sealed record SnmpEngineState(byte[] Id, int Boots, int Time, byte[]? SignKey = null, byte[]? HideKey = null);

/// <summary>Messages of SNMP as bytes and back (RFC 1901, 3412, 3414, 3416, 3826). Pure.</summary>
internal static class SnmpMessage
{
    private const byte GetBulk = 5, Report = 8, Response = 2;

    /// <summary>A request for what comes after names, with SNMPv2c.</summary>
    public static byte[] Ask(string community, int request, string name, int repetitions)
    {
        AsnWriter writer = new(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(System.Text.Encoding.UTF8.GetBytes(community));
            WriteBulk(writer, request, name, repetitions);
        }
        return writer.Encode();
    }

    /// <summary>The same with SNMPv3; with no name a discovery of the engine.</summary>
    public static byte[] Ask(SnmpAccess access, SnmpEngineState engine, int request, string? name, int repetitions)
    {
        bool signs = engine.SignKey is not null && name is not null, hides = signs && engine.HideKey is not null;
        byte[] salt = hides ? RandomNumberGenerator.GetBytes(8) : [];
        AsnWriter scoped = new(AsnEncodingRules.BER);
        using (scoped.PushSequence())
        {
            scoped.WriteOctetString(engine.Id);
            scoped.WriteOctetString([]);
            WriteBulk(scoped, request, name, repetitions);
        }
        byte[] body = scoped.Encode();
        byte[] blank = Whole(access, engine, request, name is not null, signs ? new byte[UsmKeys.Length(access.Hash)] : [], salt, hides ? Crypt(engine, salt, body, encrypts: true) : body, hides);
        if (!signs) return blank;
        byte[] signature = UsmKeys.Sign(engine.SignKey!, blank, access.Hash);
        byte[] place = [4, (byte)signature.Length, .. new byte[signature.Length]];
        int at = blank.AsSpan().IndexOf(place) + 2;
        signature.CopyTo(blank.AsSpan(at));
        return blank;
    }

    /// <summary>Reads an answer of SNMPv2c.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static SnmpAnswer Read(ReadOnlyMemory<byte> datagram)
    {
        AsnReader message = new AsnReader(datagram, AsnEncodingRules.BER).ReadSequence();
        message.ReadInteger();
        message.ReadOctetString();
        return ReadPdu(message);
    }

    /// <summary>Reads an answer of SNMPv3, and what it tells of the engine. With a key, an answer that is not signed by it is none.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    /// <exception cref="SnmpException">It is not signed as it should be.</exception>
    public static SnmpReply Read(SnmpAccess access, SnmpEngineState engine, byte[] datagram)
    {
        AsnReader message = new AsnReader(datagram, AsnEncodingRules.BER).ReadSequence();
        message.ReadInteger();
        AsnReader header = message.ReadSequence();
        header.ReadInteger();
        header.ReadInteger();
        byte flags = header.ReadOctetString() is [var one] ? one : throw new AsnContentException();
        AsnReader security = new AsnReader(message.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
        SnmpEngineState seen = engine with { Id = security.ReadOctetString(), Boots = Int(security.ReadInteger()), Time = Int(security.ReadInteger()) };
        security.ReadOctetString();
        byte[] signature = security.ReadOctetString(), salt = security.ReadOctetString();
        if (engine.SignKey is { } key && (flags & 1) != 0) Verify(access, key, datagram, signature);
        ReadOnlyMemory<byte> body = (flags & 2) != 0 && engine.HideKey is not null ? Crypt(seen, salt, message.ReadOctetString(), encrypts: false) : message.ReadEncodedValue();
        AsnReader scoped = new AsnReader(body, AsnEncodingRules.BER).ReadSequence();
        scoped.ReadOctetString();
        scoped.ReadOctetString();
        bool isReport = scoped.PeekTag().TagValue == Report;
        if (!isReport && engine.SignKey is not null && (flags & 1) == 0) throw new SnmpException("The answer is not signed.");
        return new SnmpReply(ReadPdu(scoped), seen, isReport);
    }

    private static void Verify(SnmpAccess access, byte[] key, byte[] datagram, byte[] signature)
    {
        byte[] blank = [.. datagram];
        int at = signature.Length == UsmKeys.Length(access.Hash) ? blank.AsSpan().IndexOf(signature) : -1;
        if (at >= 0) blank.AsSpan(at, signature.Length).Clear();
        if (at < 0 || !CryptographicOperations.FixedTimeEquals(UsmKeys.Sign(key, blank, access.Hash), signature)) throw new SnmpException("The answer is not signed by the key of this user; look at the password.");
    }

    private static byte[] Whole(SnmpAccess access, SnmpEngineState engine, int request, bool isKnown, byte[] signature, byte[] salt, byte[] body, bool hides)
    {
        AsnWriter security = new(AsnEncodingRules.BER);
        using (security.PushSequence())
        {
            security.WriteOctetString(engine.Id);
            security.WriteInteger(engine.Boots);
            security.WriteInteger(engine.Time);
            security.WriteOctetString(isKnown ? System.Text.Encoding.UTF8.GetBytes(access.User ?? "") : []);
            security.WriteOctetString(signature);
            security.WriteOctetString(salt);
        }
        AsnWriter writer = new(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            using (writer.PushSequence())
            {
                writer.WriteInteger(request);
                writer.WriteInteger(65_507);
                writer.WriteOctetString([(byte)(4 | (signature.Length > 0 ? 1 : 0) | (hides ? 2 : 0))]);
                writer.WriteInteger(3);
            }
            writer.WriteOctetString(security.Encode());
            if (hides) writer.WriteOctetString(body);
            else writer.WriteEncodedValue(body);
        }
        return writer.Encode();
    }

    private static void WriteBulk(AsnWriter writer, int request, string? name, int repetitions)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, name is null ? 0 : GetBulk, isConstructed: true)))
        {
            writer.WriteInteger(request);
            writer.WriteInteger(0);
            writer.WriteInteger(name is null ? 0 : repetitions);
            using (writer.PushSequence())
            {
                if (name is null) return;
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(name);
                    writer.WriteNull();
                }
            }
        }
    }

    private static SnmpAnswer ReadPdu(AsnReader reader)
    {
        Asn1Tag tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue is not (Response or Report)) throw new AsnContentException();
        AsnReader pdu = reader.ReadSequence(tag);
        int request = Int(pdu.ReadInteger()), error = Int(pdu.ReadInteger());
        pdu.ReadInteger();
        AsnReader bindings = pdu.ReadSequence();
        List<SnmpValue> values = [];
        while (bindings.HasData)
        {
            AsnReader binding = bindings.ReadSequence();
            string name = binding.ReadObjectIdentifier();
            Asn1Tag of = binding.PeekTag();
            // noSuchObject, noSuchInstance, endOfMibView.
            if (of.TagClass == TagClass.ContextSpecific) return new SnmpAnswer(request, error, values, true);
            values.Add(ValueOf(name, of, binding));
        }
        return new SnmpAnswer(request, error, values, false);
    }

    private static SnmpValue ValueOf(string name, Asn1Tag tag, AsnReader reader)
    {
        if (tag == Asn1Tag.PrimitiveOctetString) return new SnmpValue(name, reader.ReadOctetString(), 0);
        if (tag == Asn1Tag.Integer || (tag.TagClass == TagClass.Application && tag.TagValue is 1 or 2 or 3 or 6)) return new SnmpValue(name, null, (long)BigInteger.Min(reader.ReadInteger(tag), long.MaxValue));
        return new SnmpValue(name, reader.ReadEncodedValue().ToArray(), 0);
    }

    private static int Int(BigInteger value) => value >= int.MinValue && value <= int.MaxValue ? (int)value : throw new AsnContentException();

    /// <summary>AES-128 in cipher feedback mode of 128 bits; the vector is boots, time and salt (RFC 3826, section 3.1.2.1).</summary>
    private static byte[] Crypt(SnmpEngineState engine, byte[] salt, byte[] bytes, bool encrypts)
    {
        if (salt.Length != 8) throw new AsnContentException();
        byte[] vector = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(vector, engine.Boots);
        BinaryPrimitives.WriteInt32BigEndian(vector.AsSpan(4), engine.Time);
        salt.CopyTo(vector, 8);
        using Aes aes = Aes.Create();
        aes.Key = engine.HideKey![..16];
        // The last block may be short: filled up for the cipher, cut off again.
        byte[] filled = new byte[(bytes.Length + 15) / 16 * 16];
        bytes.CopyTo(filled, 0);
        return (encrypts ? aes.EncryptCfb(filled, vector, PaddingMode.None, 128) : aes.DecryptCfb(filled, vector, PaddingMode.None, 128))[..bytes.Length];
    }
}
