using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of remote access and of tunnels.</summary>
internal static class RemoteLabels
{
    /// <summary>A control message with the magic cookie.</summary>
    public static Match Pptp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length >= 4 && (U16(bytes) is < 12 or > 512 || U16(bytes[2..]) != 1)) return Match.No;
        return bytes.Length < 8 ? bytes[0] > 1 ? Match.No : Match.NeedMore : If(U32(bytes[4..]) == 0x1A2B3C4D);
    }

    /// <summary>A control message: its flags, version 2, a length that is the datagram's, and, if it is no acknowledgement, the message's type first.</summary>
    public static Match L2tp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 12 || (bytes[0] & 0xFC) != 0xC8 || bytes[1] != 2 || U16(bytes[2..]) != bytes.Length) return Match.No;
        return If(bytes.Length == 12 || (bytes.Length >= 20 && (U16(bytes[12..]) & 0x3FF) == 8 && U32(bytes[14..]) == 0 && U16(bytes[18..]) is >= 1 and <= 30));
    }

    /// <summary>A client's setup: byte order, version 11.0 and lengths of what proves who it is.</summary>
    public static Match X11(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        if (bytes[0] is not ((byte)'l' or (byte)'B') || (bytes.Length >= 2 && bytes[1] != 0)) return Match.No;
        if (bytes.Length < 12) return bytes.Length < 4 || (bytes[0] == 'l' ? U16Little(bytes[2..]) : U16(bytes[2..])) == 11 ? Match.NeedMore : Match.No;
        bool isLittle = bytes[0] == 'l';
        int Number(ReadOnlySpan<byte> at) => isLittle ? U16Little(at) : U16(at);
        return If(Number(bytes[2..]) == 11 && Number(bytes[4..]) == 0 && Number(bytes[6..]) <= 256 && Number(bytes[8..]) <= 1024 && U16(bytes[10..]) == 0);
    }

    /// <summary>Version 1, an opcode and a length that is the datagram's.</summary>
    public static Match Xdmcp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(opening.HasPort(177) && bytes.Length >= 7 && U16(bytes) == 1 && U16(bytes[2..]) is >= 1 and <= 14 && U16(bytes[4..]) == bytes.Length - 6);
    }

    /// <summary>A zero, both users' names, and the terminal with its speed.</summary>
    public static Match Rlogin(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty || bytes[0] != 0 || !opening.FromStart) return Match.No;
        bytes = bytes[1..];
        for (int part = 0; part < 3; part++)
        {
            int end = bytes.IndexOf((byte)0);
            ReadOnlySpan<byte> text = end < 0 ? bytes : bytes[..end];
            if (text.Length > 32 || (!text.IsEmpty && !IsPrintable(text)) || (end == 0 && part > 0)) return Match.No;
            if (end < 0) return Match.NeedMore;
            if (part == 2) return If(text.IndexOf((byte)'/') is > 0 and var slash && IsDigits(text[(slash + 1)..]));
            bytes = bytes[(end + 1)..];
        }
        return Match.No;
    }

    /// <summary>A port for errors, both users' names, a command.</summary>
    public static Match Rsh(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty || !opening.FromStart) return Match.No;
        for (int part = 0; part < 4; part++)
        {
            int end = bytes.IndexOf((byte)0);
            ReadOnlySpan<byte> text = end < 0 ? bytes : bytes[..end];
            if (text.Length > (part == 0 ? 5 : part < 3 ? 32 : 256) || end == 0 || (!text.IsEmpty && !(part == 0 ? IsDigits(text) : IsPrintable(text)))) return Match.No;
            if (end < 0) return Match.NeedMore;
            if (part == 3) return Match.Yes;
            bytes = bytes[(end + 1)..];
        }
        return Match.No;
    }

    /// <summary>The greeting of NX: a version behind <c>NXSH-</c> or <c>NXD-</c>.</summary>
    public static Match NoMachine(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any, prefix = bytes.StartsWith("NXD"u8) ? "NXD-"u8 : "NXSH-"u8;
        if (bytes.Length <= prefix.Length) return Begin(bytes, prefix) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith(prefix) && char.IsAsciiDigit((char)bytes[prefix.Length]));
    }

    /// <summary>The greeting of ICA, or of the gateway protocol around it.</summary>
    public static Match Citrix(in Opening opening)
    {
        Match ica = Begin(opening.Any, "\u007f\u007fICA\0"u8);
        return ica != Match.No ? ica : Begin(opening.Any, "\u001aCGP/01"u8);
    }

    /// <summary>The first message of a viewer: length, sum and kind as Radmin 2 and 3 send them.</summary>
    public static Match Radmin(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        Match first = Begin(bytes, [1, 0, 0, 0, 1, 0, 0, 0, 8, 8]);
        return first != Match.No ? first : Begin(bytes, [1, 0, 0, 0, 5, 0, 0, 2, 0x27, 0x27, 2, 0, 0, 0]);
    }

    /// <summary>TeamViewer's own protocol: its magic on both sides or on its port, or a client's first command.</summary>
    public static Match TeamViewer(in Opening opening)
    {
        ReadOnlySpan<byte> magic = [0x17, 0x24];
        Match client = opening.Client.IsEmpty ? Match.NeedMore : Begin(opening.Client, magic), server = opening.Server.IsEmpty ? Match.NeedMore : Begin(opening.Server, magic);
        if (client == Match.No || server == Match.No) return Match.No;
        if (client == Match.Yes && server == Match.Yes) return Match.Yes;
        if (opening.Client.StartsWith<byte>([0x17, 0x24, 0x0A, 0x20])) return Match.Yes;
        return opening.HasPort(5938) && (client == Match.Yes || server == Match.Yes) && opening.Any.Length >= 5 ? Match.Yes : Match.NeedMore;
    }

    /// <summary>The first datagram of RDP over UDP: nothing received yet, SYN, and two sizes a path can have.</summary>
    public static Match RdpUdp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length is >= 1132 and <= 1232 && U32(bytes) == 0xFFFFFFFF && (U16(bytes[6..]) & 1) == 1 && U16(bytes[12..]) is >= 1132 and <= 1232 && U16(bytes[14..]) is >= 1132 and <= 1232);
    }

    /// <summary>SoftEther's way through address translation: the server's answer with the client's address, or a pack with an opcode.</summary>
    public static Match SoftEther(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.StartsWith("IP="u8)) return If(bytes.Length < 80 && IsPrintable(bytes) && bytes.IndexOf(",PORT="u8) > 6);
        return If(bytes.Length > 32 && U32(bytes) is >= 1 and <= 64 && U32(bytes[4..]) is >= 3 and <= 64 and var name && bytes.Length > 8 + name + 12
            && IsPrintable(bytes.Slice(8, (int)name - 1)) && U32(bytes[(int)(7 + name)..]) <= 4 && bytes.IndexOf("opcode"u8) > 0);
    }

    /// <summary>Messages that look for a way between two ends of Tailscale: the magic of its discovery.</summary>
    public static Match Tailscale(in Opening opening) => If(opening.Any.Length >= 62 && opening.Any.StartsWith("TS💬"u8));

    /// <summary>A connection to an Android device's debugger: command, and the command's complement.</summary>
    public static Match Adb(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 24) return Begin(bytes[..Math.Min(4, bytes.Length)], "CNXN"u8) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith("CNXN"u8) && U32Little(bytes[20..]) == ~U32Little(bytes));
    }

    /// <summary>DNSCrypt: a certificate's magic in answers.</summary>
    public static Match DnsCrypt(in Opening opening) => If(opening.Any.Length >= 48 && opening.Any.StartsWith("r6fnvWj8"u8));
}
