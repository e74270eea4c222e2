using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of what shares files between peers, and of currencies and those who dig for them.</summary>
internal static class PeerLabels
{
    /// <summary>BitTorrent: a peer's greeting over TCP; over UDP its hash table, its search in the local network and uTP without content.</summary>
    public static Match BitTorrent(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Tcp) return Begin(bytes, "\u0013BitTorrent protocol"u8);
        if (bytes.StartsWith("BT-SEARCH * HTTP/1.1\r\n"u8)) return Match.Yes;
        if (bytes.Length == 20) return If(bytes[0] is 0x21 or 0x41 && bytes[1] == 0 && U32(bytes[12..]) is >= 0x400 and < 0x1000000 && (bytes[0] == 0x21 || (U32(bytes[8..]) == 0 && IsZero(bytes[18..]))));
        if (!bytes.StartsWith("d"u8) || !bytes.EndsWith("e"u8) || bytes.Length < 40) return Match.No;
        bool isKind = bytes.IndexOf("1:y1:q"u8) > 0 || bytes.IndexOf("1:y1:r"u8) > 0 || bytes.IndexOf("1:y1:e"u8) > 0;
        return If(isKind && (bytes.StartsWith("d1:ad2:id20:"u8) || bytes.StartsWith("d1:rd2:id20:"u8) || bytes.StartsWith("d2:ip"u8) || bytes.StartsWith("d1:el"u8)));
    }

    /// <summary>A client's hello, or its login to a server: a length and the opcode with what must follow it.</summary>
    public static Match EDonkey(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes[0] != 0xE3) return Match.No;
        if (bytes.Length < 7) return Match.NeedMore;
        return If(U32Little(bytes[1..]) is >= 20 and <= 2048 && bytes[5] == 1 && bytes[6] == 16);
    }

    /// <summary>Gnutella's greeting.</summary>
    public static Match Gnutella(in Opening opening)
    {
        Match asks = Begin(opening.Any, "GNUTELLA CONNECT/"u8);
        return asks != Match.No ? asks : Begin(opening.Any, "GNUTELLA/0.6 "u8);
    }

    /// <summary>Messages that look for peers over UDP: a signature, a kind and a list that fits; over TCP a key that lies on the curve.</summary>
    public static Match Ethereum(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Udp)
        {
            // The first bytes are a hash and say nothing, unless they begin a record of DTLS.
            if (bytes.Length < 100 || bytes is [>= 20 and <= 23, 0xFE, ..] || bytes[96] > 1 || bytes[97] is < 1 or > 6 || bytes[98] < 0xC0) return Match.No;
            int list = bytes[98] <= 0xF7 ? 99 + bytes[98] - 0xC0 : bytes[98] == 0xF8 ? 100 + bytes[99] : bytes[98] == 0xF9 && bytes.Length > 101 ? 101 + U16(bytes[99..]) : int.MaxValue;
            return If(list <= bytes.Length && bytes.Length - list <= 300 && (list == bytes.Length || bytes[97] <= 2));
        }
        if (bytes.Length >= 3 && (U16(bytes) is < 180 or > 1024 || bytes[2] != 4)) return Match.No;
        return bytes.Length < 67 ? bytes[0] <= 4 ? Match.NeedMore : Match.No : If(Secp256k1.IsPoint(bytes[3..]));
    }

    /// <summary>Bitcoin's first message of either side: the network's magic and the command.</summary>
    public static Match Bitcoin(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length >= 4 && U32(bytes) is not (0xF9BEB4D9 or 0x0B110907 or 0xFABFB5DA)) return Match.No;
        return bytes.Length < 16 ? Match.NeedMore : Begin(bytes[4..], "version\0\0\0\0\0"u8);
    }

    /// <summary>Peers of Monero and its kin: the signature of their messages.</summary>
    public static Match Monero(in Opening opening) => Begin(opening.Any, [1, 0x21, 1, 1, 1, 1, 1, 1]);

    /// <summary>Those who dig for a currency, to their pool: the first request in JSON.</summary>
    public static Match Stratum(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty || bytes[0] != (byte)'{') return Match.No;
        if (bytes.IndexOf("\"mining."u8) > 0 || bytes.IndexOf("\"eth_submitLogin\""u8) > 0 || bytes.IndexOf("\"eth_login\""u8) > 0) return bytes.IndexOf("\"method\""u8) > 0 ? Match.Yes : Match.NeedMore;
        if (bytes.IndexOf("\"login\""u8) > 0 && bytes.IndexOf("\"agent\""u8) > 0 && bytes.IndexOf("\"method\""u8) > 0) return Match.Yes;
        return bytes.Length < 256 && bytes.IndexOf((byte)'\n') < 0 ? Match.NeedMore : Match.No;
    }

    /// <summary>Syncthing's search in the local network: the magic.</summary>
    public static Match Syncthing(in Opening opening) => If(opening.Any.Length >= 36 && U32(opening.Any) == 0x2EA7D90B && opening.Any[4] == 0x0A && opening.Any[5] == 32);

    /// <summary>Dropbox' search in the local network: its members in JSON.</summary>
    public static Match DropboxLan(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.StartsWith("{\""u8) && bytes.IndexOf("\"host_int\":"u8) > 0 && bytes.IndexOf("\"namespaces\":"u8) > 0);
    }

    /// <summary>Spotify: its search in the local network; over TCP the length of the client's hello and how it begins.</summary>
    public static Match Spotify(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Udp) return If(bytes.Length is >= 32 and <= 64 && bytes.StartsWith("SpotUdp0"u8));
        if (bytes.Length < 9) return Begin(bytes[..Math.Min(4, bytes.Length)], [0, 4, 0, 0]) == Match.No ? Match.No : Match.NeedMore;
        return If(U32(bytes) == 0x00040000 && U16(bytes[4..]) is >= 256 and <= 1024 && bytes[6] == 0x52 && bytes[8] == 0x50);
    }

    /// <summary>TiVo's recorders: their search in the local network.</summary>
    public static Match TiVo(in Opening opening) => If(opening.Any.Length > 32 && opening.Any.StartsWith("TiVoConnect="u8));
}
