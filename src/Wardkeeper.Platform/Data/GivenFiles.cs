using System.Globalization;
using System.Text.Json;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Platform.Data;

/// <summary>
/// A folder of files that people give, each a source: beside it <c>NAME.about</c> with who gave it, when, and what came of reading it. A file is written under another
/// name and moved into its place. What an administrator puts there by hand is a source too.
/// </summary>
/// <param name="path">The folder; made when the first source comes.</param>
/// <param name="about">What refusals begin with: <c>intel</c>, <c>rules</c>.</param>
internal sealed class GivenFiles(string path, string about)
{
    private const string AboutSuffix = ".about", Incoming = ".incoming-";
    private const int LongestName = 60, Step = 128 << 10;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private long received;

    /// <summary>Who gave a source and when, and for whoever looks into the folder what came of it.</summary>
    /// <param name="Name">Name under which it was given.</param>
    /// <param name="By">Who gave it.</param>
    /// <param name="At">When, nanoseconds since 1970.</param>
    /// <param name="Read">Entries used.</param>
    /// <param name="Skipped">Entries that are not, by the reason.</param>
    internal sealed record About(string Name, string By, long At, int Read, IReadOnlyDictionary<string, int> Skipped);

    /// <summary>Name of the file that a source of this name is kept in: letters, digits, dots, hyphens and underscores of any script, no longer than a file system takes.</summary>
    public static string IdOf(string name)
    {
        string file = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        string id = new([.. file.Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_')]);
        if (id.Length > LongestName) id = id[..(LongestName - 8)] + (Path.GetExtension(id) is { Length: <= 8 } ending ? ending : "");
        id = id.TrimStart('.');
        if (id.EndsWith(AboutSuffix, StringComparison.OrdinalIgnoreCase)) id += "_";
        return id.Length == 0 ? "source" : id;
    }

    /// <summary>A name that can be shown on one line.</summary>
    public static string Shown(string name)
    {
        string shown = string.Concat(name.Where(letter => char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))).Trim();
        return shown.Length switch { 0 => "source", > 200 => shown[..190] + (Path.GetExtension(shown) is { Length: <= 8 } ending ? ending : ""), _ => shown };
    }

    /// <summary>Files that are sources, by name.</summary>
    public IReadOnlyList<FileInfo> Sources() => !Directory.Exists(path) ? [] :
        [.. new DirectoryInfo(path).EnumerateFiles().Where(file => file.Name[0] != '.' && !file.Name.EndsWith(AboutSuffix, StringComparison.OrdinalIgnoreCase)).OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <summary>Removes what an upload left that never ended.</summary>
    public void Tidy()
    {
        if (!Directory.Exists(path)) return;
        foreach (string left in Directory.EnumerateFiles(path, Incoming + "*")) File.Delete(left);
    }

    /// <summary>Receives a file under a name of its own, bounded and on the disk before it is used. Nothing is left when it is refused.</summary>
    /// <exception cref="RefusedException">It is empty or too large.</exception>
    public async Task<string> ReceiveAsync(Stream content, long most, CancellationToken cancel)
    {
        if (!Directory.Exists(path)) Directory.CreateDirectory(path, DataFolder.OnlyOwner);
        string incoming = Path.Combine(path, Incoming + Interlocked.Increment(ref received).ToString(CultureInfo.InvariantCulture));
        try
        {
            await using FileStream into = New(incoming);
            byte[] buffer = new byte[Step];
            long size = 0;
            for (int got; (got = await content.ReadAsync(buffer, cancel)) > 0; size += got)
            {
                if (size + got > most) throw TooLarge(most);
                await into.WriteAsync(buffer.AsMemory(0, got), cancel);
            }
            if (size == 0) throw new RefusedException(Refusal.Invalid, "file", about + "-empty", "The file is empty. Choose another.");
            into.Flush(true);
            return incoming;
        }
        catch
        {
            File.Delete(incoming);
            throw;
        }
    }

    /// <summary>Why a file of this size is not taken.</summary>
    public RefusedException TooLarge(long most) => new(Refusal.Invalid, "file", about + "-too-large", $"The file is larger than {most >> 20} MB. Split it, or leave out what is not needed.");

    /// <summary>Puts a received file in its place, with what is told about it.</summary>
    public void Place(string incoming, string id, About told)
    {
        string sidecar = incoming + AboutSuffix;
        using (FileStream into = New(sidecar))
        {
            JsonSerializer.Serialize(into, told, JsonSerializerOptions.Web);
            into.Flush(true);
        }
        File.Move(sidecar, Path.Combine(path, id + AboutSuffix), overwrite: true);
        File.Move(incoming, Path.Combine(path, id), overwrite: true);
    }

    /// <summary>Path of a source.</summary>
    public string PathOf(string id) => Path.Combine(path, id);

    /// <summary>What is told about a source; null when nobody gave it here, or the file cannot be read.</summary>
    public About? Of(string id)
    {
        try
        {
            string sidecar = Path.Combine(path, id + AboutSuffix);
            return File.Exists(sidecar) ? JsonSerializer.Deserialize<About>(File.ReadAllText(sidecar), JsonSerializerOptions.Web) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes a source.</summary>
    public void Remove(string id)
    {
        File.Delete(Path.Combine(path, id));
        File.Delete(Path.Combine(path, id + AboutSuffix));
    }

    private static FileStream New(string file) => new(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OnlyOwner });
}
