namespace Wardkeeper.Browser.Tests;

/// <summary>Which pairs of language and theme a test looks at: each language and each theme once, or the one named; every pair in the long version and when pictures are taken.</summary>
internal static class LongVersion
{
    /// <summary>Whether everything is looked at.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1" || Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1";

    /// <summary>Skips what only the long version looks at.</summary>
    /// <param name="isInShort">Whether the short version looks at it too.</param>
    public static void UnlessShort(bool isInShort) => Assert.SkipUnless(isInShort || IsAsked, "the long version looks at this pair");

    /// <summary>Chinese in light and English in dark, so that each is seen once.</summary>
    public static void UnlessOnce(string language, string theme) => UnlessShort((language == "en") == (theme == "dark"));
}
