using System.Collections.Concurrent;
using System.Globalization;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Trust.Keys;

/// <summary>Makes, opens and keeps open the keys of authorities. A key file's password is random and sealed; a token's PIN lies in a file that its owner alone may read.</summary>
internal sealed class KeyRing(TrustOptions options) : IDisposable
{
    private const string FilePlace = "file:", TokenPlace = "pkcs11:";
    private readonly ConcurrentDictionary<string, IAuthorityKey> open = new(StringComparer.Ordinal);

    /// <summary>Makes the key of a new authority.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="token">Label of the token that it is made on; null for a file.</param>
    /// <returns>The key, which stays open here, its place, and its password sealed.</returns>
    /// <exception cref="AuthorityKeyException">It cannot be made.</exception>
    public (IAuthorityKey Key, string Place, byte[]? SealedPassword) Make(KeyKind kind, string? token)
    {
        string name = "ca-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6));
        if (token is not null)
        {
            TokenKey made = TokenKey.Make(Module(), token, name, Pin(), kind);
            string onToken = $"{TokenPlace}{token}/{name}";
            open[onToken] = made;
            return (made, onToken, null);
        }
        string password = SecretText.Make();
        FileKey key = FileKey.Make(kind);
        Directory.CreateDirectory(options.KeyFolder);
        key.Save(PathOf(name), password);
        open[FilePlace + name] = key;
        return (key, FilePlace + name, options.Box.Seal(System.Text.Encoding.UTF8.GetBytes(password)));
    }

    /// <summary>The key of an authority, opened when it was not.</summary>
    /// <exception cref="AuthorityKeyException">It is not at hand.</exception>
    public IAuthorityKey Of(Authority authority)
    {
        if (open.TryGetValue(authority.KeyPlace, out IAuthorityKey? held)) return held;
        IAuthorityKey opened = Open(authority);
        IAuthorityKey kept = open.GetOrAdd(authority.KeyPlace, opened);
        if (!ReferenceEquals(kept, opened)) opened.Dispose();
        return kept;
    }

    /// <summary>Removes a key file that was made for nothing.</summary>
    public void Forget(string place)
    {
        if (open.TryRemove(place, out IAuthorityKey? key)) key.Dispose();
        if (place.StartsWith(FilePlace, StringComparison.Ordinal)) File.Delete(PathOf(place[FilePlace.Length..]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IAuthorityKey key in open.Values) key.Dispose();
    }

    private IAuthorityKey Open(Authority authority)
    {
        if (authority.KeyPlace.StartsWith(TokenPlace, StringComparison.Ordinal) && authority.KeyPlace[TokenPlace.Length..].LastIndexOf('/') is > 0 and var slash)
            return TokenKey.Open(Module(), authority.KeyPlace[TokenPlace.Length..][..slash], authority.KeyPlace[TokenPlace.Length..][(slash + 1)..], Pin());
        if (!authority.KeyPlace.StartsWith(FilePlace, StringComparison.Ordinal)) throw new AuthorityKeyException($"The key of {authority.Name} is not on this machine ({authority.KeyPlace}).");
        byte[] password = (authority.SealedPassword is { } box ? options.Box.Open(box) : null)
            ?? throw new AuthorityKeyException($"The password of the key of {authority.Name} cannot be unsealed: access.key in the data folder is another one. Put it back from a backup (docs/trust.md, \"A key is lost\").");
        return FileKey.Open(PathOf(authority.KeyPlace[FilePlace.Length..]), System.Text.Encoding.UTF8.GetString(password));
    }

    private string PathOf(string name) => Path.Combine(options.KeyFolder, name + ".p8");

    private string Module() => options.TokenModule() ?? throw new AuthorityKeyException("No module of tokens is set. Set trust.tokenModule to its shared library, for example /usr/lib/softhsm/libsofthsm2.so.");

    private string Pin()
    {
        string path = options.PinFile() ?? throw new AuthorityKeyException("No PIN file is set. Write the token's PIN into a file that its owner alone may read, and set trust.pinFile.");
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw new AuthorityKeyException(string.Create(CultureInfo.InvariantCulture, $"Others may read the PIN file {path}. Run: chmod 600 {path}"));
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityKeyException($"The PIN file {path} cannot be read: {e.Message}", e);
        }
    }
}
