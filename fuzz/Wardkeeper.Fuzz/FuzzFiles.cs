using System.Security.Cryptography;

namespace Wardkeeper.Fuzz;

/// <summary>The folder <c>fuzz</c> of the checkout: seeds, regressions, and where the rest is.</summary>
internal static class FuzzFiles
{
    private static readonly string Root = Path.Combine(FindCheckout(), "fuzz");

    /// <summary>Hand-made messages of a protocol, or of all, in order of their names.</summary>
    public static IEnumerable<byte[]> Seeds(string? protocol = null)
    {
        string seeds = Path.Combine(Root, "seeds");
        foreach (string folder in Directory.GetDirectories(seeds).Order(StringComparer.Ordinal))
        {
            if (protocol is not null && Path.GetFileName(folder) != protocol) continue;
            foreach (string file in Directory.GetFiles(folder, "*.bin").Order(StringComparer.Ordinal)) yield return File.ReadAllBytes(file);
        }
    }

    /// <summary>What was found once in a target and has to stay mended.</summary>
    public static IEnumerable<(string Name, byte[] File)> Regressions(IFuzzTarget target)
    {
        string folder = FolderOf(target);
        if (!Directory.Exists(folder)) return [];
        return Directory.GetFiles(folder, "*.bin").Order(StringComparer.Ordinal).Select(static file => (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)));
    }

    /// <summary>Saves a find; returns its path relative to the checkout.</summary>
    public static string Save(IFuzzTarget target, string what, byte[][] records)
    {
        byte[] file = Records.Write(target, records);
        Directory.CreateDirectory(FolderOf(target));
        string path = Path.Combine(FolderOf(target), $"{what}-{Convert.ToHexStringLower(SHA256.HashData(file))[..6]}.bin");
        File.WriteAllBytes(path, file);
        return Path.GetRelativePath(Path.GetDirectoryName(Root)!, path);
    }

    /// <summary>Names of the folders of regressions.</summary>
    public static IEnumerable<string> RegressionFolders =>
        Directory.Exists(Path.Combine(Root, "regressions")) ? Directory.GetDirectories(Path.Combine(Root, "regressions")).Select(static folder => Path.GetFileName(folder)) : [];

    /// <summary>Name of a target's folder of regressions.</summary>
    public static string FolderNameOf(IFuzzTarget target) => target.Name.Replace(':', '-');

    /// <summary>A file or folder beside <c>fuzz/seeds</c>.</summary>
    public static string Beside(string name) => Path.Combine(Root, name);

    private static string FolderOf(IFuzzTarget target) => Path.Combine(Root, "regressions", FolderNameOf(target));

    private static string FindCheckout()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Wardkeeper.slnx"))) return at.FullName;
        }
        throw new InvalidOperationException("Fuzzing does not run inside a checkout.");
    }
}
