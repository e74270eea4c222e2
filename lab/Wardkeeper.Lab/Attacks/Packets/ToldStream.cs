using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Attacks.Packets;

/// <summary>What a client says to a server, and what a reader on the way shall take it for.</summary>
/// <param name="Server">The server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Said">What is said.</param>
/// <param name="Shown">Something else of the same length.</param>
/// <param name="Answer">Begin of what the server says to it; empty where it waits for more.</param>
internal sealed record ToldStream(HospitalDevice Server, int Port, byte[] Said, byte[] Shown, string Answer)
{
    private static readonly (string Word, int Port, string Said, string Shown, string Answer)[] Doors =
    [
        ("http", 80, "GET /status HTTP/1.1\r\nHost: device\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html\r\nConnection: close\r\n\r\n", "GET /images HTTP/1.1\r\nHost: public\r\nUser-Agent: Mozilla/4.0\r\nAccept: text/csss\r\nConnection: open!\r\n\r\n", "HTTP/1.1 "),
        ("ftp", 21, "USER service\r\nSYST\r\nFEAT\r\nOPTS UTF8 ON\r\nNOOP\r\nHELP\r\n", "USER visitor\r\nNOOP\r\nHELP\r\nOPTS UTF7 NO\r\nSYST\r\nQUIT\r\n", "331 "),
        ("ssh", 22, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 maintenance-console\r\n", "SSH-2.0-PuTTY_Release_0.78 on the desk of the head nurse..\r\n", "SSH-2.0-"),
    ];

    /// <summary>Streams that a hospital's devices take.</summary>
    /// <exception cref="LabException">It offers none.</exception>
    public static IReadOnlyList<ToldStream> All(SceneStage stage)
    {
        ToldStream[] all = [.. Cast.Inside(stage.Site).SelectMany(device => Doors.Where(door => device.Offers.Contains(door.Word)), (device, door) => new ToldStream(device, door.Port, Bytes(door.Said), Bytes(door.Shown), door.Answer))];
        return all.Length > 0 ? all : throw new LabException("no device of this hospital offers http, ftp or ssh");

        static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
    }
}
