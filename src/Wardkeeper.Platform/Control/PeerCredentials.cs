using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Wardkeeper.Platform.Control;

/// <summary>What the kernel says of the process at the other end of a Unix socket (SO_PEERCRED, unix(7)).</summary>
/// <param name="User">Its user's number.</param>
internal readonly partial record struct PeerCredentials(uint User)
{
    private const int SolSocket = 1, SoPeerCred = 17;

    /// <summary>Whether it is this process's own user, or root.</summary>
    public bool IsTrusted => User == 0 || User == GetUser();

    /// <summary>The user's name, or its number when it has none.</summary>
    public string Name => NameOf(User);

    /// <summary>This process's user by name.</summary>
    public static string Own => NameOf(GetUser());

    /// <summary>Asks the kernel; null when it does not say.</summary>
    public static PeerCredentials? Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == credentials.Length ? new PeerCredentials(MemoryMarshal.Read<uint>(credentials[4..])) : null;
    }

    private static string NameOf(uint user)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines("/etc/passwd"))
            {
                string[] fields = line.Split(':');
                if (fields.Length > 2 && fields[2] == number) return fields[0];
            }
        }
        catch (IOException)
        {
            // Without the file the number must do.
        }
        return "uid-" + number;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();
}
