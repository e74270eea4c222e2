using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>
/// Reads the store of tpm2-pkcs11 (schema of 1.x): where a token's storage key lies and what its PIN unseals. The module does not tell it, and without it no
/// other program can have the TPM certify a key of the token. SQLite is the library that the module itself uses.
/// </summary>
internal static unsafe partial class TpmTokenStore
{
    private const string Library = "libsqlite3.so.0";
    private const int ReadOnly = 1, Row = 100;

    /// <summary>What is needed of a token: handle of its storage key, its sealed object and what opens that; null when there is no such store or it is kept otherwise.</summary>
    /// <param name="folder">Folder of the store.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="pin">The user's PIN.</param>
    public static (string Parent, byte[] SealPublic, byte[] SealPrivate, string Authorisation)? Read(string folder, string token, string pin)
    {
        string path = Path.Combine(folder, "tpm2_pkcs11.sqlite3");
        if (!File.Exists(path)) return null;
        nint store = 0, query = 0;
        try
        {
            if (Open(path, out store, ReadOnly, 0) != 0) return null;
            const string Sql = "select p.config, p.objauth, s.userpub, s.userpriv, s.userauthsalt from tokens t join pobjects p on p.id = t.pid join sealobjects s on s.tokid = t.id where t.label = ?1";
            byte[] label = Encoding.UTF8.GetBytes(token);
            if (Prepare(store, Sql, -1, out query, 0) != 0 || BindText(query, 1, label, label.Length, -1) != 0 || Step(query) != Row) return null;
            // A storage key that is made anew at each start, or that has a password, is none of ours.
            if (Parent(Encoding.UTF8.GetString(Column(query, 0))) is not { } parent || Column(query, 1).Length > 0) return null;
            byte[] hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(pin), .. Column(query, 4)]);
            return (parent, Column(query, 2), Column(query, 3), Convert.ToHexStringLower(hash[..16]));
        }
        catch (DllNotFoundException)
        {
            return null;
        }
        finally
        {
            if (query != 0) _ = Finish(query);
            if (store != 0) _ = Close(store);
        }
    }

    /// <summary>The persistent handle with which a serialised reference to a storage key begins.</summary>
    private static string? Parent(string configuration)
    {
        int name = configuration.IndexOf("esys-tr", StringComparison.Ordinal);
        int start = name < 0 ? -1 : configuration.IndexOf("\"81", name, StringComparison.Ordinal);
        return start >= 0 && start + 9 <= configuration.Length && uint.TryParse(configuration.AsSpan(start + 1, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _) ? string.Concat("0x", configuration.AsSpan(start + 1, 8)) : null;
    }

    private static byte[] Column(nint query, int column)
    {
        byte* at = Blob(query, column);
        return at is null ? [] : new ReadOnlySpan<byte>(at, Length(query, column)).ToArray();
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, out nint store, int flags, nint system);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Prepare(nint store, string sql, int length, out nint query, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint query, int index, byte[] text, int length, nint copies);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    private static partial int Step(nint query);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static partial byte* Blob(nint query, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    private static partial int Length(nint query, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    private static partial int Finish(nint query);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    private static partial int Close(nint store);
}
