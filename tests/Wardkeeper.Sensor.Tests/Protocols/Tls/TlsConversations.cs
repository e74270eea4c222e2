using System.Runtime.CompilerServices;

namespace Wardkeeper.Sensor.Tests.Protocols.Tls;

/// <summary>
/// Handshakes of OpenSSL 3.0 with itself in memory, one flight a line (C or S, then hexadecimal digits), with certificates made for
/// the purpose.
/// </summary>
internal static class TlsConversations
{
    public static readonly string[] All = ["tls10", "tls12-full", "tls12-mutual", "tls12-resumed", "tls12-unknown-ca", "tls13", "tls13-refused", "tls13-retry"];

    public static List<Said> Read(string name, [CallerFilePath] string here = "") =>
        [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "conversations", name + ".txt")).Select(static line =>
            line[0] == 'C' ? Said.Client(Convert.FromHexString(line[2..])) : Said.Server(Convert.FromHexString(line[2..])))];
}
