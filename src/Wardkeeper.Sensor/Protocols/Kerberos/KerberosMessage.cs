using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>What one message of Kerberos says in clear (RFC 4120, section 5). Tickets and authenticators stay closed.</summary>
internal sealed class KerberosMessage
{
    public const byte AsRequest = 0x6A, AsReply = 0x6B, TgsRequest = 0x6C, TgsReply = 0x6D, ApRequest = 0x6E, ApReply = 0x6F, Error = 0x7E;

    private const byte BitString = 0x03, GeneralString = 0x1B, GeneralizedTime = 0x18;
    private const int MostParts = 8, MostCiphers = 24, LongestPart = 128, PaTimestamp = 2, PaPublicKey = 16, NetBiosAddress = 20;

    /// <summary>Tag of the message: which one it is.</summary>
    public byte Kind { get; private init; }

    /// <summary>Client's name without its realm, parts separated by slashes.</summary>
    public string? Client { get; private set; }

    /// <summary>Service's name without its realm.</summary>
    public string? Service { get; private set; }

    /// <summary>Realm of the service, or of whom the message names.</summary>
    public string? Realm { get; private set; }

    /// <summary>Realm of the client in a reply.</summary>
    public string? ClientRealm { get; private set; }

    /// <summary>Since when the ticket is wanted, in seconds since 1970.</summary>
    public long? From { get; private set; }

    /// <summary>Until when the ticket is wanted.</summary>
    public long? Till { get; private set; }

    /// <summary>Options of a request, the first bit on top. RFC 4120, section 5.4.1.</summary>
    public uint Options { get; private set; }

    /// <summary>Number that tells a request from another.</summary>
    public long Nonce { get; private set; }

    /// <summary>Types of encryption that the client offers.</summary>
    public List<long> Ciphers { get; } = [];

    /// <summary>Type of encryption of the ticket.</summary>
    public string? TicketCipher { get; private set; }

    /// <summary>Number of that type.</summary>
    public long? TicketCipherNumber { get; private set; }

    /// <summary>Whether the client proved itself before it was asked.</summary>
    public bool IsPreauthenticated { get; private set; }

    /// <summary>NetBIOS name among the client's addresses.</summary>
    public string? ClientHost { get; private set; }

    /// <summary>Code of an error.</summary>
    public long ErrorCode { get; private set; }

    /// <summary>Whether the bytes begin a message of protocol version 5; <see cref="Match.NeedMore"/> when that is not yet told.</summary>
    public static Match Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Match.NeedMore;
        if (bytes[0] is not (AsRequest or AsReply or TgsRequest or TgsReply or ApRequest or ApReply or Error)) return Match.No;
        if (bytes.Length < 2) return Match.NeedMore;
        if (!BerReader.TryHeader(bytes, out _, out int header, out long outer)) return bytes.Length < 6 && bytes[1] is > 0x80 and <= 0x84 ? Match.NeedMore : Match.No;
        ReadOnlySpan<byte> rest = bytes[header..];
        if (rest.IsEmpty) return Match.NeedMore;
        if (rest[0] != BerReader.Sequence) return Match.No;
        if (!BerReader.TryHeader(rest, out _, out int inner, out long length)) return rest.Length < 6 ? Match.NeedMore : Match.No;
        if (length + inner != outer) return Match.No;
        // The first field is the version, tagged 1 in requests to the centre and 0 elsewhere; message and field say the same kind.
        byte first = bytes[0] is AsRequest or TgsRequest ? (byte)0xA1 : (byte)0xA0;
        ReadOnlySpan<byte> wanted = [first, 3, 2, 1, 5, (byte)(first + 1), 3, 2, 1, (byte)(bytes[0] & 0x1F)];
        ReadOnlySpan<byte> fields = rest[inner..];
        if (fields.Length < wanted.Length) return wanted.StartsWith(fields) ? Match.NeedMore : Match.No;
        return fields.StartsWith(wanted) ? Match.Yes : Match.No;
    }

    /// <summary>Reads a message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out KerberosMessage message)
    {
        message = new KerberosMessage { Kind = bytes.IsEmpty ? (byte)0 : bytes[0] };
        if (Begins(bytes) != Match.Yes) return false;
        BerReader outer = new(bytes);
        outer.TryHeaderAndPart(out _, out ReadOnlySpan<byte> content);
        BerReader sequence = new(content);
        if (!sequence.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> fields)) return false;
        BerReader reader = new(fields);
        while (reader.TryTake(out byte tag, out ReadOnlySpan<byte> field)) message.Take(tag & 0x1F, field);
        return reader.Rest.IsEmpty;
    }

    private void Take(int field, ReadOnlySpan<byte> value)
    {
        switch (Kind, field)
        {
            case (AsRequest or TgsRequest, 3):
                Preauthentication(value);
                break;
            case (AsRequest or TgsRequest, 4):
                Body(value);
                break;
            case (AsReply or TgsReply, 3):
                ClientRealm = Text(value);
                break;
            case (AsReply or TgsReply, 4):
                Client = Name(value);
                break;
            case (AsReply or TgsReply, 5):
            case (ApRequest, 3):
                Ticket(value);
                break;
            case (Error, 6):
                ErrorCode = Number(value);
                break;
            case (Error, 7):
                ClientRealm = Text(value);
                break;
            case (Error, 8):
                Client = Name(value);
                break;
            case (Error, 9):
                Realm = Text(value);
                break;
            case (Error, 10):
                Service = Name(value);
                break;
            default:
                break;
        }
    }

    private void Preauthentication(ReadOnlySpan<byte> value)
    {
        BerReader list = new(value);
        if (!list.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> entries)) return;
        BerReader each = new(entries);
        while (each.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> entry))
        {
            BerReader fields = new(entry);
            if (fields.TryTake(0xA1, out ReadOnlySpan<byte> kind) && Number(kind) is PaTimestamp or PaPublicKey) IsPreauthenticated = true;
        }
    }

    private void Body(ReadOnlySpan<byte> value)
    {
        BerReader sequence = new(value);
        if (!sequence.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> fields)) return;
        BerReader reader = new(fields);
        while (reader.TryTake(out byte tag, out ReadOnlySpan<byte> field))
        {
            BerReader inner = new(field);
            switch (tag & 0x1F)
            {
                case 0 when inner.TryTake(BitString, out ReadOnlySpan<byte> bits) && bits.Length >= 5:
                    Options = BinaryPrimitives.ReadUInt32BigEndian(bits[1..]);
                    break;
                case 1:
                    Client = Name(field);
                    break;
                case 2:
                    Realm = Text(field);
                    break;
                case 3:
                    Service = Name(field);
                    break;
                case 4:
                    From = Time(field);
                    break;
                case 5:
                    Till = Time(field);
                    break;
                case 7:
                    Nonce = Number(field);
                    break;
                case 8 when inner.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> ciphers):
                    BerReader each = new(ciphers);
                    while (Ciphers.Count < MostCiphers && each.TryTakeInteger(out long cipher)) Ciphers.Add(cipher);
                    break;
                case 9 when inner.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> addresses):
                    Addresses(addresses);
                    break;
                default:
                    break;
            }
        }
    }

    private void Addresses(ReadOnlySpan<byte> addresses)
    {
        BerReader each = new(addresses);
        while (each.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> entry))
        {
            BerReader fields = new(entry);
            if (!fields.TryTake(0xA0, out ReadOnlySpan<byte> kind) || Number(kind) != NetBiosAddress || !fields.TryTake(0xA1, out ReadOnlySpan<byte> address)) continue;
            BerReader octets = new(address);
            // Sixteen bytes, padded with blanks.
            if (octets.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name)) ClientHost = ShortText.Of(name.TrimEnd(" \0"u8), 16);
        }
    }

    private void Ticket(ReadOnlySpan<byte> value)
    {
        BerReader outer = new(value);
        if (!outer.TryTake(0x61, out ReadOnlySpan<byte> content)) return;
        BerReader sequence = new(content);
        if (!sequence.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> fields)) return;
        BerReader reader = new(fields);
        while (reader.TryTake(out byte tag, out ReadOnlySpan<byte> field))
        {
            if (tag == 0xA1) Realm = Text(field);
            else if (tag == 0xA2) Service = Name(field);
            else if (tag == 0xA3)
            {
                TicketCipherNumber = CipherOf(field);
                TicketCipher = TicketCipherNumber is { } number ? KerberosNames.Cipher(number) : null;
            }
        }
    }

    private static long? CipherOf(ReadOnlySpan<byte> encrypted)
    {
        BerReader sequence = new(encrypted);
        if (!sequence.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> fields)) return null;
        BerReader reader = new(fields);
        return reader.TryTake(0xA0, out ReadOnlySpan<byte> type) ? Number(type) : null;
    }

    private static string? Name(ReadOnlySpan<byte> value)
    {
        BerReader sequence = new(value);
        if (!sequence.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> fields)) return null;
        BerReader reader = new(fields);
        reader.TryTake(0xA0, out _);
        if (!reader.TryTake(0xA1, out ReadOnlySpan<byte> strings)) return null;
        BerReader list = new(strings);
        if (!list.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> parts)) return null;
        BerReader each = new(parts);
        StringBuilder text = new();
        for (int i = 0; i < MostParts && each.TryTake(out _, out ReadOnlySpan<byte> part); i++)
        {
            if (i > 0) text.Append('/');
            text.Append(ShortText.Of(part, LongestPart));
        }
        return text.ToString();
    }

    private static string? Text(ReadOnlySpan<byte> value)
    {
        BerReader reader = new(value);
        return reader.TryTake(GeneralString, out ReadOnlySpan<byte> text) ? ShortText.Of(text, LongestPart) : null;
    }

    private static long Number(ReadOnlySpan<byte> value)
    {
        BerReader reader = new(value);
        return reader.TryTakeInteger(out long number) ? number : 0;
    }

    private static long? Time(ReadOnlySpan<byte> value)
    {
        BerReader reader = new(value);
        return reader.TryTake(GeneralizedTime, out ReadOnlySpan<byte> text) ? Tls.DerReader.Time(GeneralizedTime, text) : null;
    }
}
