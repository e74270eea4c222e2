using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// By what two messages, results or lists of values are known to be equal, without their content: SHA-256, keyed, so that nobody can find a
/// content by guessing a patient's data. Whole digests are of every byte as sent: a retransmission repeats even its time stamp.
/// </summary>
internal static class KeyedDigest
{
    private const int OfMessage = 16, OfPart = 8;

    /// <summary>Sixteen hexadecimal digits for the bytes of a message.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, PatientMasker masker)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Keyed(hash, masker, OfMessage);
    }

    /// <summary>Eight hexadecimal digits for a part of a message.</summary>
    public static string OfText(ReadOnlySpan<char> text, PatientMasker masker)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        return Keyed(hash, masker, OfPart);
    }

    /// <summary>Takes bytes to those that <paramref name="state"/>, 32 bytes, stands for already.</summary>
    public static void Add(Span<byte> state, ReadOnlySpan<byte> bytes)
    {
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        state.CopyTo(both);
        SHA256.HashData(bytes, both[SHA256.HashSizeInBytes..]);
        SHA256.HashData(both, state);
    }

    /// <summary>Sixteen hexadecimal digits for everything that was added.</summary>
    public static string Close(ReadOnlySpan<byte> state, PatientMasker masker) => Keyed(state, masker, OfMessage);

    private static string Keyed(ReadOnlySpan<byte> hash, PatientMasker masker, int digits) => masker.Identifier(Convert.ToHexStringLower(hash)).Value[1..(1 + digits)];
}
