using System.Text;

namespace Wardkeeper.Hub.Identification;

/// <summary>All that is known of what devices look like: what is shipped, and what the site added. Does not change once made.</summary>
public sealed class KnowledgeBase
{
    private const string Prefix = "knowledge/";
    private static readonly Lazy<KnowledgeBase> FromFiles = new(LoadShipped);
    private static KnowledgeBase? inForce;
    private readonly KnowledgeIndex index;
    private readonly Lazy<HashSet<string>> makersForOthers;

    /// <summary>Makes one of entries.</summary>
    /// <param name="entries">The entries; of two with the same name the later counts.</param>
    public KnowledgeBase(IEnumerable<KnowledgeEntry> entries)
    {
        Dictionary<string, KnowledgeEntry> named = new(StringComparer.Ordinal);
        foreach (KnowledgeEntry entry in entries) named[entry.Id] = entry;
        Entries = [.. named.Values];
        index = new KnowledgeIndex(Entries);
        makersForOthers = new(NamesForOthers);
    }

    /// <summary>What is shipped, read when it is first asked for.</summary>
    public static KnowledgeBase Shipped => FromFiles.Value;

    /// <summary>What this process identifies with: what is shipped until something is put in its place.</summary>
    public static KnowledgeBase InForce
    {
        get => Volatile.Read(ref inForce) ?? Shipped;
        set => Volatile.Write(ref inForce, value);
    }

    /// <summary>All entries.</summary>
    public IReadOnlyList<KnowledgeEntry> Entries { get; }

    /// <summary>Whether a maker is known only for computers, network equipment or parts: what bears its name may be anybody's device.</summary>
    /// <param name="vendor">The maker, as devices name it.</param>
    public bool IsOfOthers(string vendor) => makersForOthers.Value.Contains(vendor);

    /// <summary>The same with a site's entries, which count instead of shipped ones of the same name.</summary>
    public KnowledgeBase With(IEnumerable<KnowledgeEntry> additions) => new(Entries.Concat(additions));

    /// <summary>The same without what was written from some recorded devices.</summary>
    public KnowledgeBase WithoutModels(IReadOnlySet<string> models) => new(Entries.Where(entry => entry.Models.Count == 0 || !entry.Models.All(models.Contains)));

    private HashSet<string> NamesForOthers()
    {
        HashSet<string> devices = new(StringComparer.OrdinalIgnoreCase), others = new(StringComparer.OrdinalIgnoreCase);
        foreach (KnowledgeEntry entry in Entries.Where(entry => entry.Maker != MakerKind.None))
        {
            foreach (string name in entry.Sayings.Where(saying => saying.Field == IdentityField.Vendor).SelectMany(saying => saying.Values)) (entry.Maker == MakerKind.Devices ? devices : others).Add(name);
        }
        others.ExceptWith(devices);
        return others;
    }

    /// <summary>Adds a site's file: a bundle (see <see cref="KnowledgeBundle"/>) or a file of entries.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trusted">Keys whose bundles are taken; a bundle by another is refused.</param>
    /// <param name="mistakes">What is wrong with it; empty when it was added.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public KnowledgeBase WithFile(string path, IReadOnlyList<string> trusted, out IReadOnlyList<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = Path.GetFileName(path);
        if (new FileInfo(path) is { Exists: true, Length: > KnowledgeFile.MaxBytes })
        {
            mistakes = [$"{name}: is larger than {KnowledgeFile.MaxBytes >> 20} MB"];
            return this;
        }
        KnowledgeSource source = KnowledgeSource.Of(File.ReadAllBytes(path), name, trusted);
        mistakes = source.Mistakes;
        return mistakes.Count == 0 ? With(source.Entries) : this;
    }

    /// <summary>How many conditions entries ask for.</summary>
    internal int Conditions => index.Conditions;

    /// <summary>Whether anything is known of a value.</summary>
    internal bool Knows(Trait trait, string value) => index.Read(trait, value).Facts.Length > 0;

    /// <summary>What a value means.</summary>
    internal TraitReading Read(Trait trait, string value) => index.Read(trait, value);

    /// <summary>What a part of a text means.</summary>
    internal TraitReading Read(Trait trait, ReadOnlySpan<char> value) => index.Read(trait, value);

    /// <summary>Reads what is shipped.</summary>
    internal static KnowledgeBase LoadShipped()
    {
        List<KnowledgeEntry> entries = [];
        System.Reflection.Assembly assembly = typeof(KnowledgeBase).Assembly;
        foreach (string file in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using Stream stream = assembly.GetManifestResourceStream(file)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            entries.AddRange(KnowledgeFile.Read(Encoding.UTF8.GetString(bytes), file, out IReadOnlyList<string> mistakes));
            if (mistakes.Count > 0) throw new InvalidDataException(string.Join(Environment.NewLine, mistakes));
        }
        return new KnowledgeBase(entries);
    }
}
