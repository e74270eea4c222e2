using System.Buffers;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Tools for remote access that are known by the servers they call, by what they offer in TLS and by certificates. What tells them
/// stands in <c>remote-tools.tsv</c>, each line with its source. Questions of DNS are not looked at: resolvers ask for others.
/// </summary>
internal static class RemoteTools
{
    private static readonly (string Tool, string Start, string? End)[] Names = Rows("name"), Offers = Rows("alpn"), Subjects = Rows("subject");

    private static readonly SearchValues<char> Base32 = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    /// <summary>The tool that calls this server, or null.</summary>
    public static string? OfServer(string? name) => name is null ? null : Find(Names, name);

    /// <summary>The tool that offers one of these application protocols, or null.</summary>
    public static string? OfOffer(IReadOnlyList<string>? protocols)
    {
        for (int i = 0; i < protocols?.Count; i++)
        {
            if (Find(Offers, protocols[i]) is { } tool) return tool;
        }
        return null;
    }

    /// <summary>The tool that makes a certificate for this subject, or null.</summary>
    public static string? OfSubject(string? subject) => subject is null ? null : Find(Subjects, subject);

    /// <summary>
    /// Whether a relay of Tor made a certificate: subject and issuer have one random name each, of 8 to 20 digits of base 32
    /// (tor, tor_tls_context_init_certificates: <c>www.….net</c> issued by <c>www.….com</c>).
    /// </summary>
    public static bool IsTor(string? subject, string? issuer) => IsRandomName(subject, ".net") && IsRandomName(issuer, ".com");

    private static bool IsRandomName(string? name, string end)
    {
        const string start = "CN=www.";
        if (name is null || name.Length < start.Length + 8 + end.Length || name.Length > start.Length + 20 + end.Length) return false;
        if (!name.StartsWith(start, StringComparison.Ordinal) || !name.EndsWith(end, StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> random = name.AsSpan(start.Length, name.Length - start.Length - end.Length);
        // A word has no digits; of random names of this length one in four has none.
        return random.IndexOfAnyInRange('2', '7') >= 0 && random.IndexOfAnyExcept(Base32) < 0;
    }

    private static string? Find((string Tool, string Start, string? End)[] rows, string value)
    {
        foreach ((string tool, string start, string? end) in rows)
        {
            bool isSo = end is null
                ? string.Equals(value, start, StringComparison.OrdinalIgnoreCase)
                : value.Length >= start.Length + end.Length && value.StartsWith(start, StringComparison.OrdinalIgnoreCase) && value.EndsWith(end, StringComparison.OrdinalIgnoreCase);
            if (isSo) return tool;
        }
        return null;
    }

    private static (string Tool, string Start, string? End)[] Rows(string kind) =>
        [.. EmbeddedRows.Of("remote-tools.tsv").Where(row => row[1] == kind).Select(static row => row[2].Split('*') is [var start, var end] ? (row[0], start, end) : (row[0], row[2], (string?)null))];
}
