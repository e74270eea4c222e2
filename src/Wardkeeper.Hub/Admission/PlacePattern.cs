using System.Net;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>Whether a place is meant by a list of switches, ports or wireless networks, and how narrowly.</summary>
internal static class PlacePattern
{
    /// <summary>How many of 128 bits of the switch's address are fixed by the narrowest entry that means it; 129 by its name; -1 when none means it.</summary>
    public static int NasBits(IReadOnlyList<string> nas, AdmissionRequest request)
    {
        Address address = Address.TryParse(Plain(request.NasAddress).ToString(), out Address parsed) ? parsed : default;
        int best = -1;
        foreach (string one in nas)
        {
            if (request.NasIdentifier is { } name && string.Equals(one, name, StringComparison.OrdinalIgnoreCase)) return 129;
            if (SitePlace.TryParse(one, out SitePlace? place) && place.Contains(address)) best = Math.Max(best, place.Bits);
        }
        return best;
    }

    /// <summary>Characters that the narrowest pattern fixes of a text which it means; -1 when none means it.</summary>
    public static int Longest(IReadOnlyList<string> patterns, string? text)
    {
        int best = -1;
        foreach (string pattern in patterns)
        {
            if (text is not null && Means(pattern, text)) best = Math.Max(best, pattern.Length - pattern.Count(c => c == '*'));
        }
        return best;
    }

    /// <summary>Whether a pattern means a text; <c>*</c> stands for any characters, case does not count. Linear in the text for each star.</summary>
    public static bool Means(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int at = 0, p = 0, star = -1, mark = 0;
        while (at < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, mark) = (p++, at);
            else if (p < pattern.Length && char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(text[at])) (p, at) = (p + 1, at + 1);
            else if (star >= 0) (p, at) = (star + 1, ++mark);
            else return false;
        }
        return pattern[p..].TrimStart('*').Length == 0;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
