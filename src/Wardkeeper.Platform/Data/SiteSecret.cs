using System.Security.Cryptography;

namespace Wardkeeper.Platform.Data;

/// <summary>The site's secret: patients' identifiers are hashed with it, so that nobody without it can find one by trying. Made at the first start, kept in the data folder for ever.</summary>
internal static class SiteSecret
{
    private const int Length = 32;

    /// <summary>The secret of a data folder.</summary>
    /// <exception cref="UserError">It is damaged.</exception>
    public static byte[] Of(DataFolder folder)
    {
        string path = folder.Inside("keys", "patients.key");
        if (File.Exists(path))
        {
            byte[] kept = File.ReadAllBytes(path);
            return kept.Length == Length ? kept
                : throw new UserError($"{path} is damaged: it holds {kept.Length} bytes instead of {Length}. Put it back from a backup; with another one, patients seen before would count as new.");
        }
        byte[] secret = RandomNumberGenerator.GetBytes(Length);
        using FileStream stream = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        stream.Write(secret);
        stream.Flush(true);
        return secret;
    }
}
