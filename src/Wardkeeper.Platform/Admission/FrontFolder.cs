using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Admission;

/// <summary>What the admission's front keeps in the data folder: the secret that FreeRADIUS shows, the switches, the file of what was known last.</summary>
/// <param name="path">Folder below the data folder.</param>
internal sealed class FrontFolder(string path)
{
    /// <summary>Its name below the data folder.</summary>
    public const string Name = "admission";

    private const int SecretBytes = 32;

    /// <summary>User by which FreeRADIUS calls.</summary>
    public const string User = "freeradius";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The file that FreeRADIUS answers from while the hub is down.</summary>
    public string LastKnown => System.IO.Path.Combine(Path, "lastknown.db");

    /// <summary>The switches that may ask.</summary>
    public string Clients => System.IO.Path.Combine(Path, "clients.tsv");

    /// <summary>Names the folder of FreeRADIUS whose certificates are the hub's own; not there when they are another's.</summary>
    public string OwnCertificates => System.IO.Path.Combine(Path, "own-certificates");

    /// <summary>Where the secret lies.</summary>
    public string SecretFile => System.IO.Path.Combine(Path, "hub.secret");

    /// <summary>Whether it was installed: without a secret nobody is listened to.</summary>
    public bool IsInstalled => File.Exists(SecretFile);

    /// <summary>The secret, in hex; made when there is none.</summary>
    public string SecretOrNew()
    {
        Directory.CreateDirectory(Path, DataFolder.OnlyOwner);
        if (!IsInstalled) PrivateFile.Create(SecretFile, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))));
        return Secret();
    }

    /// <summary>The secret that is there.</summary>
    public string Secret() => File.ReadAllText(SecretFile).Trim();

    /// <summary>What stands in the header Authorization of a rightful call.</summary>
    public static byte[] Authorization(string secret) => Encoding.ASCII.GetBytes("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(User + ":" + secret)));

    /// <summary>The switches; none before it was installed.</summary>
    public IReadOnlyList<RadiusClient> ReadClients() => File.Exists(Clients) ? RadiusClients.Read(Clients) : [];

    /// <summary>Writes a file anew that its owner alone may read, in one step.</summary>
    public static void Write(string path, string text)
    {
        string next = path + ".new";
        File.Delete(next);
        PrivateFile.Create(next, Encoding.UTF8.GetBytes(text));
        File.Move(next, path, true);
    }
}
