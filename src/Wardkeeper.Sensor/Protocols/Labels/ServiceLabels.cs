using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of servers' and programs' own protocols, storage, text services and messages between programs.</summary>
internal static class ServiceLabels
{
    /// <summary>A web server's connector to Java: magic, a length, a kind of packet.</summary>
    public static Match Ajp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool fromServer = opening.Client.IsEmpty;
        ReadOnlySpan<byte> magic = fromServer ? "AB"u8 : [0x12, 0x34];
        if (bytes.Length < 5) return Begin(bytes[..Math.Min(2, bytes.Length)], magic) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith(magic) && U16(bytes[2..]) is >= 1 and <= 8192 && (fromServer ? bytes[4] is 3 or 4 or 5 or 6 or 9 : bytes[4] is 2 or 7 or 8 or 10));
    }

    /// <summary>CORBA: GIOP, or MIOP over UDP.</summary>
    public static Match Giop(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Udp && bytes.Length > 16 && bytes.StartsWith("MIOP"u8)) return If(bytes[4] == 0x10);
        if (bytes.Length < 12) return Begin(bytes[..Math.Min(4, bytes.Length)], "GIOP"u8) == Match.No ? Match.No : Short(in opening);
        return If(bytes.StartsWith("GIOP"u8) && bytes[4] == 1 && bytes[5] <= 3 && bytes[7] <= 7);
    }

    /// <summary>Java's remote calls: magic, version 2, a way of speaking.</summary>
    public static Match Jrmi(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return bytes.Length < 7 ? Begin(bytes, "JRMI\0\u0002"u8) == Match.No ? Match.No : Match.NeedMore : If(bytes.StartsWith("JRMI\0\u0002"u8) && bytes[6] is 0x4B or 0x4C or 0x4D);
    }

    /// <summary>A call's strict binary form, framed or not, or the compact form over UDP: kind, and a name of a method.</summary>
    public static Match Thrift(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Udp)
        {
            if (bytes.Length < 8 || bytes[0] != 0x82 || (bytes[1] & 0x1F) != 1 || bytes[1] >> 5 is < 1 or > 4) return Match.No;
            int at = 2;
            while (at < 7 && bytes[at] >= 0x80) at++;
            return If(bytes.Length > at + 2 && bytes[at + 1] is >= 1 and < 64 and var length && bytes.Length > at + 2 + length && IsMethod(bytes.Slice(at + 2, length)));
        }
        if (bytes[0] == 0)
        {
            if (bytes.Length < 5) return Match.NeedMore;
            if (U32(bytes) > 0x100000) return Match.No;
            bytes = bytes[4..];
        }
        Match begins = Begin(bytes[..Math.Min(3, bytes.Length)], [0x80, 1, 0]);
        if (begins != Match.Yes || bytes.Length < 8) return begins == Match.No ? Match.No : Match.NeedMore;
        if (bytes[3] is < 1 or > 4 || U32(bytes[4..]) is < 1 or > 48) return Match.No;
        int name = (int)U32(bytes[4..]);
        return bytes.Length < 8 + name ? Match.NeedMore : If(IsMethod(bytes.Slice(8, name)));
    }

    /// <summary>Financial messages: version, length and kind as the first three fields.</summary>
    public static Match Fix(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (Begin(bytes, "8="u8) == Match.No) return Match.No;
        int first = bytes.IndexOf((byte)1);
        if (first < 0) return bytes.Length < 12 ? Match.NeedMore : Match.No;
        ReadOnlySpan<byte> version = bytes[2..Math.Max(2, first)], rest = bytes[(first + 1)..];
        if (!(version.StartsWith("FIX"u8) || version.SequenceEqual("O"u8))) return Match.No;
        int second = rest.IndexOf((byte)1);
        if (second < 0) return rest.Length < 10 && Begin(rest, "9="u8) != Match.No ? Match.NeedMore : Match.No;
        return rest.StartsWith("9="u8) && second > 2 && IsDigits(rest[2..second]) ? Begin(rest[(second + 1)..], "35="u8) : Match.No;
    }

    /// <summary>Short messages between servers: a bind, or an answer to one.</summary>
    public static Match Smpp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length >= 4 && U32(bytes) is < 16 or > 512) return Match.No;
        if (bytes.Length < 17) return bytes[0] == 0 ? Match.NeedMore : Match.No;
        uint command = U32(bytes[4..]);
        bool isBind = command is 1 or 2 or 9 && U32(bytes) >= 23 && U32(bytes[8..]) == 0, isAnswer = command is 0x80000001 or 0x80000002 or 0x80000009 && U32(bytes[8..]) <= 0xFF;
        // A request of Kafka has the length of its client's name there, and the name behind it; binds come early, with small numbers.
        bool isName = U16(bytes[12..]) is >= 2 and <= 200 && IsPrintable(bytes[14..16]);
        return If((isBind || isAnswer) && !isName && U32(bytes[12..]) is >= 1 and <= 0x7FFFFFFF && (bytes[16] == 0 || IsPrintable(bytes[16..17])));
    }

    /// <summary>Gearman's job server: a request's or an answer's magic and a kind.</summary>
    public static Match Gearman(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 8) return Begin(bytes[..Math.Min(3, bytes.Length)], "\0RE"u8) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith("\0REQ"u8) || bytes.StartsWith("\0RES"u8) ? U32(bytes[4..]) is >= 1 and <= 42 : false);
    }

    /// <summary>ActiveMQ: the first command of either side, which tells wire formats.</summary>
    public static Match OpenWire(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 13) return bytes[0] == 0 && (bytes.Length < 5 || bytes[4] == 1) ? Match.NeedMore : Match.No;
        return If(bytes[4] == 1 && bytes[5..].StartsWith("ActiveMQ"u8));
    }

    /// <summary>Disks over the network: a login whose text begins with the initiator's name.</summary>
    public static Match Iscsi(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty || (bytes[0] & 0x7F) != 0x43) return Match.No;
        if (bytes.Length >= 4 && (bytes[2] != 0 || bytes[3] != 0)) return Match.No;
        return bytes.Length < 62 ? Match.NeedMore : If(bytes[4] == 0 && bytes[48..].StartsWith("InitiatorName="u8));
    }

    /// <summary>Apple's file sharing: a session opened with the size of what the client takes.</summary>
    public static Match Afp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty || bytes[0] != 0 || (bytes.Length > 1 && bytes[1] != 4)) return Match.No;
        if (bytes.Length < 18) return Match.NeedMore;
        return If(IsZero(bytes[4..8]) && U32(bytes[8..]) == 6 && IsZero(bytes[12..16]) && bytes[16] == 1 && bytes[17] == 4);
    }

    /// <summary>Ceph's banners.</summary>
    public static Match Ceph(in Opening opening)
    {
        Match one = Begin(opening.Any, "ceph v0"u8);
        return one != Match.No ? one : Begin(opening.Any, "ceph v2\n"u8);
    }

    /// <summary>Lustre's network: the request to connect, the greeting, or messages without a check sum.</summary>
    public static Match Lustre(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 4) return Match.NeedMore;
        if (bytes.StartsWith<byte>([0x00, 0x71, 0xCE, 0xAC]) || bytes.StartsWith("cirE"u8)) return Match.Yes;
        return bytes.Length < 24 ? Begin(bytes, [0xC1, 0, 0, 0]) == Match.No ? Match.No : Match.NeedMore : If(bytes[0] == 0xC1 && IsZero(bytes[1..24]));
    }

    /// <summary>News: a server's greeting that names the protocol.</summary>
    public static Match Nntp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Server;
        if (!opening.Client.IsEmpty && bytes.IsEmpty) return Match.No;
        if (bytes.Length < 4) return Begin(bytes, "20"u8) == Match.No ? Match.No : Match.NeedMore;
        if (!bytes.StartsWith("200 "u8) && !bytes.StartsWith("201 "u8)) return Match.No;
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
        return line.IndexOf("NNTP"u8) >= 0 || line.IndexOf("InterNetNews"u8) >= 0 ? Match.Yes : end < 0 && line.Length < 128 ? Match.NeedMore : Match.No;
    }

    /// <summary>Registers of names and addresses: a line is asked at their port, and the answer begins as theirs do.</summary>
    public static Match Whois(in Opening opening)
    {
        if (opening.ServerPort != 43 && opening.ClientPort != 43) return Match.No;
        if (opening.Server.IsEmpty) return opening.ServerPort == 43 && opening.Client.Length < 256 && opening.Client.TrimEnd("\r\n"u8) is var line && (line.IsEmpty || IsPrintable(line)) ? Match.NeedMore : Match.No;
        ReadOnlySpan<byte> answer = opening.Server.TrimStart(" \r\n"u8);
        if (answer.Length < 13) return Match.NeedMore;
        return If(answer.StartsWith("Domain Name: "u8) || (answer[0] is (byte)'%' or (byte)'#' && answer[1] is (byte)' ' or (byte)'\r' or (byte)'\n' && !answer[..13].ContainsAnyExceptInRange((byte)9, (byte)0x7E)));
    }

    /// <summary>Checkmk's agent: its first section.</summary>
    public static Match CheckMk(in Opening opening) => opening.Client.IsEmpty ? Begin(opening.Server, "<<<check_mk>>>"u8) : Match.No;

    /// <summary>Novell's file servers over TCP: a request's or an answer's signature and its length.</summary>
    public static Match Ncp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any, magic = bytes[0] == (byte)'D' ? "DmdT"u8 : "tNcP"u8;
        if (bytes.Length < 8) return Begin(bytes[..Math.Min(4, bytes.Length)], magic) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith(magic) && U32(bytes[4..]) is >= 12 and <= 0x20000);
    }

    /// <summary>Gateways of telephones: the version and a transaction.</summary>
    public static Match Megaco(in Opening opening) => If(opening.Any.Length > 12 && (opening.Any.StartsWith("!/1 "u8) || opening.Any.StartsWith("MEGACO/1 "u8) || opening.Any.StartsWith("!/2 "u8) || opening.Any.StartsWith("!/3 "u8)));

    /// <summary>Kismet's server: its greeting.</summary>
    public static Match Kismet(in Opening opening) => opening.Client.IsEmpty ? Begin(opening.Server, "*KISMET: "u8) : Begin(opening.Client, "*KISMET: "u8);

    /// <summary>AVAST's updates: magic and the message's length.</summary>
    public static Match Avast(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return bytes.Length < 8 ? Begin(bytes[..Math.Min(4, bytes.Length)], "NOSA"u8) == Match.No ? Match.No : Match.NeedMore : If(bytes.StartsWith("NOSA"u8) && U16(bytes[4..]) is >= 8 and <= 4096);
    }

    /// <summary>Alibaba's agent in virtual machines: magic and a length.</summary>
    public static Match AliCloud(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any, magic = [0xCE, 0xFA, 0xBE, 0xBA];
        return bytes.Length < 8 ? Begin(bytes[..Math.Min(4, bytes.Length)], magic) == Match.No ? Match.No : Match.NeedMore : If(bytes.StartsWith(magic) && U32Little(bytes[4..]) is >= 1 and <= 0x10000);
    }

    /// <summary>Video as MPEG's transport stream: datagrams of whole packets, each with its synchronising byte.</summary>
    public static Match TransportStream(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 188 || bytes.Length % 188 != 0) return Match.No;
        for (int at = 0; at < bytes.Length; at += 188)
        {
            if (bytes[at] != 0x47) return Match.No;
        }
        return If(bytes.Length > 188);
    }

    private static bool IsMethod(ReadOnlySpan<byte> name)
    {
        foreach (byte one in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)one) && one is not ((byte)'_' or (byte)':' or (byte)'.')) return false;
        }
        return name.Length > 0 && !char.IsAsciiDigit((char)name[0]);
    }
}
