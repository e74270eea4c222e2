using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Sites;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Reads the file that describes the site, as a part of the configuration: its mistakes are told with all others.</summary>
internal static class SiteDescription
{
    /// <summary>Reads the file into the settings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Receives what is right in it.</param>
    /// <param name="mistakes">Receives one sentence per mistake, each with file and line.</param>
    public static void Read(string path, SiteSettings settings, List<string> mistakes)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SiteFile.MaxBytes })
            {
                mistakes.Add($"{path}: larger than {SiteFile.MaxBytes >> 20} MB; a site's description is a few pages");
                return;
            }
            string text = File.ReadAllText(path);
            settings.Described = SiteFile.Read(text, path, out IReadOnlyList<string> found);
            settings.Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            mistakes.AddRange(found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{path}: the site's description cannot be read: {e.Message} Correct site.file, or leave it out.");
        }
    }
}
