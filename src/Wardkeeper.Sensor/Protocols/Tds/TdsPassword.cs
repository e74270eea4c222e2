using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Tds;

/// <summary>The password of a log-in outside TLS: it is turned, not encrypted, so that everybody on the way can read it. MS-TDS 2.2.6.4.</summary>
internal static class TdsPassword
{
    private const int Pointer = 44, Longest = 128;
    private const byte Mask = 0xA5, Integrated = 0x80;

    /// <summary>The rule that the password breaks; null when it breaks none, when it lies beyond what is seen, or when the user proves himself otherwise.</summary>
    /// <param name="user">Who logs in.</param>
    /// <param name="login">The log-in behind its packet's header, at least its fixed part.</param>
    public static string? Broken(string user, ReadOnlySpan<byte> login)
    {
        if ((login[25] & Integrated) != 0) return null;
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(login[Pointer..]), characters = BinaryPrimitives.ReadUInt16LittleEndian(login[(Pointer + 2)..]);
        if (characters > Longest || offset + (characters * 2) > login.Length) return null;
        Span<byte> wide = stackalloc byte[Longest * 2], clear = stackalloc byte[Longest * 3];
        for (int i = 0; i < characters * 2; i++)
        {
            byte turned = (byte)(login[offset + i] ^ Mask);
            wide[i] = (byte)((turned << 4) | (turned >> 4));
        }
        int length = Encoding.UTF8.GetBytes(MemoryMarshal.Cast<byte, char>(wide[..(characters * 2)]), clear);
        string? rule = PasswordRules.Broken(user, clear[..length]);
        wide.Clear();
        clear.Clear();
        return rule;
    }
}
