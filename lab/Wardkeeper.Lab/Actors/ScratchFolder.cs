using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors;

/// <summary>A folder for the files of one event; disposing it deletes it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private static int made;

    /// <summary>Makes it, below the site's folder.</summary>
    public ScratchFolder(HospitalSite site, HostNamespace host) => Path = site.FolderOf($"scratch/{host.Device.Key}-{Interlocked.Increment(ref made)}");

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Files in it.</summary>
    public int Count => Directory.EnumerateFiles(Path).Count();

    /// <summary>Path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
