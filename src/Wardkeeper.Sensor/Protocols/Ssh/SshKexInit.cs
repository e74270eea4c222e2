using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>The name lists of a KEXINIT message, as they stand on the wire. RFC 4253, 7.1. Copied out of it, for both sides are compared.</summary>
internal sealed class SshKexInit
{
    private const int Lists = 8;
    private readonly string[] lists;

    private SshKexInit(string[] lists) => this.lists = lists;

    public string KexAlgorithms => lists[0];

    public string ServerHostKeyAlgorithms => lists[1];

    public string EncryptionClientToServer => lists[2];

    public string EncryptionServerToClient => lists[3];

    public string MacClientToServer => lists[4];

    public string MacServerToClient => lists[5];

    public string CompressionClientToServer => lists[6];

    public string CompressionServerToClient => lists[7];

    /// <summary>Reads the payload behind the message number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SshKexInit message)
    {
        SpanReader reader = new(payload);
        reader.Skip(16);
        string[] lists = new string[Lists];
        for (int i = 0; i < Lists; i++)
        {
            uint length = reader.U32();
            lists[i] = Encoding.Latin1.GetString(reader.Take(length > int.MaxValue ? -1 : (int)length));
        }
        message = new SshKexInit(lists);
        return !reader.Failed;
    }

    /// <summary>HASSH: MD5 over the algorithms a client offers towards the server (BSD-3-Clause, Salesforce).</summary>
    public string Hassh() => Hash(KexAlgorithms, EncryptionClientToServer, MacClientToServer, CompressionClientToServer);

    /// <summary>HASSH of a server: MD5 over the algorithms it offers towards the client.</summary>
    public string HasshServer() => Hash(KexAlgorithms, EncryptionServerToClient, MacServerToClient, CompressionServerToClient);

    /// <summary>The algorithm both agree on: the client's first that the server has too; null if there is none. RFC 4253, 7.1.</summary>
    public static string? Agreed(string client, string server)
    {
        foreach (Range range in client.AsSpan().Split(','))
        {
            ReadOnlySpan<char> wanted = client.AsSpan()[range];
            if (wanted.IsEmpty) continue;
            foreach (Range other in server.AsSpan().Split(','))
            {
                if (server.AsSpan()[other].SequenceEqual(wanted)) return wanted.ToString();
            }
        }
        return null;
    }

    /// <summary>Same for both directions, in Zeek's words where they differ.</summary>
    public static string? Agreed(string clientThere, string serverThere, string clientBack, string serverBack)
    {
        string? there = Agreed(clientThere, serverThere), back = Agreed(clientBack, serverBack);
        return there == back || there is null || back is null ? there ?? back : $"To server: {there}, to client: {back}";
    }

    /// <summary>Fingerprint of a host key as ssh-keygen shows it: SHA-256 in base 64 without padding.</summary>
    public static string HostKeyFingerprint(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(key, hash);
        return "SHA256:" + Convert.ToBase64String(hash).TrimEnd('=');
    }

    private static string Hash(string kex, string encryption, string mac, string compression)
    {
        Fingerprint text = default;
        text.Add(Encoding.Latin1.GetBytes($"{kex};{encryption};{mac};{compression}"));
        string hash = text.Md5();
        text.Dispose();
        return hash;
    }
}
