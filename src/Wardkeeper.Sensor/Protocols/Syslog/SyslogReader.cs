using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Syslog;

/// <summary>Takes one message apart: the form of RFC 5424, the older one of RFC 3164 that hardly anybody follows to the letter, and makers' own.</summary>
internal static class SyslogReader
{
    private const int LongestMessage = 256, LongestName = 128;

    private static readonly string[] Facilities =
    [
        "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP", "NTP", "AUDIT", "ALERT", "CLOCK",
        "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7",
    ];

    private static readonly string[] Severities = ["EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"];

    /// <summary>The priority in brackets with which a message begins; -1 when there is none, -2 when more bytes are needed to know.</summary>
    public static int Priority(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.IsEmpty) return -2;
        if (bytes[0] != '<') return -1;
        int value = 0, at = 1;
        for (; at < bytes.Length && at < 5; at++)
        {
            if (bytes[at] == '>')
            {
                length = at + 1;
                return at > 1 && value < Facilities.Length * 8 ? value : -1;
            }
            if (!char.IsAsciiDigit((char)bytes[at])) return -1;
            value = (value * 10) + bytes[at] - '0';
        }
        return at < 5 ? -2 : -1;
    }

    /// <summary>Reads a message; null when it has no priority.</summary>
    public static SyslogMessage? Read(ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, Carrier carrier, PatientMasker masker)
    {
        int priority = Priority(bytes, out int length);
        if (priority < 0) return null;
        ReadOnlySpan<byte> text = bytes[length..].TrimEnd("\0\r\n "u8);
        SyslogMessage row = new(at, range)
        {
            Proto = carrier == Carrier.Tcp ? "tcp" : "udp",
            Facility = Facilities[priority >> 3],
            Severity = Severities[priority & 7],
        };
        return text is [(byte)'1', (byte)' ', ..] ? Modern(row, text[2..], masker) : Old(row, text, masker);
    }

    /// <summary>RFC 5424, 6: time, host, program, process, kind, structured data, text.</summary>
    private static SyslogMessage Modern(SyslogMessage row, ReadOnlySpan<byte> text, PatientMasker masker)
    {
        Word(ref text);
        string? host = Name(Word(ref text)), app = Name(Word(ref text)), process = Name(Word(ref text)), kind = Name(Word(ref text));
        // Structured data is a dash or elements in brackets, in which a bracket may be escaped.
        if (text is [(byte)'-', ..])
        {
            text = text[1..];
        }
        else
        {
            while (text is [(byte)'[', ..])
            {
                int end = 1;
                bool isQuoted = false;
                while (end < text.Length && (isQuoted || text[end] != ']'))
                {
                    if (text[end] == '\\') end++;
                    else if (text[end] == '"') isQuoted = !isQuoted;
                    end++;
                }
                text = end + 1 < text.Length ? text[(end + 1)..] : default;
            }
        }
        text = text.TrimStart((byte)' ');
        if (text is [0xEF, 0xBB, 0xBF, ..]) text = text[3..];
        return row with { Host = host, App = app, ProcessId = process, MessageId = kind, Message = text.IsEmpty ? null : FreeText.Of(text, masker, LongestMessage) };
    }

    /// <summary>RFC 3164, 4.1: time, host, program, text, of which any may be missing.</summary>
    private static SyslogMessage Old(SyslogMessage row, ReadOnlySpan<byte> text, PatientMasker masker)
    {
        string? host = null, app = null, process = null, vendor = null, serial = null;
        bool hasTime = SkipTime(ref text);
        ReadOnlySpan<byte> rest = text;
        ReadOnlySpan<byte> first = Word(ref rest);
        if (hasTime && !first.IsEmpty && first[^1] != ':' && first.IndexOfAny((byte)'[', (byte)'%') < 0)
        {
            host = Name(first);
            text = rest;
        }
        if (text.IndexOf((byte)'%') is >= 0 and < 24 and int percent && IsMnemonic(text[percent..]))
        {
            vendor = "Cisco";
        }
        else if (Value(text, "devname="u8) is { } device)
        {
            (host, vendor, serial) = (device, "Fortinet", Value(text, "devid="u8) ?? Value(text, "device_id="u8));
        }
        else
        {
            int end = text.IndexOfAny(": ["u8);
            if (end is > 0 and < 48 && text[end] != ' ')
            {
                app = Name(text[..end]);
                if (text[end] == '[' && text[end..].IndexOf((byte)']') is > 1 and < 16 and int close) process = Name(text.Slice(end + 1, close - 1));
                int colon = text.IndexOf((byte)':');
                text = text[(colon + 1)..].TrimStart((byte)' ');
            }
        }
        return row with { Host = host, App = app, ProcessId = process, Vendor = vendor, Serial = serial, Message = text.IsEmpty ? null : FreeText.Of(text, masker, LongestMessage) };
    }

    /// <summary>Passes by "Mmm dd hh:mm:ss", with a year or fractions as some write it, or a time of ISO 8601.</summary>
    private static bool SkipTime(ref ReadOnlySpan<byte> text)
    {
        // Some count their messages before the time.
        int counted = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        ReadOnlySpan<byte> rest = (counted is > 0 and < 10 && text[counted] == ':' ? text[(counted + 1)..] : text).TrimStart("*. "u8);
        if (rest.Length >= 19 && rest[4] == '-' && rest[7] == '-' && rest[10] is (byte)'T' or (byte)' ' && char.IsAsciiDigit((char)rest[0]))
        {
            rest = rest[11..];
            Word(ref rest);
            text = rest;
            return true;
        }
        if (rest.Length < 15 || !IsMonth(rest[..3])) return false;
        rest = rest[3..].TrimStart((byte)' ');
        Word(ref rest);
        ReadOnlySpan<byte> word = Word(ref rest);
        if (word.Length == 4 && word.IndexOf((byte)':') < 0) word = Word(ref rest);
        if (word.Length < 8 || word[2] != ':' || word[5] != ':') return false;
        text = rest;
        return true;
    }

    private static bool IsMonth(ReadOnlySpan<byte> word)
    {
        foreach (string month in CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames)
        {
            if (month.Length == 3 && Ascii.Equals(word, month)) return true;
        }
        return false;
    }

    /// <summary>Whether it begins with a tag such as <c>%ASA-6-302013:</c>.</summary>
    private static bool IsMnemonic(ReadOnlySpan<byte> text)
    {
        int dash = text.IndexOf((byte)'-');
        return dash is > 2 and < 24 && text.Length > dash + 3 && text[dash + 1] is >= (byte)'0' and <= (byte)'7' && text[dash + 2] == '-' && text[1..dash].IndexOfAnyExceptInRange((byte)'0', (byte)'_') < 0;
    }

    /// <summary>The value behind a name at a word's beginning, without quotation marks.</summary>
    private static string? Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        int at = text.IndexOf(name);
        if (at < 0 || (at > 0 && text[at - 1] is not ((byte)' ' or (byte)','))) return null;
        text = text[(at + name.Length)..];
        int end = text is [(byte)'"', ..] ? text[1..].IndexOf((byte)'"') + 1 : text.IndexOfAny((byte)' ', (byte)',');
        return Name((end <= 0 ? text : text[..end]).Trim((byte)'"'));
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[end..].TrimStart((byte)' ');
        return word;
    }

    private static string? Name(ReadOnlySpan<byte> word) => word.IsEmpty || word is [(byte)'-'] ? null : ShortText.Of(word, LongestName);
}
