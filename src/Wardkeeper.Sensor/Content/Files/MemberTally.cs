namespace Wardkeeper.Sensor.Content.Files;

/// <summary>Counts the members of an archive by kind and remembers the names of those that are programs; both are bounded.</summary>
internal sealed class MemberTally
{
    private const int MostKinds = 32, MostPrograms = 16, LongestEnding = 8;

    private static readonly HashSet<string> Code = new(StringComparer.Ordinal)
    {
        "exe", "dll", "scr", "com", "pif", "cpl", "sys", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "lnk", "msi", "msix", "jar", "apk", "sh", "bash", "py", "pl", "rb", "php", "so", "ko", "elf", "reg", "inf", "chm", "iso", "img", "vhd",
    };

    private readonly Dictionary<string, int> kinds = new(StringComparer.Ordinal);
    private readonly List<string> programs = [];

    /// <summary>Members so far.</summary>
    public int Count { get; private set; }

    /// <summary>What is remarkable of them.</summary>
    public SortedSet<string> Traits { get; } = new(StringComparer.Ordinal);

    /// <summary>Counts a member.</summary>
    /// <param name="name">Its name, with the folders before it.</param>
    /// <param name="type">Its type by content, or null.</param>
    public void Add(string name, string? type)
    {
        if (name.EndsWith('/')) return;
        Count++;
        string ending = Ending(name);
        string kind = type is null or "text/plain" or "application/xml" ? ending : type;
        if (kind.Length > 0 && (kinds.ContainsKey(kind) || kinds.Count < MostKinds)) kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        bool isProgram = Code.Contains(ending) || type is ContentType.Executable or "application/x-executable" or "application/x-sharedlib" or "application/x-mach-o-executable" or "text/x-shellscript" or "application/x-ms-shortcut";
        if (isProgram)
        {
            Traits.Add("program-inside");
            if (programs.Count < MostPrograms) programs.Add(name);
        }
        if (type is "application/zip" or "application/x-gzip" or "application/x-7z-compressed" or "application/x-rar" or "application/x-tar" or "application/x-bzip2" or "application/x-xz") Traits.Add("archive-inside");
        // Two endings, the last of which runs: a picture by its name and a program by its nature.
        if (isProgram && name.LastIndexOf('.') is > 0 and var last && Ending(name[..last]) is "pdf" or "doc" or "docx" or "xls" or "xlsx" or "jpg" or "png" or "txt" or "dcm" or "zip") Traits.Add("double-ending");
        if (name.Contains("../", StringComparison.Ordinal) || name.StartsWith('/') || name.Contains("..\\", StringComparison.Ordinal)) Traits.Add("leaves-its-folder");
    }

    /// <summary>What was counted.</summary>
    /// <param name="format">Kind of the archive.</param>
    /// <param name="unpacked">Bytes that the members claim.</param>
    /// <param name="isCut">Whether not all was read.</param>
    public FileTraits Facts(string format, long unpacked, bool isCut) => new()
    {
        Format = format,
        Members = Count,
        Kinds = [.. kinds.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value}"))],
        Programs = [.. programs],
        Traits = [.. Traits],
        Unpacked = unpacked,
        IsCut = isCut,
    };

    private static string Ending(string name)
    {
        int dot = name.LastIndexOf('.');
        if (dot < 0 || name.Length - dot - 1 is 0 or > LongestEnding || name.AsSpan(dot + 1).ContainsAny('/', '\\')) return "";
        string ending = name[(dot + 1)..].ToLowerInvariant();
        return ending.All(char.IsAsciiLetterOrDigit) ? ending : "";
    }
}
