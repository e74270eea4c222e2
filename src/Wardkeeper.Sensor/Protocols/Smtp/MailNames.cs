namespace Wardkeeper.Sensor.Protocols.Smtp;

/// <summary>Names that mail programs say of themselves in greetings of SMTP, POP3 and IMAP.</summary>
internal static class MailNames
{
    private static readonly string[] Products =
    [
        "Postfix", "Exim", "Sendmail", "Microsoft ESMTP MAIL Service", "Microsoft Exchange", "MailEnable", "hMailServer", "Kerio Connect", "Kerio MailServer", "MDaemon", "Zimbra", "Haraka", "OpenSMTPD", "Lotus Domino",
        "IBM Domino", "qmail", "Courier", "Dovecot", "Cyrus", "UW IMAP", "Axigen", "CommuniGate Pro", "SurgeMail", "Coremail", "MagicMail", "FortiMail", "Barracuda", "Cisco ESA", "XMail", "SmarterMail", "Mercury", "aiosmtpd", "Greenmail", "Python SMTP", "Stalwart",
    ];

    /// <summary>Product in a greeting with its version if one follows; null when none is known.</summary>
    public static string? Software(string greeting)
    {
        foreach (string product in Products)
        {
            int at = greeting.IndexOf(product, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            ReadOnlySpan<char> rest = greeting.AsSpan(at + product.Length).TrimStart(" ,/(");
            if (rest.StartsWith("Version: ", StringComparison.OrdinalIgnoreCase)) rest = rest[9..];
            int end = 0;
            while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] is '.' or '-')) end++;
            rest = rest[..end].TrimStart('v').TrimEnd(".-");
            return rest.Length > 1 && char.IsAsciiDigit(rest[0]) && rest.Contains('.') ? $"{product} {rest}" : product;
        }
        return null;
    }

    /// <summary>The host that a greeting or EHLO names first; null for an address, a greeting without one and what is no name.</summary>
    public static string? Host(string? text)
    {
        if (text is null) return null;
        int end = text.IndexOf(' ', StringComparison.Ordinal);
        string word = end < 0 ? text : text[..end];
        if (word.Length is < 2 or > 253 || word.Equals("localhost", StringComparison.OrdinalIgnoreCase) || !char.IsAsciiLetterOrDigit(word[0])) return null;
        bool hasLetter = false, isWord = end >= 0 && !word.Contains('.', StringComparison.Ordinal);
        foreach (char c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')) return null;
            hasLetter |= char.IsAsciiLetter(c);
        }
        // A greeting's first word without a dot is a word.
        return hasLetter && !isWord ? word : null;
    }
}
